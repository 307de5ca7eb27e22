"""Statements of a Python source, walked one after the other: what a name stands for after each.

A statement that may or may not be run (`while`, an `if` or a loop over unknown values) is walked
once, in doubt: it may do anything but make a part of the network.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from builder.reading import python_known as known
from builder.reading.python_faults import Sources
from builder.reading.python_functions import Functions, Signal
from builder.reading.python_values import (
    Call,
    Function,
    Layer,
    Library,
    Model,
    Options,
    Scope,
    SizeOf,
    Tensor,
    Unknown,
    Value,
    public_path,
    sized,
)

_LONG = 20_000
"""Steps after which a loop that makes no part of the network is not followed any more."""
_HANDLED = ("Left out: ", "The network has no ")


class Statements(Functions):
    """Walks modules and functions. `made` collects the calls and makers in the order of making."""

    def __init__(self, sources: Sources) -> None:
        super().__init__(sources)
        self._walks: dict[type[ast.stmt], Callable[[Any, Scope], Signal | None]] = {
            ast.Assign: self._assignment,
            ast.AnnAssign: self._annotated,
            ast.AugAssign: self._augmented,
            ast.Expr: self._expression,
            ast.Return: self._return,
            ast.If: self._branch,
            ast.For: self._loop,
            ast.While: self._while,
            ast.With: self._with,
            ast.Try: self._try,
            ast.FunctionDef: self._define,
            ast.AsyncFunctionDef: self._define,
            ast.ClassDef: self._class,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
            ast.Pass: lambda _node, _scope: None,
            ast.Global: lambda _node, _scope: None,
            ast.Nonlocal: lambda _node, _scope: None,
            ast.Assert: lambda _node, _scope: None,
            ast.Break: lambda _node, _scope: Signal("break"),
            ast.Continue: lambda _node, _scope: Signal("continue"),
            ast.Raise: self._raise,
            ast.Delete: self._delete,
        }

    def module(self, tree: ast.Module) -> Scope:
        scope = Scope()
        self._block(tree.body, scope, 0)
        return scope

    # --- blocks

    def _block(self, body: Sequence[ast.stmt], scope: Scope, above: int) -> Signal | None:
        """Walk statements; `above` is the last line before them."""
        carried = ""
        for node in body:
            start = len(self.made)
            said = self._comment_above(node.lineno, above)
            above = node.end_lineno or node.lineno
            signal = self._statement(node, scope)
            comment = said or carried
            made = self.made[start:]
            if comment:
                owner = self._subject(made)
                if owner is not None and not owner.comment:
                    owner.comment = comment
            # `x = y` and `copies = []` prepare the loop that the comment is about.
            carried = comment if not made and _prepares(node) else ""
            if signal is not None:
                return signal
        return None

    def _subject(self, made: Sequence[Call | Layer | Model]) -> Call | Layer | Model | None:
        """What a comment above a statement is about: its first call that is in no other function."""
        deep = len(self.loops)
        for one in made:
            if isinstance(one, Call) and not any(
                isinstance(node, ast.Call) for node, _ in one.loops[deep:]
            ):
                return one
        return made[-1] if made and not isinstance(made[-1], Call) else None

    def _statement(self, node: ast.stmt, scope: Scope) -> Signal | None:
        self.step(node)
        walk = self._walks.get(type(node))
        if walk is None:
            self._doubtful(node, [], scope)
            return None
        return walk(node, scope)

    def _comment_above(self, line: int, floor: int) -> str:
        lines = self.sources.lines
        found: list[str] = []
        while line - 1 > floor and lines[line - 2].lstrip().startswith("#"):
            line -= 1
            found.insert(0, lines[line - 1].strip().lstrip("#").strip())
        return "\n".join(text for text in found if not text.startswith(_HANDLED))

    def _doubtful(self, node: ast.AST, bodies: Sequence[Sequence[ast.stmt]], scope: Scope) -> None:
        """Walk what may or may not be run, once; what it assigns is unknown afterwards."""
        before = self.doubt
        self.doubt = before or node
        try:
            for body in bodies:
                self._block(body, scope, node.lineno)  # type: ignore[attr-defined]
        finally:
            self.doubt = before

    # --- assignments

    def _assignment(self, node: ast.Assign, scope: Scope) -> None:
        start = len(self.made)
        value = self.value(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)
        self._name_calls(node.targets[0], start)

    def _name_calls(self, target: ast.AST, start: int) -> None:
        """Remember the variable that the last call's result went to: names are taken from there."""
        last = self.made[-1] if len(self.made) > start else None
        if not isinstance(last, Call) or last.variable:
            return
        if isinstance(target, ast.Name):
            last.variable = target.id
        elif isinstance(target, ast.Tuple):
            # `again_state_h, _ = ...` are the outputs of what was called again.
            for output, one in zip(last.outputs, target.elts, strict=False):
                if isinstance(one, ast.Name) and one.id != "_":
                    last.variable = one.id.removesuffix(f"_{output}")
                    return

    def _annotated(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            start = len(self.made)
            self.assign(node.target, self.value(node.value, scope), scope)
            self._name_calls(node.target, start)

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        start = len(self.made)
        load = ast.copy_location(
            ast.Name(node.target.id, ast.Load())
            if isinstance(node.target, ast.Name)
            else node.target,
            node.target,
        )
        before, more = self.value(load, scope), self.value(node.value, scope)
        if isinstance(before, list) and isinstance(node.op, ast.Add):
            self._list_method(
                before, "extend", [more], ast.copy_location(ast.Call(load, [], []), node)
            )
            return
        self.assign(node.target, self.operate(type(node.op), (before, more), node), scope)
        self._name_calls(node.target, start)

    def assign(self, target: ast.AST, value: Value, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                if self.doubt is not None and not isinstance(value, Function):
                    value = Unknown("statement", (value,), self.doubt)
                scope.names[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self._unpack(target, targets, value, scope)
            case ast.Attribute(value=owner_node, attr=name):
                self._set_attribute(self.value(owner_node, scope), name, value, target)
            case ast.Subscript(value=owner_node, slice=key_node):
                owner, key = self.value(owner_node, scope), self.value(key_node, scope)
                self._set_item(owner, key, value, target)
            case ast.Starred(value=inner):
                self.assign(inner, value, scope)

    def _unpack(self, at: ast.AST, targets: Sequence[ast.expr], value: Value, scope: Scope) -> None:
        items = self.each(value, at) if not isinstance(value, Mapping) else list(value)
        starred = [place for place, one in enumerate(targets) if isinstance(one, ast.Starred)]
        if items is None:
            if isinstance(value, Tensor):
                raise self.fault(at, "{words}: one tensor cannot be taken apart into several.")
            for place, target in enumerate(targets):
                self.assign(target, Unknown("item", (value, place), at), scope)
            return
        if starred:
            place, behind = starred[0], len(targets) - starred[0] - 1
            if len(items) >= len(targets) - 1:
                end = len(items) - behind
                items = [*items[:place], items[place:end], *items[end:]]
        if len(items) != len(targets):
            raise self.fault(at, f"{{words}} takes {len(targets)} values; there are {len(items)}.")
        for target, item in zip(targets, items, strict=True):
            self.assign(target, item, scope)

    def _set_attribute(self, owner: Value, name: str, value: Value, at: ast.AST) -> None:
        if isinstance(owner, Layer | Model) and name == "trainable":
            self.certain()
            if not isinstance(value, bool):
                raise self.fault(at, "{words} is set to what only running the file tells.")
            for layer in self.keras.layers_of(owner):
                layer.params.pop("trainable", None)
                if not value and layer.spec.param("trainable") is not None:
                    layer.params["trainable"] = False
        elif isinstance(owner, Options):
            owner.values[name] = value if self.doubt is None else Unknown("statement", (), at)
        elif isinstance(owner, Layer | Model):
            raise self.fault(
                at,
                "{words} changes a layer after it was made, which cannot be read. "
                "Give it as an argument instead.",
            )

    def _set_item(self, owner: Value, key: Value, value: Value, at: ast.AST) -> None:
        if isinstance(owner, Library | Unknown) and key == "KERAS_BACKEND":
            made = ast.copy_location(ast.Call(ast.Name("setdefault"), [], []), at)
            self.keras.call("os.environ.setdefault", [key, value], {}, made)
            return
        if self.doubt is not None and isinstance(owner, list | dict):
            self._spoil(owner, (value,))
            return
        if isinstance(owner, dict) and known.is_plain(key):
            owner[key] = value
        elif isinstance(owner, list) and isinstance(key, int):
            try:
                owner[key] = value
            except IndexError:
                raise self.fault(at, "{words}: there is no such item.") from None

    # --- the other statements

    def _expression(self, node: ast.Expr, scope: Scope) -> None:
        self.value(node.value, scope)

    def _return(self, node: ast.Return, scope: Scope) -> Signal:
        value = None if node.value is None else self.value(node.value, scope)
        if self.doubt is not None:
            if isinstance(value, Tensor | Model | Layer):
                self.certain()
            value = Unknown("statement", (value,), self.doubt)
        return Signal("return", value)

    def _branch(self, node: ast.If, scope: Scope) -> Signal | None:
        test = self.value(node.test, scope)
        if isinstance(test, Unknown | SizeOf | Tensor | Library):
            self._doubtful(node, (node.body, node.orelse), scope)
            return None
        return self._block(node.body if test else node.orelse, scope, node.lineno)

    def _loop(self, node: ast.For, scope: Scope) -> Signal | None:
        over = self.value(node.iter, scope)
        # A long training is as good as one that is in doubt, so a range of any length is fine.
        items = over if isinstance(over, range) else self.each(over, node.iter)
        idle = self._idle()
        for turn, item in enumerate(() if items is None else items):
            self.step(node)
            if idle():
                items = None
                break
            self.assign(node.target, item, scope)
            signal = self._turn(node, turn, scope)
            if signal is not None and signal.kind == "break":
                return None
            if signal is not None and signal.kind != "continue":
                return signal
        if items is None:
            self.assign(node.target, Unknown("item", (), node), scope)
            self._doubtful(node, (node.body, node.orelse), scope)
            return None
        return self._block(node.orelse, scope, node.lineno)

    def _while(self, node: ast.While, scope: Scope) -> Signal | None:
        """A loop that counts is followed; one that waits for something is in doubt."""
        turn, idle = 0, self._idle()
        while not isinstance(node.test, ast.Constant):
            self.step(node)
            test = sized(self.value(node.test, scope))
            if isinstance(test, Unknown | SizeOf | Tensor | Library) or idle():
                break
            if not test:
                return self._block(node.orelse, scope, node.lineno)
            signal = self._turn(node, turn, scope)
            if signal is not None and signal.kind != "continue":
                return None if signal.kind == "break" else signal
            turn += 1
        self._doubtful(node, (node.body, node.orelse), scope)
        return None

    def _idle(self) -> Callable[[], bool]:
        """Asks whether a loop that begins here has run for long and made no part of the network."""
        made, steps = len(self.made), self.steps
        return lambda: len(self.made) == made and self.steps - steps > _LONG

    def _turn(self, node: ast.For | ast.While, turn: int, scope: Scope) -> Signal | None:
        """One turn of a loop: what is called in it remembers which."""
        self.loops.append((node, turn))
        try:
            return self._block(node.body, scope, node.lineno)
        finally:
            self.loops.pop()

    def _with(self, node: ast.With, scope: Scope) -> Signal | None:
        for item in node.items:
            value = self.value(item.context_expr, scope)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, Unknown("item", (value,), node), scope)
        return self._block(node.body, scope, node.lineno)

    def _try(self, node: ast.Try, scope: Scope) -> Signal | None:
        if all(isinstance(one, ast.Import | ast.ImportFrom) for one in node.body):
            return self._block(node.body, scope, node.lineno)
        for handler in node.handlers:
            if handler.name is not None:
                scope.names[handler.name] = Unknown("item", (), node)
        bodies = (node.body, *(handler.body for handler in node.handlers), node.orelse)
        self._doubtful(node, bodies, scope)
        return self._block(node.finalbody, scope, node.lineno)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        runs_later = any(isinstance(one, ast.Yield | ast.YieldFrom) for one in ast.walk(node))
        if isinstance(node, ast.AsyncFunctionDef) or node.decorator_list or runs_later:
            scope.names[node.name] = Unknown("function", (node.name,), node)
            return
        scope.names[node.name] = self.function(node, scope)

    def _class(self, node: ast.ClassDef, scope: Scope) -> None:
        plain = (ast.Assign, ast.AnnAssign, ast.Pass, ast.Expr)
        if node.bases or not all(isinstance(one, plain) for one in node.body):
            scope.names[node.name] = Unknown("class", (node.name,), node)
            return
        # `class Config:` with nothing but values is a way to write them down.
        inner = Scope(scope)
        self._block(node.body, inner, node.lineno)
        scope.names[node.name] = Options(inner.names)

    def _import(self, node: ast.Import, scope: Scope) -> None:
        for name in node.names:
            if name.asname:
                scope.names[name.asname] = Library(public_path(name.name))
            else:
                root = name.name.partition(".")[0]
                scope.names[root] = Library(root)

    def _import_from(self, node: ast.ImportFrom, scope: Scope) -> None:
        room = public_path(("." * node.level) + (node.module or ""))
        for name in node.names:
            if name.name == "*":
                self.stars.append(room)
            else:
                scope.names[name.asname or name.name] = Library(public_path(f"{room}.{name.name}"))

    def _raise(self, node: ast.Raise, _scope: Scope) -> Signal:
        if self.doubt is None and not (
            node.exc is not None and "NotImplementedError" in ast.dump(node.exc)[:120]
        ):
            raise self.fault(node, "{words}: the file ends with an error here.")
        return Signal("raise", node)

    def _delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Name):
                scope.names.pop(target.id, None)


def _prepares(node: ast.stmt) -> bool:
    match node:
        case ast.Assign(targets=[ast.Name()], value=ast.Name() | ast.List(elts=[])):
            return True
    return False
