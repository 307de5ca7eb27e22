"""Many items as one picture, in tiles: to move it is to copy pixels, not to paint a thousand nodes."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import product
from math import floor

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.geometry import Box, around

_Place = tuple[int, int]
_SIDE = 256
_MOST = 256
"""Tiles that are kept, 64 MB on a screen of two pixels to each: those out of sight go first."""


class TiledPicture(QGraphicsItem):
    """Shows items as they look when they come into sight; they themselves are to be hidden.

    A tile is made when it is first seen, and all of them anew at another scale.
    """

    def __init__(self, items: Iterable[QGraphicsItem]) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self._items = tuple(sorted(items, key=QGraphicsItem.zValue))
        self._boxes = [_box(item) for item in self._items]
        left, top, right, bottom = around(self._boxes) if self._boxes else (0.0, 0.0, 0.0, 0.0)
        self._bounds = QRectF(left, top, right - left, bottom - top)
        self._on: dict[_Place, list[QGraphicsItem]] = {}
        self._tiles: dict[_Place, QPixmap] = {}
        self._made_for = (0.0, 0.0)
        self._corner = QPointF()

    def boundingRect(self) -> QRectF:
        return self._bounds

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        world = painter.worldTransform()
        scale, ratio = world.m11(), painter.device().devicePixelRatioF()
        # In pixels of the view from here on: a tile is never stretched.
        origin = QPointF(world.dx(), world.dy())
        seen = QTransform.fromScale(scale, scale).mapRect(option.exposedRect)
        if self._made_for != (scale, ratio):
            self._made_for, self._tiles = (scale, ratio), {}
            # Tiles begin where sight does, none of the first for nothing, and at a whole pixel.
            first = origin + seen.topLeft()
            self._corner = QPointF(floor(first.x()), floor(first.y())) - origin
            self._sort(scale)
        at = QPointF((origin + self._corner).toPoint())
        places = self._places(seen.left(), seen.top(), seen.right(), seen.bottom())
        if len(self._tiles) > _MOST:
            self._tiles = {place: self._tiles[place] for place in places if place in self._tiles}
        painter.resetTransform()
        for column, row in places:
            tile = self._tile(column, row, scale, ratio)
            painter.drawPixmap(at + QPointF(column * _SIDE, row * _SIDE), tile)
        painter.setWorldTransform(world)

    def _sort(self, scale: float) -> None:
        """Note which items each tile shows, so that no tile asks all of them."""
        self._on = defaultdict(list)
        for item, box in zip(self._items, self._boxes, strict=True):
            for place in self._places(*(edge * scale for edge in box)):
                self._on[place].append(item)

    def _places(self, left: float, top: float, right: float, bottom: float) -> list[_Place]:
        """Columns and rows of the tiles that an area touches."""
        x, y = self._corner.x(), self._corner.y()
        columns = range(floor((left - x) / _SIDE), floor((right - x) / _SIDE) + 1)
        rows = range(floor((top - y) / _SIDE), floor((bottom - y) / _SIDE) + 1)
        return list(product(columns, rows))

    def _tile(self, column: int, row: int, scale: float, ratio: float) -> QPixmap:
        tile = self._tiles.get((column, row))
        if tile is None:
            tile = self._tiles[column, row] = self._painted(column, row, scale, ratio)
        return tile

    def _painted(self, column: int, row: int, scale: float, ratio: float) -> QPixmap:
        pixels = round(_SIDE * ratio)
        tile = QPixmap(pixels, pixels)
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        corner = self._corner + QPointF(column * _SIDE, row * _SIDE)
        area = QRectF(corner / scale, corner / scale + QPointF(_SIDE, _SIDE) / scale)
        option = QStyleOptionGraphicsItem()
        painter = QPainter(tile)
        painter.translate(-corner)
        painter.scale(scale, scale)
        for item in self._on.get((column, row), ()):
            painter.save()
            painter.translate(item.pos())
            option.exposedRect = area.translated(-item.pos())
            item.paint(painter, option, None)
            painter.restore()
        painter.end()
        return tile


def _box(item: QGraphicsItem) -> Box:
    place, rect = item.pos(), item.boundingRect()
    left, top = place.x() + rect.left(), place.y() + rect.top()
    return (left, top, left + rect.width(), top + rect.height())
