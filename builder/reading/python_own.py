"""Scripts that bring layers of their own: the classes go to custom_layers.py, the rest is read.

Nothing is run. With a class goes what it speaks of at the script's top level: imports, constants,
functions and other classes.
"""

import ast
import re
import symtable
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from builder.catalog.custom import MODULE, class_of, given, read_custom
from builder.catalog.spec import Catalog
from builder.document.names import scope_name
from builder.document.own import use_own
from builder.document.project import Project
from builder.reading.nesting import nested_by
from builder.reading.python_source import read_with_lines

_BY_KERAS = re.compile(r"(functional|sequential)(_\d+)?")
"""A model's name that nobody chose."""

# As Python counts lines: a form feed ends none, unlike for `splitlines`.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def read_script(text: str, catalog: Catalog, beside: str = "", name: str = "") -> Project:
    """The project that a script describes, with the layers of its own.

    Of a large network, what functions of the script make is gathered in blocks.

    `beside` is the text of the custom_layers.py that stands beside it, `name` the script's own:
    the project's too, if the script names no model. Raises CannotRead.
    """
    rest, own = apart(text)
    custom = joined(beside, own)
    read = read_with_lines(rest, catalog.including(custom))
    project = replace(read.project, graph=nested_by(read.project.graph, read.groups))
    if name and _BY_KERAS.fullmatch(project.name):
        project = replace(project, name=scope_name(name, project.name))
    return with_own(project, custom)


def with_own(project: Project, custom: str) -> Project:
    """A project with the source of layers of its own, if it uses some."""
    return replace(project, custom=custom if use_own(project.graph.nodes.values()) else "")


def joined(custom: str, own: str) -> str:
    """The source of a project's layers with more of them behind."""
    return f"{custom.rstrip()}\n\n\n{own}" if custom.strip() and own else own or custom


def apart(text: str) -> tuple[str, str]:
    """A script without its layers, line for line, and the source of these."""
    names = {class_of(type_) or "" for type_ in read_custom(text).layers}
    if not names:
        return text, ""
    tree = ast.parse(text)  # `read_custom` has parsed it as well
    lines = _LINE.findall(text)
    rest = list(lines)
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            first, last = _span(node)
            rest[first:last] = ["\n"] * (last - first)
            rest[first] = f"from {MODULE} import {node.name}\n"
    return "".join(rest), _source(tree.body, names, lines)


def _source(body: Sequence[ast.stmt], names: set[str], lines: Sequence[str]) -> str:
    """The text of the classes and of all at the top level that they speak of, in its order."""
    givers: dict[str, list[int]] = {}
    for place, statement in enumerate(body):
        for name in given(statement):
            givers.setdefault(name, []).append(place)
    chosen: set[int] = set()
    wanted = list(names)
    while wanted:
        for place in givers.pop(wanted.pop(), ()):
            if place not in chosen:
                chosen.add(place)
                wanted += _spoken_of("".join(lines[slice(*_span(body[place]))]))
    parts: list[str] = []
    for place in sorted(chosen):
        first, last = _span(body[place])
        short = isinstance(body[place], ast.Import | ast.ImportFrom)
        if parts and not short and not parts[-1].endswith("\n"):
            parts[-1] += "\n\n"  # behind the imports
        parts.append("".join(lines[first:last]).rstrip() + ("" if short else "\n\n"))
    return "\n".join(parts).rstrip() + "\n"


def _spoken_of(text: str) -> Iterator[str]:
    """The names of the module that a statement speaks of: those of its functions' own are not."""
    tables = [symtable.symtable(text, "custom_layers", "exec")]
    top = tables[0]
    while tables:
        table = tables.pop()
        tables += table.get_children()
        for one in table.get_symbols():
            if one.is_referenced() and (table is top or one.is_global()):
                yield one.get_name()


def _span(statement: ast.stmt) -> tuple[int, int]:
    """The lines of a statement with its decorators, from 0; the last one is behind it."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    return first - 1, statement.end_lineno or statement.lineno
