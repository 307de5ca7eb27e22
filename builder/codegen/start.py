"""`start_from`: training that begins with the weights of another model, layer by layer."""

from builder.codegen.literals import string
from builder.codegen.page import Page


def write_start(constants: Page, functions: Page, path: str) -> None:
    """Write START and `start_from()`, which `train` calls before it fits."""
    constants.constant("START", (string(path),))
    functions.function(
        "def start_from(model, path) -> None:",
        about="Give layers the weights that a saved model has under their names.",
    )
    functions.write(*_BODY)


_BODY = (
    "    saved = keras.saving.load_model(path, compile=False)",
    "    known = {layer.name: layer.get_weights() for layer in saved.layers}",
    "    for layer in model.layers:",
    "        weights = known.get(layer.name, [])",
    "        shapes = [tuple(weight.shape) for weight in layer.weights]",
    "        if weights and [weight.shape for weight in weights] == shapes:",
    "            layer.set_weights(weights)",
)
