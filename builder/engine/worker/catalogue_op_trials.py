"""Each op tried with its example, as the exported code would call it: does a model hold it?"""

import re
from typing import Any

import keras
from msgspec.structs import replace

from builder.catalog.spec import Catalog, LayerSpec
from builder.codegen import CannotGenerate, fragment
from builder.document.graph import Node, Port
from builder.engine.worker import catalogue_op_examples as examples


def tried(spec: LayerSpec) -> LayerSpec | None:
    """The spec with the names that Keras gives to what the op leaves in a model.

    None where Keras takes the example for no part of a functional model.
    """
    catalog = Catalog(keras.__version__, {spec.type: spec}, {})
    node = example_node(spec)
    inputs: list[Any] = []
    fed: dict[str, list[str]] = {}
    for port in fed_ports(spec, node):
        for _ in range(2 if port.variadic else 1):
            shape, dtype = examples.tensor(_short(spec), port.name)
            fed.setdefault(port.name, []).append(f"x{len(inputs)}")
            inputs.append(keras.Input(batch_shape=shape, dtype=dtype))
    scope = {f"x{place}": tensor for place, tensor in enumerate(inputs)}
    try:
        text = fragment(node, fed, catalog)
        made = eval(text.maker + text.arguments, {"ops": keras.ops, **scope})  # noqa: S307 - codegen's text
        outputs = keras.tree.flatten(made)
        model = keras.Model(inputs, outputs)
    except (CannotGenerate, ValueError, TypeError, AttributeError, NotImplementedError):
        return None
    if len(outputs) != len(catalog.ports_of(node).outputs):
        return None
    left = [o.name for o in model.operations if not isinstance(o, keras.layers.InputLayer)]
    names = sorted({re.sub(r"_\d+$", "", name) for name in left})
    return replace(spec, operations=tuple(names))


def example_node(spec: LayerSpec) -> Node:
    """A node of an op as in its example: only what it has to be told is set."""
    params = {param.name: param.example for param in spec.params if param.required}
    return Node("n1", "example", spec.type, {**params, **examples.PARAMS.get(_short(spec), {})})


def fed_ports(spec: LayerSpec, node: Node) -> tuple[Port, ...]:
    """The ports that have a wire in the example."""
    told = examples.TENSORS.get(_short(spec), {})
    ports = spec.ports(node.params).inputs
    return tuple(port for port in ports if not port.optional or port.name in told)


def _short(spec: LayerSpec) -> str:
    return spec.type.removeprefix("keras.ops.")
