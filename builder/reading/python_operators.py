"""Operators of a Python source: plain values are calculated, tensors become ops."""

import ast
from collections.abc import Callable, Sequence

from builder.reading import python_known as known
from builder.reading import python_texts as texts
from builder.reading.python_expressions import Expressions
from builder.reading.python_faults import Sources
from builder.reading.python_values import (
    Configured,
    Function,
    Layer,
    Library,
    Method,
    Model,
    Options,
    Partial,
    Scope,
    SizeOf,
    Tensor,
    Unknown,
    Value,
    sized,
)

_OPAQUE = (
    Unknown,
    SizeOf,
    Library,
    Function,
    Configured,
    Method,
    Options,
    Partial,
    Layer,
    Model,
)


class Operators(Expressions):
    """Evaluates what stands between operators."""

    def __init__(self, sources: Sources) -> None:
        super().__init__(sources)
        self._kinds.update(
            {
                ast.BinOp: self._binary,
                ast.UnaryOp: self._unary,
                ast.Compare: self._compare,
                ast.BoolOp: self._both,
                ast.IfExp: self._if,
            }
        )

    def _binary(self, node: ast.BinOp, scope: Scope) -> Value:
        # `a + b + c + ...` leans to the left: walked in a loop, however long it is.
        chain = [node]
        while isinstance(chain[-1].left, ast.BinOp):
            chain.append(chain[-1].left)
        found = self.value(chain[-1].left, scope)
        for one in reversed(chain):
            self.step(one)
            found = self.operate(type(one.op), (found, self.value(one.right, scope)), one)
        return found

    def operate(self, kind: type[ast.operator], sides: tuple[Value, Value], at: ast.AST) -> Value:
        sides = (sized(sides[0]), sized(sides[1]))
        if any(isinstance(side, Tensor) for side in sides):
            return self.keras.operator(kind.__name__, sides, at)
        if any(isinstance(side, _OPAQUE) for side in sides):
            return Unknown("operation", sides, at)
        if kind is ast.Mod and isinstance(sides[0], str):
            return self._calculated(at, lambda: texts.percent(*sides), sides)
        return self._calculated(at, lambda: known.binary(kind, *sides), sides)

    def _unary(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.value(node.operand, scope)
        if isinstance(value, Tensor):
            return self.keras.operator(type(node.op).__name__, (value,), node)
        if isinstance(value, _OPAQUE):
            return Unknown("operation", (value,), node)
        return self._calculated(node, lambda: known.unary(type(node.op), value), (value,))

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = sized(self.value(node.left, scope))
        result: Value = True
        for kind, right_node in zip(node.ops, node.comparators, strict=True):
            right = sized(self.value(right_node, scope))
            sides = (left, right)
            identity = isinstance(kind, ast.Is | ast.IsNot) and right is None
            if not identity and any(isinstance(side, Tensor) for side in sides):
                return self.keras.operator(type(kind).__name__, sides, node)
            if isinstance(left, Unknown | SizeOf) or isinstance(right, Unknown | SizeOf):
                return Unknown("operation", (left, type(kind).__name__, right), node)
            found = self._compared(node, type(kind), left, right)
            if found is not True:
                return found
            left = right
        return result

    def _compared(self, node: ast.AST, kind: type[ast.cmpop], left: Value, right: Value) -> Value:
        return self._calculated(node, lambda: known.compare(kind, left, right), (left, right))

    def _both(self, node: ast.BoolOp, scope: Scope) -> Value:
        found: Value = None
        for operand in node.values:
            found = self.value(operand, scope)
            if isinstance(found, Unknown | SizeOf | Tensor):
                return Unknown("operation", (found,), node)
            if bool(found) == isinstance(node.op, ast.Or):
                return found
        return found

    def _if(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.value(node.test, scope)
        if isinstance(test, Unknown | SizeOf | Tensor):
            return Unknown("operation", (test,), node)
        return self.value(node.body if test else node.orelse, scope)

    def _calculated(
        self, at: ast.AST, calculate: Callable[[], Value], sides: Sequence[Value]
    ) -> Value:
        try:
            return calculate()
        except known.TooLarge as fault:
            raise self.fault(at, f"{{words}} {fault}.") from None
        except ZeroDivisionError:
            raise self.fault(at, "{words} divides by zero.") from None
        except (TypeError, ValueError, LookupError, OverflowError):
            return Unknown("operation", tuple(sides), at)
