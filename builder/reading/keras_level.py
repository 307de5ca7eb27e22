"""One level of a Keras model: the layers of one Functional config as nodes of one block."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from builder.catalog.spec import Catalog
from builder.document.blocks import DICT_INPUTS, DICT_OUTPUTS, KIND
from builder.document.blocks import SEQUENTIAL as SEQUENTIAL_BLOCK
from builder.document.graph import (
    BLOCK,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Ports,
    Wire,
)
from builder.reading.keras_calls import call_of
from builder.reading.keras_masks import implicit_masks
from builder.reading.keras_types import Kind, kind_of, numbered_from
from builder.reading.refusal import CannotImport
from builder.reading.sequential import SEQUENTIAL
from builder.reading.values import numbered, params_of, short

_Ref = tuple[str, int, int]


class Whole(Protocol):
    """What collects the nodes of all levels."""

    catalog: Catalog
    nodes: dict[str, Node]

    def read(self, model: Any, parent: str, depth: int) -> Mapping[str, Any]: ...
    def add(self, node: Node) -> None: ...
    def join(self, wires: Sequence[Wire]) -> None: ...
    def free_id(self) -> str: ...
    def remark(self, message: str, node: str | None = None) -> None: ...


class LevelReader:
    """Reads the layers of one model; `parent` is the block that they stand in."""

    def __init__(self, whole: Whole, config: Mapping[str, Any], parent: str, depth: int) -> None:
        self._whole = whole
        self._config = config
        self._parent = parent
        self._depth = depth
        self._layers = _layers(config)
        self._taken = set(self._layers)
        self._calls: dict[tuple[str, int], Node] = {}
        self._ports: dict[str, Ports] = {}

    def read(self) -> None:
        """Add all nodes and wires. Raises CannotImport."""
        hidden = implicit_masks(self._layers)
        entries = [ref[0] for _, ref in _refs(self._config.get("input_layers"))]
        first = dict.fromkeys(name for name in entries if name in self._layers)
        pending: list[tuple[Node, Kind, Any]] = []
        for name in (*first, *(name for name in self._layers if name not in first)):
            if name not in hidden:
                pending += self._nodes_of(name, self._layers[name])
        for node, kind, given in pending:
            self._feed(node, kind, given, hidden)
        self._end()

    # --- nodes

    def _nodes_of(self, name: str, layer: Mapping[str, Any]) -> Iterator[tuple[Node, Kind, Any]]:
        """The nodes of one layer: one for each call of it."""
        kind = kind_of(layer, self._whole.catalog)
        calls = layer.get("inbound_nodes") or []
        if not isinstance(calls, list):
            raise CannotImport(f"The calls of “{short(name)}” cannot be read.")
        if kind.type == INPUT:
            self._calls[name, 0] = self._entry(name, layer)
            return
        owner: Node | None = None
        for place, given in enumerate(calls):
            if kind.is_op or owner is None:
                node = self._made(name if place == 0 else self._free(name), kind, layer)
                owner = node
            else:
                again = self._free(name)
                node = Node(
                    self._whole.free_id(), again, owner.type, shares=owner.id, parent=self._parent
                )
                self._whole.add(node)
            self._calls[name, place] = node
            yield node, kind, given

    def _entry(self, name: str, layer: Mapping[str, Any]) -> Node:
        spec = self._whole.catalog.layers[INPUT]
        config = dict(layer["config"])
        shape = config.get("batch_shape", config.get("batch_input_shape"))
        params, _ = params_of(spec, config, self._whole.catalog)
        if shape is not None:
            batch, *rest = numbered(shape)
            params = {"shape": rest, **params}
            if batch is not None:
                params["batch_size"] = batch
        node = Node(self._whole.free_id(), name, INPUT, params, parent=self._parent)
        self._whole.add(node)
        if shape is None and not self._parent:
            self._whole.remark(
                f"The model was never built, so the shape of “{short(name)}” is not known. Set it.",
                node.id,
            )
        return node

    def _made(self, name: str, kind: Kind, layer: Mapping[str, Any]) -> Node:
        catalog, config = self._whole.catalog, layer["config"]
        spec = catalog.layer(kind.type)
        node = Node(self._whole.free_id(), name, kind.type, parent=self._parent)
        if kind.type == BLOCK:
            node = replace(node, params=_block_params(layer))
            self._whole.add(node)
            self._whole.read(layer, node.id, self._depth + 1)
            return node
        if spec is None:
            node = replace(node, params=kind.kept(config))
            self._whole.remark(kind.unknown(name), node.id)
        else:
            params, faults = params_of(spec, config, catalog)
            if "num_bins" in params:  # what a Discretization has adapted to comes with the weights
                params.pop("bin_boundaries", None)
            node = replace(node, params=params)
            for fault in faults:
                self._whole.remark(f"“{short(name)}” {fault}.", node.id)
        self._whole.add(node)
        return node

    # --- wires

    def _feed(self, node: Node, kind: Kind, given: Any, hidden: frozenset[str]) -> None:
        """Join a call with what it was given, and keep its constants."""
        owner = self._whole.nodes[node.shares] if node.shares is not None else node
        call = call_of(given, owner, kind, self._whole.catalog, self._entries(owner), hidden)
        node = self._whole.nodes[node.id]
        if call.params or call.constants:
            node = replace(
                node, params={**node.params, **call.params}, call={**node.call, **call.constants}
            )
            self._whole.nodes[node.id] = node
        for message in call.remarks:
            self._whole.remark(f"“{short(node.name)}” {message}", node.id)
        self._whole.join(
            [
                Wire(self._source(ref, node.name), PortRef(node.id, port))
                for port, ref in call.tensors
            ]
        )

    def _entries(self, owner: Node) -> tuple[str, ...]:
        """The names of a block's Inputs, in order."""
        return (
            tuple(port.name for port in self._ports_of(owner).inputs) if owner.type == BLOCK else ()
        )

    def _source(self, ref: _Ref, user: str) -> OutputRef:
        """The output that a tensor of the config is. Raises CannotImport for one that is none."""
        name, call, place = ref
        node = self._calls.get((name, call))
        if node is None:
            raise CannotImport(
                f"“{short(user)}” takes a tensor of “{short(name)}” that the file does not make."
            )
        owner = self._whole.nodes[node.shares] if node.shares is not None else node
        if owner.type == INPUT:
            return OutputRef(node.id)
        outputs = self._ports_of(self._whole.nodes[owner.id]).outputs
        if 0 <= place < len(outputs):
            return OutputRef(node.id, outputs[place].name)
        return OutputRef(node.id, "output" if place == 0 else f"output_{place}")

    def _ports_of(self, owner: Node) -> Ports:
        if owner.type != BLOCK:
            return self._whole.catalog.ports_of(owner)
        found = self._ports.get(owner.id)
        if found is None:
            inside = {i: n for i, n in self._whole.nodes.items() if n.parent == owner.id}
            graph = Graph({owner.id: owner, **inside})
            found = self._ports[owner.id] = graph.ports(owner, self._whole.catalog.ports_of)
        return found

    def _end(self) -> None:
        """The Output nodes: by the keys of a dict, else by the layers they come from."""
        refs = list(_refs(self._config.get("output_layers")))
        if not refs:
            raise CannotImport("The model has no outputs, so there is nothing that it computes.")
        keys = {key for key, _ in refs}
        for key, ref in refs:
            wish = key or ("output" if len(refs) == 1 else f"{ref[0]}_output")
            if wish in self._taken and (not key or len(keys) < len(refs)):
                wish = self._free(f"{wish.removesuffix('_output')}_output", first=True)
            self._taken.add(wish)
            node = Node(self._whole.free_id(), wish, OUTPUT, parent=self._parent)
            self._whole.add(node)
            self._whole.join([Wire(self._source(self._counted(ref), wish), PortRef(node.id))])

    def _counted(self, ref: _Ref) -> _Ref:
        """An output with its call counted from 0: a model's own calls are counted from 1 there."""
        name, call, place = ref
        layer = self._layers.get(name)
        return (name, call - numbered_from(layer), place) if layer is not None else ref

    def _free(self, name: str, *, first: bool = False) -> str:
        number = 1
        wish = name if first else f"{name}_{number}"
        while wish in self._taken:
            number += 1
            wish = f"{name}_{number}"
        self._taken.add(wish)
        return wish


def _block_params(model: Mapping[str, Any]) -> dict[str, Any]:
    """What a model inside the model is to Keras."""
    config = model["config"]
    if model["class_name"] == SEQUENTIAL:
        return {KIND: SEQUENTIAL_BLOCK}
    dicts = {DICT_INPUTS: "input_layers", DICT_OUTPUTS: "output_layers"}
    return {name: True for name, key in dicts.items() if isinstance(config.get(key), Mapping)}


def _layers(config: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The layers by name. Raises CannotImport for a list that holds something else."""
    listed = config.get("layers")
    if not isinstance(listed, list):
        raise CannotImport("The model lists no layers.")
    found: dict[str, Mapping[str, Any]] = {}
    for layer in listed:
        if not isinstance(layer, Mapping) or not isinstance(layer.get("config"), Mapping):
            raise CannotImport(
                "A layer of the model cannot be read: expected its class and config."
            )
        name = layer.get("name") or layer["config"].get("name")
        if not isinstance(name, str) or not name or not isinstance(layer.get("class_name"), str):
            raise CannotImport("A layer of the model has no name or no class.")
        if name in found:
            raise CannotImport(f"Two layers of the model are called “{short(name)}”.")
        found[name] = layer
    return found


def _refs(structure: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, _Ref]]:
    """The tensors in a structure of lists and dicts, each with the last key on the way to it."""
    if depth > 8:
        raise CannotImport("The outputs of the model are nested too deep.")
    if isinstance(structure, Mapping):
        for name, inner in structure.items():
            yield from _refs(inner, str(name), depth + 1)
    elif isinstance(structure, list):
        if len(structure) >= 3 and isinstance(structure[0], str) and type(structure[1]) is int:
            place = structure[2] if type(structure[2]) is int else 0
            yield key, (structure[0], structure[1], place)
        else:
            for inner in structure:
                yield from _refs(inner, key, depth + 1)
