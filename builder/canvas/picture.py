"""The network, or a part of it, as a picture: PNG or SVG, or on the clipboard."""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, sqrt
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication, QGraphicsItem

from builder.canvas.holding import Things
from builder.canvas.mark_items import MarkItem
from builder.canvas.node_item import NodeItem
from builder.canvas.scene import GraphScene
from builder.canvas.theme import current_theme
from builder.document.graph import Wire

ALL = Things()
MARGIN = 40.0
_MOST_PIXELS = 120_000_000
_LONGEST_SIDE = 32_000


def save_picture(scene: GraphScene, path: Path, scale: float = 2.0, only: Things = ALL) -> None:
    """Draw the network into a file, an SVG if it is called so and a PNG otherwise.

    It shows the present theme, and no selection; `only` some things, if any are named. `scale` is pixels per scene pixel; it shrinks
    for a network so large that no program would open the picture. Raises OSError.
    """
    if path.suffix.lower() == ".svg":
        _save_svg(scene, path, only)
        return
    if not picture(scene, scale, only).save(str(path), "PNG"):  # type: ignore[call-overload]
        raise OSError(f"The picture could not be written to {path}. Is the folder writable?")


def copy_picture(scene: GraphScene, only: Things = ALL) -> None:
    """Put a picture of the network on the clipboard."""
    QApplication.clipboard().setImage(picture(scene, only=only))


def picture(scene: GraphScene, scale: float = 2.0, only: Things = ALL) -> QImage:
    """The network, or a part of it, at so many pixels for one of the scene; fewer if it is huge."""
    with _posed(scene, only) as area:
        scale = min(
            scale,
            sqrt(_MOST_PIXELS / (area.width() * area.height())),
            _LONGEST_SIDE / max(area.width(), area.height()),
        )
        size = QSize(ceil(area.width() * scale), ceil(area.height() * scale))
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(QColor(current_theme().canvas))
        painter = QPainter(image)
        scene.set_scale(max(scale, 1.0))
        scene.render(painter, QRectF(image.rect()), area)
        painter.end()
    return image


def _save_svg(scene: GraphScene, path: Path, only: Things) -> None:
    with _posed(scene, only) as area:
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setFileName(str(path))
        generator.setTitle(scene.document.project.name)
        size = QSize(ceil(area.width()), ceil(area.height()))
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        painter = QPainter()
        if not painter.begin(generator):
            raise OSError(f"The picture could not be written to {path}. Is the folder writable?")
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(current_theme().canvas))
        scene.render(painter, QRectF(0, 0, area.width(), area.height()), area)
        painter.end()


def _left_out(scene: GraphScene, only: Things) -> tuple[list[QGraphicsItem], frozenset[Wire]]:
    """What no part of a picture of `only` these things is: items, and wires that lead out of it."""
    if not any(only):
        return [], frozenset()
    items: list[QGraphicsItem] = [i for id_, i in scene.nodes.items() if id_ not in only.nodes]
    items += [item for id_, item in scene.marks.items.items() if id_ not in only.marks]
    inner = {w for w in scene.wires.shapes if {w.source.node, w.target.node} <= only.nodes}
    return items, frozenset(scene.wires.shapes.keys() - inner)


@contextmanager
def _posed(scene: GraphScene, only: Things) -> Iterator[QRectF]:
    """The scene at full detail without selection or hover, for as long as it is painted."""
    every: list[NodeItem | MarkItem] = [*scene.nodes.values(), *scene.marks.items.values()]
    scale, chosen = scene.ink.scale, [item for item in every if item.chosen]
    wires = scene.chosen_wires
    scene.hover(None)
    scene.choose_wires(frozenset())
    for item in chosen:
        item.chosen = False
    for overlay in scene.overlays:
        overlay.setVisible(False)
    scene.set_scale(1.0)
    hidden, cut = _left_out(scene, only)
    for other in hidden:
        other.setVisible(False)
    scene.wires.take_out(cut)
    box = scene.box(only.nodes) if any(only) else scene.box()
    for mark in only.marks:
        box = box.united(scene.marks.items[mark].box)
    for wire_item in scene.wires.items.values():
        box = box.united(wire_item.rect())
    try:
        yield (box if not box.isNull() else QRectF(0, 0, 320, 120)).adjusted(
            -MARGIN, -MARGIN, MARGIN, MARGIN
        )
    finally:
        scene.wires.put_back(cut)
        for other in hidden:
            other.setVisible(True)
        for item in chosen:
            item.chosen = True
        for overlay in scene.overlays:
            overlay.setVisible(True)
        scene.choose_wires(wires)
        scene.set_scale(scale)
