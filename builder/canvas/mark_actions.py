"""Frames and notes as actions: wrap the selection, drop a note, choose a frame's colour."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from builder.canvas.mark_commands import COLOURS
from builder.canvas.view import CanvasView
from builder.document.frames import Frame
from builder.document.framing import marks_of


class MarkActions(QObject):
    """The actions of one view, enabled only while they would do something.

    `menu` are those that add something; `of_mark` are those about the selected frame or note.
    """

    def __init__(self, view: CanvasView, make: Callable[..., QAction]) -> None:
        super().__init__(view)
        self._view = view
        self.frame = make("Frame selection", self._frame, "Ctrl+G")
        self.frame.setToolTip("Put a titled frame around what is selected")
        self.note = make("Add note", lambda: view.mark_editors.new_note(), "N")
        self.write = make("Edit text", self._write, "")
        self.write.setToolTip("Write the title of a frame or the text of a note; F2 does it, too")
        self.colour = QAction("Frame colour", view)
        colours = QMenu("Frame colour", view)
        for word, colour in COLOURS.items():
            action = colours.addAction(word)
            action.triggered.connect(partial(self._paint, colour))
        self.colour.setMenu(colours)
        self.menu: tuple[QAction | None, ...] = (self.frame, self.note)
        self.of_mark = (self.write, self.colour)
        view.document.selection_changed.connect(self._refresh)
        view.document.marks_selected.connect(self._refresh)
        view.document.state_changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        document, marks = self._view.document, marks_of(self._view.document.project.layout)
        chosen = [marks[id_] for id_ in document.selected_marks]
        self.frame.setEnabled(bool(document.selection or chosen))
        self.write.setEnabled(len(chosen) == 1 and not document.selection)
        self.colour.setEnabled(any(isinstance(mark, Frame) for mark in chosen))

    def _frame(self) -> None:
        document = self._view.document
        frame = self._view.commands.marks.frame(document.selection, document.selected_marks)
        if frame is not None:
            document.select(frozenset(), frozenset((frame,)))
            self._view.mark_editors.name_new(frame)

    def _write(self) -> None:
        for mark in self._view.document.selected_marks:
            self._view.mark_editors.open(mark)

    def _paint(self, colour: str, _checked: bool = False) -> None:
        self._view.commands.marks.paint(self._view.document.selected_marks, colour)
