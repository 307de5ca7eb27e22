"""What the reader of Python asks about Keras; `python_keras` answers."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from builder.reading.python_values import Function, Layer, Model, Operation, Tensor, Unknown, Value


class Keras(Protocol):
    """What expressions ask about Keras: see `python_keras`."""

    def call(
        self, path: str, values: Sequence[Value], keywords: Mapping[str, Value], at: ast.Call
    ) -> Value: ...
    def call_maker(
        self,
        maker: Layer | Model,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value: ...
    def inline(
        self,
        function: Function,
        given: Mapping[str, Tensor],
        walk: Callable[[Mapping[str, Value]], Value],
        at: ast.Call,
    ) -> Value: ...
    def operator(self, name: str, values: Sequence[Value], at: ast.AST) -> Value: ...
    def index(self, tensor: Tensor, text: str, at: ast.AST) -> Value: ...
    def layers_of(self, owner: Layer | Model) -> Iterator[Layer]: ...
    def unknown_called(self, called: Unknown) -> None: ...
    def is_a(self, value: Layer | Model | Tensor | Operation, type_: Value) -> Value: ...
    def attribute(self, owner: Layer | Model | Tensor, name: str, at: ast.AST) -> Value: ...
    def method(
        self,
        owner: Layer | Model | Tensor,
        name: str,
        values: Sequence[Value],
        keywords: Mapping[str, Value],
        at: ast.Call,
    ) -> Value: ...
