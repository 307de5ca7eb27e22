"""The scene: keeps items in step with the project by comparing the old value with the new.

The scene follows; it decides nothing. A scene that was led through any number of edits shows the
same as one made afresh from the last value (`snapshot` says what that is).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from PySide6.QtCore import QRectF, Signal

from builder.canvas.carrier import Carrier
from builder.canvas.differences import rewired
from builder.canvas.document import Document
from builder.canvas.faces import face_of, shared_layers, shows_others, tied_to
from builder.canvas.findings import Findings
from builder.canvas.geometry import (
    HEIGHT,
    UNORDERED,
    WIDTH,
    Box,
    Slots,
    around,
    body,
    positions_of,
    slots_of,
)
from builder.canvas.ink import OVERVIEW
from builder.canvas.item_scene import ItemScene
from builder.canvas.node_item import NodeItem
from builder.canvas.overview_item import OverviewItem
from builder.canvas.routing import Route, route
from builder.canvas.shapes import short_shape
from builder.canvas.theme import theme_changed
from builder.canvas.wire_shape import WireShape
from builder.catalog.spec import Catalog
from builder.document.graph import Graph, Wire
from builder.document.problems import Problem
from builder.document.project import Point, Project
from builder.engine.messages import NodeReport

_MARGIN = 2000.0


class GraphScene(ItemScene):
    """Shows a document's project.

    Attributes:
        chosen_wires: wires that are selected; the view's matter, not the document's.

    Signals:
        wires_chosen(): other wires are selected.
    """

    wires_chosen = Signal()

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__(document, catalog)
        self.chosen_wires: frozenset[Wire] = frozenset()
        self._whole = Graph()
        self._shown = Project()
        self._special: set[str] = set()
        self._tied: set[str] = set()
        self._reports: Mapping[str, NodeReport] = {}
        self._late: Mapping[str, NodeReport] | None = None
        self._findings = Findings()
        self._carrier = Carrier(self, self.wires, self.ink, self._stretched)
        self._overview = OverviewItem(self.ink)
        self.addItem(self._overview)
        self._far = False
        self._hovered: str | None = None
        self._open = ""
        document.changed.connect(self._reconcile)
        document.level_changed.connect(self._reconcile)
        document.selection_changed.connect(self._show_selection)
        theme_changed.connect(self._repaint)
        self._reconcile()
        self._show_selection(document.selection)

    # --- what others tell

    def show_reports(self, reports: Mapping[str, NodeReport]) -> None:
        """Show what Keras said: parameter counts on nodes, shapes on wires, faulty wires."""
        if not self._carrier.is_empty:
            self._late = reports  # wires lie where the mouse has them
            return
        graph = self._shown.graph
        self._reports = reports
        wires: dict[Wire, None] = {}
        for id_, item in self.nodes.items():
            report = reports.get(id_)
            before, item.report = item.report, report
            if before == report:
                continue
            item.forget_texts()
            wires |= dict.fromkeys(graph.out_of(id_))
            if (before and before.fault) != (report and report.fault):
                wires |= dict.fromkeys(graph.into(id_))
        self.wires.lay({wire: self._shape(wire) for wire in wires})
        self._refresh_overview()

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show badges on the nodes that have problems."""
        self._findings = Findings(problems)
        for id_, item in self.nodes.items():
            severity = self._findings.severity(self._whole, id_)
            if item.severity != severity:
                item.severity = severity
                item.update()
        self._refresh_overview()

    def show_progress(self, output_node: str, losses: Sequence[float], text: str) -> None:
        """Show the loss so far beside an Output node. No losses and no text take the card away."""
        self._sparks.show(output_node, self.nodes, losses, text)

    def forget_progress(self) -> None:
        """Take all losses away: they are of a project that is no longer open."""
        self._sparks.clear()

    # --- what is known of a node

    def problems_of(self, node: str) -> Sequence[Problem]:
        """The problems of a node, and for a block of all that is inside as well."""
        return self._findings.of(self._whole, node)

    def report_of(self, node: str) -> NodeReport | None:
        return self._reports.get(node)

    # --- what a view and its gestures show while they last

    def set_scale(self, scale: float) -> None:
        """The view is zoomed to `scale`: choose between all items and the overview."""
        self.ink.scale = scale
        far = scale < OVERVIEW
        if far != self._far:
            self._far = far
            for item in self.nodes.values():
                item.setVisible(not far)
            self.wires.set_visible(not far)
            self._overview.setVisible(far)
            self._carrier.set_far(far)
            self._refresh_overview()

    def choose_wires(self, wires: frozenset[Wire]) -> None:
        other = wires != self.chosen_wires
        self.chosen_wires = wires
        self.wires.mark(wires)
        if other:
            self.wires_chosen.emit()

    def mark(self, wire: Wire | None) -> None:
        """Highlight the wire that something is about to stand in."""
        self.wires.mark(self.chosen_wires if wire is None else self.chosen_wires | {wire})
        self._carrier.fade(wire is not None)

    def dim(self, nodes: Collection[str]) -> None:
        """Fade the nodes that a gesture cannot end at."""
        for id_, item in self.nodes.items():
            if item.dimmed != (id_ in nodes):
                item.dimmed = id_ in nodes
                item.update()

    def hover(self, node: str | None) -> None:
        """Let the node under the mouse stand out."""
        for id_ in {self._hovered, node} - {None}:
            if id_ in self.nodes:
                self.nodes[id_].hovered = id_ == node
                self.nodes[id_].update()
        self._hovered = node

    def open_ports(self, node: str) -> None:
        """Show the rare inputs of the node that a wire is drawn to."""
        touched = self.nodes.keys() & ({self._open, node} if node != self._open else set())
        self._open = node
        for id_ in touched:
            self.nodes[id_].slots = self._slots(id_)
            self.nodes[id_].update()
            into = self._shown.graph.into(id_)
            self.wires.lay({wire: self._shape(wire) for wire in into})

    def lift(self, nodes: Collection[str], marks: Collection[str] = ()) -> None:
        """Take things off the canvas, to be carried. The wires of nodes come along or stretch."""
        chosen = {id_: item for id_, item in self.nodes.items() if id_ in nodes}
        held = [self.marks.items[id_] for id_ in marks]
        self._carrier.lift(chosen, held, self._shown.graph, self._far)
        self._refresh_overview()

    def carry(self, dx: float, dy: float) -> None:
        self._carrier.carry(dx, dy)

    def put_down(self) -> None:
        """End carrying: everything stands where the document says."""
        if not self._carrier.is_empty:
            self._carrier.put_down()
            self._refresh_overview()
            if self._late is not None:
                reports, self._late = self._late, None
                self.show_reports(reports)

    # --- keeping in step

    def _reconcile(self, *_news: object) -> None:
        """Show the document's present value, as far as its level goes."""
        self.put_down()
        self.wires.hide(None)
        new = self.document.shown
        old, self._shown = self._shown, new
        self._whole = self.document.project.graph
        was, now = old.graph, new.graph
        turned = old.layout.direction != new.layout.direction
        known = old.custom == new.custom
        touched = rewired(was, now) if known and not turned else set(now.nodes)
        gone = set() if was.wires is now.wires else set(was.wires) - set(now.wires)
        boxes = self._remove([id_ for id_ in self.nodes if id_ not in now.nodes])
        boxes += self._place(old, new, touched)
        if not known:
            for item in self.nodes.values():
                item.use(self.catalog)
        touched |= self._reshape_blocks(now)
        if list(self.nodes) != list(now.nodes):
            self.nodes = {id_: self.nodes[id_] for id_ in now.nodes}
        touched |= {
            wire.target.node
            for id_ in touched
            for wire in now.out_of(id_)
            if now.nodes[wire.target.node].type in UNORDERED
        }
        for id_ in touched & now.nodes.keys():
            self.nodes[id_].slots = self._slots(id_)
            self.nodes[id_].update()
        self.wires.drop(gone)
        stale = {w for id_ in touched for w in (*now.into(id_), *now.out_of(id_))}
        stale |= self.wires.reached(boxes)
        self.wires.lay({wire: self._shape(wire) for wire in now.wires if wire in stale})
        self.choose_wires(self.chosen_wires & self.wires.shapes.keys())
        self.wires.place_labels(boxes)
        self._grow(boxes)
        self._show_ties()
        self._refresh_overview()

    def _reshape_blocks(self, now: Graph) -> set[str]:
        """Blocks and shared layers also change with what is elsewhere. Returns which did."""
        special = {i for i, n in now.nodes.items() if shows_others(n)}
        special |= shared_layers(self._whole) & now.nodes.keys()
        changed = set()
        for id_ in (special | self._special) & now.nodes.keys():
            item, face = self.nodes[id_], face_of(self._whole, now.nodes[id_])
            if face.is_block:
                item.severity = self._findings.severity(self._whole, id_)
                changed.add(id_)  # its ports are inside
            if face != item.face:
                item.face = face
                item.forget_texts()
        self._special = special
        return changed

    def _remove(self, ids: Iterable[str]) -> list[Box]:
        boxes = []
        for id_ in ids:
            item = self.nodes.pop(id_)
            boxes.append(body(item.at))
            self._sparks.lose(id_)
            self._obstacles.take(id_)
            self.removeItem(item)
        return boxes

    def _place(self, old: Project, new: Project, touched: set[str]) -> list[Box]:
        """Add and move nodes. Returns where they were and are; adds to `touched` what changed."""
        boxes = []
        before, places = positions_of(old), positions_of(new)
        for id_, node in new.graph.nodes.items():
            item, at = self.nodes.get(id_), places[id_]
            if item is None:
                self._add(id_, at)
            else:
                if item.node is not node and item.node != node:
                    item.face = face_of(self._whole, node)
                    item.forget_texts()
                    touched.add(id_)
                if before[id_] == at:
                    continue
                boxes.append(body(before[id_]))
                item.setPos(*at)
            boxes.append(body(at))
            self._obstacles.put(id_, at)
            touched.add(id_)
        return boxes

    def _add(self, id_: str, at: Point) -> None:
        node = self._shown.graph.nodes[id_]
        item = NodeItem(face_of(self._whole, node), Slots(), at, self.catalog, self.ink)
        item.report = self._reports.get(id_)
        item.severity = self._findings.severity(self._whole, id_)
        item.chosen = id_ in self.document.selection
        if self._far:
            item.setVisible(False)
        self.nodes[id_] = item
        self.addItem(item)
        self._sparks.restore(id_, self.nodes)

    def _slots(self, id_: str) -> Slots:
        graph, direction = self._shown.graph, self._shown.layout.direction
        ports_of = self._whole.lookup(self.catalog.ports_of)
        rare = id_ == self._open
        return slots_of(graph, graph.nodes[id_], ports_of, direction, self._origin, rare=rare)

    def _origin(self, wire: Wire) -> Point:
        """Where a wire comes from: first along the side of the node it ends at, then away from it.

        Of two straight ahead the further one goes first: its lane passes on the left.
        """
        x, y = self.nodes[wire.source.node].at
        return (x, y) if self._shown.layout.direction == "down" else (y, x)

    def _ends(self, wire: Wire) -> tuple[Point, Point]:
        source, target = self.nodes[wire.source.node], self.nodes[wire.target.node]
        out = source.slots.of_output(wire.source.output)
        into = next((slot for slot in target.slots.inputs if slot.wire == wire), None)
        a, b = source.scenePos(), target.scenePos()
        start = (a.x() + (out.x if out else WIDTH / 2), a.y() + (out.y if out else HEIGHT))
        end = (b.x() + (into.x if into else WIDTH / 2), b.y() + (into.y if into else 0.0))
        return start, end

    def _shape(self, wire: Wire) -> WireShape:
        start, end = self._ends(wire)
        direction = self._shown.layout.direction
        taken = route(start, end, self._obstacles, (wire.source.node, wire.target.node), direction)
        report = self._reports.get(wire.source.node)
        tensor = report.outputs.get(wire.source.output) if report else None
        label = short_shape(tensor.shape) if tensor else ""
        target = self._reports.get(wire.target.node)
        alone = len(self._shown.graph.out_of(wire.source.node)) == 1
        return WireShape(taken, direction, label, bool(target and target.fault), alone)

    def _stretched(self, wire: Wire) -> WireShape:
        return WireShape(Route(self._ends(wire)), self._shown.layout.direction)

    # --- painting

    def _show_selection(self, ids: frozenset[str]) -> None:
        for id_, item in self.nodes.items():
            if item.chosen != (id_ in ids):
                item.chosen = id_ in ids
                item.update()
        if ids:
            self.choose_wires(frozenset())
        self._show_ties()
        self._refresh_overview()

    def _show_ties(self) -> None:
        """Mark the nodes that share their layer with a selected one."""
        faces = {id_: self.nodes[id_].face for id_ in self._special}
        tied = tied_to(self.document.selection, faces)
        for id_ in (tied ^ self._tied) & self.nodes.keys():
            self.nodes[id_].tied = id_ in tied
            self.nodes[id_].update()
        self._tied = tied

    def _refresh_overview(self) -> None:
        if self._far:
            carried = self._carrier.nodes
            still = (item for id_, item in self.nodes.items() if id_ not in carried)
            self._overview.survey(still, self.wires.items.values())

    def _grow(self, boxes: Collection[Box]) -> None:
        """Keep the index's area around all nodes, changing it rarely: each change sorts anew."""
        if not boxes:
            return
        left, top, right, bottom = around(boxes)
        rect = QRectF(left, top, right - left, bottom - top)
        if not self.sceneRect().contains(rect):
            room = rect.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
            self.setSceneRect(self.sceneRect().united(room))

    def _repaint(self) -> None:
        self.ink.refresh()
        self.update()
