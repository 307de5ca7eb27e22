"""The mouse on the canvas: a press begins a gesture, which then has the mouse until its release."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from builder.canvas.auto_pan import AutoPan
from builder.canvas.gesture import Gesture
from builder.canvas.hit import hit
from builder.canvas.levels import block_of
from builder.canvas.pan import Pan
from builder.canvas.pointer import Pointer

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class Hand:
    """Decides which gesture a press begins.

    Attributes:
        at: where the mouse was last, in the viewport.
        gesture: what it is doing just now.
        pans_next: Space is held: the next press moves the view.
    """

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self._button = Qt.MouseButton.NoButton
        self._inside = False
        self._pointer = Pointer(view)
        self.at = QPoint()
        self.gesture: Gesture | None = None
        self.pans_next = False
        self.auto_pan = AutoPan(view)

    @property
    def is_over(self) -> bool:
        """Whether the mouse is over the canvas."""
        return self._inside and self._view.viewport().rect().contains(self.at)

    @property
    def place(self) -> QPointF:
        """Where the mouse was last, in the scene."""
        return self._view.mapToScene(self.at)

    # --- what Qt tells

    def press(self, event: QMouseEvent) -> None:
        self.at = event.position().toPoint()
        if self.gesture is not None:
            return
        view, button, keys = self._view, event.button(), event.modifiers()
        left = button == Qt.MouseButton.LeftButton
        if button == Qt.MouseButton.MiddleButton or (left and self.pans_next):
            self._begin(Pan(view, self.at), button)
        elif button == Qt.MouseButton.RightButton and cuts(keys):
            from builder.canvas.cut_wires import CutWires

            self._begin(CutWires(view, self.place), button)
        elif left:
            from builder.canvas.gestures import gesture_at

            gesture = gesture_at(view, self.place, keys)
            if gesture is not None:
                self._begin(gesture, button)

    def move(self, event: QMouseEvent) -> None:
        self.at = event.position().toPoint()
        self._inside = True
        if not event.buttons() & self._button:
            self.cancel()  # the button was let go where nobody heard of it: on a locked screen, say
        if self.gesture is None:
            self._pointer.show(self.place, free=not self.pans_next)
            return
        self.gesture.update(self.place, event.modifiers())
        if not isinstance(self.gesture, Pan):
            self.auto_pan.follow()

    def release(self, event: QMouseEvent) -> None:
        self.at = event.position().toPoint()
        if self.gesture is not None and event.button() == self._button:
            self._end(self.gesture).commit(self.place, event.modifiers())

    def double_click(self, event: QMouseEvent) -> None:
        self.at = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or self.gesture is not None:
            return
        view, under = self._view, hit(self._view.graph_scene, self.place)
        if under.kind == "body" and block_of(view.document.project.graph, under.node) is not None:
            view.document.enter(under.node)
        elif under.kind == "body":
            view.rename(under.node)
        elif under.kind == "wire":
            view.quick_add(onto=under.wire)
        elif under.mark:
            view.mark_editors.open(under.mark)
        elif under.kind == "nothing":
            view.quick_add()

    def rest(self) -> None:
        """It rests on something: the tooltip of that is wanted."""
        self._pointer.tell()

    def leave(self) -> None:
        self._inside = False
        if self.gesture is None:
            self._pointer.leave()

    # --- the gesture

    def change(self, keys: Qt.KeyboardModifier) -> None:
        """A modifier changed in the middle of a gesture: Alt, say, suppresses insertion."""
        if self.gesture is not None:
            self.gesture.update(self.place, keys)

    def cancel(self) -> bool:
        """Give up what the mouse is doing. False when it does nothing."""
        if self.gesture is None:
            return False
        self._end(self.gesture).cancel()
        return True

    def _begin(self, gesture: Gesture, button: Qt.MouseButton) -> None:
        self.gesture, self._button = gesture, button
        self._pointer.leave()
        if gesture.cursor is not None:
            self._view.viewport().setCursor(gesture.cursor)

    def _end(self, gesture: Gesture) -> Gesture:
        self.gesture = None
        self.auto_pan.stop()
        self._view.viewport().unsetCursor()
        return gesture


def cuts(keys: Qt.KeyboardModifier) -> bool:
    """Whether the right button cuts wires instead of opening a menu."""
    return bool(keys & Qt.KeyboardModifier.ControlModifier)
