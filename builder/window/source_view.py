"""Python source with line numbers: to look at and copy from, or to edit."""

from itertools import takewhile

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from builder.canvas.fonts import mono_font
from builder.canvas.theme import current_theme
from builder.window.highlighter import PythonHighlighter

STEP = 4
_LOOKING = (
    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
)


class SourceView(QPlainTextEdit):
    """Shows source. It is edited only between `begin` and `end`.

    Signals:
        pressed_line(line): a line was clicked, counted from 0.
        typed(event): a key that would change the text, while it is only looked at.
        apply_wanted(), leave_wanted(): Ctrl+Enter and Esc, while it is edited.
    """

    pressed_line = Signal(int)
    typed = Signal(object)
    apply_wanted = Signal()
    leave_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("code")
        self.setFont(mono_font())
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setAccessibleName("Python source")
        self._lines: list[QTextEdit.ExtraSelection] = []
        self._fault: list[QTextEdit.ExtraSelection] = []
        self._faulty = -1
        self._highlighter = PythonHighlighter(self.document())
        self._numbers = _LineNumbers(self)
        self.blockCountChanged.connect(lambda _: self._make_room())
        self.updateRequest.connect(self._scroll_numbers)
        self.end()
        self._make_room()

    # --- looking and editing

    @property
    def editing(self) -> bool:
        return not self.isReadOnly()

    def begin(self) -> None:
        """Let the text be edited."""
        self.setReadOnly(False)
        self.setTabChangesFocus(False)
        self.document().setUndoRedoEnabled(True)

    def end(self) -> None:
        """Only look at the text again."""
        self.document().setUndoRedoEnabled(False)
        self.setReadOnly(True)
        self.setTextInteractionFlags(_LOOKING)
        self.setTabChangesFocus(True)

    def replace_text(self, source: str) -> None:
        """Show another source where the old one was scrolled to.

        Only the lines that differ are written: each that is written is coloured anew as well.
        """
        place, caret = self.verticalScrollBar().value(), self.textCursor()
        at = caret.position()
        old = self.toPlainText()
        start, end = _common(old, source)
        cursor = QTextCursor(self.document())
        cursor.setPosition(_units(old[:start]))
        cursor.setPosition(_units(old[: len(old) - end]), QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(source[start : len(source) - end])
        caret.setPosition(min(at, _units(source)))
        self.setTextCursor(caret)
        self.verticalScrollBar().setValue(place)

    # --- marks

    def mark_lines(self, lines: list[int]) -> None:
        """Put the colour of a selection behind lines, and behind no others."""
        self._lines = []
        for line in lines:
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(self.document().findBlockByNumber(line))
            mark.format.setBackground(QColor(current_theme().chosen))
            mark.format.setProperty(QTextFormat.Property.FullWidthSelection, True)
            self._lines.append(mark)
        self._show_marks()

    def mark_fault(
        self, line: int, column: int, end_line: int, end_column: int, *, reveal: bool = True
    ) -> None:
        """Underline what is wrong; with `reveal`, go there. Lines and columns count from 0."""
        first = self.document().findBlockByNumber(line)
        last = self.document().findBlockByNumber(end_line)
        start = first.position() + min(column, first.length() - 1)
        end = last.position() + min(end_column, last.length() - 1)
        if end <= start:  # something is missing at the end of a line: underline what is there
            text = first.text()
            start = first.position() + len(text) - len(text.lstrip())
            end = first.position() + len(text)
        mark = QTextEdit.ExtraSelection()
        mark.cursor = QTextCursor(self.document())
        mark.cursor.setPosition(start)
        mark.cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        mark.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        mark.format.setUnderlineColor(QColor(current_theme().error))
        self._fault, self._faulty = [mark], line
        self._show_marks()
        if not reveal:
            return
        caret = QTextCursor(self.document())
        caret.setPosition(start)
        self.setTextCursor(caret)
        self.centerCursor()

    def clear_fault(self) -> None:
        if self._fault:
            self._fault, self._faulty = [], -1
            self._show_marks()

    def _show_marks(self) -> None:
        self.setExtraSelections([*self._lines, *self._fault])
        self._numbers.update()

    def show_line(self, line: int) -> None:
        self.setTextCursor(QTextCursor(self.document().findBlockByNumber(line)))
        self.centerCursor()

    def recolour(self) -> None:
        self._highlighter.recolour()
        for mark in self._fault:
            mark.format.setUnderlineColor(QColor(current_theme().error))
        self._show_marks()

    # --- keys

    def event(self, event: QEvent) -> bool:
        # While code is edited, Ctrl+Enter applies it and Esc leaves, whatever they do elsewhere.
        if event.type() == QEvent.Type.ShortcutOverride and self.editing:
            assert isinstance(event, QKeyEvent)
            if _applies(event) or event.key() == Qt.Key.Key_Escape:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.editing:
            if _would_change(event):
                self.typed.emit(event)
            else:
                super().keyPressEvent(event)
        elif _applies(event):
            self.apply_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.leave_wanted.emit()
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._indent(1 if event.key() == Qt.Key.Key_Tab else -1)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._break_line()
        else:
            super().keyPressEvent(event)

    def _indent(self, way: int) -> None:
        """Tab: to the next stop; with several lines selected, all of them a step further."""
        cursor = self.textCursor()
        first = self.document().findBlock(cursor.selectionStart())
        last = self.document().findBlock(cursor.selectionEnd())
        if way > 0 and first == last:
            cursor.insertText(" " * (STEP - cursor.positionInBlock() % STEP))
            return
        cursor.beginEditBlock()
        block = first
        while block.isValid() and block.blockNumber() <= last.blockNumber():
            self._shift(block, way)
            block = block.next()
        cursor.endEditBlock()

    def _shift(self, block: QTextBlock, way: int) -> None:
        line = QTextCursor(block)
        if way > 0:
            line.insertText(" " * STEP)
            return
        spaces = len(block.text()) - len(block.text().lstrip(" "))
        for _ in range(min(spaces, STEP)):
            line.deleteChar()

    def _break_line(self) -> None:
        """A new line as deep as this one, and a step deeper behind what opens something."""
        cursor = self.textCursor()
        text = cursor.block().text()[: cursor.positionInBlock()]
        depth = len(text) - len(text.lstrip(" "))
        deeper = STEP if text.rstrip().endswith((":", "(", "[", "{")) else 0
        cursor.insertText("\n" + " " * (depth + deeper))
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    # --- line numbers

    def number_width(self) -> int:
        return 24 + self.fontMetrics().horizontalAdvance("9") * len(str(self.blockCount()))

    def paint_numbers(self, event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), QColor(theme.panel))
        painter.setFont(self.font())
        block = self.firstVisibleBlock()
        height = self.fontMetrics().height()
        while block.isValid():
            top = self.blockBoundingGeometry(block).translated(self.contentOffset()).top()
            if top > event.rect().bottom():
                break
            wrong = block.blockNumber() == self._faulty
            painter.setPen(QColor(theme.error if wrong else theme.faint))
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

    def __init__(self, source: SourceView) -> None:
        super().__init__(source)
        self._source = source

    def sizeHint(self) -> QSize:
        return QSize(self._source.number_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._source.paint_numbers(event)


def _common(old: str, new: str) -> tuple[int, int]:
    """How many signs two texts have in common, in whole lines: at the start, and at the end."""
    before, after = old.split("\n"), new.split("\n")
    most = min(len(old), len(new))
    start = min(most, _alike(before, after))
    before.reverse()
    after.reverse()
    return start, min(most - start, _alike(before, after))


def _alike(one: list[str], other: list[str]) -> int:
    """How long the lines are in which two lists begin alike, with the breaks between them."""
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(len(line) + 1 for line, _ in pairs)


def _units(text: str) -> int:
    """How long Qt takes a text to be: signs beyond the first 65,536 count twice."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _applies(event: QKeyEvent) -> bool:
    return (
        event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        and event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        == Qt.KeyboardModifier.ControlModifier
    )


def _would_change(event: QKeyEvent) -> bool:
    """Whether a key would write something into a text, take something away or paste."""
    if event.matches(QKeySequence.StandardKey.Paste):
        return True
    plain = not event.modifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
    return plain and (event.key() in keys or (event.text().isprintable() and event.text() != ""))
