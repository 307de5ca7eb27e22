"""What a name can stand for while a source is read: plain values, layers, tensors, and unknowns.

Plain Python values (numbers, texts, lists, dicts...) stand for themselves. What is known only by
running the program is an `Unknown`, which remembers how it came about: that is how data plans
are recognised, and how a fault can name the words that made it.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.catalog.spec import LayerSpec

Value = Any
"""A plain value or one of the classes below."""


@dataclass(frozen=True, slots=True)
class Library:
    """Something imported, by its public path: `keras.layers.Dense`, `numpy.arange`."""

    path: str


@dataclass(eq=False, slots=True)
class Unknown:
    """A value that only running the program would tell.

    `what` says how it came about: "call", "attribute", "item", "operation", "array" or "statement".
    `parts` are what it was made of; of a call, the called comes first.
    """

    what: str
    parts: tuple[Value, ...]
    at: ast.AST
    keywords: Mapping[str, Value] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Layer:
    """A layer that was made: calling it twice shares it. `params` are JSON values by name.

    `shape` is what the first layer of a Sequential may say of its input, and for an Input that has
    the shape of another tensor those sizes.
    """

    spec: LayerSpec
    params: dict[str, Any]
    name: str
    at: ast.AST
    named: bool = True
    comment: str = ""
    shape: Value = None
    calls: "list[Call]" = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Operation:
    """An op as the maker of one node: a function that is called on tensors, without weights."""

    spec: LayerSpec
    params: dict[str, Any]
    name: str
    at: ast.AST


@dataclass(eq=False, slots=True)
class Call:
    """A layer, op or model called on tensors: a node to be. Inputs have no `fed`.

    `loops` are the loops (and calls of functions) around it with the turn of each: they tell the
    copies that a loop makes of one call from each other.
    """

    maker: "Layer | Operation | Model"
    fed: tuple[tuple[str, "Tensor"], ...]
    constants: Mapping[str, Any]
    outputs: tuple[str, ...]
    at: ast.AST
    loops: tuple[tuple[ast.AST, int], ...] = ()
    name: str = ""
    variable: str = ""
    comment: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Tensor:
    """One output of a call."""

    call: Call
    output: str = "output"


@dataclass(frozen=True, slots=True)
class SizeOf:
    """The shape of a tensor, or axes of it. `sizes` are known where they are plain to tell."""

    tensor: Tensor
    at: ast.AST = field(compare=False)
    sizes: tuple[int | None, ...] | None = None


@dataclass(eq=False, slots=True)
class Model:
    """A `keras.Model` or `keras.Sequential`.

    `inputs` and `outputs` are tensors with the names of their ports; `keys` are those of a dict
    of outputs (`wishes` are the source's words for them), and `keyed` says that the inputs are one; `kind` is that of a block (see `document.blocks`). `stack` holds the layers of
    a Sequential until it is first needed. `maker` is the function that returned it and `usual`
    the name that this function gives unless told otherwise.
    """

    name: str
    at: ast.AST
    named: bool = True
    inputs: list[tuple[str, Tensor]] = field(default_factory=list)
    outputs: list[tuple[str, Tensor]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    keyed: bool = False
    kind: str = ""
    stack: list[Value] | None = None
    maker: "Function | None" = None
    usual: str = ""
    comment: str = ""
    compiled: "Bound | None" = None
    fitted: "Bound | None" = None
    calls: tuple[Call, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """The arguments of one call, as they stood."""

    at: ast.AST
    positional: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(eq=False, slots=True)
class Function:
    """A function of the source, with the names that surround it."""

    node: ast.FunctionDef | ast.Lambda
    scope: "Scope"
    defaults: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Partial:
    """`functools.partial`: something to be called, with some of its arguments."""

    called: Value
    values: tuple[Value, ...]
    keywords: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value, not called yet."""

    owner: Value
    name: str
    at: ast.AST = field(compare=False)


@dataclass(frozen=True, slots=True)
class Configured:
    """An object of Keras that is no layer: an optimizer, a loss, an initializer..."""

    group: str
    type: str
    params: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Options:
    """Values by names: those of a plain class, or of `argparse`, as if no option were given."""

    values: dict[str, Value] = field(default_factory=dict)


def sized(value: Value) -> Value:
    """The sizes of a shape where they are known; anything else as it is."""
    return value.sizes if isinstance(value, SizeOf) and value.sizes is not None else value


def opened(value: Value) -> Value:
    """As `sized`, and the items of an array that is written out."""
    if isinstance(value, Unknown) and value.what == "array":
        return value.parts[0]
    return sized(value)


class Scope:
    """Names of a function or of the module, inside those that surround it."""

    __slots__ = ("names", "outer")

    def __init__(self, outer: "Scope | None" = None) -> None:
        self.names: dict[str, Value] = {}
        self.outer = outer

    def find(self, name: str) -> Value:
        """The value of a name. Raises KeyError."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        raise KeyError(name)


def public_path(path: str) -> str:
    """A module's path with Keras inside TensorFlow under its own name."""
    for prefix in ("tensorflow.keras", "tensorflow.python.keras", "tf_keras"):
        if path == prefix or path.startswith(prefix + "."):
            return "keras" + path[len(prefix) :]
    return path
