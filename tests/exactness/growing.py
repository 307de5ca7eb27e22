"""The one generator of random projects: grown node by node, each kept if the canvas takes it.

Every layer, op and index of the catalogue can come, with parameters of any value that fits their
types; several Inputs of all ranks and dtypes, merges, masks and states, constant arguments of
calls, layers that are called again, blocks of each kind, blocks in blocks, repeats, dicts.
"""

import math
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.catalog.spec import LayerSpec
from builder.codegen.network import reading_order
from builder.codegen.problems import problems
from builder.document import blocks, edits
from builder.document.edits import EditRefused
from builder.document.graph import (
    ASIDE,
    BLOCK,
    INDEX,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    Port,
    PortRef,
    Wire,
)
from builder.document.project import Project
from builder.engine.messages import NodeReport
from tests.exactness.values import params_of

CATALOG = load_catalog()
_LARGEST = 50_000
_TRIES = 4
_INPUTS = 6
Tensor = tuple[tuple[int | None, ...], str]
Inspect = Callable[[Graph], dict[str, NodeReport]]

# Code of the user's own, and an op that answers otherwise each time.
_LEFT = (INPUT, OUTPUT, "keras.layers.Lambda", "keras.ops.image.elastic_transform")
SPECS = tuple(spec for spec in CATALOG.layers.values() if spec.type not in _LEFT and not spec.needs)
_CATEGORIES = tuple(sorted({spec.category for spec in SPECS}))
_SHAPES: tuple[tuple[list[int | None], str], ...] = (
    ([8], "float32"),
    ([6, 4], "float32"),
    ([8, 8, 3], "float32"),
    ([5], "int32"),
    ([None, 4], "float32"),
)


class Source(Struct, frozen=True):
    """A tensor that a wire can bring."""

    ref: OutputRef
    shape: tuple[int | None, ...]
    dtype: str


class Grower:
    """A project that grows by random moves; a move that the canvas marks is taken back."""

    def __init__(self, chance: Random, inspect: Inspect) -> None:
        self._chance = chance
        self._inspect = inspect
        self.project = Project("grown")
        self._reports: dict[str, NodeReport] = {}
        self._made = 0

    def sources(self, level: str = "", largest: float = _LARGEST) -> list[Source]:
        """The tensors of a level that are small enough to go on with."""
        found = []
        for id_, report in self._reports.items():
            if self.project.graph.nodes[id_].parent != level:
                continue
            for name, tensor in report.outputs.items():
                size = 1
                for axis in tensor.shape[1:]:
                    size *= axis or 1
                if size <= largest:
                    found.append(Source(OutputRef(id_, name), tensor.shape, tensor.dtype))
        return found

    def kept(self, project: Project, node: str) -> bool:
        """Take a project if nothing is marked in it but what is still unfinished."""
        level = {one.id for one in project.graph.nodes.values()}
        for problem in problems(project, CATALOG):
            if problem.severity == "error" and problem.node in level:
                return False
        reports = self._inspect(project.graph)
        if any(report.fault is not None for report in reports.values()):
            return False
        if not reports[node].outputs:
            return False
        self.project, self._reports = project, reports
        return True

    def input(self, shape: Sequence[int | None], dtype: str, batch: int | None = None) -> Source:
        params: dict[str, Any] = {"shape": list(shape)}
        if dtype != "float32":
            params["dtype"] = dtype
        if batch is not None:
            params["batch_size"] = batch
        project, id_ = edits.add(self.project, INPUT, (0.0, 0.0), name="given", params=params)
        assert self.kept(project, id_)
        return Source(OutputRef(id_), (batch, *shape), dtype)

    def grow(self, size: int) -> None:
        """Make so many moves."""
        self.input(*self._chance.choice(_SHAPES))
        moves = [self.layer] * 7 + [self.again, self.block, self.stack]
        for _ in range(size):
            self._chance.choice(moves)()

    # --- moves

    def layer(self) -> None:
        """A layer, an op or an index, fed by what there is or by Inputs of its own."""
        for _ in range(_TRIES):
            if self._layer():
                return

    def _layer(self) -> bool:
        chance = self._chance
        category = chance.choice(_CATEGORIES)
        spec = chance.choice([one for one in SPECS if one.category == category])
        params = params_of(chance, spec, CATALOG)
        before = self.project, self._reports
        self._made += 1
        id_ = f"made{self._made}"
        taken = {one.name for one in self.project.graph.level().nodes.values()}
        node = Node(id_, edits.free_name(taken, _name(spec)), spec.type, params)
        call = {
            param.name: chance.random() < 0.5
            for param in spec.call_params
            if param.kind == "bool" and chance.random() < 0.3
        }
        node = replace(node, call=call)
        wires = self._fed(spec, node)
        graph = self.project.graph
        larger = replace(
            self.project, graph=Graph({**graph.nodes, id_: node}, (*graph.wires, *wires))
        )
        if self.kept(larger, id_):
            return True
        self.project, self._reports = before
        return False

    def _fed(self, spec: LayerSpec, node: Node) -> list[Wire]:
        """Wires for the ports of a node; the Inputs that they need are added."""
        chance = self._chance
        fresh = chance.random() < 0.5 or not self.sources()
        wires: list[Wire] = []
        main: Source | None = None
        for port in CATALOG.ports_of(node).inputs:
            wanted = not port.optional or chance.random() < 0.2
            if port.constant and wanted and main is not None and chance.random() < 0.5:
                wanted = port.name not in node.params
            if not wanted:
                continue
            for _ in range(chance.randint(1, 3) if port.variadic else 1):
                tensor = _wanted(spec, port, main)
                source = self._source(tensor, main, fresh=fresh)
                main = main or source
                wires.append(Wire(source.ref, PortRef(node.id, port.name)))
        return wires

    def _source(self, tensor: Tensor, main: Source | None, *, fresh: bool) -> Source:
        """A tensor much like the one that is wanted: there already, or from a new Input."""
        shape, dtype = tensor
        batch = main.shape[0] if main is not None and main.shape else shape[0]
        there = [one for one in self.sources() if one.shape[:1] == (batch,)]
        alike = [one for one in there if one.dtype == dtype and len(one.shape) == len(shape)]
        same = [one for one in alike if main is not None and one.shape == main.shape]
        if self._chance.random() < 0.1:
            alike = there
        if (not fresh or len(self.project.graph.of_type(INPUT)) > _INPUTS) and (same or alike):
            return self._chance.choice(same or alike)
        return self.input(shape[1:], dtype, shape[0])

    def again(self) -> None:
        """A layer or a block that is there already, called once more."""
        nodes = [
            node
            for node in self.project.graph.level().nodes.values()
            if blocks.has_layer(node) and not blocks.is_inline(node) and node.shares is None
        ]
        if not nodes:
            return
        owner = self._chance.choice(nodes)
        project, id_ = blocks.use_again(self.project, owner.id, (0.0, 0.0))
        wires = []
        for wire in project.graph.into(owner.id):
            source = next((s for s in self.sources() if s.ref == wire.source), None)
            if source is None:
                return
            alike = [
                one.ref
                for one in self.sources()
                if one.dtype == source.dtype
                and one.shape[:1] == source.shape[:1]
                and len(one.shape) == len(source.shape)
            ]
            ref = self._chance.choice(alike)
            wires.append(replace(wire, source=ref, target=replace(wire.target, node=id_)))
        graph = project.graph
        self.kept(replace(project, graph=Graph(graph.nodes, (*graph.wires, *wires))), id_)

    def block(self) -> None:
        """Some nodes of any level as a block, of any kind."""
        chance = self._chance
        levels = list(self.project.graph.children)
        level = self.project.graph.level(chance.choice(levels) if levels else "")
        layers = [n.id for n in level.nodes.values() if n.type not in (INPUT, OUTPUT)]
        if not layers:
            return
        chosen = chance.sample(layers, min(len(layers), chance.randint(1, 4)))
        try:
            project, id_ = blocks.group(self.project, chosen, "part")
            kind = chance.choice(blocks.KINDS)
            params: dict[str, Any] = {} if kind == blocks.MODEL else {blocks.KIND: kind}
            for name in (blocks.DICT_INPUTS, blocks.DICT_OUTPUTS):
                if kind == blocks.MODEL and chance.random() < 0.25:
                    params[name] = True
            project = edits.set_params(project, {id_: params})
        except EditRefused:
            return
        inside = project.graph.level(id_)
        ends = [end.id for end in inside.of_type(OUTPUT)]
        entries = {entry.id for entry in inside.of_type(INPUT)}
        # An Input of the model that only an unused port receives is in its code, and then alone.
        if ends and (kind != blocks.INLINE or entries <= set(reading_order(inside, ends))):
            self.kept(project, id_)

    def stack(self) -> None:
        """A block that keeps the shape, several times in a row."""
        chance = self._chance
        floating = [
            s for s in self.sources() if s.dtype == "float32" and len(s.shape) > 1 and s.shape[-1]
        ]
        if not floating:
            return
        source = chance.choice(floating)
        project, block = edits.add(self.project, BLOCK, (0.0, 0.0), name="stack")
        project, start = edits.add(project, INPUT, (0.0, 0.0), name="given", parent=block)
        kinds = ("Dense", "LayerNormalization", "BatchNormalization", "Dropout", "Activation")
        spec = CATALOG.layers[f"keras.layers.{chance.choice(kinds)}"]
        params = spec.example_params()
        if "units" in params:
            params["units"] = source.shape[-1]
        project, inner = edits.add(
            project, spec.type, (0.0, 0.0), name="same", params=params, parent=block
        )
        project, end = edits.add(project, OUTPUT, (0.0, 0.0), name="kept", parent=block)
        wires = [
            Wire(source.ref, PortRef(block, "given")),
            Wire(OutputRef(start), PortRef(inner)),
            Wire(OutputRef(inner), PortRef(end)),
        ]
        graph = Graph(project.graph.nodes, (*project.graph.wires, *wires))
        project = blocks.repeat(replace(project, graph=graph), block, chance.randint(1, 3))
        self.kept(project, block)

    def finish(self) -> None:
        """Outputs for what leads nowhere yet, and for some of the rest."""
        chance = self._chance
        used = {wire.source for wire in self.project.graph.wires}
        inputs = {node.id for node in self.project.graph.of_type(INPUT)}
        tensors = self.sources(largest=math.inf)
        everything = [s.ref for s in tensors if s.ref.node not in inputs]
        loose = [ref for ref in everything if ref not in used]
        more = [ref for ref in everything if ref in used and chance.random() < 0.12]
        for place, ref in enumerate([*loose, *more] or [tensors[0].ref]):
            project, id_ = edits.add(self.project, OUTPUT, (0.0, 0.0), name=f"end_{place}")
            graph = project.graph
            self.project = replace(
                project, graph=Graph(graph.nodes, (*graph.wires, Wire(ref, PortRef(id_))))
            )
        self.project = replace(self.project, dict_inputs=chance.random() < 0.25)


def grown(seed: int, size: int, inspect: Inspect) -> Project:
    """A project that the canvas has nothing against, of so many moves; equal for equal numbers."""
    grower = Grower(Random(seed), inspect)
    grower.grow(size)
    grower.finish()
    return grower.project


def _name(spec: LayerSpec) -> str:
    """A name that Keras gives to no op."""
    return edits.snake_case(spec.name.rpartition(".")[2]) + "_node"


def _wanted(spec: LayerSpec, port: Port, main: Source | None) -> Tensor:
    """The tensor of an example of the layer or op at one of its ports."""
    from builder.engine.worker import catalogue_op_examples as examples

    if spec.type.startswith("keras.ops."):
        return examples.tensor(spec.type.removeprefix("keras.ops."), port.name)
    if port.name in ASIDE and main is not None:
        return _aside(spec, port, main)
    if spec.type == INDEX:
        return (None, 6, 4), "float32"
    return _of_layer(spec)


def _aside(spec: LayerSpec, port: Port, main: Source) -> Tensor:
    batch = main.shape[0] if main.shape else None
    if port.name == "initial_state":
        return (batch, int(spec.example_params().get("units", 8))), "float32"
    if port.name == "count_weights":
        return main.shape, "float32"
    if port.name == "attention_mask":
        return (batch, *main.shape[1:2], *main.shape[1:2]), "bool"
    whole = spec.name in ("Softmax", "Pipeline")
    return (main.shape if whole else main.shape[:2]), "bool"


_BY_NAME: dict[str, Tensor] = {
    "CategoryEncoding": ((None, 4), "int32"),
    "Embedding": ((None, 8), "int32"),
    "HashedCrossing": ((None, 1), "int32"),
    "Hashing": ((None, 1), "int32"),
    "IntegerLookup": ((None, 4), "int64"),
    "MelSpectrogram": ((None, 4096), "float32"),
    "ReversibleEmbedding": ((None, 8), "int32"),
    "STFTSpectrogram": ((None, 4096, 1), "float32"),
    "StringLookup": ((None, 4), "string"),
    "TextVectorization": ((None, 1), "string"),
    "RepeatVector": ((None, 8), "float32"),
    "EinsumDense": ((None, 8), "float32"),
}


def _of_layer(spec: LayerSpec) -> Tensor:
    if spec.name in _BY_NAME:
        return _BY_NAME[spec.name]
    axes = re.search(r"(\d)D", spec.name)
    if spec.name.startswith("ConvLSTM"):
        return (None, 4, *[6] * int(spec.name[-2]), 3), "float32"
    if axes:
        return (None, *[8] * int(axes[1]), 3), "float32"
    if spec.category == "Preprocessing":
        return (None, 8, 8, 3), "float32"
    return (None, 6, 4), "float32"
