"""The canvas for screen readers: its nodes, frames and notes, and what an edit did said aloud.

Qt shows a graphics view to assistive technology as one empty box. Here the view gets a child for
every node ("conv1, Conv2D, 1 input, shape 8 × 8 × 32"), frame and note, the focus is told when it moves, and steps
are announced ("Connected conv1 to relu1"). Nothing is asked or told while nobody listens.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
)
from PySide6.QtWidgets import QAccessibleWidget

from builder.canvas.holding import Thing, told
from builder.canvas.shapes import short_shape
from builder.canvas.view import CanvasView

Announce = Callable[[str, bool], None]
"""Says a sentence; True for one that must not wait, such as a refusal."""

_DONE = {
    "Add": "Added",
    "Align": "Aligned",
    "Bypass": "Bypassed",
    "Choose": "Chose",
    "Colour": "Coloured",
    "Comment": "Commented",
    "Connect": "Connected",
    "Cut": "Cut",
    "Delete": "Deleted",
    "Disconnect": "Disconnected",
    "Dissolve": "Dissolved",
    "Distribute": "Distributed",
    "Duplicate": "Duplicated",
    "Edit": "Edited",
    "Frame": "Framed",
    "Freeze": "Froze",
    "Insert": "Inserted",
    "Make": "Made",
    "Move": "Moved",
    "Paste": "Pasted",
    "Rename": "Renamed",
    "Repeat": "Repeated",
    "Replace": "Replaced",
    "Reset": "Reset",
    "Resize": "Resized",
    "Restore": "Restored",
    "Set": "Set",
    "Tidy": "Tidied",
    "Unfreeze": "Unfroze",
    "Ungroup": "Ungrouped",
    "Use": "Used",
}


def spoken(deed: str, title: str) -> str:
    """A step as a sentence: Connect a to b -> "Connected a to b", or what was undone or redone."""
    verb, _, rest = title.partition(" ")
    if deed == "done":
        return f"{_DONE.get(verb, verb)} {rest}".strip()
    return f"{deed.capitalize()}: {title[:1].lower()}{title[1:]}"


def description(view: CanvasView, node: str) -> str:
    """A node in words: name, type, how it is connected, its shape, and what is wrong with it."""
    scene, graph = view.graph_scene, view.document.project.graph
    item = scene.nodes[node]
    words = [item.node.name, item.type_name]
    if item.face.is_block or item.face.node.shares is not None:
        words.append(item.texts[2])
    into, out = len(graph.into(node)), len(graph.out_of(node))
    if item.slots.inputs:
        words.append(_count(into, "input"))
    if item.slots.outputs:
        words.append(f"feeds {out}" if out else "feeds nothing")
    report = scene.report_of(node)
    first = next(iter(report.outputs.values()), None) if report and not report.fault else None
    if first is not None:
        words.append(f"shape {short_shape(first.shape)}")
    words += [f"{problem.severity}: {problem.message}" for problem in scene.problems_of(node)]
    return ", ".join(words)


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


class ThingAccess(QAccessibleInterface):
    """One node, frame or note as an item of a list."""

    def __init__(self, canvas: "CanvasAccess", thing: Thing) -> None:
        super().__init__()
        self._canvas = canvas
        self.thing = thing

    def isValid(self) -> bool:
        scene = self._canvas.view.graph_scene
        return self.thing.id in (scene.nodes if self._is_node else scene.marks.items)

    @property
    def _is_node(self) -> bool:
        return self.thing.kind == "node"

    def object(self) -> Any:
        return None

    def window(self) -> Any:
        return self._canvas.window()

    def parent(self) -> QAccessibleInterface:
        return self._canvas

    def child(self, _index: int) -> Any:
        return None

    def childAt(self, _x: int, _y: int) -> Any:
        return None

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, _child: QAccessibleInterface) -> int:
        return -1

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def text(self, kind: QAccessible.Text) -> str:
        if kind != QAccessible.Text.Name or not self.isValid():
            return ""
        view = self._canvas.view
        if self._is_node:
            return description(view, self.thing.id)
        return told(view.document.shown, self.thing.id)

    def setText(self, _kind: QAccessible.Text, _text: str) -> None:
        """Renaming goes by F2, which says why a name cannot be."""

    def rect(self) -> QRect:
        view = self._canvas.view
        if not self.isValid():
            return QRect()
        one, scene = (self.thing.id,), view.graph_scene
        place = scene.box(one) if self._is_node else scene.marks.box(one)
        box = view.mapFromScene(place).boundingRect()
        return box.translated(view.viewport().mapToGlobal(QPoint(0, 0)))

    def state(self) -> QAccessible.State:
        state, view = QAccessible.State(), self._canvas.view
        chosen = chosen_things(view)
        for name, value in (
            ("focusable", True),
            ("selectable", True),
            ("multiSelectable", True),
            ("selected", self.thing in chosen),
            ("focused", view.hasFocus() and chosen == [self.thing]),
            ("invalid", not self.isValid()),
        ):
            setattr(state, name, value)
        return state


class CanvasAccess(QAccessibleWidget):
    """The canvas as a list of its nodes, in the project's order, then its frames and notes."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.List, view.accessibleName())
        self.view = view
        # Qt keeps bare pointers to them: what was handed out once must live on.
        self._given: dict[Thing, ThingAccess] = {}

    def _of(self, thing: Thing) -> ThingAccess:
        if thing not in self._given:
            self._given[thing] = ThingAccess(self, thing)
        return self._given[thing]

    def childCount(self) -> int:
        scene = self.view.graph_scene
        return len(scene.nodes) + len(scene.marks.items)

    def child(self, index: int) -> Any:
        things = things_of(self.view)
        return self._of(things[index]) if 0 <= index < len(things) else None

    def childAt(self, x: int, y: int) -> Any:
        view = self.view
        at = view.mapToScene(view.viewport().mapFromGlobal(QPoint(x, y)))
        if found := view.graph_scene.nodes_near(at):
            return self._of(Thing("node", found[0]))
        mark = view.graph_scene.marks.at(at)
        return self._of(Thing("mark", mark)) if mark is not None else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        things = things_of(self.view)
        if not isinstance(child, ThingAccess) or child.thing not in things:
            return -1
        return things.index(child.thing)


def things_of(view: CanvasView) -> list[Thing]:
    """All that stands on a canvas, in the order of its children."""
    scene = view.graph_scene
    return [
        *(Thing("node", i) for i in scene.nodes),
        *(Thing("mark", i) for i in scene.marks.items),
    ]


def chosen_things(view: CanvasView) -> list[Thing]:
    """What is selected on a canvas."""
    nodes, marks = view.document.selection, view.document.selected_marks
    return [*(Thing("node", i) for i in nodes), *(Thing("mark", i) for i in marks)]


_handed_out: dict[int, CanvasAccess] = {}


def _interface(_key: str, watched: QObject | None) -> Any:
    """Qt asks for every object's interface; only canvases get one from here."""
    if not isinstance(watched, CanvasView):
        return None
    found = _handed_out[id(watched)] = CanvasAccess(watched)
    key = id(watched)
    watched.destroyed.connect(lambda: _handed_out.pop(key, None))
    return found


def install() -> None:
    """Offer what stands on a canvas to screen readers, once for the process."""
    if not _installed:
        QAccessible.installFactory(_interface)
        _installed.append(True)


_installed: list[bool] = []


class Announcer(QObject):
    """Tells what happens on a canvas: steps, refusals, and what the keyboard is on."""

    def __init__(self, view: CanvasView, announce: Announce | None = None) -> None:
        super().__init__(view)
        self._view = view
        self._announce = announce or self._tell
        view.document.done.connect(lambda deed, title: self._announce(spoken(deed, title), False))
        view.document.selection_changed.connect(self._follow_focus)
        view.document.marks_selected.connect(self._follow_focus)
        view.document.level_changed.connect(self._say_level)
        view.refused.connect(self.refuse)

    def refuse(self, sentence: str) -> None:
        """Say at once that something was not possible, and why."""
        self._announce(sentence, True)

    def _say_level(self, level: str) -> None:
        graph = self._view.document.project.graph
        where = f"Inside the block {graph.nodes[level].name}" if level else "At the top level"
        self._announce(where, False)

    def _tell(self, sentence: str, urgent: bool) -> None:
        if not QAccessible.isActive():
            return
        event = QAccessibleAnnouncementEvent(self._view, sentence)
        manners = QAccessible.AnnouncementPoliteness
        event.setPoliteness(manners.Assertive if urgent else manners.Polite)
        QAccessible.updateAccessibility(event)

    def _follow_focus(self) -> None:
        view = self._view
        if not QAccessible.isActive() or not view.hasFocus():
            return
        chosen = chosen_things(view)
        if len(chosen) != 1:
            return
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(things_of(view).index(chosen[0]))
        QAccessible.updateAccessibility(event)
