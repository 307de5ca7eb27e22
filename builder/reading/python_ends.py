"""The ends of models: the calls between them, and the names that a source has for tensors."""

import ast
import builtins
import keyword as python
import re

from builder.document.edits import free_name
from builder.document.graph import INPUT
from builder.reading.python_values import Call, Function, Layer, Model, Tensor, Unknown, Value

# Names that a variable cannot have beside Python and Keras: they get a number behind them.
_TAKEN = frozenset((*python.kwlist, *python.softkwlist, *dir(builtins), "l", "keras", "layers"))


def tensors_of(call: Call) -> list[Tensor]:
    return [Tensor(call, name) for name in call.outputs]


def about(function: Function) -> str:
    """The name of the block that a function from tensors to tensors is: in its docstring's words."""
    assert isinstance(function.node, ast.FunctionDef)
    said = re.match(r"Apply the layers of (.{1,80})\.\Z", ast.get_docstring(function.node) or "")
    name = said.group(1) if said else ""
    return name if name and not name.endswith("…") else function.node.name.removeprefix("apply_")


def cause(value: Unknown) -> Unknown:
    """Where an unknown value became one: what it was made of that was unknown already."""
    for _ in range(1000):
        inner = next((part for part in value.parts if isinstance(part, Unknown)), None)
        if inner is None or value.what == "statement":
            break
        value = inner
    return value


def calls_of(model: Model) -> list[Call]:
    """The calls between a model's inputs and outputs, both included, in the order of the source."""
    ends = {tensor.call.number for _, tensor in model.inputs}
    found = {tensor.call.number: tensor.call for _, tensor in (*model.inputs, *model.outputs)}
    found.update({call.number: call for call in model.calls})
    waiting = list(found.values())
    while waiting:
        call = waiting.pop()
        if call.number in ends:
            continue
        for _, tensor in call.fed:
            if tensor.call.number not in found:
                found[tensor.call.number] = tensor.call
                waiting.append(tensor.call)
    return [found[number] for number in sorted(found)]


def argument(at: ast.Call, place: int, name: str) -> ast.AST | None:
    """The expression that was written for an argument."""
    for keyword in at.keywords:
        if keyword.arg == name:
            return keyword.value
    return at.args[place] if place < len(at.args) else None


def variable(node: ast.AST | None, value: Value) -> str:
    """What the source calls a tensor: the variable that is written, or the one it was put into."""
    if isinstance(node, ast.Name):
        return node.id
    return value.call.variable if isinstance(value, Tensor) else ""


def name_outputs(model: Model) -> None:
    """Give each output a name: its key, or that of its variable, unless a layer has that."""
    model.wishes = [written for written, _ in model.outputs]
    _name_outputs(model, set() if model.keys else {call.maker.name for call in calls_of(model)})


def name_outermost(model: Model) -> None:
    """Give the outputs of the model that a source is about the names that it has for them.

    A layer may have the same: in code, that is one variable.
    """
    if model.wishes:
        model.outputs = list(zip(model.wishes, (end for _, end in model.outputs), strict=True))
        _name_outputs(model, set())


def _name_outputs(model: Model, taken: set[str]) -> None:
    found: list[tuple[str, Tensor]] = []
    for written, tensor in model.outputs:
        wish = written if model.keys else wished_name(written)
        name = free_name(taken, wish or "output")
        taken.add(name)
        found.append((name, tensor))
    model.outputs = found


def wished_name(variable: str) -> str:
    """What a variable was called for: `outputs` is output, `sum_2` is sum, `x` says nothing."""
    stem = re.sub(r"_\d+\Z", "", variable)
    name = stem if stem in _TAKEN else variable
    return {"x": "", "inputs": "input", "outputs": "output"}.get(name, name)


def port_name(name: str, tensor: Tensor) -> str:
    """An input of a model has the name of its Input; `name` is what a dict calls it."""
    maker = tensor.call.maker
    return maker.name if isinstance(maker, Layer) and maker.spec.type == INPUT else name
