"""A gesture of the mouse: an object with update, commit and cancel.

A gesture shows what would happen and changes the document once, when it is committed. Cancelled,
it leaves everything as it was, undo steps included.
"""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

Modifiers = Qt.KeyboardModifier
THRESHOLD = 4


class Gesture(ABC):
    """A thing that the mouse is doing, from press to release. `at` is in scene pixels."""

    cursor: Qt.CursorShape | None = None

    def __init__(self, view: "CanvasView") -> None:
        self.view = view
        self.scene = view.graph_scene
        self.document = view.document

    @abstractmethod
    def update(self, at: QPointF, keys: Modifiers) -> None:
        """The mouse or a modifier moved."""

    @abstractmethod
    def commit(self, at: QPointF, keys: Modifiers) -> None:
        """The button was released."""

    @abstractmethod
    def cancel(self) -> None:
        """Esc, or the document changed underneath."""
