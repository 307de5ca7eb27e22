"""Python source as a project: what the network is, what it learns from, and how."""

import ast
import re
from collections.abc import Mapping
from typing import cast

from msgspec import Struct
from msgspec.structs import replace

from builder.catalog.spec import Catalog
from builder.document.names import scope_name
from builder.document.project import BACKENDS, Backend, Project
from builder.reading.python_faults import CannotRead, Sources
from builder.reading.python_groups import groups
from builder.reading.python_keras import KerasCalls
from builder.reading.python_network import Networks
from builder.reading.python_plan import Plans
from builder.reading.python_statements import Statements
from builder.reading.python_values import Call, Function, Model, Scope

LONGEST = 4_000_000
"""Signs of a source that is read."""
MOST_WORDS = 600_000
"""Words, signs between them and ends of lines: each may cost Python a kilobyte."""

_WORD = re.compile(r"\w+|[^\w\s]|\n")


class Read(Struct, frozen=True):
    """A project as it was read; `lines` says in which line each node is called, from 1.

    `groups` names the blocks that could be put around the nodes of a large network.
    """

    project: Project
    lines: Mapping[str, int]
    groups: Mapping[str, tuple[str, ...]] = {}


def read_source(text: str, catalog: Catalog) -> Project:
    """The project that a Python source describes. Nothing of the source is run.

    Raises CannotRead, with the place, for what cannot be told without running it.
    """
    return read_with_lines(text, catalog).project


def read_with_lines(text: str, catalog: Catalog) -> Read:
    """As `read_source`, with the line of each node."""
    sources = Sources(text)
    tree = _parsed(text, sources)
    try:
        return _read(tree, sources, catalog)
    except RecursionError:
        raise CannotRead("The source is nested too deeply to be read.") from None


def _parsed(text: str, sources: Sources) -> ast.Module:
    if len(text) > LONGEST:
        raise CannotRead(f"The source has {len(text):,} signs; at most {LONGEST:,} are read.")
    words = sum(1 for _ in _WORD.finditer(text))
    if words > MOST_WORDS:
        raise CannotRead(f"The source has {words:,} words; at most {MOST_WORDS:,} are read.")
    try:
        return ast.parse(text)
    except SyntaxError as fault:
        raise sources.no_python(fault) from None
    except (RecursionError, MemoryError, ValueError) as fault:
        said = str(fault) or "it is nested too deeply"
        raise CannotRead(f"The source cannot be read as Python: {said}.", runs=False) from None


def _read(tree: ast.Module, sources: Sources, catalog: Catalog) -> Read:
    reader = Statements(sources)
    keras = reader.keras = KerasCalls(catalog, sources, reader)
    scope = reader.module(tree)
    model = _found(tree, keras, reader, scope)
    networks = Networks(keras, sources)
    graph = networks.graph(model)
    project = Project(_name(tree, model), graph, dict_inputs=model.keyed)
    functions = [one for one in scope.names.values() if isinstance(one, Function)]
    plans = Plans(catalog, sources, reader, keras)
    project = plans.planned(project, model, networks.outputs, functions)
    if keras.backend in BACKENDS:
        project = replace(project, backend=cast(Backend, keras.backend))
    return Read(project, networks.lines, groups(graph, networks.calls))


def _found(tree: ast.Module, keras: KerasCalls, reader: Statements, scope: Scope) -> Model:
    """The model that the source is about: the one that is trained, or else the last made."""
    if not keras.models and keras.failed is None:
        _call_makers(keras, reader, scope)
    trained = [model for model in keras.models if model.fitted or model.compiled]
    if keras.failed is not None and not trained and (keras.failed_learns or keras.failed_last):
        raise keras.failed
    called = {id(one.maker) for one in reader.made if isinstance(one, Call)}
    alone = [model for model in keras.models if id(model) not in called]
    for model in reversed(trained or alone or keras.models):
        return model
    if keras.failed is not None:
        raise keras.failed
    raise _without_model(tree, reader, scope)


def _without_model(tree: ast.Module, reader: Statements, scope: Scope) -> CannotRead:
    """What a source has in place of a model: one as a class, or a function that is not called."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and any(map(_is_model, node.bases)):
            return reader.fault(
                node,
                "{words} is a model as a class, and only running tells what its call does. Write "
                "it with keras.Model(inputs, outputs), in a function.",
            )
    for node in tree.body:
        if any(isinstance(one, ast.Call) and _is_model(one.func) for one in ast.walk(node)):
            if isinstance(node, ast.ClassDef):
                return reader.fault(
                    node,
                    "{words} makes the network in its methods, which are not read. Make it in a "
                    "function.",
                )
            function = scope.names.get(getattr(node, "name", ""))
            if isinstance(function, Function) and isinstance(node, ast.FunctionDef):
                return reader.fault(
                    node,
                    "{words} is not called in this source, and needs arguments. Call it at the "
                    "end, or give its parameters defaults.",
                )
    return CannotRead(
        "There is no keras.Model in this source. Expected one that is made at the top, or a "
        "function without parameters that returns one."
    )


def _is_model(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in ("Model", "Sequential", "Functional")


def _call_makers(keras: KerasCalls, reader: Statements, scope: Scope) -> None:
    """Call what would make a model: in a source that only defines functions, those that need nothing."""
    for function in tuple(scope.names.values()):
        if isinstance(function, Function) and isinstance(function.node, ast.FunctionDef):
            at = ast.copy_location(ast.Call(ast.Name(function.node.name), [], []), function.node)
            arguments = function.node.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            if all(one.arg in function.defaults for one in named):
                made = reader.invoke(function, [], {}, at)
                if isinstance(made, Model) and not made.complete:
                    keras.models.append(made)


def _name(tree: ast.Module, model: Model) -> str:
    """The project's name in the words of the docstring, if they are those of the model's name."""
    said = re.match(r"(.{0,100}): a network in Keras\.", ast.get_docstring(tree) or "")
    if said and scope_name(said.group(1), "model") == model.name:
        return said.group(1)
    return model.name or "model"
