"""What a person does to the network on the canvas: each method is one undo step.

A command that cannot be done changes nothing and says why. It works on the document, not on
anything painted, so menus, keys, the palette and the outline all give the same commands.
"""

from collections.abc import Callable, Collection
from typing import Any

from builder.canvas.block_commands import BlockCommands
from builder.canvas.document import Document
from builder.canvas.freeze_commands import FreezeCommands
from builder.canvas.geometry import (
    HEIGHT,
    ROW_GAP,
    WIDTH,
    free_place,
    position_of,
    positions_of,
)
from builder.canvas.holding import words
from builder.canvas.mark_commands import MarkCommands
from builder.canvas.part_commands import PartCommands
from builder.canvas.passing import refuse_other_shape
from builder.canvas.place_commands import PlaceCommands
from builder.canvas.refit import refit
from builder.canvas.room import make_room
from builder.catalog.spec import Catalog
from builder.catalog.validate import validate
from builder.document import edits, framing
from builder.document.bypass import bypass
from builder.document.edits import EditRefused
from builder.document.fitting import first_params
from builder.document.graph import INPUT, OUTPUT, OutputRef, PortRef, Wire
from builder.document.project import Point, Project
from builder.document.retype import retype
from builder.engine.messages import NodeReport

Link = OutputRef | PortRef


class Commands:
    """Edits of one document. `refuse` is told the sentence when one cannot be done."""

    def __init__(self, document: Document, catalog: Catalog, refuse: Callable[[str], None]) -> None:
        self.document = document
        self._base = catalog
        self._refuse = refuse
        self.marks = MarkCommands(document)
        self.places = PlaceCommands(document)
        self.freezing = FreezeCommands(document, catalog)
        self.blocks = BlockCommands(document, refuse)
        self.parts = PartCommands(document, catalog, self._do)

    @property
    def catalog(self) -> Catalog:
        """All layers that the open project can have."""
        return self.document.including(self._base)

    # --- adding

    def add(
        self, type_: str, at: Point, *, link: Link | None = None, onto: Wire | None = None
    ) -> str | None:
        """Add a layer with its corner at `at`, joined to `link` or put into the wire `onto`.

        Returns the new node's id, which is selected then.
        """
        ids: list[str] = []

        def edit(project: Project) -> Project:
            project, id_ = self._new(project, type_, at)
            ids.append(id_)
            if onto is not None:
                inserted = edits.insert(project, id_, onto, self.catalog.ports_of)
                return refit(self.document.shown, make_room(inserted, id_), (id_,))
            return self._linked(project, id_, link)

        return ids[0] if self._do(f"Add {self._label(type_)}", edit, ids) else None

    def append(self, type_: str, near: Point = (0.0, 0.0)) -> str | None:
        """Add a layer after the selected one, connected; at `near` on an empty canvas.

        Where the selected layer feeds just one other, the new one goes in between.
        """
        project = self.document.shown
        graph = self.document.project.graph
        before = next(
            (i for i in reversed(tuple(project.graph.nodes)) if i in self.document.selection), None
        )
        down = project.layout.direction == "down"
        if before is not None:
            x, y = position_of(project, before)
            near = (x, y + HEIGHT + ROW_GAP) if down else (x + WIDTH + ROW_GAP, y)
        elif project.graph.nodes:
            places = positions_of(project).values()
            low = max(places, key=lambda at: at[1])
            near = (low[0], low[1] + HEIGHT + ROW_GAP)
        spec = self.catalog.layer(type_)
        link = None
        if before is not None and (spec is None or spec.inputs):
            outputs = graph.ports(graph.nodes[before], self.catalog.ports_of).outputs
            link = OutputRef(before, outputs[0].name) if outputs else None
            onward = project.graph.out_of(before)
            if len(onward) == 1 and spec is not None and spec.outputs:
                return self.add(type_, near, onto=onward[0])
        return self.add(type_, free_place(project, near, project.layout.direction), link=link)

    def _new(self, project: Project, type_: str, at: Point) -> tuple[Project, str]:
        spec = self.catalog.layer(type_)
        if spec is None:
            raise EditRefused(f"Keras {self.catalog.keras} has no layer “{type_}”.")
        name, parent = edits.snake_case(spec.name), self.document.level
        # What feeds a block says what its inputs are.
        port = parent and type_ in (INPUT, OUTPUT)
        params = {} if port else spec.example_params() | first_params(project, type_)
        return edits.add(project, type_, at, name=name, params=params, parent=parent)

    def _linked(self, project: Project, node: str, link: Link | None) -> Project:
        if isinstance(link, OutputRef):
            port = edits.best_port(project, node, self.catalog.ports_of)
            return edits.connect(project, Wire(link, port), self.catalog.ports_of)
        if isinstance(link, PortRef):
            graph = project.graph
            outputs = graph.ports(graph.nodes[node], self.catalog.ports_of).outputs
            if not outputs:
                raise EditRefused(f"“{project.graph.nodes[node].name}” has no output.")
            wire = Wire(OutputRef(node, outputs[0].name), link)
            return edits.connect(project, wire, self.catalog.ports_of)
        return project

    # --- wires

    def connect(self, wire: Wire) -> bool:
        title = f"Connect {self._name(wire.source.node)} to {self._name(wire.target.node)}"
        return self._do(title, lambda p: edits.connect(p, wire, self.catalog.ports_of))

    def cut_wires(self, wires: Collection[Wire]) -> None:
        if wires:
            title = "Cut wire" if len(wires) == 1 else f"Cut {len(wires)} wires"
            self._do(title, lambda project: edits.disconnect(project, wires))

    # --- another type

    def retype(self, nodes: Collection[str], type_: str) -> bool:
        """Replace layers by others of one type, with the wires and parameters that fit both."""
        spec = self.catalog.layer(type_)
        if spec is None or not nodes:
            return False

        def fits(name: str, value: Any) -> bool:
            param = spec.param(name)
            return param is not None and validate(value, param, self.catalog) is None

        def edit(project: Project) -> Project:
            for node in nodes:
                project = retype(
                    project,
                    node,
                    type_,
                    name=edits.snake_case(spec.name),
                    params=spec.example_params(),
                    fits=fits,
                    ports_of=self.catalog.ports_of,
                )
            return project

        return self._do(f"Replace {self._names(nodes)} by {spec.name}", edit)

    def bypass(self, nodes: Collection[str], report_of: Callable[[str], NodeReport | None]) -> bool:
        """Leave layers out of the model, or take them in again if all of them are out.

        `report_of` tells shapes as far as they are known: a layer that changes its tensor's shape
        cannot be passed by.
        """
        graph = self.document.project.graph
        on = not all(graph.nodes[id_].bypassed for id_ in nodes)

        def edit(project: Project) -> Project:
            result = bypass(project, nodes, on)
            for id_ in nodes if on else ():
                refuse_other_shape(graph, id_, report_of)
            return result

        title = "Bypass" if on else "Stop bypassing"
        return self._do(f"{title} {self._names(nodes)}", edit)

    # --- taking away

    def delete(
        self, nodes: Collection[str], wires: Collection[Wire] = (), marks: Collection[str] = ()
    ) -> None:
        """Take nodes, wires, frames and notes away, but not what stands in the frames."""

        def edit(project: Project) -> Project:
            return framing.remove(edits.remove(project, nodes, wires), marks)

        if nodes or wires or marks:
            self._do(f"Delete {self._names(nodes, marks) or 'wire'}", edit)

    def dissolve(self, nodes: Collection[str]) -> None:
        """Take nodes away and join what fed them to what they fed."""

        def edit(project: Project) -> Project:
            for node in nodes:
                project = edits.dissolve(project, node)
            return project

        if nodes:
            self._do(f"Dissolve {self._names(nodes)}", edit)

    # --- names and places

    def rename(self, node: str, name: str) -> str | None:
        """Give a node another name. Returns why that is not possible, or nothing."""
        try:
            project = edits.rename(self.document.project, node, name)
        except EditRefused as refusal:
            return str(refusal)
        self.document.apply(f"Rename {self._name(node)} to {name.strip()}", project)
        return None

    def move(self, places: dict[str, Point]) -> None:
        self._do(f"Move {self._names(places)}", lambda project: edits.move(project, places))

    def move_into(self, node: str, at: Point, wire: Wire) -> bool:
        """Put a node that stands alone into a wire."""

        def edit(project: Project) -> Project:
            moved = edits.move(project, {node: at})
            inserted = edits.insert(moved, node, wire, self.catalog.ports_of)
            return refit(self.document.shown, make_room(inserted, node), (node,))

        return self._do(f"Insert {self._name(node)}", edit)

    def tidy(self) -> None:
        """Lay out the selection, or everything that is shown."""
        from builder.canvas.arrange import arrange

        chosen, shown = self.document.selection, self.document.shown
        several = chosen if len(chosen) > 1 else shown.graph.nodes.keys()
        self._do("Tidy", lambda project: refit(shown, arrange(project, several)))

    # --- inner parts

    def _do(
        self,
        title: str,
        edit: Callable[[Project], Project],
        select: Collection[str] | None = None,
        marks: Collection[str] = (),
    ) -> bool:
        """Apply an edit and select what it made. False when it was refused."""
        try:
            project = edit(self.document.project)
        except EditRefused as refusal:
            self._refuse(str(refusal))
            return False
        self.document.apply(title, project)
        if select is not None:
            self.document.select(frozenset(select), frozenset(marks))
        return True

    def _label(self, type_: str) -> str:
        spec = self.catalog.layer(type_)
        return spec.name if spec else type_.rpartition(".")[2]

    def _name(self, node: str) -> str:
        return self.document.project.graph.nodes[node].name

    def _names(self, nodes: Collection[str], marks: Collection[str] = ()) -> str:
        return words(self.document.project, nodes, marks)
