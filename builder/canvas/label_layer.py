"""Where all labels of a scene stand: cell by cell, each clear of what is in the cells around.

Cells come in four turns, as a pavement of four colours would have them: no two of one turn are
neighbours. A cell waits for its neighbours of earlier turns, so what stands somewhere depends on
what is near, and neither on the order of edits nor on all that is far away.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Set
from itertools import product

from msgspec import Struct
from PySide6.QtCore import QRectF

from builder.canvas.geometry import Box
from builder.canvas.ink import Ink
from builder.canvas.wire_labels import Blocked, Label, labels
from builder.canvas.wire_shape import WireShape
from builder.document.graph import Wire

Cell = tuple[int, int]
Labels = tuple[Label, ...]


class _Known(Struct):
    """The labels of a cell, what they were found from, and when that was last looked at."""

    labels: Labels
    basis: tuple[object, ...]
    seen: int


class LabelLayer:
    """Finds labels when they are painted and keeps them for as long as nothing near them changes.

    `shapes_in` tells the wires of a cell; none, when there is no such cell.
    """

    def __init__(
        self, ink: Ink, blocked: Blocked, shapes_in: Callable[[Cell], Mapping[Wire, WireShape]]
    ) -> None:
        self._ink = ink
        self._blocked = blocked
        self._shapes_in = shapes_in
        self._known: dict[Cell, _Known] = {}
        self._changed: dict[Cell, int] = {}
        self._now = 0

    @property
    def known(self) -> Set[Cell]:
        """The cells whose labels were asked for."""
        return self._known.keys()

    def forget(self, cells: Collection[Cell]) -> None:
        """In these cells wires are others than before, or nodes stand elsewhere."""
        self._now += 1
        for cell in cells:
            if self._shapes_in(cell):
                self._changed[cell] = self._now
            else:
                self._changed.pop(cell, None)
                self._known.pop(cell, None)

    def of(self, cell: Cell) -> Labels:
        """The labels of a cell."""
        known = self._known.get(cell)
        if known is not None and known.seen == self._now:
            return known.labels
        around = [near for near in _around(cell) if self._shapes_in(near)]
        before = [self.of(near) for near in around if _turn(near) < _turn(cell)]
        changes = tuple((near, self._changed.get(near)) for near in (cell, *around))
        basis = (changes, tuple(before))
        if known is None or known.basis != basis:
            known = self._known[cell] = _Known(self._find(cell, around, before), basis, 0)
        known.seen = self._now
        return known.labels

    def _find(self, cell: Cell, around: list[Cell], before: list[Labels]) -> Labels:
        metrics = self._ink.shape_metrics
        beside: dict[Wire, WireShape] = {}
        for near in around:
            beside |= self._shapes_in(near)
        taken = [_coords(label.box) for told in before for label in told]
        return tuple(
            labels(
                self._shapes_in(cell),
                metrics.horizontalAdvance,
                metrics.height(),
                self._blocked,
                beside,
                taken,
            )
        )


def _coords(rect: QRectF) -> Box:
    return (rect.left(), rect.top(), rect.right(), rect.bottom())


def _around(cell: Cell) -> Iterator[Cell]:
    for across, down in product((-1, 0, 1), repeat=2):
        if across or down:
            yield (cell[0] + across, cell[1] + down)


def _turn(cell: Cell) -> int:
    return cell[0] % 2 + 2 * (cell[1] % 2)
