"""Calls that are Python's own: built-in functions, methods of lists, dicts and texts, options.

What else is called is handed on: functions of the source are walked, Keras answers for its own.
"""

import ast
from collections.abc import Mapping, Sequence

from builder.reading import python_known as known
from builder.reading import python_texts as texts
from builder.reading.python_ends import cause
from builder.reading.python_expressions import NETWORK, flat
from builder.reading.python_numbers import FUNCTIONS, function
from builder.reading.python_operators import Operators
from builder.reading.python_values import (
    Function,
    Layer,
    Library,
    Method,
    Model,
    Options,
    Partial,
    SizeOf,
    Tensor,
    Unknown,
    Value,
    opened,
)


class PlainCalls(Operators):
    """Answers calls of what Python itself offers."""

    def called(
        self, called: Value, values: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        match called:
            case Function():
                return self.invoke(called, values, keywords, node)
            case Layer() | Model():
                return self.keras.call_maker(called, values, keywords, node)
            case Library(path=path) if path.startswith("builtins."):
                return self._builtin(path.removeprefix("builtins."), values, keywords, node)
            case Library(path=path) if path in FUNCTIONS and not keywords:
                return self._calculated(
                    node, lambda: function(path, [opened(value) for value in values]), values
                )
            case Library(path="argparse.ArgumentParser"):
                return Options()
            case Library(path="types.SimpleNamespace" | "argparse.Namespace") if not values:
                return Options(keywords)
            case Library(path="functools.partial") if values:
                return Partial(values[0], tuple(values[1:]), keywords)
            case Partial():
                together = {**called.keywords, **keywords}
                return self.called(called.called, [*called.values, *values], together, node)
            case Library(path="functools.reduce") if len(values) in (2, 3):
                return self._folded(values, node)
            case Options():
                return Options({**called.values, **keywords})
            case Library(path="copy.copy" | "copy.deepcopy") if len(values) == 1 and known.is_small(
                values[0]
            ):
                return _copied(values[0])
            case Library(path=path):
                return self.keras.call(path, values, keywords, node)
            case Method():
                return self._method(called, values, keywords, node)
            case _:
                if isinstance(called, Unknown):
                    self.keras.unknown_called(called)
                self._refuse_network(called, values, keywords, node)
                return Unknown("call", (called, *values), node, keywords)

    def _builtin(
        self, name: str, values: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        if name in ("map", "sum") and (walked := self._walked_over(name, values, node)) is not None:
            return walked
        plain = [opened(value) for value in values]
        if name == "isinstance" and len(values) == 2:
            plain[1] = _type_names(plain[1])
        if name == "dict" and (not values or isinstance(values[0], Mapping)):
            return {**(values[0] if values else {}), **keywords}
        if name == "getattr" and len(values) == 2 and isinstance(values[0], Library):
            return Library(f"{values[0].path}.{values[1]}")
        if name == "zip":
            keywords.pop("strict", None)
        if name == "isinstance" and len(values) == 2 and isinstance(values[0], NETWORK):
            return self.keras.is_a(values[0], values[1])
        if any(isinstance(value, Unknown | SizeOf) for value in plain):
            return Unknown("call", (Library(f"builtins.{name}"), *values), node, keywords)
        return self._calculated(
            node, lambda: known.builtin(name, (*plain, *keywords.values())), values
        )

    def _walked_over(self, name: str, values: list[Value], node: ast.Call) -> Value | None:
        """What `map` gives, and `sum` of parts of the network; None for any other sum."""
        rows = [self.each(value, node) for value in (values if name == "sum" else values[1:])]
        if not rows or any(row is None for row in rows):
            return None
        items = [row for row in rows if row is not None]
        if name == "map":
            return [
                self.called(values[0], list(row), {}, node) for row in zip(*items, strict=False)
            ]
        if len(items) > 1 or not any(isinstance(item, Tensor) for item in items[0]):
            return None
        total: Value = 0
        for item in items[0]:
            total = self.operate(ast.Add, (total, item), node)
        return total

    def _folded(self, values: list[Value], node: ast.Call) -> Value:
        """What `reduce` makes of the items of a list."""
        items = self.each(values[1], node)
        if items is None or not (items := [*values[2:], *items]):
            return Unknown("call", tuple(values), node)
        found = items[0]
        for item in items[1:]:
            found = self.called(values[0], [found, item], {}, node)
        return found

    def _method(
        self, method: Method, values: list[Value], keywords: dict[str, Value], node: ast.Call
    ) -> Value:
        owner = method.owner
        match owner:
            case Layer() | Model() | Tensor():
                return self.keras.method(owner, method.name, values, keywords, node)
            case list():
                return self._list_method(owner, method.name, values, node)
            case dict() if method.name in ("items", "keys", "values") and not values:
                return [
                    pair if method.name == "items" else pair[method.name == "values"]
                    for pair in owner.items()
                ]
            case dict() if method.name in ("get", "pop") and values and known.is_plain(values[0]):
                return owner.get(values[0], values[1] if len(values) > 1 else None)
            case dict() if method.name == "copy":
                return dict(owner)
            case dict() if method.name == "setdefault" and len(values) == 2:
                if self.doubt is not None:
                    return self._spoil(owner, values)
                return owner.setdefault(values[0], values[1]) if known.is_plain(values[0]) else None
            case dict() if method.name == "update":
                self.certain()
                for more in (*values, keywords):
                    owner.update(more if isinstance(more, Mapping) else {})
                return None
            case str():
                return self._calculated(
                    node, lambda: texts.text_method(owner, method.name, values, keywords), values
                )
            case Options():
                return self._option(owner, method.name, values, keywords)
            case _:
                return Unknown("call", (owner, method.name, *values), node, keywords)

    def _list_method(
        self, owner: list[Value], name: str, values: list[Value], node: ast.Call
    ) -> Value:
        if self.doubt is not None:
            return self._spoil(owner, values)
        match name, values:
            case "append", [item]:
                owner.append(item)
            case "extend", [more]:
                items = self.each(more, node)
                owner.extend([Unknown("statement", (), node)] if items is None else items)
            case "insert", [int() as place, item]:
                owner.insert(place, item)
            case "pop", [] | [int()] if owner:
                try:
                    return owner.pop(*values)
                except IndexError:
                    raise self.fault(node, "{words}: there is no such item.") from None
            case "reverse", []:
                owner.reverse()
            case "copy", []:
                return list(owner)
            case (("index" | "count"), [item]) if known.is_plain(item) and known.is_flat(owner):
                return owner.count(item) if name == "count" else Unknown("call", (), node)
            case _:
                owner[:] = [Unknown("statement", (), node)]
                return Unknown("call", (), node)
        if len(owner) > known.LONGEST:
            raise self.fault(node, "{words} makes a list too long.")
        return None

    def _spoil(self, owner: list[Value] | dict[Value, Value], more: Sequence[Value]) -> Unknown:
        """Note that something may or may not have changed what a list or dict holds."""
        assert self.doubt is not None
        if any(isinstance(item, NETWORK) for item in (*flat((owner,)), *more)):
            self.certain()
        spoilt = Unknown("statement", (), self.doubt)
        if isinstance(owner, list):
            owner[:] = [spoilt]
        else:
            owner.update(dict.fromkeys(owner, spoilt))
        return spoilt

    def _option(
        self, owner: Options, name: str, values: list[Value], keywords: Mapping[str, Value]
    ) -> Value:
        if name == "add_argument" and values and isinstance(values[-1], str):
            option = values[-1].lstrip("-").replace("-", "_")
            owner.values[option] = keywords.get("default")
        return owner if name == "parse_args" else None

    def _refuse_network(
        self,
        called: Value,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> None:
        """What is not known here cannot have tensors: a layer of it would be missing."""
        if not any(isinstance(value, Tensor) for value in flat((*values, *keywords.values()))):
            return
        to = "something that"
        origin = cause(called) if isinstance(called, Unknown) else None
        if origin is not None and origin.what == "call":
            place = self.sources.place(origin.at)
            to = f"what `{place.words}` (line {place.line}) makes, which"
        raise self.fault(
            at,
            f"{{words}} hands a tensor to {to} cannot be read without running it. "
            "Use a layer of Keras, keras.ops, or a function that is defined in this file.",
        )


def _type_names(value: Value) -> Value:
    """The types that `isinstance` is asked about, by their names."""
    if isinstance(value, tuple):
        return tuple(map(_type_names, value))
    return value.path.removeprefix("builtins.") if isinstance(value, Library) else value


def _copied(value: Value) -> Value:
    """A list or dict with copies of the lists and dicts in it; parts of the network are the same."""
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return value
