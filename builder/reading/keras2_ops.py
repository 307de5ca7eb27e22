"""Functions of TensorFlow that Keras 2 wrote into models, as the ops of Keras that do the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from builder.reading.refusal import CannotImport
from builder.reading.values import short


class Counterpart(Struct, frozen=True):
    """An op of Keras; `names` are its names for the arguments behind the first, in their order."""

    op: str
    names: Mapping[str, str] = {}


def counterpart(function: str, layer: str) -> Counterpart:
    """Raises CannotImport for a function that has none here."""
    found = _OPS.get(function)
    if found is None:
        raise CannotImport(
            f"“{short(layer)}” calls tf.{short(function)}, which has no counterpart that is "
            "known here. Replace it by a layer in the original, and save that."
        )
    return found


def of_tensorflow(path: str) -> tuple[str, Counterpart] | None:
    """The function that `tensorflow.reduce_mean` names, and its counterpart, if there is one."""
    name = path.removeprefix("tensorflow.")
    for function in (name, f"math.{name}", f"linalg.{name}"):
        if function in _OPS:
            return function, _OPS[function]
    return None


def renamed(given: Mapping[str, Any], to: Counterpart, function: str, layer: str) -> dict[str, Any]:
    """The arguments by the names that Keras has for them.

    Raises CannotImport for one that Keras has not, unless it says nothing.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        wish = to.names.get(name)
        if wish is not None:
            found[wish] = _sections(value) if wish == "indices_or_sections" else value
        elif name not in _SILENT and value not in (None, False):
            raise CannotImport(
                f"“{short(layer)}” calls tf.{short(function)} with {short(name)}, which its "
                f"counterpart {to.op} does not take. Write it with other ops in the original."
            )
    return found


def _sections(value: Any) -> Any:
    """Where to split: TensorFlow is told sizes, Keras the places between them."""
    if not isinstance(value, list):
        return value
    places = [0]
    for size in value[:-1]:
        if not isinstance(size, int) or size < 0:
            raise CannotImport("A split of the model into parts of unknown sizes cannot be read.")
        places.append(places[-1] + size)
    return places[1:]


_SILENT = frozenset({"name", "epsilon", "output_type", "antialias"})
"""Arguments that change nothing of note."""


def _alike(functions: str, names: Iterable[str] = (), **others: str) -> dict[str, Counterpart]:
    """Functions whose last name is the op's, with arguments that are called alike or as said."""
    named = {name: name for name in names} | others
    return {one: Counterpart(one.rpartition(".")[2], named) for one in functions.split()}


def _as(
    op: str, functions: str, names: Iterable[str] = (), **others: str
) -> dict[str, Counterpart]:
    named = {name: name for name in names} | others
    return {one: Counterpart(op, named) for one in functions.split()}


_OPS: Mapping[str, Counterpart] = {
    **_alike(
        "__operators__.add math.add math.subtract math.multiply math.divide math.maximum "
        "math.minimum math.greater math.greater_equal math.less math.less_equal math.equal "
        "math.not_equal math.logical_and math.logical_or",
        y="x2",
    ),
    **_as("true_divide", "math.truediv", y="x2"),
    **_as("floor_divide", "math.floordiv", y="x2"),
    **_as("mod", "math.floormod math.mod", y="x2"),
    **_as("power", "math.pow", y="x2"),
    **_alike(
        "math.exp math.sqrt math.square math.sigmoid math.tanh math.log math.abs math.negative "
        "math.sin math.cos math.sign math.round math.floor math.ceil math.rsqrt math.erf "
        "math.logical_not nn.relu nn.relu6 nn.sigmoid nn.tanh nn.silu nn.softplus nn.elu nn.selu "
        "stop_gradient zeros_like ones_like sigmoid tanh"
    ),
    **_as("silu", "nn.swish"),
    **_as("gelu", "nn.gelu", ["approximate"]),
    **_as("leaky_relu", "nn.leaky_relu", alpha="negative_slope"),
    **_alike("nn.softmax nn.log_softmax math.cumsum math.argmax math.argmin", ["axis"]),
    **_as("argmax", "compat.v1.argmax argmax", ["axis"]),
    **{
        f"math.reduce_{name}": Counterpart(op, {"axis": "axis", "keepdims": "keepdims"})
        for name, op in (
            ("all", "all"),
            ("any", "any"),
            ("logsumexp", "logsumexp"),
            ("max", "max"),
            ("mean", "mean"),
            ("min", "min"),
            ("prod", "prod"),
            ("std", "std"),
            ("sum", "sum"),
            ("variance", "var"),
        )
    },
    **_as("concatenate", "concat", ["axis"]),
    **_alike("stack expand_dims squeeze", ["axis"]),
    **_as("squeeze", "compat.v1.squeeze", ["axis"]),
    **_as("reshape", "reshape", shape="newshape"),
    **_as("transpose", "transpose compat.v1.transpose", perm="axes"),
    **_as("tile", "tile", multiples="repeats"),
    **_as("repeat", "repeat", ["repeats", "axis"]),
    **_as("cast", "cast", ["dtype"]),
    **_as("clip", "clip_by_value", clip_value_min="x_min", clip_value_max="x_max"),
    **_as("normalize", "math.l2_normalize nn.l2_normalize linalg.l2_normalize", ["axis"]),
    **_as("where", "where compat.v1.where", x="x1", y="x2"),
    "split": Counterpart("split", {"num_or_size_splits": "indices_or_sections", "axis": "axis"}),
    **_as("matmul", "linalg.matmul", b="x2"),
    **_as("take", "gather compat.v1.gather", ["indices", "axis"]),
    **_as("one_hot", "one_hot", depth="num_classes"),
    **_as("flip", "reverse", ["axis"]),
}
