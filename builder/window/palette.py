"""The palette: every layer there is, by category, to search, to drag and to append by keyboard."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QByteArray,
    QMimeData,
    QModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QDrag, QFont, QKeyEvent, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.drops import MIME
from builder.canvas.search import search
from builder.canvas.theme import current_theme, theme_changed
from builder.catalog.spec import Catalog, LayerSpec
from builder.document.graph import INDEX, OPS
from builder.window.categories import by_category
from builder.window.line import BorrowedUndo

_TYPE = Qt.ItemDataRole.UserRole
_CATEGORY = Qt.ItemDataRole.UserRole + 1
_FOLDED = Qt.ItemDataRole.UserRole + 2


class Palette(QWidget):
    """The layers of a catalogue behind a search box.

    Signals:
        chosen(type): a layer is wanted on the canvas, after the selection.
    """

    chosen = Signal(str)

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self.search = _SearchBox()
        self.tree = PaletteTree()
        self.tree.chosen.connect(self.chosen)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._choose_first)
        self.search.down.connect(self.tree.setFocus)
        self.tree.typed.connect(self._type_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 0, 0)
        column.setSpacing(8)
        box = QVBoxLayout()
        box.setContentsMargins(0, 0, 12, 0)
        box.addWidget(self.search)
        column.addLayout(box)
        column.addWidget(self.tree, 1)
        self.setFocusProxy(self.search)
        self._filter("")

    def offer(self, catalog: Catalog) -> None:
        """Show the layers of another catalogue."""
        if catalog is not self._catalog:
            self._catalog = catalog
            self._filter(self.search.text())

    def _filter(self, text: str) -> None:
        if text.strip():
            self.tree.show_matches(search(self._catalog, text))
        else:
            self.tree.show_categories(self._catalog)

    def _choose_first(self) -> None:
        type_ = self.tree.current_type()
        if type_:
            self.chosen.emit(type_)
            # The next search writes over this one, and undo is the network's again.
            self.search.setModified(False)
            self.search.selectAll()

    def _type_on(self, text: str) -> None:
        self.search.setFocus()
        self.search.setText(self.search.text() + text)


class PaletteTree(QTreeWidget):
    """Categories with their layers. Signals: `chosen(type)`, `typed(text)` for the search box."""

    chosen = Signal(str)
    typed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName("Layers")
        self.setExpandsOnDoubleClick(False)
        self.itemDoubleClicked.connect(lambda item, _: self._choose(item))
        self.itemClicked.connect(self._toggle)
        self.itemExpanded.connect(self._fill)
        self._folded: dict[str, Sequence[LayerSpec]] = {}
        theme_changed.connect(self.viewport().update)

    def current_type(self) -> str | None:
        """The type of the current layer; without one, of the first."""
        item = self.currentItem()
        if item is not None and item.data(0, _TYPE):
            return str(item.data(0, _TYPE))
        for row in range(self.topLevelItemCount()):
            first = self.topLevelItem(row)
            if first is not None and first.data(0, _TYPE):
                return str(first.data(0, _TYPE))
        return None

    def show_categories(self, catalog: Catalog) -> None:
        """All layers under their categories: common ones shown, the others one level down.

        Those of ops are folded. What is folded is made when it is first unfolded.
        """
        self.clear()
        for category, specs in by_category(catalog).items():
            top = _group_item(category, category)
            self.addTopLevelItem(top)
            self._fold(top, category, specs)
            top.setExpanded(any(_is_layer(spec) and spec.common for spec in specs))

    def show_matches(self, specs: Sequence[LayerSpec]) -> None:
        """Just these layers, best first."""
        self.clear()
        items = [_layer_item(spec) for spec in specs]
        self.addTopLevelItems(items)
        if items:
            self.setCurrentItem(items[0])
        else:
            nothing = QTreeWidgetItem(["No layer by that name"])
            nothing.setFlags(Qt.ItemFlag.NoItemFlags)
            self.addTopLevelItem(nothing)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._activate(item)
        elif event.text().isalnum() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.typed.emit(event.text())
        else:
            super().keyPressEvent(event)

    def startDrag(self, _actions: Qt.DropAction) -> None:
        item = self.currentItem()
        type_ = item.data(0, _TYPE) if item is not None else None
        if item is None or not type_:
            return
        drag = QDrag(self)
        drag.setMimeData(mime_of(str(type_)))
        picture = node_picture(item.text(0), str(item.data(0, _CATEGORY)), self)
        drag.setPixmap(picture)
        size = picture.deviceIndependentSize()
        drag.setHotSpot(QPoint(int(size.width() / 2), int(size.height() / 2)))
        drag.exec(Qt.DropAction.CopyAction)

    def _fold(self, item: QTreeWidgetItem, key: str, specs: Sequence[LayerSpec]) -> None:
        self._folded[key] = specs
        item.setData(0, _FOLDED, key)
        item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)

    def _fill(self, item: QTreeWidgetItem) -> None:
        """Make what is in a group: common layers, and a group of the others; or else all."""
        key = item.data(0, _FOLDED)
        if key is None or item.childCount():
            return
        specs = self._folded[key]
        common = [spec for spec in specs if spec.common]
        item.addChildren([_layer_item(spec) for spec in common or specs])
        rest = [spec for spec in specs if not spec.common]
        if common and rest:
            more = _group_item(f"{len(rest)} more", str(item.data(0, _CATEGORY)))
            item.addChild(more)
            self._fold(more, f"{key} more", rest)

    def _activate(self, item: QTreeWidgetItem) -> None:
        if not self._choose(item):
            item.setExpanded(not item.isExpanded())

    def _choose(self, item: QTreeWidgetItem) -> bool:
        type_ = item.data(0, _TYPE)
        if type_:
            self.chosen.emit(str(type_))
        return bool(type_)

    def _toggle(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _FOLDED):
            item.setExpanded(not item.isExpanded())


class _SearchBox(BorrowedUndo):
    """Signal `down()`: the list below is wanted."""

    down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Search layers (Tab)")
        self.setAccessibleName("Search layers")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            self.down.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    """Paints the mark in the category's colour before a layer, and an arrow before a group."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        return QSize(super().sizeHint(option, index).width(), 24)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        super().paint(painter, option, index)
        if index.data(_TYPE):
            theme = current_theme()
            bar = QRectF(option.rect.left() + 4, option.rect.center().y() - 6, 4, 14)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.category(str(index.data(_CATEGORY)))))
            painter.drawRoundedRect(bar, 1.5, 1.5)
            painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex) -> None:  # type: ignore[override]
        super().initStyleOption(option, index)
        if index.data(_TYPE):
            # The mark's place; it is painted over it, in whatever theme there is by then.
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(8, 14)
        else:
            ink = QColor(current_theme().secondary)
            for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
                option.palette.setColor(role, ink)


def mime_of(type_: str) -> QMimeData:
    """What a dragged layer carries: its type."""
    data = QMimeData()
    data.setData(MIME, QByteArray(type_.encode()))
    return data


def node_picture(name: str, category: str, widget: QWidget) -> QPixmap:
    """A small node, to hold under the mouse while dragging."""
    theme = current_theme()
    ratio = widget.devicePixelRatioF()
    width, height = 150, 32
    picture = QPixmap(round(width * ratio), round(height * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(theme.border))
    painter.setBrush(QColor(theme.raised))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, height - 1), 7, 7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.category(category)))
    painter.drawRoundedRect(QRectF(1, 1, 6, height - 2), 3, 3)
    font = QFont(QApplication.font())
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    room = QRectF(16, 0, width - 22, height)
    text = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, int(room.width()))
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
    painter.end()
    return picture


def _is_layer(spec: LayerSpec) -> bool:
    return spec.type != INDEX and not spec.type.startswith(OPS)


def _layer_item(spec: LayerSpec) -> QTreeWidgetItem:
    item = QTreeWidgetItem([spec.name])
    item.setData(0, _TYPE, spec.type)
    item.setData(0, _CATEGORY, spec.category)
    item.setToolTip(0, spec.summary)
    item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, spec.summary)
    return item


def _group_item(title: str, category: str) -> QTreeWidgetItem:
    item = QTreeWidgetItem([title])
    item.setData(0, _CATEGORY, category)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    if title == category:
        font = QFont()
        font.setWeight(QFont.Weight.DemiBold)
        item.setFont(0, font)
    return item
