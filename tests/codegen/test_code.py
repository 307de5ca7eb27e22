"""Code of the user's own in the module: what it means, laid out as ruff does, and nothing else."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from builder.catalog.code import code_in, runs_code
from builder.catalog.spec import LayerSpec, ParamSpec
from builder.codegen import CannotGenerate, generate
from builder.codegen.code import code, imports_of
from builder.codegen.expressions import flat
from builder.codegen.objects import constructor
from builder.codegen.problems import has_error, problems
from builder.codegen.refusal import Unwritable
from builder.document.graph import Node
from builder.document.plan import KerasObject
from tests.build import chain
from tests.codegen.graphs import CATALOG
from tests.customs import SCALE, catalog_of, with_custom

LAMBDAS = [
    "lambda x: x",
    "lambda  x :x**2",
    "lambda x: x.a**2",
    "lambda x: x.shape[0]**2",
    "lambda x: (x+1)**-2",
    "lambda x: -x**2",
    "lambda x: -x**x(1)",
    "lambda x: not x**-x",
    "lambda x: x**True+x**None",
    "lambda x: x[:, x.shape[1]//2:]",
    "lambda x: x[len(x)::2, :len(x), ::len(x), 1:2]",
    "lambda x: x[ops.shape(x)[0]-1:-1]",
    "lambda x: x[(1, 2)][..., None]",
    "lambda *a, b=2, **k: a",
    "lambda a, /, b, *, c: a",
    "lambda x: {'a': x, 'b': 'it\"s'}",
    "lambda x: 'ä\\n' + b'ab'",
    "lambda x: 1e-7*x if x<1 else 0xFF",
    "lambda x: [y for y in x if y]",
    "lambda x: (lambda y: y)(x)",
    "lambda x: custom_layers.halved(layers.Dense(1)(x))",
]


def test_a_lambda_means_what_was_typed_and_is_laid_out_as_by_ruff(tmp_path: Path) -> None:
    written = [flat(code(text)) for text in LAMBDAS]
    for text, one in zip(LAMBDAS, written, strict=True):
        assert ast.dump(ast.parse(one)) == ast.dump(ast.parse(text))
    page = tmp_path / "page.py"
    page.write_text("".join(f"called({one})\n" for one in written))
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", str(page)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("print", "neither a lambda"),
        ("evil()", "neither a lambda"),
        ("lambda x: x)\nevil(", "neither a lambda"),
        ("lambda x: x\x00", "neither a lambda"),
        ("custom_layers.f()", "neither a lambda"),
        ("custom_layers.class", "neither a lambda"),
        ("lambda x: x" + " + x" * 400, "code of 1,611 characters"),
        ("lambda x: " + "-" * 950 + "x", "nested too deep"),
        ("lambda x: 0x" + "f" * 20_000, "code of 20,012 characters"),
        ("custom_layers.ä", "neither a lambda"),
        ("lambda x: np.abs(x)", "speaks of “np”"),
        ("lambda x: model(x)", "speaks of “model”"),
        ("lambda x: f'{x}'", "f-string"),
        ("lambda x: 1 .real", "f-string"),
        (f"lambda x: {'x + ' * 30}x", "at most 60"),
        ("lambda x: " + "(" * 500, "neither a lambda"),
    ],
)
def test_what_is_no_such_code_is_refused(text: str, words: str) -> None:
    with pytest.raises(Unwritable, match=words):
        code(text)


def test_a_piece_of_code_brings_its_imports() -> None:
    assert set(imports_of("lambda ops: ops")) == set()
    assert set(imports_of("custom_layers.f")) == {"import custom_layers"}
    assert set(imports_of("lambda x: ops.relu(layers)")) == {
        "from keras import ops",
        "from keras import layers",
    }


def test_the_module_imports_custom_layers_and_names_them() -> None:
    known = catalog_of(SCALE)
    project = with_custom(
        chain(
            "Input",
            ("Scale", {"start": 2.0}),
            ("Lambda", {"function": "lambda x: ops.relu('custom_layers.' and x)"}),
            "Output",
            catalog=known,
        )
    )
    lines = generate(project, CATALOG).source.splitlines()
    assert "import custom_layers" in lines
    assert "from keras import layers, ops" in lines
    assert '    x = custom_layers.Scale(start=2.0, name="scale")(inputs)' in lines
    assert not has_error(problems(project, CATALOG))


@pytest.mark.parametrize("text", ["custom_layers.gone", "lambda x: custom_layers.gone(x)"])
def test_a_function_that_is_gone_is_missed(text: str) -> None:
    project = chain("Input", ("Lambda", {"function": text}), "Output", catalog=CATALOG)
    for custom in ("", SCALE):
        other = with_custom(project, custom)
        with pytest.raises(CannotGenerate, match="“lambda” uses gone of custom_layers"):
            generate(other, CATALOG)
        assert has_error(problems(other, CATALOG))
    there = with_custom(project, "def gone(x):\n    return x\n")
    assert "custom_layers.gone" in generate(there, CATALOG).source


def test_a_class_that_is_gone_is_missed() -> None:
    project = with_custom(chain("Input", "Scale", "Output", catalog=catalog_of(SCALE)))
    project = with_custom(project, "")
    with pytest.raises(CannotGenerate, match="“scale” is a Scale of custom_layers"):
        generate(project, CATALOG)
    assert any("no such class" in problem.message for problem in problems(project, CATALOG))
    broken = with_custom(project, "class Scale(:")
    assert "line 1" in " ".join(problem.message for problem in problems(broken, CATALOG))


def held(spec: LayerSpec, param: ParamSpec, text: str) -> Node:
    """A layer with code in one parameter, or in a Lambda that stands there."""
    inner = {"type": "keras.layers.Lambda", "params": {"function": text}}
    value = {"code": text, "layer": inner, "layers": [inner]}[param.kind]
    if param.kind != "code":  # and once more inside another
        deep = {"type": "keras.layers.TimeDistributed", "params": {"layer": inner}}
        value = deep if param.kind == "layer" else [inner, deep]
    return Node("n", "own", spec.type, {**spec.example_params(), param.name: value})


def test_no_code_is_written_that_is_not_asked_about() -> None:
    """Wherever a parameter of any layer takes code, it is among the code to be trusted."""
    text = "lambda x: 7 * x"
    found = 0
    for spec in CATALOG.layers.values():
        for param in spec.params:
            if param.kind in ("code", "layer", "layers"):
                node = held(spec, param, text)
                assert set(code_in(node, CATALOG)) == {text}, (spec.type, param.name)
                assert runs_code(node, CATALOG)
                found += 1
    assert found > 10
    for group, specs in CATALOG.objects.items():
        for thing in specs.values():
            codes = {param.name: text for param in thing.params if param.kind == "code"}
            if codes:
                with pytest.raises(Unwritable):
                    constructor(KerasObject(thing.type, codes), group, CATALOG)
