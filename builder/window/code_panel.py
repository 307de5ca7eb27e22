"""The Python source of the network as it stands, read-only, in step with the selection."""

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import (
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.canvas.fonts import mono_font
from builder.canvas.theme import current_theme, theme_changed
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, Module, generate
from builder.document.project import Project
from builder.window.highlighter import PythonHighlighter
from builder.window.style import label


class CodePanel(QWidget):
    """Generates after an edit, once for many, and only while it can be seen."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._stale = True
        self.module = Module("", ())
        self.text = _Source()
        self.text.pressed_line.connect(self._select_node)
        self._note = label("", "warning")
        self._note.setWordWrap(True)
        self._note.setMargin(10)
        self._note.hide()
        self._copy = QPushButton("Copy", self)
        self._copy.setToolTip("Copy the whole script")
        self._copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.module.source))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._note)
        column.addWidget(self.text, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._generate)
        document.changed.connect(self._follow)
        document.selection_changed.connect(lambda _: self._show_selection(scroll=True))
        theme_changed.connect(self._recolour)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._generate()
        # What was selected meanwhile is looked up as soon as the source can be seen.
        self._show_selection(scroll=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Over the source, in the corner where lines are rarely that long.
        self._copy.adjustSize()
        self._copy.move(self.width() - self._copy.width() - 20, 8)
        self._copy.raise_()

    def _follow(self, old: Project, new: Project) -> None:
        parts = ((one.name, one.graph, one.data, one.training, one.backend) for one in (old, new))
        if next(parts) == next(parts):
            return
        self._stale = True
        if self.isVisible():
            self._timer.start(0)

    def _generate(self) -> None:
        self._stale = False
        folder = self._document.path.parent if self._document.path else None
        try:
            module = generate(self._document.project, self._catalog, folder=folder, partial=True)
        except CannotGenerate as refusal:
            self._note.setText(str(refusal))
            self._note.show()
            return
        self._note.hide()
        if module.source != self.module.source:
            self.text.replace_text(module.source)
        self.module = module
        self._show_selection(scroll=False)

    def _show_selection(self, scroll: bool) -> None:
        if not self.isVisible():
            return
        chosen = self._document.selection
        lines = [line for line, id_ in enumerate(self.module.nodes) if id_ in chosen]
        self.text.mark_lines(lines)
        if scroll and lines:
            self.text.show_line(lines[0])

    def _select_node(self, line: int) -> None:
        nodes = self.module.nodes
        id_ = nodes[line] if line < len(nodes) else None
        if id_ is not None:
            self._document.select(frozenset({id_}))

    def _recolour(self) -> None:
        self.text.recolour()
        self._show_selection(scroll=False)


class _Source(QPlainTextEdit):
    """Source with line numbers. Signal `pressed_line(line)`: counted from 0."""

    pressed_line = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setReadOnly(True)
        self.setFont(mono_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName("Python source")
        self._highlighter = PythonHighlighter(self.document())
        self._numbers = _LineNumbers(self)
        self.blockCountChanged.connect(lambda _: self._make_room())
        self.updateRequest.connect(self._scroll_numbers)
        self._make_room()

    def replace_text(self, source: str) -> None:
        """Show another source where the old one was scrolled to."""
        place = self.verticalScrollBar().value()
        self.setPlainText(source)
        self.verticalScrollBar().setValue(place)

    def mark_lines(self, lines: list[int]) -> None:
        marks = []
        for line in lines:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(line))
            mark.format.setBackground(QColor(current_theme().chosen))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            marks.append(mark)
        self.setExtraSelections(marks)

    def show_line(self, line: int) -> None:
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line)))
        self.centerCursor()

    def recolour(self) -> None:
        self._highlighter.recolour()
        self._numbers.update()

    def number_width(self) -> int:
        return 24 + self.fontMetrics().horizontalAdvance("9") * len(str(self.blockCount()))

    def paint_numbers(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), QColor(theme.panel))
        painter.setPen(QColor(theme.faint))
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        height = self.fontMetrics().height()
        while block.isValid():
            top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
            if top > event.rect().bottom():
                break
            painter.drawText(
                QRect(0, round(top), self.number_width() - 12, height),
                Qt.AlignmentFlag.AlignRight,
                str(block.blockNumber() + 1),
            )
            block = block.next()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        inner = self.contentsRect()
        self._numbers.setGeometry(inner.left(), inner.top(), self.number_width(), inner.height())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if not self.textCursor().hasSelection():
            self.pressed_line.emit(self.cursorForPosition(event.position().toPoint()).blockNumber())

    def _make_room(self) -> None:
        self.setViewportMargins(self.number_width(), 0, 0, 0)

    def _scroll_numbers(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(0, rect.y(), self._numbers.width(), rect.height())


class _LineNumbers(QWidget):
    """The strip at the left."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source)
        self._source = source

    def sizeHint(self) -> QSize:
        return QSize(self._source.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._source.paint_numbers(event)
