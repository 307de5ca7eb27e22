"""Drawing a wire, with every place judged while the mouse is over it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from builder.canvas.gesture import THRESHOLD, Gesture, Modifiers
from builder.canvas.hit import hit
from builder.document import edits, topology
from builder.document.edits import EditRefused
from builder.document.graph import Graph, OutputRef, PortRef, Wire
from builder.document.project import Project

if TYPE_CHECKING:
    from builder.canvas.view import CanvasView


class DrawWire(Gesture):
    """Draws a wire from an output or an input; `picked` is a wire taken off an input.

    `edits.connect` judges every place the mouse comes over, and what it returns is what a release
    applies. Dropped on nothing, a picked wire is gone, and a new one asks what to add.
    """

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        view: "CanvasView",
        origin: OutputRef | PortRef,
        start: QPointF,
        picked: Wire | None = None,
    ) -> None:
        super().__init__(view)
        self.origin = origin
        self._start = start
        self._pressed = view.hand.place
        self._picked = picked
        self._ports_of = self.document.project.graph.lookup(view.catalog.ports_of)
        self._base = self.document.project
        if picked is not None:
            self._base = edits.disconnect(self._base, (picked,))
        self._moved = False
        self._result: Project | None = None
        self._target: Wire | None = None
        self._reason, self._remark = "", ""
        self._dim = self._unfit()

    def update(self, at: QPointF, keys: Modifiers) -> None:  # noqa: ARG002
        if not self._moved:
            if (at - self._pressed).manhattanLength() * self.scene.ink.scale < THRESHOLD:
                return
            self._moved = True
            self.scene.wires.hide(self._picked)
            self.scene.dim(self._dim)
        under = hit(self.scene, at, aiming=True)
        forward = isinstance(self.origin, OutputRef)
        fits = forward and under.node not in self._dim and under.node != self.origin.node
        self.scene.open_ports(under.node if fits else "")
        under = hit(self.scene, at, aiming=True)
        self._result, self._target, self._reason, self._remark = None, None, "", ""
        end = at
        if under.node:
            self._judge(under.node, under.slot.port if under.slot else "", under.kind)
            if self._result is not None and under.slot is not None:
                end = self._anchor(under.node, under.slot.x, under.slot.y)
        self._show(end, None if not under.node else self._result is not None)
        item = self.scene.nodes.get(under.node)
        names = item if item is not None and under.node not in self._dim else None
        aimed = under.slot.port if under.slot is not None else ""
        direction = self.document.project.layout.direction
        self.view.overlay.names.show_for(names, direction, aimed=aimed)
        self.view.say(self._reason or self._remark, "error" if self._reason else "")

    def commit(self, at: QPointF, keys: Modifiers) -> None:
        if not self._moved:
            self._end()
            return
        self.update(at, keys)
        result, target, reason = self._result, self._target, self._reason
        over_nothing = not hit(self.scene, at, aiming=True).node
        self._end()
        if result is not None and target is not None:
            nodes = self._base.graph.nodes
            title = f"Connect {nodes[target.source.node].name} to {nodes[target.target.node].name}"
            self.document.apply(title, result)
        elif over_nothing and self._picked is not None:
            self.document.apply("Disconnect", self._base)
        elif over_nothing:
            self.view.quick_add(at, link=self.origin)
            self._show(at, None)  # what is chosen will be joined to it
        elif reason:
            self.view.refused.emit(reason)

    def cancel(self) -> None:
        self._end()

    def _show(self, end: QPointF, good: bool | None) -> None:
        """Show the loose wire, up to the end that hangs on the mouse."""
        forward = isinstance(self.origin, OutputRef)
        ends = (self._start, end) if forward else (end, self._start)
        self.view.overlay.show_wire(*ends, self.document.project.layout.direction, good)

    def _end(self) -> None:
        self.view.overlay.hide_wire()
        self.view.overlay.names.show_for(None, "down")
        self.scene.open_ports("")
        self.view.say("")
        self.scene.dim(())
        self.scene.wires.hide(None)

    def _judge(self, node: str, port: str, kind: str) -> None:
        try:
            wire = self._wire_to(node, port, kind)
            connected = edits.connect(self._base, wire, self._ports_of)
            # Put back where it was taken off, a wire keeps its place in the order of a merge.
            back = self._picked is not None and _ends(wire) == _ends(self._picked)
            self._result = self.document.project if back else connected
            self._target = wire
            self._remark = "" if back else _remark(connected.graph)
        except EditRefused as refusal:
            self._reason = str(refusal)

    def _wire_to(self, node: str, port: str, kind: str) -> Wire:
        if isinstance(self.origin, OutputRef):
            if kind == "input":
                return Wire(self.origin, PortRef(node, port))
            if node == self.origin.node:
                return Wire(self.origin, PortRef(node))
            return Wire(self.origin, edits.best_port(self._base, node, self._ports_of))
        if kind == "output":
            return Wire(OutputRef(node, port), self.origin)
        outputs = self._ports_of(self._base.graph.nodes[node]).outputs
        return Wire(OutputRef(node, outputs[0].name if outputs else "output"), self.origin)

    def _anchor(self, node: str, x: float, y: float) -> QPointF:
        return self.scene.nodes[node].scenePos() + QPointF(x, y)

    def _unfit(self) -> set[str]:
        """The nodes where this wire can never end."""
        graph, origin = self._base.graph, self.origin
        if isinstance(origin, OutputRef):
            circle = topology.ancestors(graph, (origin.node,))
            mute = {i for i, n in graph.nodes.items() if not self._ports_of(n).inputs}
        else:
            circle = topology.descendants(graph, (origin.node,))
            mute = {i for i, n in graph.nodes.items() if not self._ports_of(n).outputs}
        return (circle | mute) - {origin.node}


def _ends(wire: Wire) -> tuple[OutputRef, PortRef]:
    return wire.source, wire.target


def _remark(graph: Graph) -> str:
    """What to know of the wire that was drawn last: that its tensor arrives once more."""
    wire = graph.wires[-1]
    if not wire.again:
        return ""
    source, target = graph.nodes[wire.source.node].name, graph.nodes[wire.target.node].name
    times = "twice" if wire.again == 1 else f"{wire.again + 1} times"
    return f"“{target}” will take the tensor of “{source}” {times}."
