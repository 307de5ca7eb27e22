"""One call of a layer in a config: which tensors end at which port, and which constants it has."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from builder.catalog.spec import Catalog, LayerSpec
from builder.document.graph import BLOCK, INDEX, Node, Port
from builder.reading.indexing import index_text
from builder.reading.keras_types import Kind
from builder.reading.refusal import CannotImport
from builder.reading.values import Unread, plain, short

_TENSOR = "__keras_tensor__"
_MOST = 10_000

Ref = tuple[str, int, int]


class Call(Struct):
    """`tensors` by port, in order; `params` belong to an op, `constants` to a layer's call."""

    tensors: list[tuple[str, Ref]] = msgspec.field(default_factory=list)
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    constants: dict[str, Any] = msgspec.field(default_factory=dict)
    remarks: list[str] = msgspec.field(default_factory=list)


def call_of(
    given: Any,
    owner: Node,
    kind: Kind,
    catalog: Catalog,
    entries: tuple[str, ...],
    hidden: frozenset[str],
) -> Call:
    """What a call was given. `entries` are the ports of a block, `hidden` the masks left out.

    Raises CannotImport for a call that is not written as Keras 3 does.
    """
    if not isinstance(given, Mapping):
        raise CannotImport(f"The call of “{short(owner.name)}” cannot be read.")
    args, kwargs = given.get("args") or [], given.get("kwargs") or {}
    if not isinstance(args, list) or not isinstance(kwargs, Mapping):
        raise CannotImport(f"The call of “{short(owner.name)}” cannot be read.")
    call = Call()
    if owner.type == BLOCK:
        _enter(call, args, entries)
        args = args[1:]
    elif owner.type == INDEX and args:
        call.tensors += [("inputs", ref) for _, ref in tensors_in(args[0])]
        try:
            call.params["index"] = index_text(args[1] if len(args) > 1 else None)
        except Unread as unread:
            call.remarks.append(f"{unread}.")
        return call
    spec = catalog.layer(owner.type)
    if owner.type != BLOCK:
        _positional(call, args, owner, kind, spec)
    for name, value in kwargs.items():
        if name != "training" or not _baked_training(value, args, kwargs, owner, spec, hidden):
            _named(call, str(name), value, kind, spec, hidden)
    return call


def tensors_in(value: Any, key: str = "", depth: int = 0) -> Iterator[tuple[str, Ref]]:
    """The tensors in an argument, each with the dict key that it stands under."""
    if depth > 16:
        raise CannotImport("The arguments of a call are nested too deep.")
    if isinstance(value, Mapping):
        if value.get("class_name") == _TENSOR:
            yield key, _ref(value)
        else:
            inner = value.get("config") if "class_name" in value else value
            if isinstance(inner, Mapping):
                for name, item in inner.items():
                    yield from tensors_in(item, str(name), depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from tensors_in(item, key, depth + 1)


def _ref(value: Mapping[str, Any]) -> Ref:
    config = value.get("config")
    history = config.get("keras_history") if isinstance(config, Mapping) else None
    if (
        not isinstance(history, list)
        or len(history) != 3
        or not isinstance(history[0], str)
        or not all(type(number) is int for number in history[1:])
    ):
        raise CannotImport(
            "A tensor of the model cannot be read: it does not say where it is from."
        )
    return history[0], history[1], history[2]


def _inputs(spec: LayerSpec | None, owner: Node) -> tuple[Port, ...]:
    """The ports of a call in their order, whether or not the node's parameters show them."""
    if spec is None:
        return (Port("inputs", variadic=True, optional=True),)
    shown = spec.ports(owner.params).inputs
    return shown or spec.inputs


def _enter(call: Call, args: list[Any], entries: tuple[str, ...]) -> None:
    """The tensors that a block is given: by name, or in order."""
    found = list(tensors_in(args[0])) if args else []
    by_name = [key for key, _ in found]
    named = bool(by_name) and all(key in entries for key in by_name)
    for place, (key, ref) in enumerate(found):
        if named:
            call.tensors.append((key, ref))
        elif place < len(entries):
            call.tensors.append((entries[place], ref))


def _positional(
    call: Call, args: list[Any], owner: Node, kind: Kind, spec: LayerSpec | None
) -> None:
    ports = _inputs(spec, owner)
    items = [port for port in ports if port.passing == "item"]
    if items and args:
        given = args[0] if isinstance(args[0], list) else [args[0]]
        for port, item in zip(items, given, strict=False):
            call.tensors += [(port.name, ref) for _, ref in tensors_in(item)]
        args, ports = args[1:], tuple(port for port in ports if port.passing != "item")
    if spec is not None and spec.keyed and args:
        names = {port.name for port in ports}
        call.tensors += [(key, ref) for key, ref in tensors_in(args[0]) if key in names]
        args, ports = args[1:], tuple(port for port in ports if port.passing != "entry")
    left = _left(ports, owner, spec)
    for value in args:
        found = list(tensors_in(value))
        if len(found) > _MOST:
            raise CannotImport("A call takes too many tensors to be shown.")
        next_port = ports[0] if ports else None
        absent = next_port is not None and next_port.optional and value is None
        if next_port is not None and (
            found or absent or not left or _in_place(next_port, left, spec)
        ):
            name = next_port.name
            ports = ports if next_port.passing == "star" or spec is None else ports[1:]
        else:
            name = left.pop(0) if left else ""
        if found and next_port is not None:
            call.tensors += [(name, ref) for _, ref in found]
        elif value is not None:
            _keep(call, name, value, kind, spec)


def _left(ports: tuple[Port, ...], owner: Node, spec: LayerSpec | None) -> list[str]:
    """The names of an op's constants that are in place of no tensor and not told yet, in order."""
    told = {port.name for port in ports} | owner.params.keys()
    params = () if spec is None or spec.is_layer else spec.params
    return [param.name for param in params if param.name not in told]


def _in_place(port: Port, left: list[str], spec: LayerSpec | None) -> bool:
    """Whether a constant stands in place of a port's tensor, and not of a constant before it."""
    if spec is None:
        return True
    before = spec.param(left[0])
    behind = port.passing == "keyword" and before is not None and before.required
    return spec.param(port.name) is not None and not behind


def _named(
    call: Call,
    name: str,
    value: Any,
    kind: Kind,
    spec: LayerSpec | None,
    hidden: frozenset[str],
) -> None:
    found = [ref for _, ref in tensors_in(value) if ref[0] not in hidden]
    if found:
        known = spec is None or any(port.name == name for port in spec.inputs)
        if known:
            call.tensors += [(name, ref) for ref in found]
        else:
            call.remarks.append(f"takes a tensor as “{short(name)}”, which is left out.")
    elif not _nothing(value) and not list(tensors_in(value)):
        _keep(call, name, value, kind, spec)


def _nothing(value: Any) -> bool:
    """Whether an argument is None, or the masks of several tensors that have none."""
    inner = value.values() if isinstance(value, Mapping) else value
    whole = isinstance(value, Mapping | list) and bool(value)
    return value is None or (whole and all(item is None for item in inner))


def _keep(call: Call, name: str, value: Any, kind: Kind, spec: LayerSpec | None) -> None:
    """Keep a constant argument where it belongs, unless it is what Keras takes anyway."""
    try:
        constant = plain(value)
    except Unread as unread:
        call.remarks.append(f"{unread}.")
        return
    if not name:
        call.remarks.append("is called with a constant that has no name here; it is left out.")
    elif kind.is_op:
        call.params[name] = constant
    elif not _baked(name, constant, spec):
        call.constants[name] = constant


def _baked(name: str, value: Any, spec: LayerSpec | None) -> bool:
    """Whether an argument is the default of the call's signature."""
    if spec is None:
        return False
    known = spec.call_param(name)
    return known is not None and value == known.default and type(value) is type(known.default)


def _baked_training(
    value: Any,
    args: list[Any],
    kwargs: Mapping[str, Any],
    owner: Node,
    spec: LayerSpec | None,
    hidden: frozenset[str],
) -> bool:
    """Whether Keras wrote `training` into a call that was made without it.

    It does so with the default of the signature, where it has nothing to convert: one tensor of the
    layer's own dtype, and no argument by name. It notes the mask there as well, if only as None.
    """
    if spec is None or not isinstance(value, bool):
        return False
    if spec.category == "Preprocessing":  # they convert nothing
        return value
    tensor = args[0].get("config") if len(args) == 1 and isinstance(args[0], Mapping) else None
    false = spec.category in _TRAINING_FALSE or spec.name in _TRAINING_FALSE
    if value or not false or tensor is None or set(kwargs) - {"training", "mask"}:
        return False
    if any(port.name == "mask" for port in spec.inputs):
        return "mask" in kwargs and all(ref[0] in hidden for _, ref in tensors_in(kwargs["mask"]))
    dtype = str(owner.params.get("dtype") or "float32").removeprefix("mixed_")
    return isinstance(tensor, Mapping) and tensor.get("dtype") == dtype


_TRAINING_FALSE = ("Regularization", "Recurrent", "SpectralNormalization")
"""Layers whose call has False as default for `training`; others take it from the model around."""
