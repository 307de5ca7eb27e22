"""`start_from`: training that begins with what another model has learned, layer by layer."""

from builder.codegen.literals import string
from builder.codegen.page import Page
from builder.document.graph import Graph

_VOCABULARIES = ("TextVectorization", "StringLookup", "IntegerLookup")


def write_start(constants: Page, functions: Page, path: str, graph: Graph) -> None:
    """Write START and `start_from()`, which `train` calls before it fits.

    What layers have adapted to is no weight and is handed over in ways of their own.
    """
    kinds = {node.type.rpartition(".")[2] for node in graph.nodes.values()}
    constants.constant("START", (string(path),))
    functions.function(
        "def start_from(model, path) -> None:",
        about="Give layers the weights that a saved model has under their names.",
    )
    functions.write(*_WEIGHTS)
    if kinds.intersection(_VOCABULARIES):
        functions.write(*_VOCABULARY)
    if "Discretization" in kinds:
        functions.write(*_BOUNDARIES)
    if "Normalization" in kinds:
        functions.write(*_STATISTICS)


_WEIGHTS = (
    "    saved = keras.saving.load_model(path, compile=False)",
    "    known = {layer.name: layer for layer in saved.layers}",
    "    for layer in model.layers:",
    "        source = known.get(layer.name)",
    "        if type(source) is not type(layer):",
    "            continue",
    "        weights = source.get_weights()",
    "        shapes = [tuple(weight.shape) for weight in layer.weights]",
    "        if [weight.shape for weight in weights] == shapes:",
    "            layer.set_weights(weights)",
)
_VOCABULARY = (
    '        plain = layer.get_config().get("output_mode") != "tf_idf"',
    '        if hasattr(layer, "set_vocabulary") and plain:',
    "            words = source.get_vocabulary(include_special_tokens=False)",
    "            layer.set_vocabulary(words)",
)
_BOUNDARIES = (
    "        if isinstance(layer, keras.layers.Discretization):",
    "            layer.bin_boundaries = source.bin_boundaries",
)
_STATISTICS = (
    "        if isinstance(layer, keras.layers.Normalization):",
    "            layer.finalize_state()",
)
