"""Functions of a Python source: their calls are walked, with the arguments bound as Python does."""

import ast
from abc import abstractmethod
from collections.abc import Mapping, Sequence

from builder.reading.python_calls import PlainCalls
from builder.reading.python_faults import Sources
from builder.reading.python_values import (
    Call,
    Function,
    Layer,
    Model,
    Scope,
    Tensor,
    Unknown,
    Value,
)

INNERMOST = 70
"""Calls of functions inside each other."""


class Signal:
    """How a block of statements ended before its last one."""

    def __init__(self, kind: str, value: Value = None) -> None:
        self.kind = kind
        self.value = value


class Functions(PlainCalls):
    """Walks functions. `made` collects the calls and makers in the order of making."""

    def __init__(self, sources: Sources) -> None:
        super().__init__(sources)
        self.made: list[Call | Layer | Model] = []
        self._functions = 0

    @abstractmethod
    def _block(self, body: Sequence[ast.stmt], scope: Scope, above: int) -> Signal | None:
        """Walk statements; `above` is the last line before them."""

    def invoke(
        self,
        function: Function,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value:
        self.step(at)
        if self._functions >= INNERMOST:
            raise self.fault(at, "{words}: functions call each other too deeply to be read.")
        given = self._bound(function, values, keywords, at)
        tensors = bool(given) and all(isinstance(value, Tensor) for value in given.values())
        if tensors and _is_inline(function.node):
            return self.keras.inline(
                function, given, lambda entries: self._walk(function, entries, at), at
            )
        return self._walk(function, given, at)

    def _walk(self, function: Function, given: Mapping[str, Value], at: ast.Call) -> Value:
        """What a function gives for its arguments."""
        scope = Scope(function.scope)
        scope.names.update(given)
        if isinstance(function.node, ast.Lambda):
            return self.value(function.node.body, scope)
        start, depth, self._depth = len(self.made), self._depth, 0
        self._functions += 1
        self.loops.append((at, len(self.made)))
        try:
            signal = self._block(function.node.body, scope, function.node.lineno)
        finally:
            self._functions -= 1
            self._depth = depth
            self.loops.pop()
        value = signal.value if signal is not None and signal.kind == "return" else None
        if signal is not None and signal.kind == "raise":
            value = self._unfinished(signal, self.made[start:])
        if isinstance(value, Model) and value in self.made[start:]:
            value.maker = function
            value.usual = next(
                (
                    default
                    for name, default in function.defaults.items()
                    if isinstance(default, str) and scope.names.get(name) == value.name
                ),
                value.name,
            )
        return value

    def _bound(
        self,
        function: Function,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> dict[str, Value]:
        arguments = function.node.args
        names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
        alone = [arg.arg for arg in arguments.kwonlyargs]
        bound: dict[str, Value] = dict(function.defaults)
        bound.update(zip(names, values, strict=False))
        if arguments.vararg is not None:
            bound[arguments.vararg.arg] = tuple(values[len(names) :])
        elif len(values) > len(names):
            raise self.fault(
                at, f"{{words}} gives {len(values)} arguments; the function takes {len(names)}."
            )
        more = {name: value for name, value in keywords.items() if name not in (*names, *alone)}
        bound.update({name: value for name, value in keywords.items() if name not in more})
        if arguments.kwarg is not None:
            bound[arguments.kwarg.arg] = more
        elif more and "**" not in more:
            raise self.fault(at, f"{{words}}: the function has no parameter “{next(iter(more))}”.")
        for name in (*names, *alone):
            if name not in bound:
                bound[name] = Unknown("argument", (name,), at)
        return bound

    def _unfinished(self, signal: Signal, made: Sequence[Call | Layer | Model]) -> Value:
        """What a function leaves that gives up at its end: a network that is not complete yet."""
        calls = tuple(one for one in made if isinstance(one, Call))
        if not calls:
            return Unknown("call", (), signal.value)
        return Model("", signal.value, named=False, calls=calls, complete=False)


def _is_inline(node: ast.FunctionDef | ast.Lambda) -> bool:
    """Whether a function says of itself that it gives tensors."""
    if isinstance(node, ast.Lambda) or node.returns is None:
        return False
    return any(
        isinstance(part, ast.Attribute) and part.attr == "KerasTensor"
        for part in ast.walk(node.returns)
    )
