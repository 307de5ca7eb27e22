"""The networks of the golden files: one for each kind of data, and one with two ends on each side."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from builder.document.graph import BLOCK, INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
from builder.document.plan import (
    Bundled,
    Column,
    Csv,
    DataPlan,
    Feature,
    KerasObject,
    Target,
    TrainingPlan,
)
from builder.document.project import Project

DIGITS = tuple("0123456789")


class Sketch:
    """Puts nodes down by name; `after` names what feeds them, `name.output` for a second output.

    A node's id is its name, unless it is `called` otherwise.
    """

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.wires: list[Wire] = []
        self._block = ""

    def into(self, block: str) -> "Sketch":
        """What is added from now on stands in a block, or at the top level again."""
        self._block = block
        return self

    def add(
        self,
        name: str,
        type_: str,
        *after: str,
        ports: Mapping[str, str] | None = None,
        comment: str = "",
        shares: str | None = None,
        called: str = "",
        **params: Any,
    ) -> "Sketch":
        full = type_ if type_ in (INPUT, OUTPUT, BLOCK) else f"keras.layers.{type_}"
        node = Node(name, called or name, full, params, {}, shares, comment, self._block)
        self.nodes[name] = node
        fed = [("inputs", source) for source in after] + list((ports or {}).items())
        for port, source in fed:
            node, _, output = source.partition(".")
            self.wires.append(Wire(OutputRef(node, output or "output"), PortRef(name, port)))
        return self

    def project(self, name: str, data: DataPlan | None = None, **training: Any) -> Project:
        plan = TrainingPlan(**{"epochs": 20, **training})
        graph = Graph(self.nodes, tuple(self.wires))
        return Project(name, graph, data=data or DataPlan(), training=plan)


def digits() -> Project:
    conv = {"padding": "same", "activation": "relu"}
    sketch = Sketch()
    sketch.add("image", INPUT, shape=[8, 8, 1], feature="image")
    sketch.add("rescale", "Rescaling", "image", scale=1 / 16, comment="Pixels are 0 to 16.")
    sketch.add("conv", "Conv2D", "rescale", filters=32, kernel_size=[3, 3], **conv)
    sketch.add("deep", "Conv2D", "conv", filters=32, kernel_size=[3, 3], **conv)
    sketch.add("join", "Add", "deep", "conv", comment="The skip connection keeps\nfine detail.")
    sketch.add("pool", "MaxPooling2D", "join")
    sketch.add("flatten", "Flatten", "pool")
    he_normal = {"type": "keras.initializers.HeNormal", "params": {"seed": 1}}
    sketch.add(
        "hidden", "Dense", "flatten", units=64, activation="relu", kernel_initializer=he_normal
    )
    sketch.add("drop", "Dropout", "hidden", rate=0.5)
    sketch.add("scores", "Dense", "drop", units=10, activation="softmax")
    sketch.add("digit", OUTPUT, "scores", target="digit")
    features = (Feature("image", (8, 8, 1)),)
    plan = DataPlan(Bundled("digits"), (), features, (Target("digit", "multiclass", DIGITS),))
    stopping = KerasObject("keras.callbacks.EarlyStopping", {"patience": 5})
    return sketch.project("digits", plan, callbacks=(stopping,))


def breast_cancer() -> Project:
    sketch = Sketch()
    sketch.add("measurements", INPUT, shape=[30])
    sketch.add("scale", "Normalization", "measurements")
    sketch.add("hidden", "Dense", "scale", units=16, activation="relu")
    sketch.add("score", "Dense", "hidden", units=1)
    crossentropy = {"type": "keras.losses.BinaryCrossentropy", "params": {"from_logits": True}}
    accuracy = {"type": "keras.metrics.BinaryAccuracy", "params": {"threshold": 0.0}}
    sketch.add("diagnosis", OUTPUT, "score", loss=crossentropy, metrics=[accuracy])
    target = Target("diagnosis", "binary", ("malignant", "benign"))
    plan = DataPlan(Bundled("breast_cancer"), (), (Feature("table", (30,)),), (target,))
    return sketch.project("breast cancer", plan)


def diabetes() -> Project:
    sketch = Sketch()
    sketch.add("patient", INPUT, shape=[10], feature="table")
    sketch.add("scale", "Normalization", "patient")
    sketch.add("hidden", "Dense", "scale", units=32, activation="relu")
    sketch.add("score", "Dense", "hidden", units=1)
    sketch.add("restore_units", "Normalization", "score", invert=True)
    sketch.add("progression", OUTPUT, "restore_units", target="progression")
    target = Target("progression", "regression")
    plan = DataPlan(Bundled("diabetes"), (), (Feature("table", (10,)),), (target,))
    adam = KerasObject("keras.optimizers.Adam", {"learning_rate": 0.01})
    return sketch.project("diabetes", plan, optimizer=adam)


def wine_csv() -> Project:
    """A CSV file with categories, empty cells and a class to predict."""
    sketch = Sketch()
    sketch.add("row", INPUT, shape=[5])
    sketch.add("scale", "Normalization", "row")
    sketch.add("hidden", "Dense", "scale", units=8, activation="relu")
    sketch.add("scores", "Dense", "hidden", units=3, activation="softmax")
    sketch.add("grower", OUTPUT, "scores")
    columns = (
        Column("alcohol"),
        Column("note", "ignore", "category"),
        Column("colour", "feature", "category", ("red", "white")),
        Column("hue"),
        Column("organic", "feature", "category", ("False", "True")),
        Column("grower", "target", "category"),
    )
    target = Target("grower", "multiclass", ("Barbera", "Barolo", "Grignolino"))
    features = (Feature("table", (6,)),)
    source = Csv("data/wine.csv", ";", ",", "latin-1")
    plan = DataPlan(source, columns, features, (target,), missing="median")
    project = sketch.project("wine", plan)
    return with_params(project, "row", shape=[6])


def churn_csv() -> Project:
    """A CSV file with two targets, classes that are numbers, and an input for one column."""
    sketch = Sketch()
    sketch.add("row", INPUT, shape=[3], feature="table")
    sketch.add("age_alone", INPUT, shape=[1], feature="age")
    sketch.add("join", "Concatenate", "row", "age_alone")
    sketch.add("scale", "Normalization", "join")
    sketch.add("gone_score", "Dense", "scale", units=1, activation="sigmoid")
    sketch.add("rating_scores", "Dense", "scale", units=3, activation="softmax")
    sketch.add("gone", OUTPUT, "gone_score", target="left")
    sketch.add("stars", OUTPUT, "rating_scores", target="stars")
    columns = (
        Column("age"),
        Column("rooms", "feature", "category", ("1", "2")),
        Column("left", "target", "category"),
        Column("stars", "target"),
    )
    targets = (
        Target("left", "binary", ("False", "True")),
        Target("stars", "multiclass", ("1", "2", "3")),
    )
    features = (Feature("table", (3,)), Feature("age", (1,)))
    return sketch.project("churn", DataPlan(Csv("data/churn.csv"), columns, features, targets))


def reviews_csv() -> Project:
    """Texts, one in a block, beside numbers; layers that learn at every depth there is."""
    sketch = Sketch()
    sketch.add("numbers", INPUT, shape=[3], feature="table")
    sketch.add("review", INPUT, shape=[1], dtype="string", feature="review")
    sketch.add("code", INPUT, shape=[1], dtype="string", feature="code")
    sketch.add("words", BLOCK, ports={"text": "review"}).into("words")
    sketch.add("text", INPUT, dtype="string")
    sketch.add("split", "TextVectorization", "text", max_tokens=50, output_sequence_length=6)
    sketch.add("vectors", "Embedding", "split", input_dim=50, output_dim=4, mask_zero=True)
    sketch.add("reader", "LSTM", "vectors", units=4)
    sketch.add("reading", OUTPUT, "reader").into("")
    sketch.add("lookup", "StringLookup", "code")
    sketch.add("towns", "Embedding", "lookup", input_dim=20, output_dim=2)
    sketch.add("flat_towns", "Flatten", "towns")
    sketch.add("double", "Rescaling", "numbers", scale=2.0)
    sketch.add("steady", BLOCK, ports={"x": "double"}, repeat=2).into("steady")
    sketch.add("x", INPUT)
    sketch.add("scale", "Normalization", "x")
    sketch.add("y", OUTPUT, "scale").into("")
    steps = [_inner("Rescaling", scale=3.0), _inner("Normalization")]
    sketch.add("steps", "Pipeline", "steady.y", layers=steps)
    sketch.add("grid", "Reshape", "steps", target_shape=[3, 1])
    sketch.add("each", "TimeDistributed", "grid", layer=_inner("Normalization"))
    sketch.add("flat", "Flatten", "each")
    sketch.add("join", "Concatenate", "words.reading", "flat_towns", "flat")
    sketch.add("head", BLOCK, ports={"all": "join"}).into("head")
    sketch.add("all", INPUT)
    sketch.add("score", "Dense", "all", units=1)
    sketch.add("restore_units", "Normalization", "score", invert=True)
    sketch.add("number", OUTPUT, "restore_units").into("")
    sketch.add("price", OUTPUT, "head.number", target="price")
    columns = (
        Column("age"),
        Column("kind", "feature", "category", ("new", "old")),
        Column("review", "feature", "text"),
        Column("code", "feature", "text"),
        Column("price", "target"),
    )
    features = (
        Feature("table", (3,)),
        Feature("review", (1,), "string", ("review",)),
        Feature("code", (1,), "string", ("code",)),
    )
    plan = DataPlan(Csv("data/reviews.csv"), columns, features, (Target("price", "regression"),))
    return sketch.project("reviews", plan)


def _inner(name: str, **params: Any) -> dict[str, Any]:
    """A layer inside another, as a parameter holds it."""
    return {"type": f"keras.layers.{name}", "params": params}


def two_ends() -> Project:
    """Two inputs, a shared layer, a recurrent layer with its state, and two outputs."""
    sketch = Sketch()
    sketch.add("image", INPUT, shape=[8, 8, 1], feature="image")
    sketch.add("pixels", INPUT, shape=[64], feature="table")
    sketch.add("rows", "Reshape", "image", target_shape=[8, 8])
    sketch.add("reader", "LSTM", "rows", units=16, return_state=True)
    sketch.add("encoder", "Dense", "pixels", units=16, activation="relu")
    sketch.add("flat", "Flatten", "image")
    sketch.add("again", "Dense", "flat", shares="encoder")
    sketch.add("join", "Concatenate", "encoder", "again", "reader.state_c", "reader")
    sketch.add("scores", "Dense", "join", units=10)
    sketch.add("amount", "Dense", "join", units=1)
    crossentropy = {
        "type": "keras.losses.SparseCategoricalCrossentropy",
        "params": {"from_logits": True},
    }
    sketch.add("digit", OUTPUT, "scores", target="digit", loss=crossentropy)
    sketch.add("value", OUTPUT, "amount", target="value", loss_weight=0.1)
    features = (Feature("image", (8, 8, 1)), Feature("table", (64,)))
    targets = (Target("digit", "multiclass", DIGITS), Target("value", "regression"))
    return sketch.project("two ends", DataPlan(Bundled("digits"), (), features, targets))


def nested() -> Project:
    """A residual block three times in a row, a block in a block, one used twice, two ways out."""
    sketch = Sketch()
    sketch.add("image", INPUT, shape=[8, 8, 1], feature="image")
    sketch.add("stem", "Conv2D", "image", filters=16, kernel_size=[3, 3], padding="same")
    sketch.add("residual", BLOCK, ports={"features": "stem"}, repeat=3, comment="As in ResNet.")
    sketch.into("residual")
    sketch.add("features", INPUT)
    sketch.add("body", BLOCK, ports={"features": "features"})
    sketch.add("join", "Add", "body.changed", "features")
    sketch.add("sum", OUTPUT, "join")
    sketch.into("body")
    sketch.add("body_in", INPUT, called="features")
    sketch.add("norm", "BatchNormalization", "body_in")
    sketch.add("conv", "Conv2D", "norm", filters=16, kernel_size=[3, 3], padding="same")
    sketch.add("changed", OUTPUT, "conv")
    sketch.into("")
    sketch.add("pool", "MaxPooling2D", "residual.sum")
    sketch.add("first", "Flatten", "residual.sum")
    sketch.add("second", "Reshape", "pool", target_shape=[256])
    sketch.add("wide", "Dense", "second", units=1024)
    sketch.add("twins", BLOCK, ports={"left": "first", "right": "wide"})
    sketch.add("again", BLOCK, ports={"left": "wide", "right": "first"}, shares="twins")
    sketch.into("twins")
    sketch.add("left", INPUT)
    sketch.add("right", INPUT, shape=[1024])
    sketch.add("near", "Dense", "left", units=8)
    sketch.add("far", "Dense", "right", units=8, activation="relu")
    sketch.add("near_by", OUTPUT, "near")
    sketch.add("far_away", OUTPUT, "far")
    sketch.into("")
    sketch.add("all", "Concatenate", "twins.near_by", "twins.far_away", "again.near_by")
    sketch.add("scores", "Dense", "all", units=10, activation="softmax")
    sketch.add("digit", OUTPUT, "scores", target="digit")
    features = (Feature("image", (8, 8, 1)),)
    plan = DataPlan(Bundled("digits"), (), features, (Target("digit", "multiclass", DIGITS),))
    return sketch.project("nested", plan)


def plain() -> Project:
    """A network without data."""
    sketch = Sketch()
    sketch.add("input", INPUT, shape=[4])
    sketch.add("dense", "Dense", "input", units=3, activation="softmax")
    sketch.add("output", OUTPUT, "dense")
    return sketch.project("model")


GOLDEN: Mapping[str, Callable[[], Project]] = {
    "digits": digits,
    "breast_cancer": breast_cancer,
    "diabetes": diabetes,
    "wine_csv": wine_csv,
    "churn_csv": churn_csv,
    "reviews_csv": reviews_csv,
    "two_ends": two_ends,
    "nested": nested,
    "plain": plain,
}


def with_params(project: Project, node: str, **params: Any) -> Project:
    """The project with some parameters of one node set."""
    old = project.graph.nodes[node]
    nodes = {**project.graph.nodes, node: replace(old, params={**old.params, **params})}
    return replace(project, graph=Graph(nodes, project.graph.wires))
