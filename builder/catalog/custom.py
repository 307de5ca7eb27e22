"""Layers of the user's own: what their source says of them, read and never run.

The source is the text of `custom_layers.py`. A class counts as a layer when it stands at the
module's top level and derives from a layer of Keras or from another class here. Its parameters
come from `__init__`, its ports from `call`.
"""

import ast
import keyword
import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from builder.catalog.ancestry import Heir, keras_path, names_of
from builder.catalog.spec import Kind, LayerSpec, ParamSpec
from builder.document.graph import Port

MODULE = "custom_layers"
FILE = f"{MODULE}.py"
LONGEST = 200_000
"""Characters that a source may have."""
LARGEST = 2**64
"""Whole numbers beyond it are no defaults that a form can show."""

# What every layer takes from Layer itself, and what Keras gives to a call by itself.
_OF_LAYER = {"name", "dtype", "trainable", "activity_regularizer", "autocast"}
_BY_KERAS = {"training"}
# Names that the exported module uses for itself.
_TAKEN = {"keras", "layers", "ops", "np", "pd", "argparse", "os", MODULE}
_KINDS: Mapping[str, Kind] = {"int": "int", "float": "number", "bool": "bool", "str": "text"}
_EXAMPLES: Mapping[Kind, Any] = {"int": 8, "number": 0.5, "bool": False, "text": "", "choice": None}


class CustomLayers(Struct, frozen=True):
    """The layers that a source defines, and what is wrong with it, as sentences.

    `line` is that of the first fault, counted from 1; 0 where it is about no line. `names` are
    all that the source defines at its top level. `heirs` says what the layers derive from, by type;
    what they take over from that is not in their specs yet (see `ancestry.inherited`). `nameless`
    are those that cannot be given a name, each with the line of its `__init__`.
    """

    layers: Mapping[str, LayerSpec] = {}
    faults: tuple[str, ...] = ()
    line: int = 0
    names: frozenset[str] = frozenset()
    heirs: Mapping[str, Heir] = {}
    nameless: Mapping[str, int] = {}


@lru_cache(maxsize=16)
def read_custom(source: str) -> CustomLayers:
    """Read the classes of a source without running it.

    A source that cannot be parsed has no layers and one fault that names the line.
    """
    if len(source) > LONGEST:
        return CustomLayers(
            faults=(f"{FILE} is longer than {LONGEST:,} characters. Move data out of it.",)
        )
    try:
        return _read(ast.parse(source), source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None)
        where = f", line {line}" if line else ""
        what = getattr(error, "msg", None) or "it is nested too deep"
        return CustomLayers(faults=(f"{FILE}{where}: {what}. Mend it there.",), line=line or 0)


def _read(tree: ast.Module, source: str) -> CustomLayers:
    found: dict[str, LayerSpec] = {}
    faults: list[str] = []
    first = 0
    heirs: dict[str, Heir] = {}
    nameless: dict[str, int] = {}
    imported = names_of(tree)
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        base = _base(node, found, imported)
        if not base:
            continue
        if fault := _refusal(node):
            faults.append(fault)
            first = first or node.lineno
            continue
        spec = _spec(node)
        found[spec.type] = spec
        own = (_method(node, name) is not None for name in ("__init__", "call"))
        heirs[spec.type] = Heir(base, *own)
        line = nameless.get(base, 0) if (init := _method(node, "__init__")) is None else init.lineno
        if line and not (init is not None and _takes_name(init)):
            nameless[spec.type] = line
    if not found and not faults and source.strip() and not _has_function(tree):
        faults.append(
            f"{FILE} defines no layer: a class that derives from keras.layers.Layer. "
            "Nor a function, which a Lambda could call."
        )
    names = frozenset(name for node in tree.body for name in given(node))
    return CustomLayers(found, tuple(faults), first, names, heirs, nameless)


def class_of(type_: str) -> str | None:
    """The class's name of a custom layer's type, or None for any other type."""
    module, _, name = type_.partition(".")
    plain = name.isascii() and name.isidentifier() and not keyword.iskeyword(name)
    return name if module == MODULE and plain else None


def given(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top level of a module makes."""
    match statement:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (one.asname or one.name.partition(".")[0] for one in names)
        case ast.Assign(targets=targets):
            yield from (one.id for one in targets if isinstance(one, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name


def _has_function(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.FunctionDef) for node in tree.body)


def _base(node: ast.ClassDef, known: Mapping[str, LayerSpec], imported: Mapping[str, str]) -> str:
    """The type of the layer that a class derives from; nothing if it is no layer."""
    for base in node.bases:
        path = ast.unparse(base)
        name = path.rpartition(".")[2]
        if f"{MODULE}.{name}" in known:
            return f"{MODULE}.{name}"
        if of_keras := keras_path(base, imported):
            return of_keras
        if "layers." in path or name in ("Layer", "Wrapper"):
            return f"keras.layers.{name}"
    return ""


def _refusal(node: ast.ClassDef) -> str | None:
    if node.name in _TAKEN or keyword.issoftkeyword(node.name) or not node.name.isascii():
        return (
            f"{FILE}, line {node.lineno}: a layer cannot be called {node.name} here. Give the "
            "class another name, of the letters A to Z, digits and _."
        )
    init = _method(node, "__init__")
    if init is not None and init.args.vararg is not None:
        return (
            f"{FILE}, line {init.lineno}: {node.name} takes *{init.args.vararg.arg}, which no form "
            "can show. Give its parameters names."
        )
    return None


def _takes_name(init: ast.FunctionDef) -> bool:
    named = (arg.arg for arg, _ in _arguments(init))
    return init.args.kwarg is not None or "name" in named


def _spec(node: ast.ClassDef) -> LayerSpec:
    doc = ast.get_docstring(node) or ""
    call = _method(node, "call")
    return LayerSpec(
        f"{MODULE}.{node.name}",
        node.name,
        "Custom",
        tuple(_params(_method(node, "__init__"))),
        inputs=tuple(_inputs(call)) or (Port("inputs"),),
        outputs=tuple(_outputs(call)),
        summary=doc.partition("\n")[0],
        doc=doc,
        keywords=tuple(re.findall(r"[A-Z][a-z]+", node.name)),
        common=True,
    )


def _method(node: ast.ClassDef, name: str) -> ast.FunctionDef | None:
    return next((m for m in node.body if isinstance(m, ast.FunctionDef) and m.name == name), None)


# --- parameters


def _params(init: ast.FunctionDef | None) -> Iterator[ParamSpec]:
    if init is None:
        return
    for arg, default in _arguments(init):
        if arg.arg not in _OF_LAYER:
            yield _param(arg, default)


def _arguments(function: ast.FunctionDef) -> Iterator[tuple[ast.arg, ast.expr | None]]:
    """Each argument behind `self` with its default."""
    args = function.args
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    yield from list(zip(positional, defaults, strict=True))[1:]
    yield from zip(args.kwonlyargs, args.kw_defaults, strict=True)


def _param(arg: ast.arg, default: ast.expr | None) -> ParamSpec:
    known, value = _literal(default)
    kind, nullable, choices = _annotated(arg.annotation)
    if kind is None:
        kind = _kind_of(value) if known and default is not None else "literal"
    required = default is None
    example = choices[0] if choices else _EXAMPLES.get(kind, 0)
    return ParamSpec(
        arg.arg,
        kind,
        default=None if required or not known else value,
        required=required,
        example=example if required else None,
        nullable=nullable or (not required and (not known or value is None)),
        choices=choices,
    )


def _literal(node: ast.expr | None) -> tuple[bool, Any]:
    """Whether a default is a literal, and its value as JSON; tuples are lists."""
    if node is None:
        return True, None
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False, None
    return (True, _as_json(value)) if _is_json(value) else (False, None)


def _is_json(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_json, value))
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, int) and abs(value) > LARGEST:
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return value is None or isinstance(value, int | float | str)


def _as_json(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    return value


def _kind_of(value: Any) -> Kind:
    return _KINDS.get(type(value).__name__, "literal")


def _annotated(node: ast.expr | None) -> tuple[Kind | None, bool, tuple[str, ...]]:
    """Kind, whether None is among its values, and choices, as an annotation says."""
    if node is None:
        return None, False, ()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return _annotated(ast.parse(node.value, mode="eval").body)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None, False, ()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _either(_parts(node))
    if isinstance(node, ast.Subscript):
        name = ast.unparse(node.value).rpartition(".")[2]
        if name == "Optional":
            kind, _, choices = _annotated(node.slice)
            return kind, True, choices
        if name == "Literal":
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            values = [item.value for item in items if isinstance(item, ast.Constant)]
            if values and all(isinstance(value, str) for value in values):
                return "choice", False, tuple(map(str, values))
        return "literal", False, ()
    return _KINDS.get(ast.unparse(node), "literal"), False, ()


def _parts(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_parts(node.left), *_parts(node.right)]
    return [node]


def _either(parts: list[ast.expr]) -> tuple[Kind | None, bool, tuple[str, ...]]:
    others = [p for p in parts if not (isinstance(p, ast.Constant) and p.value is None)]
    nullable = len(others) < len(parts)
    if len(others) == 1:
        kind, _, choices = _annotated(others[0])
        return kind, nullable, choices
    kinds = {_annotated(part)[0] for part in others}
    return ("number" if kinds == {"int", "number"} else "literal"), nullable, ()


# --- ports


def _inputs(call: ast.FunctionDef | None) -> Iterator[Port]:
    if call is None:
        return
    for arg, default in _arguments(call):
        if arg.arg in _BY_KERAS or arg.arg in _OF_LAYER:
            continue
        if default is None and (names := _taken_apart(call, arg.arg)):
            yield from (Port(name, passing="item") for name in names)
            continue
        several = arg.annotation is not None and ast.unparse(arg.annotation).startswith(
            ("list", "tuple", "Sequence")
        )
        if default is None:
            yield Port(arg.arg, variadic=several)
        elif isinstance(default, ast.Constant) and default.value is None:
            yield Port(arg.arg, variadic=several, optional=True, passing="keyword", rare=True)


def _taken_apart(call: ast.FunctionDef, name: str) -> list[str]:
    """The names of the tensors in a list that the call takes apart: `mean, variance = inputs`."""
    for node in ast.walk(call):
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=parts)], value=ast.Name(id=taken)):
                names = [part.id for part in parts if isinstance(part, ast.Name)]
                if taken == name and len(set(names)) == len(parts):
                    return names
    return []


def _outputs(call: ast.FunctionDef | None) -> Iterator[Port]:
    """One output, or as many as every `return` of the call gives in a tuple, by their names."""
    tuples: list[ast.Tuple] = []
    for node in ast.walk(call) if call is not None else ():
        if isinstance(node, ast.Return):
            if not isinstance(node.value, ast.Tuple):
                yield Port("output")
                return
            tuples.append(node.value)
    if not tuples or len({len(one.elts) for one in tuples}) > 1:
        yield Port("output")
        return
    names = [one.id if isinstance(one, ast.Name) else "" for one in tuples[0].elts]
    plain = all(names) and len(set(names)) == len(names)
    for place, name in enumerate(names):
        yield Port(name if plain else f"output_{place + 1}")
