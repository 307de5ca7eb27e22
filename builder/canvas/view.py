"""The view: what Qt tells of mouse, keyboard and drops, handed to those who answer it.

`hand`, `keyboard` and `drops` do; looking and selecting are the view's own and never undone.
"""

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication

from builder.canvas.drops import Drops
from builder.canvas.floating import Floating
from builder.canvas.geometry import HEIGHT, WIDTH
from builder.canvas.hand import Hand, cuts
from builder.canvas.hit import hit
from builder.canvas.keyboard import Keyboard
from builder.canvas.looks import Looks
from builder.canvas.menu_target import choose, selected
from builder.canvas.minimap import Minimap
from builder.canvas.note import Note
from builder.canvas.overlay import Overlay
from builder.canvas.scene import GraphScene
from builder.canvas.welcome import Welcome
from builder.canvas.zoom_view import ZoomView
from builder.document import topology
from builder.document.graph import Wire
from builder.document.project import Project

if TYPE_CHECKING:
    from builder.canvas.commands import Commands, Link
    from builder.canvas.mark_editors import MarkEditors
    from builder.canvas.motion import Motion
    from builder.catalog.spec import Catalog


class CanvasView(ZoomView):
    """Shows one scene and lets a person work on it.

    Attributes:
        commands: the edits that menus and keys share.
        hand: what the mouse is doing, and where it is.
        floating: the search box and the name field, where they are open.
        welcome: the first steps that an empty canvas offers.
        minimap: the whole network in a corner.
        motion: what shows where something went.
        mark_editors: the field that a frame or a note is written in.

    Signals:
        refused(sentence): something could not be done, and why.
        menu_requested(hit, at, place): a context menu is wanted; `at` in the scene, `place` on
            the screen.
    """

    refused = Signal(str)
    menu_requested = Signal(object, object, object)

    def __init__(self, scene: GraphScene) -> None:
        super().__init__(scene)
        self.document = scene.document
        self.overlay = Overlay(scene, scene.ink)
        self.floating = Floating(self)
        self.hand = Hand(self)
        self._keyboard = Keyboard(self)
        self._drops = Drops(self)
        self._note = Note(self.viewport())
        self.welcome = Welcome(self.viewport())
        self.minimap = Minimap(self)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAccessibleName("Network canvas")
        self.setAccessibleDescription("Arrow keys walk from layer to layer, Tab adds one.")
        self.refused.connect(lambda sentence: self.say(sentence, "error", briefly=True))
        self._looks = Looks(self, self.document.level)
        self.document.changed.connect(self._follow)
        self.document.level_changed.connect(self._show_level)
        self.document.selection_changed.connect(self._selection_moved)
        self.looked_elsewhere.connect(self.floating.look_elsewhere)
        self.looked_elsewhere.connect(self.welcome.centre)
        self._show_welcome()

    @property
    def catalog(self) -> "Catalog":
        """All layers that the open project can have."""
        return self.document.including(self.graph_scene.base)

    # --- what the first paint does without

    @cached_property
    def commands(self) -> "Commands":
        from builder.canvas.commands import Commands

        return Commands(self.document, self.graph_scene.base, self.refused.emit)

    @cached_property
    def motion(self) -> "Motion":
        from builder.canvas.motion import Motion

        return Motion(self)

    @cached_property
    def mark_editors(self) -> "MarkEditors":
        from builder.canvas.mark_editors import MarkEditors

        return MarkEditors(self)

    # --- commands that need a place

    def append_layer(self, type_: str) -> str | None:
        """Add a layer after the selection, connected. Returns the new node's id."""
        middle = self.mapToScene(self.viewport().rect().center())
        near = (round(middle.x() - WIDTH / 2), round(middle.y() - HEIGHT / 2))

        def append() -> str | None:
            id_ = self.commands.append(type_, near)
            if id_ is not None:
                self.reveal(id_)
            return id_

        return self.motion.show(append)

    def paste(self) -> None:
        at = self.cursor_place()
        self.commands.parts.paste((round(at.x()), round(at.y())))

    def quick_add(
        self, at: QPointF | None = None, *, link: "Link | None" = None, onto: Wire | None = None
    ) -> None:
        """Open the search box; what is chosen goes to `at`, joined to `link` or into `onto`."""
        self.floating.quick_add(self.cursor_place() if at is None else at, link, onto)

    def rename(self, node: str) -> None:
        """Open the field that renames a node in place."""
        self.floating.rename(node)

    def regain_focus(self) -> None:
        """A field over the canvas is done: the keyboard is back, if it went nowhere else."""
        focus = QApplication.focusWidget()
        if focus is None or self.isAncestorOf(focus):
            self.setFocus(Qt.FocusReason.PopupFocusReason)

    def choose_all(self) -> None:
        marks = frozenset(self.graph_scene.marks.items)
        self.document.select(frozenset(self.document.shown.graph.nodes), marks)

    def choose_flow(self, way: Literal["up", "down"]) -> None:
        """Select all that feeds the selection, or all that it feeds, as well."""
        graph, chosen = self.document.project.graph, self.document.selection
        reached = topology.ancestors if way == "up" else topology.descendants
        self.document.select(chosen | reached(graph, chosen), self.document.selected_marks)

    def cursor_place(self) -> QPointF:
        """Where something new goes: at the mouse, or in the middle when it is elsewhere."""
        hand = self.hand
        return hand.place if hand.is_over else self.mapToScene(self.viewport().rect().center())

    def say(
        self, text: str, kind: str = "", place: QPoint | None = None, briefly: bool = False
    ) -> None:
        """Show a sentence beside the mouse, or at a place in the viewport; no text hides it."""
        beside = self.hand.at + QPoint(16, 18) if place is None else place
        self._note.say(text, beside, kind, briefly)

    @property
    def said(self) -> str:
        """The sentence that can be read on the canvas now."""
        return self._note.shown

    # --- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._keyboard.leave()
        self.floating.close_card()
        self.say("")
        event.accept()
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.hand.double_click(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self.hand.rest()
            return True
        if event.type() == QEvent.Type.Leave:
            self.hand.leave()
        return super().viewportEvent(event)

    # --- keyboard, drops, menus

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self.hand.gesture is not None:
            event.accept()  # in the middle of a gesture keys are for it: no Delete, no Paste
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab does not take the keyboard away in the middle of a gesture, so Esc still ends it."""
        return self.hand.gesture is not None or super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.setAccepted(self._keyboard.press(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        self._keyboard.release(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._keyboard.come(event.reason())
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.hand.pans_next = False
        self._keyboard.end()
        super().focusOutEvent(event)

    def escape(self) -> None:
        """Give up the gesture, or else the selection, or else leave the block."""
        if not self.hand.cancel():
            self.say("")
            scene = self.graph_scene
            chosen = self.document.selection or self.document.selected_marks
            if not (chosen or scene.chosen_wires):
                self.document.leave()
                return
            self.document.select(frozenset())
            self.graph_scene.choose_wires(frozenset())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drops.hover(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drops.hover(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: ARG002  # Qt's signature
        self._drops.leave()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drops.drop(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
        if self.hand.gesture is not None or (by_mouse and cuts(event.modifiers())):
            return
        if by_mouse:
            at = self.mapToScene(event.pos())
            under = hit(self.graph_scene, at)
            choose(self.graph_scene, under)
            self.menu_requested.emit(under, at, event.globalPos())
            return
        under, at = selected(self.graph_scene, self.cursor_place())
        place = self.viewport().mapToGlobal(self.mapFromScene(at))
        self.menu_requested.emit(under, at, place)

    # --- keeping in step

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.welcome.centre()

    def _show_welcome(self) -> None:
        self.welcome.setVisible(not self.document.project.graph.nodes)
        self.welcome.centre()

    def _show_level(self, level: str) -> None:
        """Another level is shown: look where one looked in it last."""
        self.hand.cancel()
        self.floating.close_card()
        self.floating.close_editor()
        self.graph_scene.choose_wires(frozenset())
        self._looks.turn(level)

    def _follow(self, old: Project, new: Project) -> None:
        """The document changed: what was on the mouse or half typed may be about nothing now."""
        self.hand.cancel()
        before = old.graph.nodes
        if len(new.graph.nodes) > 1 and not any(
            before.get(id_) is node for id_, node in new.graph.nodes.items()
        ):
            self._looks.clear()
            self.show_start()  # another network altogether
        self.floating.close_card()
        self.floating.close_editor()
        self._keyboard.show_focus()
        self._show_welcome()

    def _selection_moved(self, _chosen: frozenset[str]) -> None:
        self._keyboard.show_focus()
