"""Quick-add: a search box at the cursor; type, Enter, and the layer is there."""

from collections.abc import Callable

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.fonts import ui_font
from builder.canvas.search import search
from builder.canvas.theme import current_theme
from builder.canvas.writing import for_menu
from builder.catalog.spec import Catalog, LayerSpec

_SPEC = Qt.ItemDataRole.UserRole
_WIDTH, _ROW, _ROWS = 300, 28, 9
_MOST = 60


class QuickAdd(QFrame):
    """A small card over the canvas. `chosen` carries the layer's type; `closed` always follows."""

    chosen = Signal(str)
    closed = Signal()

    def __init__(
        self,
        parent: QWidget,
        catalog: Catalog,
        fits: Callable[[LayerSpec], bool],
        prompt: str = "Add a layer",
    ) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._catalog = catalog
        self._fits = fits
        self._open = True
        self.field = QLineEdit()
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName("Search layers to add")
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName("Layers found")
        self.list.setItemDelegate(_Row(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.itemClicked.connect(self._choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.setFixedWidth(_WIDTH)
        self._search("")
        self.field.setFocus()

    def types(self) -> list[str]:
        """The types in the list, in its order."""
        return [self.list.item(row).data(_SPEC).type for row in range(self.list.count())]

    def close_card(self) -> None:
        if self._open:
            self._open = False
            self.closed.emit()  # before it is hidden, which would move the focus on
            self.hide()
            self.deleteLater()

    def _search(self, text: str) -> None:
        found = [spec for spec in search(self._catalog, text) if self._fits(spec)][:_MOST]
        self.list.clear()
        for spec in found:
            item = QListWidgetItem(spec.name)
            item.setData(_SPEC, spec)
            item.setToolTip(spec.summary)
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        if not found:
            item = QListWidgetItem(
                "No layer fits here" if not text else f"No layer matches “{text}”"
            )
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setSizeHint(QSize(0, _ROW))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setFixedHeight(min(max(len(found), 1), _ROWS) * _ROW + 2)
        self.adjustSize()

    def _choose(self, item: QListWidgetItem | None) -> None:
        spec = item.data(_SPEC) if item is not None else None
        if isinstance(spec, LayerSpec):
            self._open = False
            self.hide()
            self.chosen.emit(spec.type)
            self.closed.emit()
            self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed here is no shortcut of the canvas
            return True
        if watched is self.field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            return self._key(event.key())
        if isinstance(event, QFocusEvent) and event.lostFocus() and not for_menu(event):
            self.close_card()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click beside the field is no click on the canvas

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()  # the end of the list is no reason to zoom

    def _key(self, key: int) -> bool:
        row, last = self.list.currentRow(), self.list.count() - 1
        match key:
            case Qt.Key.Key_Escape:
                self.close_card()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(self.list.currentItem())
            case Qt.Key.Key_Down | Qt.Key.Key_Tab:
                self.list.setCurrentRow(0 if row == last else row + 1)
            case Qt.Key.Key_Up | Qt.Key.Key_Backtab:
                self.list.setCurrentRow(last if row == 0 else row - 1)
            case Qt.Key.Key_PageDown:
                self.list.setCurrentRow(min(last, row + _ROWS))
            case Qt.Key.Key_PageUp:
                self.list.setCurrentRow(max(0, row - _ROWS))
            case _:
                return False
        return True


class _Row(QStyledItemDelegate):
    """A layer's name with its category's colour before it, and the category's name at the right."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        spec = index.data(_SPEC)
        theme = current_theme()
        rect = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if spec is None:
            painter.setPen(QColor(theme.secondary))
            words = str(index.data(Qt.ItemDataRole.DisplayRole))
            painter.drawText(rect.adjusted(8, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, words)
            painter.restore()
            return
        painter.setPen(Qt.PenStyle.NoPen)
        if state & QStyle.StateFlag.State_Selected:
            painter.setBrush(QColor(theme.chosen))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 5, 5)
        painter.setBrush(QColor(theme.category(spec.category)))
        painter.drawRoundedRect(QRectF(rect.left() + 8, rect.center().y() - 6, 4, 13), 2, 2)
        painter.setFont(ui_font(13))
        painter.setPen(QColor(theme.text))
        words_box = rect.adjusted(20, 0, -8, 0)
        painter.drawText(words_box, Qt.AlignmentFlag.AlignVCenter, spec.name)
        taken = painter.fontMetrics().horizontalAdvance(spec.name) + 20
        painter.setFont(ui_font(11))
        painter.setPen(QColor(theme.secondary))
        metrics = painter.fontMetrics()
        room = int(words_box.width()) - taken
        shown = metrics.elidedText(spec.category, Qt.TextElideMode.ElideRight, room)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        if room > 40:
            painter.drawText(words_box, align, shown)
        painter.restore()
