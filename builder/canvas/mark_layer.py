"""All frames and notes of a scene: which are shown, which are selected, and what stands in them."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from builder.canvas.document import Document
from builder.canvas.geometry import Box
from builder.canvas.holding import bounds
from builder.canvas.ink import Ink
from builder.canvas.mark_items import MarkItem
from builder.canvas.theme import theme_changed
from builder.document.frames import Mark
from builder.document.framing import marks_of


class MarkLayer(QObject):
    """Follows the document like the scene does, for frames and notes of the level that is shown.

    `moved` is told where some were and where they are now.

    Attributes:
        items: the painted ones by id, the lowest first.
    """

    def __init__(
        self,
        scene: QGraphicsScene,
        document: Document,
        ink: Ink,
        moved: Callable[[Collection[Box]], None],
    ) -> None:
        super().__init__(scene)
        self._moved = moved
        self._scene = scene
        self._document = document
        self._ink = ink
        self.items: dict[str, MarkItem] = {}
        document.changed.connect(self.follow)
        document.level_changed.connect(self.follow)
        document.marks_selected.connect(self._show_selection)
        theme_changed.connect(self._repaint)
        self.follow()

    def follow(self) -> None:
        """Show the document's present value."""
        marks = marks_of(self._document.project.layout)
        level = self._document.level
        shown = {id_: mark for id_, mark in marks.items() if mark.level == level}
        changed: list[Mark] = []
        for id_ in self.items.keys() - shown.keys():
            gone = self.items.pop(id_)
            self._scene.removeItem(gone)
            changed.append(gone.mark)
        for id_, mark in shown.items():
            item = self.items.get(id_)
            if item is None:
                item = self.items[id_] = MarkItem(mark, self._ink)
                item.chosen = id_ in self._document.selected_marks
                self._scene.addItem(item)
                changed.append(mark)
            elif item.mark is not mark:
                changed += (item.mark, mark)
                item.take(mark)
        self.items = {id_: self.items[id_] for id_ in shown}
        if changed:
            self._moved([bounds(mark) for mark in changed])

    def _show_selection(self, ids: frozenset[str]) -> None:
        for id_, item in self.items.items():
            if item.chosen != (id_ in ids):
                item.chosen = id_ in ids
                item.update()

    # --- what is where

    def says(self, box: Box) -> bool:
        """Whether the words of one stand in a box."""
        left, top, right, bottom = box
        area = QRectF(left, top, right - left, bottom - top)
        return any(item.words.intersects(area) for item in self.items.values())

    def at(self, point: QPointF) -> str | None:
        """The frame or note that is taken hold of at a point, the topmost."""
        for id_, item in reversed(self.items.items()):
            if item.handle.contains(point):
                return id_
        return None

    def grip_at(self, point: QPointF) -> str | None:
        """The one whose corner is at a point. A frame within another goes first."""
        for id_, item in reversed(self.items.items()):
            if item.grip.contains(point):
                return id_
        return None

    def box(self, ids: Collection[str] | None = None) -> QRectF:
        """The rectangle around these, or all of them."""
        result = QRectF()
        for id_ in self.items if ids is None else ids:
            result = result.united(self.items[id_].box)
        return result

    def in_area(self, area: QRectF) -> frozenset[str]:
        """The notes that a rectangle touches, and the frames that stand wholly in it."""
        return frozenset(
            id_
            for id_, item in self.items.items()
            if (area.contains if item.is_frame else area.intersects)(item.box)
        )

    def stretch(self, id_: str, size: QPointF) -> None:
        """Show one larger or smaller than the document has it, while the mouse draws at it."""
        self.items[id_].setRect(-3, -3, size.x() + 6, size.y() + 6)

    def restore(self) -> None:
        """Show all as the document has them."""
        for item in self.items.values():
            item.take(item.mark)

    def snapshot(self) -> Mapping[str, Any]:
        """All that is shown, as plain values."""
        return {
            id_: (item.mark, item.box.getRect(), item.chosen) for id_, item in self.items.items()
        }

    def _repaint(self) -> None:
        for item in self.items.values():
            item.update()
