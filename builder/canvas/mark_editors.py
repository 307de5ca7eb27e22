"""Writing in place: a frame's title in one line, a note's text in several."""

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from builder.canvas.mark_items import NOTE_WIDTH
from builder.canvas.name_editor import NameEditor
from builder.canvas.writing import Writing
from builder.document.frames import Frame, Note

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

_LEAST = (150, 64)


class NoteEditor(QPlainTextEdit):
    """Edits one text, and grows with it. Shift+Enter begins a line; Enter, Esc and leaving the
    field end the writing, and what was written stays: it may be long.

    Signals:
        written(text): it is to be this.
        closed(): always, in the end.
    """

    written = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget, text: str, place: QRect) -> None:
        super().__init__(text, parent)
        self._open = True
        self.setAccessibleName("Text of the note")
        self.setPlaceholderText("Write a note")
        self.setTabChangesFocus(True)
        self.setGeometry(place)
        self.setAttribute(Qt.WidgetAttribute.WA_NoMousePropagation)
        self._least, self._room = place.height(), parent
        self.selectAll()
        writing = Writing(self)
        for end in (writing.entered, writing.given_up, writing.left):
            end.connect(self.leave)
        self.show()
        self.setFocus()
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def _grow(self) -> None:
        """Be as high as the text, as far as there is room below."""
        lines = self.document().size().height()  # of a plain text: in lines, wrapped ones too
        around = self.height() - self.viewport().height() + 2 * self.document().documentMargin()
        high = lines * self.fontMetrics().lineSpacing() + around
        room = max(self._least, self._room.height() - self.y() - 4)
        policy = Qt.ScrollBarPolicy
        fits = high <= room
        # A bar that comes and goes while the field grows would wrap the text anew each time.
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAlwaysOff if fits else policy.ScrollBarAsNeeded
        )
        self.resize(self.width(), max(self._least, min(ceil(high), room)))

    def leave(self) -> None:
        """Keep what was written and close."""
        if self._open:
            text = self.toPlainText().strip()
            self.close_editor()
            if text:
                self.written.emit(text)

    def close_editor(self) -> None:
        if self._open:
            self._open = False
            self.closed.emit()  # before it is hidden, which would move the focus on
            self.hide()
            self.deleteLater()


class MarkEditors(QObject):
    """Opens the field that a frame or a note is written in. `editor` is the open one."""

    def __init__(self, view: "CanvasView") -> None:
        super().__init__(view)
        self._view = view
        self.editor: NameEditor | NoteEditor | None = None
        view.looked_elsewhere.connect(self.leave)
        for signal in (view.document.changed, view.document.level_changed):
            signal.connect(self.close_editor)

    def name_new(self, frame: str) -> None:
        """Write the title of a frame that was just made; Esc leaves the one that it has."""
        commands = self._view.commands.marks
        self._open_title(frame, lambda title: commands.name(frame, title))

    def open(self, mark: str) -> None:
        """Write a frame's title or a note's text anew."""
        item = self._view.graph_scene.marks.items.get(mark)
        if item is None:
            return
        self._view.ensureVisible(item.handle, 10, 10)
        commands = self._view.commands.marks
        if isinstance(item.mark, Note):
            place = self._place(item.handle.toRect())
            self._open_note(item.mark.text, place, lambda text: commands.write(mark, text))
            return
        self._open_title(mark, lambda title: commands.write(mark, title))

    def _open_title(self, frame: str, write: Callable[[str], None]) -> None:
        item = self._view.graph_scene.marks.items[frame]
        self._view.ensureVisible(item.handle, 10, 10)
        strip = self._view.mapFromScene(item.handle).boundingRect()
        place = QRect(strip.left() + 6, strip.top() + 2, max(160, min(strip.width(), 280)), 26)

        def rename(text: str) -> str | None:
            write(text)
            return None

        self.close_editor()
        title = item.mark.title if isinstance(item.mark, Frame) else ""
        editor = NameEditor(self._view.viewport(), title, place, rename)
        editor.closed.connect(self._closed)
        self.editor = editor

    def new_note(self) -> None:
        """Write a note at the mouse, or beside the network. It is there once there is a text."""
        commands = self._view.commands.marks
        at = self._view.cursor_place() if self._view.hand.is_over else QPointF(*commands.aside())
        corner = (float(round(at.x())), float(round(at.y())))
        room = QRect(int(at.x()), int(at.y()), int(NOTE_WIDTH), _LEAST[1])
        if not self._view.hand.is_over:
            self._view.ensureVisible(QRectF(room))
        place = self._place(room)
        self._open_note("", place, lambda text: commands.note(text, corner))

    def leave(self) -> None:
        """The view was panned or zoomed: the writing ends, and what was written stays."""
        if self.editor is not None:
            self.editor.leave()

    def close_editor(self) -> None:
        if self.editor is not None:
            self.editor.close_editor()

    def _open_note(self, text: str, place: QRect, write: Callable[[str], object]) -> None:
        self.close_editor()
        editor = NoteEditor(self._view.viewport(), text, place)
        editor.closed.connect(self._closed)
        editor.written.connect(write)
        self.editor = editor

    def _place(self, box: QRect) -> QRect:
        shown = self._view.mapFromScene(box).boundingRect()
        room = self._view.viewport().rect()
        width, height = max(_LEAST[0], shown.width()), max(_LEAST[1], shown.height())
        left = max(4, min(shown.left(), room.width() - width - 4))
        return QRect(left, max(4, min(shown.top(), room.height() - height - 4)), width, height)

    def _closed(self) -> None:
        self.editor = None
        self._view.regain_focus()
