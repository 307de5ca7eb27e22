"""Reading models with Lambdas: their functions come from the project, never from the file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras

_KEPT = ("name", "trainable", "dtype")


@contextmanager
def lambdas_of(model: Any) -> Iterator[None]:
    """While it lasts, a Lambda that Keras reads gets the function of that name in `model`.

    A model file holds the bytes of a Lambda's function, which nobody can look at; safe mode
    refuses to run them, and here they are not even looked at.
    """
    flat = model._flatten_layers()  # noqa: SLF001 - also those inside wrappers
    own = {layer.name: layer for layer in flat if isinstance(layer, keras.layers.Lambda)}
    before = keras.layers.Lambda.__dict__["from_config"]

    def from_config(cls: Any, config: Mapping[str, Any], *_: Any, **__: Any) -> Any:
        known = own.get(config.get("name"))
        if known is None:
            raise ValueError(f"the Lambda “{config.get('name')}” is not in its project")
        kept = {name: config[name] for name in _KEPT if name in config}
        shape = known._output_shape  # noqa: SLF001 - there is no other way to it
        return cls(known.function, shape, known.mask, known.arguments, **kept)

    keras.layers.Lambda.from_config = classmethod(from_config)
    try:
        yield
    finally:
        keras.layers.Lambda.from_config = before
