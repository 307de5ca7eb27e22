"""Expressions of a Python source as values. Nothing is ever run: names, calls and operators are looked at.

What only running would tell becomes an `Unknown`; it does no harm until a layer needs it.
"""

import ast
import builtins as python
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from builder.reading import python_known as known
from builder.reading.python_asked import Keras
from builder.reading.python_faults import CannotRead, Sources
from builder.reading.python_numbers import CONSTANTS
from builder.reading.python_texts import FORMAT
from builder.reading.python_values import (
    Function,
    Layer,
    Library,
    Method,
    Model,
    Operation,
    Options,
    Scope,
    SizeOf,
    Tensor,
    Unknown,
    Value,
    opened,
    public_path,
    sized,
)

STEPS = 1_000_000
DEEPEST = 100
NETWORK = (Tensor, Layer, Model, Operation)


class Expressions(ABC):
    """Evaluates expressions in a scope. `doubt` is the statement that may or may not be run."""

    keras: Keras

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.doubt: ast.AST | None = None
        self.stars: list[str] = []
        self.loops: list[tuple[ast.AST, int]] = []
        self.steps = 0
        self._depth = 0
        self._kinds: dict[type[ast.AST], Callable[[Any, Scope], Value]] = {
            ast.Constant: self._constant,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Call: self._call,
            ast.Subscript: self._subscript,
            ast.Tuple: lambda node, scope: tuple(self._items(node.elts, scope)),
            ast.List: lambda node, scope: self._items(node.elts, scope),
            ast.Set: lambda node, _: Unknown("operation", (), node),
            ast.Dict: self._dict,
            ast.JoinedStr: self._joined,
            ast.Lambda: lambda node, scope: self.function(node, scope),
            ast.ListComp: lambda node, scope: self._walked(node, scope, list),
            ast.GeneratorExp: lambda node, scope: self._walked(node, scope, list),
            ast.DictComp: lambda node, scope: self._walked(node, scope, dict),
            ast.NamedExpr: self._named,
            ast.Slice: self._slice,
        }

    # --- for all

    def step(self, node: ast.AST) -> None:
        self.steps += 1
        if self.steps > STEPS:
            raise self.sources.fault(
                node, "{words} is more work than reading takes on. Write fewer or shorter loops."
            )

    def fault(self, node: ast.AST, message: str) -> CannotRead:
        return self.sources.fault(node, message)

    def certain(self) -> None:
        """Refuse to go on where it depends on unknown values whether this is run at all."""
        if self.doubt is not None:
            raise self.fault(
                self.doubt,
                "{words} depends on what only running the file tells, and the network depends "
                "on it. Write the layers outside of it.",
            )

    def value(self, node: ast.AST, scope: Scope) -> Value:
        self.step(node)
        kind = self._kinds.get(type(node))
        if kind is None:
            return Unknown("operation", (), node)
        self._depth += 1
        if self._depth > DEEPEST:
            raise self.fault(node, "{words} is nested too deeply. Write it in several statements.")
        try:
            found = kind(node, scope)
        finally:
            self._depth -= 1
        return found

    def function(self, node: ast.FunctionDef | ast.Lambda, scope: Scope) -> Function:
        """A function with the defaults of its parameters, as they are where it is defined."""
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args]
        behind = named[len(named) - len(arguments.defaults) :]
        pairs: list[tuple[ast.arg, ast.expr | None]] = list(
            zip(behind, arguments.defaults, strict=True)
        )
        pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        defaults = {arg.arg: self.value(value, scope) for arg, value in pairs if value is not None}
        return Function(node, scope, defaults)

    @abstractmethod
    def invoke(
        self,
        function: Function,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value:
        """What a function of the source gives for arguments."""

    def each(self, value: Value, at: ast.AST) -> list[Value] | None:
        """The items of something that a loop may walk; None if they are not known."""
        value = opened(value)
        if isinstance(value, list | tuple | range | str | Mapping):
            if len(value) > known.TURNS:
                raise self.fault(
                    at,
                    f"{{words}} goes over {len(value):,} items; at most {known.TURNS:,} are read.",
                )
            items = list(value)
            broken = any(isinstance(item, Unknown) and item.what == "statement" for item in items)
            return None if broken else items
        return None

    @abstractmethod
    def assign(self, target: ast.AST, value: Value, scope: Scope) -> None:
        """Let a target, or the targets inside it, stand for a value."""

    def _constant(self, node: ast.Constant, _scope: Scope) -> Value:
        try:
            return known.constant(node.value)
        except known.TooLarge as fault:
            raise self.fault(node, f"{{words}} {fault}.") from None

    # --- names and parts

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        try:
            return scope.find(node.id)
        except KeyError:
            pass
        if node.id.startswith("__"):
            return "__main__" if node.id == "__name__" else Unknown("operation", (), node)
        if node.id in known.BUILTINS or hasattr(python, node.id):
            return Library(f"builtins.{node.id}")
        if self.stars:
            return Library(f"{self.stars[-1]}.{node.id}")
        raise self.fault(node, "{words} is not defined above this line.")

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        if isinstance(owner, Library):
            path = public_path(f"{owner.path}.{node.attr}")
            return CONSTANTS.get(path, Library(path))
        if isinstance(owner, Layer | Model | Tensor):
            return self.keras.attribute(owner, node.attr, node)
        if isinstance(owner, Options) and node.attr in owner.values:
            return owner.values[node.attr]
        if isinstance(owner, Unknown):
            return Unknown("attribute", (owner, node.attr), node)
        return Method(owner, node.attr, node)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        owner = self.value(node.value, scope)
        if isinstance(owner, Tensor):
            return self.keras.index(owner, self._index_text(node.slice, scope), node)
        key = self.value(node.slice, scope)
        if isinstance(owner, SizeOf):
            return self._size(owner, key, node)
        if isinstance(owner, list | tuple | str | range) and isinstance(key, int | slice):
            try:
                return owner[key]
            except (IndexError, ValueError, TypeError):
                raise self.fault(node, "{words}: there is no such item.") from None
        if isinstance(owner, Mapping) and known.is_plain(key):
            if key in owner:
                return owner[key]
            raise self.fault(node, "{words}: there is no such key.")
        return Unknown("item", (owner, key), node)

    def _size(self, owner: SizeOf, key: Value, node: ast.AST) -> Value:
        """A size of a shape, or several of them."""
        if owner.sizes is None or not isinstance(key, int | slice):
            return SizeOf(owner.tensor, node)
        try:
            found = owner.sizes[key]
        except IndexError:
            raise self.fault(node, "{words}: there is no such axis.") from None
        return SizeOf(owner.tensor, node, found) if isinstance(found, tuple) else found

    def _slice(self, node: ast.Slice, scope: Scope) -> Value:
        parts = [
            None if part is None else self.value(part, scope)
            for part in (node.lower, node.upper, node.step)
        ]
        if all(part is None or isinstance(part, int) for part in parts):
            return slice(*parts)
        return Unknown("operation", tuple(parts), node)

    def _index_text(self, node: ast.AST, scope: Scope) -> str:
        """What stands between the brackets behind a tensor, with its numbers worked out."""
        if isinstance(node, ast.Tuple):
            texts = [self._index_text(item, scope) for item in node.elts]
            return ", ".join(texts) + ("," if len(texts) == 1 else "")
        value = self.value(node, scope)
        if isinstance(value, slice):
            ends = ["" if end is None else str(end) for end in (value.start, value.stop)]
            return ":".join(ends) + ("" if value.step is None else f":{value.step}")
        if value is Ellipsis:
            return "..."
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return str(value)
        if isinstance(value, tuple) and all(isinstance(item, int) for item in value):
            return ", ".join(map(str, value)) + ("," if len(value) == 1 else "")
        raise self.fault(
            node,
            "{words} is no index that can be read: expected whole numbers, slices, ... or None.",
        )

    # --- displays

    def _items(self, nodes: Sequence[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                starred = self.value(node.value, scope)
                items = self.each(starred, node)
                found += [Unknown("starred", (starred,), node)] if items is None else items
            else:
                found.append(self.value(node, scope))
            if len(found) > known.LONGEST:
                raise self.fault(node, "{words} stands in a list that grows too long.")
        return found

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Value, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                more = self.value(value, scope)
                if not isinstance(more, Mapping):
                    return Unknown("operation", (more,), node)
                found.update(more)
                continue
            name = self.value(key, scope)
            if not known.is_plain(name):
                return Unknown("operation", (), node)
            found[name] = self.value(value, scope)
        return found

    def _joined(self, node: ast.JoinedStr, scope: Scope) -> Value:
        texts: list[str] = []
        for part in node.values:
            if isinstance(part, ast.Constant):
                texts.append(str(self._constant(part, scope)))
                continue
            assert isinstance(part, ast.FormattedValue)
            value = sized(self.value(part.value, scope))
            form = "" if part.format_spec is None else self.value(part.format_spec, scope)
            plain = known.is_plain(value) and isinstance(form, str) and FORMAT.fullmatch(form)
            if not plain or part.conversion not in (-1, ord("s")):
                return Unknown("operation", (value,), node)
            try:
                texts.append(format(value, form))
            except ValueError:
                return Unknown("operation", (value,), node)
        text = "".join(texts)
        if len(text) > known.LONGEST:
            raise self.fault(node, "{words} grows too long.")
        return text

    def _walked(self, node: Any, scope: Scope, kind: type) -> Value:
        """A comprehension: a list or a dict made in loops."""
        inner = Scope(scope)
        found: list[Any] = []

        def walk(place: int) -> bool:
            if place == len(node.generators):
                self.step(node)
                if len(found) > known.LONGEST:
                    raise self.fault(node, "{words} makes a list that grows too long.")
                found.append(
                    (self.value(node.key, inner), self.value(node.value, inner))
                    if kind is dict
                    else self.value(node.elt, inner)
                )
                return True
            loop = node.generators[place]
            items = self.each(self.value(loop.iter, inner), loop.iter)
            if items is None:
                return False
            for turn, item in enumerate(items):
                self.assign(loop.target, item, inner)
                tests = [self.value(test, inner) for test in loop.ifs]
                if any(isinstance(test, Unknown | SizeOf) for test in tests):
                    return False
                self.loops.append((node, turn))
                try:
                    if all(tests) and not walk(place + 1):
                        return False
                finally:
                    self.loops.pop()
            return True

        if not walk(0):
            return Unknown("operation", (), node)
        if kind is dict:
            if not all(known.is_plain(key) for key, _ in found):
                return Unknown("operation", (), node)
            return dict(found)
        return found

    def _named(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    # --- calls

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        called = self.value(node.func, scope)
        values = self._items(node.args, scope)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            value = self.value(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = value
            elif isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
                keywords.update(value)
            else:
                keywords["**"] = Unknown("starred", (value,), keyword.value)
        return self.called(called, values, keywords, node)

    @abstractmethod
    def called(
        self, called: Value, values: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        """What a call gives."""


def flat(values: Sequence[Value]) -> Iterator[Value]:
    """Values and what stands directly in their lists and dicts."""
    for value in values:
        if isinstance(value, list | tuple):
            yield from value
        elif isinstance(value, Mapping):
            yield from value.values()
        else:
            yield value
