"""Hostile strings everywhere: code is what it would be with harmless ones, and nothing besides.

A project is written twice, once with harmless strings and once with any: both sources must be the
same tree but for the contents of their strings and, consistently, the names of variables.
"""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from builder.codegen import generate
from builder.codegen.module import Module
from builder.codegen.notebook import notebook
from builder.document.frames import Frame, Note
from builder.document.graph import BLOCK, INPUT, OUTPUT
from builder.document.plan import Column, Csv, DataPlan, Feature, Target
from builder.document.project import Layout, Project
from tests.codegen.graphs import CATALOG, NASTY
from tests.codegen.networks import Sketch
from tests.thorough import some

_TOKEN = re.compile(r"w\d\d\Z")
_EVIL = (
    *NASTY,
    "__import__('os').system('evil')",
    '"""\nevil()\n"""',
    "{evil()}",
    "{{evil}}",
    "%s\\N{BULLET}\\",
    "# noqa\nevil()",
    "'+evil()+'",
    "\r\nevil()",
    "\x0cevil()",
    "<script>evil()</script>",
    "```\n!evil\n%%bash",
    "build_model",
    "load_data",
    "name",
    "evil\ud7ff\uffff",
)


def project() -> Project:
    """A project with a token in every place that takes a string of the user's."""
    sketch = Sketch()
    sketch.add("w00", INPUT, shape=[5], feature="table", comment="w01")
    sketch.add("w02", "Dense", "w00", units=8, comment="w03")
    sketch.add("w04", "Dense", "w02", shares="w02")
    sketch.add("w05", BLOCK, ports={"w06": "w04"}, repeat=2, comment="w07")
    sketch.into("w05").add("w06", INPUT, comment="w08")
    sketch.add("w09", "Dense", "w06", units=8, activation="relu")
    sketch.add("w10", OUTPUT, "w09").into("")
    sketch.add("w11", BLOCK, ports={"w12": "w05.w10", "w13": "w02"}, dict_inputs=True)
    sketch.into("w11").add("w12", INPUT).add("w13", INPUT)
    sketch.add("w14", "Concatenate", "w12", "w13").add("w15", OUTPUT, "w14")
    sketch.add("w16", OUTPUT, "w12").into("")
    sketch.add("w17", BLOCK, ports={"w18": "w11.w15"}, kind="inline", comment="w19")
    sketch.into("w17").add("w18", INPUT).add("w20", "Flatten", "w18").add("w21", OUTPUT, "w20")
    sketch.into("")
    sketch.add("w22", "Reshape", "w17.w21", target_shape=[4, 4])
    sketch.add("w23", "LSTM", "w22", units=4, return_state=True)
    sketch.add("w24", "Dense", "w23.state_c", units=3).add("w25", OUTPUT, "w24", target="w26")
    sketch.add("w27", "Dense", "w11.w16", units=1).add("w28", OUTPUT, "w27", target="w29")
    columns = (
        *(Column(name) for name in ("w30", "w31")),
        Column("w32", "feature", "category", ("w33", "w34", "w35")),
        Column("w26", "target", "category"),
        Column("w29", "target"),
        Column("w36", "ignore"),
    )
    targets = (
        Target("w26", "multiclass", ("w37", "w38", "w39")),
        Target("w29", "regression"),
    )
    plan = DataPlan(Csv("w40"), columns, (Feature("table", (5,)),), targets, missing="median")
    layout = Layout(
        frames={"f1": Frame("w41", (0.0, 0.0, 9.0, 9.0))},
        notes={"t1": Note("w42", (0.0, 0.0), (9.0, 9.0))},
    )
    return replace(sketch.project("w43", plan), layout=layout, backend="jax")


def told(value: Any, words: Mapping[str, str]) -> Any:
    """A value with other words in place of its tokens, as keys as well."""
    if isinstance(value, str):
        return words[value] if _TOKEN.match(value) else value
    if isinstance(value, Mapping):
        return {told(key, words): told(item, words) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [told(item, words) for item in value]
    return value


def with_words(words: Mapping[str, str]) -> Project:
    return msgspec.convert(told(msgspec.to_builtins(project()), words), Project)


def own_names(tree: ast.AST, *, inside: bool) -> dict[str, str]:
    """The names that a function or a module gives, numbered as they come."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) if not inside:
                found.setdefault(name, f"own {len(found)}")
            case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()) if inside:
                found.setdefault(name, f"local {len(found)}")
    return found


def nodes_of(source: str) -> Iterator[tuple[Any, ...]]:
    """The nodes of a tree in order: strings without contents, own names by their numbers."""
    module = ast.parse(source)
    functions = own_names(module, inside=False)
    for part in module.body:
        names = {**functions, **own_names(part, inside=True)}
        for node in ast.walk(part):
            match node:
                case ast.Constant(value=str()):
                    yield ("text",)
                case ast.Constant(value=value):
                    yield type(value), value
                case ast.FunctionDef(name=name) | ast.arg(arg=name) | ast.Name(id=name):
                    yield type(node), names.get(name, name)
                case ast.Attribute(attr=name) | ast.alias(name=name):
                    yield type(node), name
                case ast.keyword():
                    yield type(node), node.arg
                case _:
                    yield (type(node),)


def cells(module: Module, title: str, kind: str) -> list[str]:
    book = json.loads(notebook(module, title))
    return ["".join(cell["source"]) for cell in book["cells"] if cell["cell_type"] == kind]


_TOKENS = [f"w{place:02}" for place in range(44)]
_HARMLESS = {token: f"word{token[1:]}" for token in _TOKENS}
_words = st.lists(
    st.sampled_from(_EVIL) | st.text(max_size=12), min_size=len(_TOKENS), max_size=len(_TOKENS)
)


def distinct(texts: Sequence[str]) -> dict[str, str]:
    """A word for each token: no two alike, and none that is refused in place of a name."""
    found: dict[str, str] = {}
    for token, text in zip(_TOKENS, texts, strict=True):
        word = text.replace("/", "|") or "empty"
        while word in found.values():
            word += "'"
        found[token] = word
    return found


@settings(max_examples=some(40), deadline=None)
@given(_words)
def test_no_string_adds_anything_to_the_code(texts: Sequence[str]) -> None:
    words = distinct(texts)
    hostile, harmless = (
        generate(with_words(words), CATALOG),
        generate(with_words(_HARMLESS), CATALOG),
    )
    assert list(nodes_of(hostile.source)) == list(nodes_of(harmless.source))
    ours, theirs = (
        cells(module, title, "code") for module, title in ((hostile, words["w43"]), (harmless, "m"))
    )
    assert len(ours) == len(theirs)
    assert list(nodes_of("\n".join(ours))) == list(nodes_of("\n".join(theirs)))
    for text in cells(hostile, words["w43"], "markdown"):
        assert not re.search(r"(?<!\\)<\w", text)
