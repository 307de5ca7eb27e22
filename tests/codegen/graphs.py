"""Networks made up by hypothesis: any names, comments and values, any branches and merges."""

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from builder.catalog.load import load_catalog
from builder.document import blocks
from builder.document.edits import EditRefused
from builder.document.graph import INDEX, INPUT, OUTPUT, Graph, Node, OutputRef, PortRef, Wire
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

CATALOG = load_catalog()

NASTY = (
    'd"); evil() #',
    "'''\"\"\"",
    "a\\",
    "line\nbreak",
    "\u2028\u202e\x00\x1b[0m",
    "import",
    "print",
    "x",
    "l",
    "_",
    "keras",
    "input",
    "Ebene 1 größer",
    "隐藏层",
    "2nd",
)

ordinary = st.text("abcdefghij_0123456789", min_size=1, max_size=18)
long = st.text("abcdefghij_", min_size=20, max_size=90)
texts = st.one_of(ordinary, ordinary, st.sampled_from(NASTY), st.text(max_size=12), long)
names = texts.map(lambda text: text.replace("/", "|") or "layer")
comments = st.one_of(st.just(""), st.just(""), st.sampled_from(NASTY), st.text(max_size=200))

_INITIALIZERS = st.one_of(
    st.sampled_from(["he_normal", "zeros"]),
    st.builds(
        lambda seed: {"type": "keras.initializers.HeNormal", "params": {"seed": seed}},
        st.integers(0, 2**31),
    ),
    st.builds(
        lambda scale, mode: {
            "type": "keras.initializers.VarianceScaling",
            "params": {"scale": scale, "mode": mode, "distribution": "uniform"},
        },
        st.floats(1e-9, 1e9),
        st.sampled_from(["fan_in", "fan_out", "fan_avg"]),
    ),
)
_INNER = {"type": "keras.layers.LSTM", "params": {"units": 8, "return_sequences": True}}
_LAYERS: dict[str, Any] = {
    "Dense": {
        "units": st.integers(1, 4096),
        "activation": st.sampled_from(["relu", "softmax", None]),
        "kernel_initializer": _INITIALIZERS,
        "bias_initializer": _INITIALIZERS,
        "trainable": st.booleans(),
    },
    "Conv2D": {
        "filters": st.integers(1, 512),
        "kernel_size": st.lists(st.integers(1, 9), min_size=2, max_size=2),
        "strides": st.lists(st.integers(1, 3), min_size=2, max_size=2),
        "padding": st.sampled_from(["valid", "same"]),
    },
    "Dropout": {"rate": st.floats(0, 0.9)},
    "Rescaling": {"scale": st.floats(1e-6, 1e6), "offset": st.floats(-1e3, 1e3)},
    "Flatten": {},
    "Bidirectional": {"layer": st.just(_INNER)},
    "StringLookup": {"vocabulary": st.lists(texts, min_size=1, max_size=6)},
    "Reshape": {"target_shape": st.lists(st.integers(1, 99), min_size=1, max_size=4)},
    "ZeroPadding2D": {"padding": st.just([[1, 2], [3, 4]])},
}
_NUMBERS = st.floats(-1e6, 1e6) | st.integers(-99, 99)
_OPS: dict[str, Any] = {
    "keras.ops.maximum": {},
    "keras.ops.multiply": {"x2": _NUMBERS | st.lists(_NUMBERS, min_size=1, max_size=3)},
    "keras.ops.subtract": {"x1": _NUMBERS},
    "keras.ops.concatenate": {"axis": st.sampled_from([-1, 1])},
    "keras.ops.split": {"indices_or_sections": st.sampled_from([2, 4, [1, 3]])},
    INDEX: {"index": st.sampled_from([":, 0", "...", ":, None, ::2", ":,1:"])},
}
_REQUIRED = ("units", "filters", "kernel_size", "rate", "scale", "layer", "target_shape")


@st.composite
def graphs(draw: st.DrawFn, ops: bool = False) -> Graph:
    """A connected network from one or two Inputs to one or two Outputs; with `ops`, of ops too."""
    nodes: dict[str, Node] = {}
    wires: list[Wire] = []
    taken: set[str] = set()

    def add(type_: str, params: dict[str, Any], shares: str | None = None) -> str:
        name = draw(names.filter(lambda name: name not in taken))
        taken.add(name)
        id_ = f"n{len(nodes)}"
        nodes[id_] = Node(id_, name, type_, params, shares=shares, comment=draw(comments))
        return id_

    ends = [OutputRef(add(INPUT, {"shape": [8]})) for _ in range(draw(st.integers(1, 2)))]
    for _ in range(draw(st.integers(0, 9))):
        kinds = ["Add", "LSTM", "shared", "Attention", *(_OPS if ops else ()), *_LAYERS]
        kind = draw(st.sampled_from(kinds))
        source = draw(st.sampled_from(ends))
        if kind == "Add":
            id_ = add("keras.layers.Add", {})
            sources = draw(st.lists(st.sampled_from(ends), min_size=1, max_size=5, unique=True))
            wires += [Wire(one, PortRef(id_)) for one in sources]
        elif kind == "Attention":
            id_ = add("keras.layers.Attention", {})
            for port in ("query", "value", "key")[: draw(st.integers(2, 3))]:
                wires.append(Wire(draw(st.sampled_from(ends)), PortRef(id_, port)))
        elif kind == "LSTM":
            id_ = add("keras.layers.LSTM", {"units": 4, "return_state": True})
            wires.append(Wire(source, PortRef(id_)))
            if draw(st.booleans()):
                ends.append(OutputRef(id_, "state_c"))
        elif kind in _OPS:
            id_ = add(kind, {name: draw(strategy) for name, strategy in _OPS[kind].items()})
            for port in CATALOG.ports_of(nodes[id_]).inputs:
                if not port.optional:
                    wires.append(Wire(draw(st.sampled_from(ends)), PortRef(id_, port.name)))
            if kind.endswith("split"):
                ends.append(OutputRef(id_, "part_2"))
                continue
        elif kind == "shared":
            owners = [n for n in nodes.values() if n.type == "keras.layers.Dense" and not n.shares]
            if not owners:
                continue
            owner = draw(st.sampled_from(owners))
            id_ = add(owner.type, {}, owner.id)
            wires.append(Wire(source, PortRef(id_)))
        else:
            drawn = {
                name: draw(strategy)
                for name, strategy in _LAYERS[kind].items()
                if name in _REQUIRED or draw(st.booleans())
            }
            id_ = add(f"keras.layers.{kind}", drawn)
            wires.append(Wire(source, PortRef(id_)))
        ends.append(OutputRef(id_))
    for place in range(draw(st.integers(1, 2))):
        id_ = add(OUTPUT, {"target": f"t{place}"})
        wires.append(Wire(ends[-1 - place] if place < len(ends) else ends[0], PortRef(id_)))
    inputs = [node for node in nodes.values() if node.type == INPUT]
    for node in inputs:
        nodes[node.id] = replace(node, params={**node.params, "feature": "table"})
    return Graph(nodes, tuple(wires))


@st.composite
def plans(draw: st.DrawFn) -> DataPlan:
    """No data, a set of scikit-learn's, or a CSV file with columns of any name."""
    kind = draw(st.sampled_from(["none", "bundled", "csv", "csv"]))
    if kind == "none":
        return DataPlan()
    tasks = st.sampled_from(["multiclass", "binary", "regression"])
    classes = draw(st.lists(texts, min_size=3, max_size=12, unique=True))

    def target(name: str) -> Target:
        task = draw(tasks)
        sizes = {"multiclass": len(classes), "binary": 2, "regression": 0}
        return Target(name, task, tuple(classes[: sizes[task]]))

    targets = (target("t0"), target("t1"))
    if kind == "bundled":
        name = draw(st.sampled_from(["digits", "iris", "wine", "breast_cancer", "diabetes"]))
        return DataPlan(Bundled(name), (), (Feature("table", (8,)),), targets)
    columns = tuple(
        Column(name, kind=kind, categories=("a", "b c", "d") if kind == "category" else ())
        for name in draw(st.lists(texts, min_size=1, max_size=9, unique=True))
        for kind in [draw(st.sampled_from(["number", "category"]))]
    )
    named = tuple(Column(one.name, "target") for one in targets)
    source = Csv(draw(texts), draw(st.sampled_from([",", ";", "\t"])), encoding="latin-1")
    missing: Any = draw(st.sampled_from(["refuse", "drop", "median"]))
    columns = tuple(c for c in columns if c.name not in ("t0", "t1"))
    return DataPlan(source, (*columns, *named), (Feature("table", (8,)),), targets, missing=missing)


def projects(ops: bool = False) -> st.SearchStrategy[Project]:
    return st.builds(
        lambda name, graph, plan, rate: Project(
            name,
            graph,
            data=plan,
            training=TrainingPlan(
                optimizer=KerasObject("keras.optimizers.Adam", {"learning_rate": rate})
            ),
        ),
        texts,
        graphs(ops),
        plans(),
        st.floats(1e-6, 1.0),
    )


@st.composite
def nested_projects(draw: st.DrawFn, ops: bool = False) -> Project:
    """Such a project with parts of it grouped, some again, repeated, and used a second time."""
    project = draw(projects(ops))
    for _ in range(draw(st.integers(1, 4))):
        level = project.graph.level(draw(st.sampled_from(list(project.graph.children))))
        outside = (INPUT, OUTPUT, "keras.layers.StringLookup")  # the last learns from data
        layers = [n.id for n in level.nodes.values() if n.type not in outside]
        if not layers:
            continue
        chosen = draw(st.sets(st.sampled_from(layers), min_size=1, max_size=4))
        name = draw(names.filter(lambda name: 0 < len(name) <= 64))
        try:
            grouped, block = blocks.group(project, chosen, name)
            if not grouped.graph.level(block).of_type(OUTPUT):
                continue  # nothing came after these layers
            project = grouped
            project = blocks.repeat(project, block, draw(st.integers(1, 4)))
        except EditRefused:
            continue
        if draw(st.booleans()):
            project = _used_again(project, block)
    return project


def _used_again(project: Project, block: str) -> Project:
    """The block a second time, behind itself or beside itself."""
    project, again = blocks.use_again(project, block, (0.0, 0.0))
    wires = [
        replace(wire, target=replace(wire.target, node=again)) for wire in project.graph.into(block)
    ]
    moved = [
        replace(wire, source=replace(wire.source, node=again)) if place == 0 else wire
        for place, wire in enumerate(project.graph.out_of(block))
    ]
    others = [wire for wire in project.graph.wires if wire.source.node != block]
    return replace(project, graph=Graph(project.graph.nodes, (*others, *moved, *wires)))
