"""A node as painted: body, category bar, two lines of text, ports and a badge."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPolygonF, QStaticText
from PySide6.QtWidgets import QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from builder.canvas.faces import Face, line_of
from builder.canvas.geometry import BAR, HEIGHT, PAD, PORT_RADIUS, RADIUS, RARE_RADIUS, WIDTH, Slots
from builder.canvas.ink import BLOCKS, PLAIN, Ink
from builder.catalog.spec import Catalog
from builder.document.blocks import repeats
from builder.document.graph import Node
from builder.document.problems import Severity
from builder.document.project import Point
from builder.engine.messages import NodeReport

BODY = QRectF(0.5, 0.5, WIDTH - 1, HEIGHT - 1)
WHOLE = QRectF(-PAD, -PAD, WIDTH + 2 * PAD, HEIGHT + 2 * PAD)
CARD = 3.5
RING = QRectF(-2.5, -2.5, WIDTH + 5, HEIGHT + 5)
LEFT = BAR + 11
LINK = 20.0
RIGHT = WIDTH - 12
TEXT_WIDTH = RIGHT - LEFT
FIRST_LINE, SECOND_LINE = 15.5, 33.5
BADGE = QPointF(WIDTH - 3, 3)
BADGE_RADIUS = 8.0
_LEAST_TYPE = 84.0
_DIM = 0.3
_BYPASSED = 0.5
_LONGEST = 200


def _bar() -> QPainterPath:
    whole, strip = QPainterPath(), QPainterPath()
    whole.addRoundedRect(QRectF(0, 0, WIDTH, HEIGHT), RADIUS, RADIUS)
    strip.addRect(QRectF(0, 0, BAR, HEIGHT))
    return whole.intersected(strip)


_BAR = _bar()
_TRIANGLE = QPolygonF(
    [BADGE + QPointF(0, -9), BADGE + QPointF(9.5, 7.5), BADGE + QPointF(-9.5, 7.5)]
)


class _Line:
    """A text that is laid out and elided once and painted often."""

    def __init__(
        self,
        text: str,
        font: QFont,
        metrics: QFontMetricsF,
        width: float,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> None:
        # A foreign file's text may be of any length and hold line breaks.
        line = " ".join(text[:_LONGEST].split())
        shown = metrics.elidedText(line, elide, width)
        self.width = metrics.horizontalAdvance(shown)
        self.height = metrics.height()
        self.text = shown
        self.static = QStaticText(shown)
        self.static.setTextFormat(Qt.TextFormat.PlainText)
        self.static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
        self.static.prepare(font=font)

    def paint(self, painter: QPainter, x: float, middle: float) -> None:
        painter.drawStaticText(QPointF(x, middle - self.height / 2), self.static)


class NodeItem(QGraphicsRectItem):
    """One node. The scene tells it what to show; it decides nothing.

    Attributes that the scene sets: `face`, `slots`, `report`, `severity`, `chosen`, `tied` (it shares
    its layer with a chosen one), `hovered`, `dimmed`.
    """

    def __init__(self, face: Face, slots: Slots, at: Point, catalog: Catalog, ink: Ink) -> None:
        super().__init__(WHOLE)
        self.setPos(*at)
        self.setZValue(1)
        self._catalog = catalog
        self._ink = ink
        self.face = face
        self.slots = slots
        self.report: NodeReport | None = None
        self.severity: Severity | None = None
        self.chosen = False
        self.tied = False
        self.hovered = False
        self.dimmed = False
        self._lines: tuple[_Line, _Line, _Line, _Line] | None = None

    def use(self, catalog: Catalog) -> None:
        """What is known of layers is another."""
        self._catalog = catalog
        self.forget_texts()

    @property
    def node(self) -> Node:
        return self.face.node

    @property
    def at(self) -> Point:
        place = self.pos()
        return (place.x(), place.y())

    @property
    def depth(self) -> float:
        """How far the cards under a block reach out, to the right and below."""
        return CARD * self._cards()

    @property
    def type_name(self) -> str:
        if self.face.is_block:
            return "Block"
        spec = self._catalog.layer(self.node.type)
        return spec.name if spec else self.node.type.rpartition(".")[2]

    @property
    def category(self) -> str:
        spec = None if self.face.is_block else self._catalog.layer(self.node.type)
        return spec.category if spec else "Blocks"

    @property
    def count(self) -> str:
        """The number of parameters as text; nothing for none."""
        return f"{self.report.parameters:,}" if self.report and self.report.parameters else ""

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """Name, type, summary and count, before they are fitted to the node's width."""
        return (self.node.name, self.type_name, line_of(self.face, self._catalog), self.count)

    def forget_texts(self) -> None:
        """The node, its report or the theme is another: lay the texts out again when painted."""
        self._lines = None
        self.update()

    def _fitted(self) -> tuple[_Line, _Line, _Line, _Line]:
        ink = self._ink
        name, type_, line, count = self.texts
        gap = 12.0
        name_width = ink.name_metrics.horizontalAdvance(name)
        type_room = max(_LEAST_TYPE, TEXT_WIDTH - gap - name_width)
        type_line = _Line(type_, ink.text_font, ink.text_metrics, type_room)
        name_room = TEXT_WIDTH - gap - type_line.width
        # Its end tells apart what begins alike: conv3_block1_0_bn, conv3_block1_1_bn.
        middle = Qt.TextElideMode.ElideMiddle
        name_line = _Line(name, ink.name_font, ink.name_metrics, name_room, middle)
        count_line = _Line(count, ink.text_font, ink.text_metrics, TEXT_WIDTH)
        rest = TEXT_WIDTH - (count_line.width + gap if count else 0)
        rest -= LINK if self.face.shared is not None else 0
        return (
            name_line,
            type_line,
            _Line(line, ink.text_font, ink.text_metrics, rest),
            count_line,
        )

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002  # Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002  # Qt's signature
    ) -> None:
        ink = self._ink
        if ink.scale < BLOCKS:
            self._paint_block(painter)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        opacity = painter.opacity()
        if self.dimmed:
            painter.setOpacity(opacity * _DIM)
        edge = ink.hover_pen if self.hovered else ink.border_pen
        if self.chosen or self.tied:
            depth = self.depth
            painter.setPen(ink.ring_pen if self.chosen else ink.tie_pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(RING.adjusted(0, 0, depth, depth), RADIUS + 2.5, RADIUS + 2.5)
        if self.node.bypassed:
            self._paint_passing(painter)
            painter.setOpacity(painter.opacity() * _BYPASSED)
        if self.face.is_block:
            self._paint_cards(painter)
        painter.setPen(ink.severity_pens[self.severity] if self.severity else edge)
        painter.setBrush(ink.raised)
        painter.drawRoundedRect(BODY, RADIUS, RADIUS)
        painter.fillPath(_BAR, ink.category(self.category))
        if self.node.bypassed:
            painter.setOpacity(opacity * (_DIM if self.dimmed else 1.0))
        if self._lines is None:
            self._lines = self._fitted()
        name, type_, line, count = self._lines
        indent = LINK if self.face.shared is not None else 0.0
        if self.node.bypassed:
            self._clear_behind(painter, QRectF(LEFT, FIRST_LINE - 8, name.width, 16))
            self._clear_behind(painter, QRectF(LEFT, SECOND_LINE - 8, indent + line.width, 16))
        painter.setPen(ink.secondary if self.node.bypassed else ink.text)
        painter.setFont(ink.name_font)
        name.paint(painter, LEFT, FIRST_LINE)
        if ink.scale >= PLAIN:
            painter.setPen(ink.secondary)
            painter.setFont(ink.text_font)
            type_.paint(painter, RIGHT - type_.width, FIRST_LINE)
            if self.face.shared is not None:
                self._paint_link(painter)
            line.paint(painter, LEFT + indent, SECOND_LINE)
            count.paint(painter, RIGHT - count.width, SECOND_LINE)
            self._paint_ports(painter)
        if self.severity:
            self._paint_badge(painter, self.severity)
        painter.setOpacity(opacity)

    def _paint_block(self, painter: QPainter) -> None:
        ink = self._ink
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        opacity = painter.opacity()
        if self.dimmed or self.node.bypassed:
            painter.setOpacity(opacity * _DIM)
        if self.chosen:
            painter.fillRect(RING.adjusted(-3, -3, 3, 3), ink.accent)
        elif self.severity:
            painter.fillRect(RING.adjusted(-2, -2, 2, 2), ink.severity_brushes[self.severity])
        painter.fillRect(BODY, ink.category(self.category))
        painter.setOpacity(opacity)

    def _paint_passing(self, painter: QPainter) -> None:
        """The tensor goes straight through a bypassed node, from its first port to its last."""
        if self.slots.inputs and self.slots.outputs:
            start, end = self.slots.inputs[0], self.slots.outputs[0]
            painter.setPen(self._ink.chosen_wire_pen if self.chosen else self._ink.wire_pen)
            painter.drawLine(QPointF(start.x, start.y), QPointF(end.x, end.y))

    def _clear_behind(self, painter: QPainter, words: QRectF) -> None:
        """Words on a bypassed node are read, so its wire is left out behind them."""
        opacity = painter.opacity()
        painter.fillRect(words, self._ink.canvas)
        painter.setOpacity(opacity * _BYPASSED)
        painter.fillRect(words, self._ink.raised)
        painter.setOpacity(opacity)

    def _paint_ports(self, painter: QPainter) -> None:
        painter.setPen(self._ink.port_pen)
        painter.setBrush(self._ink.raised)
        for slot in (*self.slots.inputs, *self.slots.outputs):
            radius = RARE_RADIUS if slot.rare else PORT_RADIUS
            painter.drawEllipse(QPointF(slot.x, slot.y), radius, radius)

    def _cards(self) -> int:
        """How many cards lie under the node: one for a block, another one for its copies."""
        return 0 if not self.face.is_block else 2 if repeats(self.face.owner) > 1 else 1

    def _paint_cards(self, painter: QPainter) -> None:
        painter.setPen(self._ink.card_pen)
        painter.setBrush(self._ink.raised)
        for card in range(self._cards(), 0, -1):
            painter.drawRoundedRect(BODY.translated(CARD * card, CARD * card), RADIUS, RADIUS)

    def _paint_link(self, painter: QPainter) -> None:
        """Two links of a chain: this layer is used more than once."""
        painter.setPen(self._ink.link_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for x in (0.0, 6.0):
            painter.drawRoundedRect(QRectF(LEFT + x, SECOND_LINE - 3, 9, 6), 3, 3)
        painter.setPen(self._ink.secondary)

    def _paint_badge(self, painter: QPainter, severity: Severity) -> None:
        ink = self._ink
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink.severity_brushes[severity])
        if severity == "warning":
            painter.drawPolygon(_TRIANGLE)
        else:
            painter.drawEllipse(BADGE, BADGE_RADIUS, BADGE_RADIUS)
        glyph = ink.raised if ink.theme.name == "light" else ink.canvas
        low = 1.5 if severity == "warning" else 0.0
        stem, dot = (-1.2, -5.6) if severity == "info" else (-5.0, 3.2)
        painter.setBrush(glyph)
        painter.drawRoundedRect(
            QRectF(BADGE.x() - 0.95, BADGE.y() + stem + low, 1.9, 6.2), 0.95, 0.95
        )
        painter.drawEllipse(QPointF(BADGE.x(), BADGE.y() + dot + low + 0.6), 1.15, 1.15)
