"""What type of node a layer of a config is: by module and class, without looking anything up."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from builder.catalog.custom import FILE
from builder.catalog.custom import MODULE as CUSTOM
from builder.catalog.spec import Catalog
from builder.document.graph import BLOCK, INDEX, INPUT, OPS
from builder.reading.sequential import SEQUENTIAL, is_model
from builder.reading.values import Unread, plain, public, short, snake

_OP_ROOMS = ("keras.src.ops.", "keras.ops", "keras.src.backend.")


class Kind(Struct, frozen=True):
    """The type of a layer's node."""

    type: str
    is_op: bool = False

    def kept(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """What a node of unknown type keeps of its config."""
        kept = {}
        for name, value in config.items():
            if name in ("name", "dtype") or (name == "trainable" and value is True):
                continue
            try:
                kept[name] = plain(value)
            except Unread:
                kept[name] = value  # JSON as it is: shown, and never made an object
        return kept

    def unknown(self, name: str) -> str:
        """What to say of a node whose type the catalogue does not have."""
        what = short(self.type.rpartition(".")[2])
        if self.is_op:
            return (
                f"“{short(name)}” calls {short(self.type)}, which this Keras does not offer. "
                "Replace it by layers or ops of the palette."
            )
        return (
            f"“{short(name)}” is a {what}, a layer of a class that is no part of Keras. Add the "
            f"Python source of that class to the project's {FILE}; its parameters are kept."
        )


def kind_of(layer: Mapping[str, Any], catalog: Catalog) -> Kind:
    """The type of node that a layer of a config becomes."""
    name, module = layer["class_name"], layer.get("module")
    if name == "InputLayer":
        return Kind(INPUT)
    if is_model(layer):
        return Kind(BLOCK)
    if isinstance(module, str) and module.startswith(_OP_ROOMS):
        return Kind(INDEX if name == "GetItem" else _op(module, name, catalog), is_op=True)
    wish = public(module, name)
    # What somebody else wrote is looked for among the layers of the project's own.
    theirs = catalog.layer(wish) is None and name.isascii() and name.isidentifier()
    return Kind(f"{CUSTOM}.{name}" if theirs else wish)


def numbered_from(layer: Mapping[str, Any]) -> int:
    """What Keras numbers the calls of a layer from where it lists a model's outputs.

    The first node of a Functional model is the one inside it.
    """
    return int(is_model(layer) and layer["class_name"] != SEQUENTIAL)


def _op(module: str, name: str, catalog: Catalog) -> str:
    """The public function of an op's class: that of `keras.src.ops.numpy.Add` is `keras.ops.add`."""
    room = module.rpartition(".")[2]
    plain_name = snake(name)
    for wish in (
        f"{OPS}{plain_name}",
        f"{OPS}{plain_name.replace('_', '')}",
        f"{OPS}{room}.{plain_name}",
        f"{OPS}{_SPELLED.get(name, plain_name)}",
    ):
        if catalog.layer(wish) is not None:
            return wish
    return f"{OPS}{_SPELLED.get(name, plain_name)}"


_SPELLED = {
    "Absolute": "absolute",
    "BatchNorm": "batch_normalization",
    "LogSumExp": "logsumexp",
    "LayerNorm": "layer_normalization",
    "Logaddexp": "logaddexp",
    "RMSNorm": "rms_normalization",
    "Relu": "relu",
    "SVD": "svd",
}
