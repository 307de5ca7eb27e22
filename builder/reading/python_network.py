"""A model that was read, as a graph: nodes on levels, blocks, shared layers and repeated blocks."""

import ast
import re
from collections.abc import Sequence
from typing import Any

from builder.document.blocks import DICT_INPUTS, DICT_OUTPUTS, KIND
from builder.document.edits import free_name
from builder.document.graph import (
    BLOCK,
    DEEPEST,
    INPUT,
    OUTPUT,
    Graph,
    Node,
    OutputRef,
    PortRef,
    Wire,
    told_apart,
)
from builder.document.names import scope_name
from builder.reading.python_ends import calls_of, name_outermost, wished_name
from builder.reading.python_faults import Sources
from builder.reading.python_keras import KerasCalls
from builder.reading.python_values import Call, Layer, Model, Operation, Tensor


class Networks:
    """Puts models down as graphs. Ids are given in the order of the source: n1, n2..."""

    def __init__(self, keras: KerasCalls, sources: Sources) -> None:
        self._keras = keras
        self._sources = sources
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self.lines: dict[str, int] = {}
        self.calls: dict[str, Call] = {}
        self._elsewhere: set[int] = set()
        self._operations: set[str] = set()
        self.outputs: dict[str, str] = {}
        """The ids of the Output nodes of the outermost model, by the names of its outputs."""

    def graph(self, model: Model) -> Graph:
        name_outermost(model)
        makers = self._keras.makers_in(model)
        self._operations = {
            name for one in makers if isinstance(one, Operation) for name in one.spec.operations
        }
        self.outputs = self._level(model, "", 0)
        return Graph(self.nodes, told_apart(self.wires))

    # --- one level

    def _level(self, model: Model, parent: str, depth: int) -> dict[str, str]:
        """Put the nodes of one model down. Returns the ids of its Output nodes by name."""
        if depth > DEEPEST:
            raise self._sources.fault(
                model.at, "{words}: blocks stand inside each other too deeply."
            )
        self._keras.settle(model)
        calls = calls_of(model)
        entries = [tensor.call for _, tensor in model.inputs]
        self._check(model, calls, entries)
        inner = [call for call in calls if call not in entries]
        inner.sort(key=lambda call: call.number)
        taken = {call.maker.name: call for call in entries}
        places: dict[Tensor, OutputRef] = {}
        for entry in dict.fromkeys(entries or [c for c in calls if _is_input(c)]):
            places[Tensor(entry)] = OutputRef(self._put(entry.maker.name, entry, INPUT, parent))
        inner = [call for call in inner if Tensor(call) not in places]
        rows = self._rows(model, inner)
        names = self._names(rows, set(taken), {name for name, _ in model.outputs})
        groups: dict[tuple[int, ...], str] = {}
        for row, name in zip(rows, names, strict=True):
            id_ = self._row(row, name, parent, depth, groups)
            for port, tensor in row[0].fed:
                self.wires.append(Wire(places[tensor], PortRef(id_, port)))
            for output in row[-1].outputs:
                places[Tensor(row[-1], output)] = OutputRef(id_, output)
        return self._ends(model, parent, places)

    def _check(self, model: Model, calls: Sequence[Call], entries: Sequence[Call]) -> None:
        for entry in entries:
            if not _is_input(entry):
                raise self._sources.fault(
                    model.at, "{words}: a model begins at keras.Input; one of its inputs is none."
                )
        for call in calls:
            if _is_input(call) and call not in entries and model.complete:
                raise self._sources.fault(
                    call.at,
                    f"{{words}} feeds the model “{model.name}” but is not among its inputs.",
                )

    def _put(self, name: str, call: Call, type_: str, parent: str, **more: Any) -> str:
        id_ = f"n{len(self.nodes) + 1}"
        self.lines[id_] = getattr(call.at, "lineno", 1)
        self.calls[id_] = call
        params = dict(call.maker.params) if isinstance(call.maker, Layer | Operation) else {}
        params.update(more.pop("params", {}))
        if not parent and type_ == INPUT and "shape" not in params:
            # Inside a block it has the shape of what is connected; out here there is nothing.
            hint = call.maker.shape if isinstance(call.maker, Layer) else None
            params.update({} if hint is None else {"shape": list(hint)})
        self.nodes[id_] = Node(
            id_,
            name,
            type_,
            params,
            dict(call.constants),
            comment=call.comment,
            parent=parent,
            **more,
        )
        return id_

    def _row(
        self,
        row: Sequence[Call],
        name: str,
        parent: str,
        depth: int,
        groups: dict[tuple[int, ...], str],
    ) -> str:
        """Put one call down, or the calls of all copies of a block as one node."""
        call = row[0]
        maker = call.maker
        key = tuple(id(one.maker) for one in row)
        owner = groups.get(key)
        if isinstance(maker, Model):
            if owner is not None:
                return self._put(name, call, BLOCK, parent, shares=owner)
            params: dict[str, Any] = {"repeat": len(row)} if len(row) > 1 else {}
            if maker.kind:
                params[KIND] = maker.kind
            if maker.keyed:
                params[DICT_INPUTS] = True
            if maker.keys:
                params[DICT_OUTPUTS] = True
            id_ = groups[key] = self._put(name, call, BLOCK, parent, params=params)
            self._level(maker, id_, depth + 1)
            return id_
        type_ = maker.spec.type
        if owner is not None:
            id_ = self._put(name, call, type_, parent, shares=owner)
            self.nodes[id_] = Node(
                id_, name, type_, {}, dict(call.constants), owner, call.comment, parent
            )
            return id_
        if id(maker) in self._elsewhere and isinstance(maker, Layer):
            raise self._sources.fault(
                call.at,
                f"{{words}}: the layer “{maker.name}” is used inside a block and outside of it, "
                "which cannot be shown. Make a layer for each.",
            )
        self._elsewhere.add(id(maker))
        groups[key] = id_ = self._put(name, call, type_, parent)
        return id_

    def _ends(self, model: Model, parent: str, places: dict[Tensor, OutputRef]) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, tensor in model.outputs:
            id_ = f"n{len(self.nodes) + 1}"
            self.nodes[id_] = Node(id_, name, OUTPUT, parent=parent)
            self.lines[id_] = getattr(model.at, "lineno", 1)
            self.wires.append(Wire(places[tensor], PortRef(id_)))
            found[name] = id_
        return found

    # --- names

    def _names(self, rows: Sequence[Sequence[Call]], taken: set[str], ends: set[str]) -> list[str]:
        """A name for each node: its layer's, or for a layer that is called again its variable's."""
        said: dict[int, str] = {}
        for row in rows:
            maker = row[0].maker
            name = self._block_name(row) if isinstance(maker, Model) else maker.name
            if isinstance(maker, Operation) or id(maker) in said:
                continue
            said[id(maker)] = name
            named = not isinstance(maker, Operation) and maker.named
            if named and name in taken:
                raise self._sources.fault(
                    maker.at, f"{{words}}: two layers are called “{name[:60]}”. Names are unique."
                )
            taken.add(name) if named else None
        for row in rows:
            if len(row) > 1:  # or its copies would have to be called otherwise
                name = said[id(row[0].maker)]
                taken.update(f"{name}_{place}" for place in range(1, len(row) + 1))
        found: list[str] = []
        first: set[int] = set()
        for row in rows:
            call, maker = row[0], row[0].maker
            if isinstance(maker, Operation) or id(maker) in first:
                wish = wished_name(call.variable)
                name = free_name(taken, maker.name if wish in ends or not wish else wish)
            elif maker.named:
                name = said[id(maker)]
            else:
                name = free_name(taken, self._beside_ops(said[id(maker)]))
            first.add(id(maker))
            taken.add(name)
            found.append(name)
        return found

    def _beside_ops(self, name: str) -> str:
        """The name of a layer that has none of its own: Keras gives some of those to ops as well."""
        stem = re.sub(r"_\d+\Z", "", name)
        return f"{stem}_layer{name[len(stem) :]}" if stem in self._operations else name

    def _block_name(self, row: Sequence[Call]) -> str:
        maker = row[0].maker
        assert isinstance(maker, Model)
        if len(row) == 1:
            return maker.name
        prefix = maker.name.removesuffix("_1")
        return maker.usual if scope_name(maker.usual, "block") == prefix else prefix

    # --- copies

    def _rows(self, model: Model, calls: Sequence[Call]) -> list[list[Call]]:
        """The calls, those of the copies of a repeated block together in one row."""
        users: dict[Tensor, list[Call]] = {}
        for call in calls:
            for _, tensor in call.fed:
                users.setdefault(tensor, []).append(call)
        ends = {tensor for _, tensor in model.outputs}
        rows: list[list[Call]] = []
        done: set[int] = set()
        kept: dict[int, list[Model]] = {}
        for call in calls:
            if call.number in done:
                continue
            row = [call]
            maker = call.maker
            if isinstance(maker, Model):
                if id(maker) in kept:
                    row = self._again(call, kept[id(maker)], users, ends)
                elif maker.name.endswith("_1") and maker.maker is not None:
                    row = self._copies(call, users, ends)
                if len(row) > 1:
                    kept[id(maker)] = [one.maker for one in row if isinstance(one.maker, Model)]
            done.update(one.number for one in row)
            rows.append(row)
        return rows

    def _copies(self, call: Call, users: dict[Tensor, list[Call]], ends: set[Tensor]) -> list[Call]:
        """A call and those behind it, as far as the same loop wrote them for copies of one block."""
        row = [call]
        first = call.maker
        assert isinstance(first, Model)
        stem = first.name[:-1]
        while (after := _next(row[-1], users, ends)) is not None:
            maker = after.maker
            fits = (
                isinstance(maker, Model)
                and maker.maker is first.maker
                and maker.name == f"{stem}{len(row) + 1}"
                and _loops(after) == _loops(call)
                and after.loops != call.loops
                and self._alike(first, maker)
            )
            if not fits:
                break
            row.append(after)
        return row

    def _again(
        self, call: Call, copies: list[Model], users: dict[Tensor, list[Call]], ends: set[Tensor]
    ) -> list[Call]:
        """The same copies called another time, in the same order."""
        row = [call]
        for model in copies[1:]:
            after = _next(row[-1], users, ends)
            if after is None or after.maker is not model:
                return [call]
            row.append(after)
        return row

    def _alike(self, one: Model, other: Model) -> bool:
        """Whether two models are copies of each other, names aside that Keras gave."""
        return _shape_of(self._keras, one) == _shape_of(self._keras, other)


def _next(call: Call, users: dict[Tensor, list[Call]], ends: set[Tensor]) -> Call | None:
    """The only call behind one with one output, if it takes nothing else."""
    if len(call.outputs) != 1:
        return None
    tensor = Tensor(call, call.outputs[0])
    after = users.get(tensor, [])
    if len(after) != 1 or tensor in ends or len(after[0].fed) != 1:
        return None
    return after[0] if len(after[0].outputs) == 1 else None


def _loops(call: Call) -> tuple[ast.AST, ...]:
    return (call.at, *(node for node, _ in call.loops))


def _shape_of(keras: KerasCalls, model: Model) -> tuple[Any, ...]:
    """What a model consists of, to compare copies by."""
    keras.settle(model)
    calls = calls_of(model)
    places = {call.number: place for place, call in enumerate(calls)}
    found: list[Any] = []
    for call in calls:
        maker = call.maker
        inner: Any = (
            _shape_of(keras, maker)
            if isinstance(maker, Model)
            else (maker.spec.type, maker.params, maker.name if _is_named(maker) else "")
        )
        fed = tuple((port, places[t.call.number], t.output) for port, t in call.fed)
        found.append((inner, fed, dict(call.constants), call.outputs))
    outputs = tuple((name, places[t.call.number], t.output) for name, t in model.outputs)
    return (*found, outputs, model.name if not model.maker else "")


def _is_named(maker: Layer | Operation) -> bool:
    return isinstance(maker, Layer) and maker.named


def _is_input(call: Call) -> bool:
    return isinstance(call.maker, Layer) and call.maker.spec.type == INPUT
