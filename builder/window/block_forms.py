"""What the inspector asks of a block, and of an input or output of one: specs of our own."""

from msgspec.structs import replace

from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.document.blocks import DICT_INPUTS, DICT_OUTPUTS, KIND, KINDS, MODEL
from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node

REPEAT = "repeat"
AS_CONNECTED = "as connected"
_BLOCK = LayerSpec(
    BLOCK,
    "Block",
    "Core",
    (
        ParamSpec(
            REPEAT,
            "int",
            default=1,
            minimum=1,
            maximum=1000,
            keras=False,
            doc="How many copies of the block stand in a row, each with weights of its own.",
        ),
        ParamSpec(
            KIND,
            "choice",
            default=MODEL,
            choices=KINDS,
            keras=False,
            doc=(
                "model: a keras.Model inside the model. inline: its layers belong to the model "
                "around it, and the block only gathers them. sequential: a keras.Sequential."
            ),
        ),
        ParamSpec(
            DICT_INPUTS,
            "bool",
            default=False,
            keras=False,
            rare=True,
            title="inputs as a dict",
            doc="Whether its model takes a dict, by the names of its inputs, and no list.",
        ),
        ParamSpec(
            DICT_OUTPUTS,
            "bool",
            default=False,
            keras=False,
            rare=True,
            title="outputs as a dict",
            doc="Whether its model gives a dict, by the names of its outputs, and no list.",
        ),
    ),
)
_SHAPE = "Leave it empty, and the input has the shape of whatever is connected to the block."


def form_of(catalog: Catalog, node: Node) -> LayerSpec | None:
    """What a node's form is made from: its layer's spec, less what a port of a block has not."""
    if node.type == BLOCK:
        return _BLOCK
    spec = catalog.layer(node.type)
    if spec is None or not is_port(node):
        return spec
    params = tuple(
        replace(param, required=False, nullable=True, default=None, doc=_SHAPE)
        if param.name == "shape"
        else param
        for param in spec.params
        if param.keras
    )
    return replace(spec, params=params, url="")


def is_port(node: Node) -> bool:
    """Whether a node is an input or output of a block."""
    return bool(node.parent) and node.type in (INPUT, OUTPUT)


def kind_of(graph: Graph, node: Node) -> str:
    """The line under the title of a block or a port; nothing for a layer."""
    if node.type == BLOCK:
        return "Block"
    if is_port(node):
        side = "Input" if node.type == INPUT else "Output"
        return f"{side} of the block “{graph.nodes[node.parent].name}”"
    return ""


def ties_of(graph: Graph, node: Node) -> str:
    """Whom a node shares its weights with, as a sentence; nothing for most."""
    if node.shares is not None:
        name = graph.nodes[node.shares].name
        return f"Shares its weights with “{name}”. What is set here holds there as well."
    others = [f"“{other.name}”" for other in graph.nodes.values() if other.shares == node.id]
    if not others:
        return ""
    if len(others) > 3:
        return f"Shares its weights with {len(others)} other nodes."
    return f"Shares its weights with {' and '.join(others)}."
