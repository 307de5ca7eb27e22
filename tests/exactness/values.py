"""Values of every kind that a parameter of the catalogue can have, as its type says."""

from collections.abc import Callable
from random import Random
from typing import Any

from builder.catalog.spec import Catalog, LayerSpec, ParamSpec

_DEEPEST = 2
_DTYPES = ("float32", "float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16")
_CASTS = ("float32", "float16", "float64", "int32", "int64", "uint8", "bool")
_INDICES = (":, 0", "...", ":, None", ":, 1:", ":, ::2", "..., 0", ":, -1, ...", "..., :2", ":2")
_TEXTS = ("a", "b", "a b", "'", '"', "\\", "\n", "'''", "#")
_LITERALS: dict[str, list[Any]] = {
    "Cropping2D.cropping": [1, [1, 2], [[1, 0], [0, 2]]],
    "Cropping3D.cropping": [1, [1, 0, 1], [[1, 0], [0, 1], [1, 1]]],
    "ZeroPadding2D.padding": [2, [1, 2], [[1, 0], [0, 2]]],
    "ZeroPadding3D.padding": [1, [1, 0, 1], [[1, 0], [0, 1], [1, 1]]],
    "EinsumDense.equation": ["abc,cd->abd", "ab,bc->ac", "...x,xy->...y"],
    "StringLookup.oov_token": ["", "<?>", 'a "b"'],
    "Hashing.mask_value": ["", 0],
    "norm.ord": [1, 2, "fro", None],
}
# What a lookup must know, for its example to be called at all.
BESIDE: dict[str, dict[str, Any]] = {
    "StringLookup": {"vocabulary": ["a", "b"]},
    "IntegerLookup": {"vocabulary": [1, 2]},
    "TextVectorization": {"vocabulary": ["a", "b"], "output_sequence_length": 4},
}
_INSIDE = ("Dense", "Dropout", "LayerNormalization", "Rescaling", "GRU", "LSTM", "Conv1D")

Made = Callable[[], Any]


def params_of(chance: Random, spec: LayerSpec, catalog: Catalog, depth: int = 0) -> dict[str, Any]:
    """Parameters of a layer or an op: what is required, and a few others, of their own types."""
    found = {**spec.example_params(), **BESIDE.get(spec.name, {})}
    others = [param for param in spec.params if param.keras]
    for param in chance.sample(others, min(len(others), chance.randint(0, 3))):
        make = value_of(chance, param, spec, catalog, depth)
        if make is not None:
            value = None if param.nullable and chance.random() < 0.2 else make()
            if value != param.default:  # what equals it is stored nowhere
                found[param.name] = value
    return found


def value_of(
    chance: Random, param: ParamSpec, spec: LayerSpec, catalog: Catalog, depth: int = 0
) -> Made | None:
    """Makes values that fit a parameter; None where its type does not say what could stand there."""
    told = _LITERALS.get(f"{spec.name}.{param.name}")
    if told is not None:
        return lambda: chance.choice(told)
    low = 0.0 if param.minimum is None else param.minimum
    high = low + 4 if param.maximum is None else min(param.maximum, low + 8)

    def whole() -> int:
        return chance.randint(int(low), max(int(low), int(high)))

    def number() -> float:
        return chance.choice([low, high, round(chance.uniform(low, high), 4)])

    def row(item: Made) -> Any:
        if param.scalar and (param.length == 1 or chance.random() < 0.4):
            return item()
        return [item() for _ in range(param.length or chance.randint(1, 3))]

    def inner() -> Any:
        types = param.choices or tuple(f"keras.layers.{name}" for name in _INSIDE)
        found = catalog.layers[chance.choice(types)]
        return {"type": found.type, "params": params_of(chance, found, catalog, depth + 1)}

    makers: dict[str, Made] = {
        "bool": lambda: chance.random() < 0.5,
        "int": whole,
        "number": lambda: number() if param.group or chance.random() < 0.6 else whole(),
        "ints": lambda: row(whole),
        "numbers": lambda: row(number),
        "axis": lambda: chance.choice([-1, 1, 2, -2, 0, [1], [-1], [1, 2], [-1, -2]]),
        "shape": lambda: [chance.randint(1, 8) for _ in range(chance.randint(1, 3))],
        "texts": lambda: chance.sample(_TEXTS, chance.randint(1, 5)),
        "dtype": lambda: chance.choice(_DTYPES if spec.is_layer else _CASTS),
        "constant": lambda: row(number) if chance.random() < 0.3 else number(),
        "index": lambda: chance.choice(_INDICES),
    }
    if param.kind == "choice" and param.choices:
        return lambda: chance.choice(param.choices)
    if param.kind == "object" and param.group is not None:
        group = param.group
        return lambda: described(chance, catalog, group)
    if param.kind in ("layer", "layers") and depth < _DEEPEST:
        many = param.kind == "layers"
        return lambda: [inner() for _ in range(chance.randint(1, 2))] if many else inner()
    return makers.get(param.kind)


def described(chance: Random, catalog: Catalog, group: str) -> Any:
    """An initializer, a regularizer...: by its short string, or described with parameters."""
    spec = chance.choice([one for one in catalog.objects[group].values() if not one.needs])
    if spec.alias and chance.random() < 0.5:
        return spec.alias
    required = {param.name: param.example for param in spec.params if param.required}
    if group == "activations" or not spec.params:
        return spec.alias or {"type": spec.type, "params": required}
    param = chance.choice(spec.params)
    make = value_of(chance, param, LayerSpec(spec.type, spec.name, "Core"), catalog, _DEEPEST)
    plain = param.kind in ("bool", "int", "number", "choice") and not param.group
    value = make() if make is not None and plain else param.default
    given = {} if value == param.default else {param.name: value}
    return {"type": spec.type, "params": {**required, **given}}
