"""The keyboard on the canvas: walking, nudging, and what Space and Esc do."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from builder.canvas.focus_ring import FocusRing
from builder.canvas.geometry import positions_of
from builder.canvas.last_input import LastInput
from builder.canvas.navigation import Direction, nearest

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView

NUDGE = 8.0
_ARROWS: dict[int, Direction] = {
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}
_MODIFIERS: dict[int, Qt.KeyboardModifier] = {
    Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
    Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
    Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
}


class Keyboard:
    """Answers the keys that are no action in a menu.

    The node that the keyboard is on has a ring, until the mouse takes over or the focus goes.
    """

    def __init__(self, view: "CanvasView") -> None:
        self._view = view
        self._focused: str | None = None
        self._ring = FocusRing(view.graph_scene)
        self._in_use = False
        self._mouse_last = True  # so to speak: no key was used yet
        self._input = LastInput(view)

    def begin(self) -> None:
        """The keyboard came to the canvas."""
        self._mouse_last = False
        self._use(True)

    def come(self, reason: Qt.FocusReason) -> None:
        """The focus came: with the keyboard, unless the mouse brought it, now or before a menu,
        or pressed the button that went and left it here."""
        back = reason in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        by_mouse = reason == Qt.FocusReason.MouseFocusReason
        if reason != Qt.FocusReason.ShortcutFocusReason:
            by_mouse |= self._input.by_mouse
        if not by_mouse and not (back and self._mouse_last):
            self.begin()

    def leave(self) -> None:
        """The mouse took over."""
        self._mouse_last = True
        self.end()

    def end(self) -> None:
        """The focus went elsewhere, or the mouse took over."""
        self._use(False)

    def _use(self, used: bool) -> None:
        """Mark the canvas and its node as the keyboard's, or take the marks away."""
        if used != self._in_use:
            self._in_use = used
            self._view.setProperty("keyboard", used)
            style = self._view.style()
            style.unpolish(self._view)
            style.polish(self._view)
        self.show_focus()

    def show_focus(self) -> None:
        """Put the ring where the next arrow key starts from."""
        chosen = self._view.document.selection
        start = self._start(chosen) if self._in_use else None
        self._ring.stand_around(start)

    def _start(self, chosen: frozenset[str]) -> str | None:
        if self._focused in chosen:
            return self._focused
        nodes = self._view.document.shown.graph.nodes
        return next((id_ for id_ in reversed(tuple(nodes)) if id_ in chosen), None)

    def press(self, event: QKeyEvent) -> bool:
        """False for a key that means nothing here."""
        view, key, keys = self._view, event.key(), event.modifiers()
        control = bool(keys & Qt.KeyboardModifier.ControlModifier)
        shift = bool(keys & Qt.KeyboardModifier.ShiftModifier)
        if key == Qt.Key.Key_Escape:
            view.escape()
        elif view.hand.gesture is not None:
            self._modify(event)
        elif key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                view.hand.pans_next = True
                view.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif key in _ARROWS and control:
            self._nudge(_ARROWS[key], NUDGE * (5 if shift else 1))
        elif key in _ARROWS:
            self._walk(_ARROWS[key], shift)
        else:
            return False
        return True

    def release(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._view.hand.pans_next = False
            if self._view.hand.gesture is None:
                self._view.viewport().unsetCursor()
        elif self._view.hand.gesture is not None:
            self._modify(event)

    def _modify(self, event: QKeyEvent) -> None:
        """A key in the middle of a gesture: a modifier may change what it does."""
        bit = _MODIFIERS.get(event.key())
        if bit is not None:
            held = event.modifiers()
            pressed = event.type() == QEvent.Type.KeyPress
            self._view.hand.change(held | bit if pressed else held & ~bit)

    def _walk(self, direction: Direction, extend: bool) -> None:
        """Select the nearest node in a direction; the first one when none is selected."""
        document = self._view.document
        places, chosen = positions_of(document.shown), document.selection
        if not places:
            return
        start = self._start(chosen)
        found = next(iter(places)) if start is None else nearest(places, start, direction)
        if found is not None:
            self._focused = found
            if extend:
                document.select(chosen | {found}, document.selected_marks)
            else:
                document.select(frozenset((found,)))
            self._view.reveal(found)
            self.begin()

    def _nudge(self, direction: Direction, length: float) -> None:
        dx = {"left": -length, "right": length}.get(direction, 0.0)
        dy = {"up": -length, "down": length}.get(direction, 0.0)
        self._view.commands.places.nudge(dx, dy)
