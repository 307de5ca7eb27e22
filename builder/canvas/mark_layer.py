"""All frames and notes of a scene: which are shown, which are selected, and what stands in them."""

from collections.abc import Collection, Mapping
from typing import Any

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from builder.canvas.document import Document
from builder.canvas.geometry import HEIGHT, WIDTH, positions_of
from builder.canvas.ink import Ink
from builder.canvas.mark_items import MarkItem
from builder.canvas.theme import theme_changed
from builder.document.frames import Frame, box_of
from builder.document.framing import marks_of


class MarkLayer(QObject):
    """Follows the document like the scene does, for frames and notes of the level that is shown.

    Attributes:
        items: the painted ones by id, the lowest first.
        chosen: the selected ones; the view's matter, not the document's.

    Signals:
        chosen_changed(): others are selected.
    """

    chosen_changed = Signal()

    def __init__(self, scene: QGraphicsScene, document: Document, ink: Ink) -> None:
        super().__init__(scene)
        self._scene = scene
        self._document = document
        self._ink = ink
        self.items: dict[str, MarkItem] = {}
        self.chosen: frozenset[str] = frozenset()
        document.changed.connect(self.follow)
        document.level_changed.connect(self.follow)
        document.selection_changed.connect(self._make_way)
        theme_changed.connect(self._repaint)
        self.follow()

    def follow(self) -> None:
        """Show the document's present value."""
        marks = marks_of(self._document.project.layout)
        level = self._document.level
        shown = {id_: mark for id_, mark in marks.items() if mark.level == level}
        for id_ in self.items.keys() - shown.keys():
            self._scene.removeItem(self.items.pop(id_))
        for id_, mark in shown.items():
            item = self.items.get(id_)
            if item is None:
                item = self.items[id_] = MarkItem(mark, self._ink)
                self._scene.addItem(item)
            elif item.mark is not mark:
                item.take(mark)
        self.items = {id_: self.items[id_] for id_ in shown}
        self.choose(self.chosen & shown.keys())

    def choose(self, ids: frozenset[str]) -> None:
        if ids == self.chosen:
            return
        self.chosen = ids
        for id_, item in self.items.items():
            if item.chosen != (id_ in ids):
                item.chosen = id_ in ids
                item.update()
        self.chosen_changed.emit()

    # --- what is where

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

    @property
    def box(self) -> QRectF:
        """The rectangle around all of them."""
        result = QRectF()
        for item in self.items.values():
            result = result.united(item.box)
        return result

    def inside(self, frame: str) -> tuple[frozenset[str], frozenset[str]]:
        """The nodes, and the frames and notes, that stand wholly in a frame."""
        project = self._document.shown
        mark = self.items[frame].mark
        if not isinstance(mark, Frame):
            return frozenset(), frozenset()
        area = QRectF(*mark.box)
        nodes = frozenset(
            id_
            for id_, at in positions_of(project).items()
            if area.contains(QRectF(*at, WIDTH, HEIGHT))
        )
        marks = frozenset(
            id_
            for id_, item in self.items.items()
            if id_ != frame and area.contains(QRectF(*box_of(item.mark)))
        )
        return nodes, marks

    def held(self) -> tuple[frozenset[str], frozenset[str]]:
        """The nodes, and the frames and notes, that are taken along with the selected ones."""
        nodes, marks = frozenset[str](), self.chosen
        for id_ in self.chosen:
            more, inner = self.inside(id_)
            nodes, marks = nodes | more, marks | inner
        return nodes, marks

    def shift(self, ids: Collection[str], way: QPointF) -> None:
        """Show these so far from where the document has them, while the mouse carries them."""
        for id_ in ids:
            item = self.items[id_]
            left, top, _, _ = box_of(item.mark)
            item.setPos(QPointF(left, top) + way)

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

    def _make_way(self, nodes: frozenset[str]) -> None:
        if nodes:
            self.choose(frozenset())

    def _repaint(self) -> None:
        for item in self.items.values():
            item.update()
