"""Code of the user's own inside the generated module: a name of `custom_layers`, or a short lambda.

It is parsed and written anew from its tree, so that nothing else gets in and the layout is the
module's. Whether it may be run is not decided here (see `catalog.code` and `storage.trust`).
"""

import ast
import builtins
import keyword
import re
import tokenize
from collections.abc import Iterator

from builder.catalog.custom import FILE, MODULE
from builder.codegen.expressions import Expression
from builder.codegen.literals import string
from builder.codegen.refusal import Unwritable

LONGEST = 60
"""Characters that a lambda may have: it has to stand on one line of the module."""
_MOST_READ = 1000
"""Characters of a lambda that is looked at, however it is laid out."""

IMPORTS = {
    "keras": "import keras",
    "layers": "from keras import layers",
    "ops": "from keras import ops",
    MODULE: f"import {MODULE}",
}
"""What a lambda may speak of besides its own parameters, and the statement that brings it."""

_NAME = re.compile(rf"{MODULE}(\.[A-Za-z_][A-Za-z0-9_]*)+", re.ASCII)
_BUILT_IN = frozenset(dir(builtins))
_SIMPLE = (ast.Name, ast.Constant)
_ODD = (ast.JoinedStr, ast.Await, ast.Yield, ast.YieldFrom)


def code(text: str) -> Expression:
    """A parameter's code as an expression. Raises Unwritable for anything but the two forms."""
    text = text.strip()
    if _is_name(text):
        return (text,)
    if len(text) > _MOST_READ:
        raise Unwritable(f"holds code of {len(text):,} characters; {_ON_A_LINE}")
    tree = _lambda(text)
    if tree is None:
        raise Unwritable(
            "holds code that is neither a lambda nor a name of your own. Write for example "
            f"“lambda x: ops.mean(x, axis=1)”, or {MODULE}.NAME for a function of {FILE}"
        )
    if any(map(_is_odd, ast.walk(tree))):
        raise Unwritable(f"holds a lambda with an f-string or the like. {_INSTEAD}")
    if unknown := sorted(_free(tree) - _BUILT_IN - IMPORTS.keys()):
        raise Unwritable(
            f"holds a lambda that speaks of “{unknown[0]}”, which the module does not know. It may "
            f"use its parameters, keras, ops, layers and {MODULE}. {_INSTEAD}"
        )
    try:
        written = _written(tree)
    except RecursionError:
        raise Unwritable(f"holds a lambda that is nested too deep. {_INSTEAD}") from None
    if len(written) > LONGEST:
        raise Unwritable(f"holds a lambda of {len(written)} characters; {_ON_A_LINE}")
    return (written,)


_INSTEAD = f"Put a function into {FILE} and give its name, {MODULE}.NAME"
_ON_A_LINE = f"at most {LONGEST} fit into a line. {_INSTEAD}"


def _is_name(text: str) -> bool:
    """Whether code is the name of something in the project's own file."""
    return bool(_NAME.fullmatch(text)) and not any(map(keyword.iskeyword, text.split(".")))


def imports_of(text: str) -> Iterator[str]:
    """The import statements that a piece of code needs around it."""
    text = text.strip()
    tree = _lambda(text) if len(text) <= _MOST_READ else None
    names = {MODULE} if _is_name(text) else _free(tree) if tree is not None else set()
    yield from (statement for name, statement in IMPORTS.items() if name in names)


def _lambda(text: str) -> ast.Lambda | None:
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if isinstance(tree, ast.Lambda) else None


def _is_odd(node: ast.AST) -> bool:
    of_number = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Constant)
    return of_number or isinstance(node, _ODD)


def _free(tree: ast.AST) -> set[str]:
    """The names that are used and nowhere given a value."""
    used: set[str] = set()
    bound: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
    return used - bound


# --- the layout


def _written(tree: ast.Lambda) -> str:
    """The tree as ruff leaves it, on one line."""
    text = _quoted(ast.unparse(tree))
    again = ast.parse(text, mode="eval")
    for start, end, new in sorted(_respaced(again, text), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _quoted(source: str) -> str:
    """The same source with its strings as the module writes them, of ASCII signs alone."""
    parts: list[str] = []
    end = 0
    for token in tokenize.generate_tokens(iter([source]).__next__):
        if token.type == tokenize.STRING:
            value = ast.literal_eval(token.string)
            parts.append(source[end : token.start[1]])
            if isinstance(value, str):
                parts.append(string(value))
            elif b'"' in value or b"'" in value:
                raise Unwritable(f"holds bytes with quotes. {_INSTEAD}")
            else:
                parts.append(f'b"{token.string[2:-1]}"')
            end = token.end[1]
    return "".join([*parts, source[end:]])


def _respaced(tree: ast.AST, text: str) -> Iterator[tuple[int, int, str]]:
    """Where spaces differ from what `ast.unparse` writes: (start, end, text instead)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            if _is_hugged(node):
                yield _end(node.left, text), _start(node.right, text), "**"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.BinOp):
            power = node.operand
            if isinstance(power.op, ast.Pow):
                yield _start(power.left, text), _start(power.left, text), "("
                yield _end(power.right, text), _end(power.right, text), ")"
        elif isinstance(node, ast.Slice):
            yield from _colons(node, text)


def _is_hugged(power: ast.BinOp) -> bool:
    """Whether `**` stands without spaces: between names, numbers and attributes of names."""
    return all(map(_is_short, (power.left, power.right)))


def _is_short(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
        if isinstance(node, ast.Constant):
            return False
    if isinstance(node, ast.Constant):
        return node.value is None or isinstance(node.value, int | float)
    return isinstance(node, ast.Name)


def _colons(node: ast.Slice, text: str) -> Iterator[tuple[int, int, str]]:
    """The colons of a slice: with spaces around them where a bound is more than a name."""
    bounds = [bound for bound in (node.lower, node.upper, node.step) if bound is not None]
    if all(_is_simple(bound) for bound in bounds):
        return
    if node.lower is not None:
        yield _end(node.lower, text), _end(node.lower, text), " "
    if node.upper is not None:
        yield _start(node.upper, text), _start(node.upper, text), " "
    if node.step is not None:
        if node.upper is not None:
            yield _end(node.upper, text), _end(node.upper, text), " "
        yield _start(node.step, text), _start(node.step, text), " "


def _is_simple(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.Not):
        node = node.operand
    return isinstance(node, _SIMPLE)


def _start(node: ast.expr, text: str) -> int:
    """Where a node's text begins, its brackets included; `ast` counts bytes, all are signs here."""
    start, end = node.col_offset, node.end_col_offset or 0
    while text[:start].endswith("(") and text[end:].startswith(")") and _only_groups(text, start):
        start, end = start - 1, end + 1
    return start


def _end(node: ast.expr, text: str) -> int:
    start, end = node.col_offset, node.end_col_offset or 0
    while text[:start].endswith("(") and text[end:].startswith(")") and _only_groups(text, start):
        start, end = start - 1, end + 1
    return end


def _only_groups(text: str, start: int) -> bool:
    """Whether the bracket before `start` groups, and belongs to no call."""
    before = text[: start - 1]
    return not before or not re.search(r"[\w\])]$", before)
