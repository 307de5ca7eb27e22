"""`train`, `evaluate` and `predict`: the network compiled, fitted and asked."""

import re

from builder.catalog.display import display
from builder.catalog.fitting import FIT
from builder.catalog.spec import Catalog
from builder.codegen.adapting import write_adapting
from builder.codegen.bindings import Bindings, BoundOutput
from builder.codegen.compilation import compile_arguments
from builder.codegen.expressions import (
    WIDTH,
    Expression,
    call,
    flat,
    keyword,
    listing,
    subscript,
    width,
)
from builder.codegen.literals import number, string
from builder.codegen.network import Network
from builder.codegen.objects import constructor, judged, options
from builder.codegen.page import Page
from builder.codegen.refusal import CannotGenerate, Unwritable, blaming
from builder.codegen.splits import by_name, one_or_by_name
from builder.document.graph import Graph
from builder.document.plan import KerasObject, TrainingPlan

# The parameters of callbacks that name a file or a folder to write.
FILES = ("filepath", "filename", "log_dir", "backup_dir")
# What a run's folder holds (see `storage.runs`); its model may be written along the way.
OF_THE_RUN = frozenset(
    {"project.knet", "model.py", "custom_layers.py", "run.json", "history.csv", "evaluation.json"}
)
_FIELD = re.compile(r"\{[A-Za-z_]\w*(:0?\d{0,2}(\.\d{1,2})?[defgn]?)?\}", re.ASCII)


def write_training_constants(page: Page, bindings: Bindings, training: TrainingPlan) -> None:
    """Write EPOCHS, BATCH_SIZE, SEED and, where there are classes, CLASSES."""
    page.constant("EPOCHS", (number(training.epochs),))
    page.constant("BATCH_SIZE", (number(training.batch_size),))
    page.constant("SEED", (number(training.seed),))
    classes = [(bound.node.name, _class_names(bound)) for bound in bindings.with_classes]
    if classes:
        page.imports.add("import numpy as np")
        page.constant("CLASSES", one_or_by_name(classes))


def write_train(
    page: Page,
    graph: Graph,
    net: Network,
    bindings: Bindings,
    training: TrainingPlan,
    catalog: Catalog,
) -> None:
    """Write `train()` for a network of a whole graph. Raises CannotGenerate."""
    adapting = write_adapting(page, graph, net, bindings, catalog)
    page.function(
        "def train(",
        "    model, data, epochs=EPOCHS, batch_size=BATCH_SIZE, callbacks=()",
        ") -> keras.callbacks.History:",
        about="Fit the model to the training rows and return the history.",
    )
    page.write('    inputs, targets = data["train"]')
    page.append(adapting)
    if training.start:
        page.write("    start_from(model, START)")
    sole = bindings.outputs[0].node.id if len(bindings.outputs) == 1 else None
    page.statement(call("model.compile", compile_arguments(bindings, training, catalog)), sole)
    written = [_callback(one, catalog) for one in training.callbacks]
    with blaming("The training’s fit"):
        more = options(FIT, training.fit, catalog, apart="class_weight")
    if training.fit.get("class_weight") is not None:
        _write_class_weight(page, bindings)
        more.append(("class_weight=class_weight",))
    arguments: list[Expression] = [
        ("inputs",),
        ("targets",),
        ("batch_size=batch_size",),
        ("epochs=epochs",),
        ('validation_data=data["validation"]',),
        keyword("callbacks", _all_callbacks(written)),
        *more,
    ]
    page.statement(("return ", *call("model.fit", arguments)))


def write_evaluate(page: Page) -> None:
    """Write `evaluate`, which scores the test rows."""
    page.function(
        "def evaluate(model, data) -> dict[str, float]:",
        about="Return the loss and the metrics on the test rows.",
    )
    page.write(
        '    inputs, targets = data["test"]',
        "    return model.evaluate(inputs, targets, verbose=0, return_dict=True)",
    )


def write_predict(page: Page, bindings: Bindings) -> None:
    """Write `predict`, which gives classes by name and numbers in the user's own units."""
    answers = {"multiclass": "class", "binary": "class", "regression": "number"}
    if len(bindings.outputs) > 1:
        about = "Return the answers for each row, by output."
    else:
        about = f"Return the {answers[bindings.outputs[0].target.task]} predicted for each row."
    page.function("def predict(model, inputs):", about=about)
    page.write("    outputs = model.predict(inputs, verbose=0)")
    if len(bindings.outputs) == 1:
        bound = bindings.outputs[0]
        page.statement(("return ", *_answer(bound, ("outputs",), ("CLASSES",))), bound.node.id)
        return
    items: list[tuple[str, Expression]] = []
    for bound in bindings.outputs:
        key = string(bound.node.name)
        lone = len(bindings.with_classes) == 1
        classes: Expression = ("CLASSES",) if lone else subscript("CLASSES", (key,))
        answer = _answer(bound, subscript("outputs", (key,)), classes)
        items.append((bound.node.name, answer))
    page.statement(("return ", *by_name(items)))


# --- inner parts


def _callback(described: KerasObject, catalog: Catalog) -> Expression:
    """A callback's constructor. Raises CannotGenerate.

    Its files stay beneath the folder that it trains in: a project from somebody else must not be
    able to write over a file elsewhere.
    """
    with blaming("A callback of the training"):
        spec = judged(described, "callbacks", catalog)
        if spec.needs:
            raise Unwritable(f"is a {spec.name}. {spec.needs.removesuffix('.')}")
        for name in FILES:
            path = described.params.get(name)
            if not isinstance(path, str):
                continue
            where = f"“{display(path)}” in {name} of {spec.name}"
            if not _stays_beneath(path):
                raise Unwritable(
                    f"writes outside of the run’s own folder: {where}. Give a relative path "
                    "without “..”"
                )
            if not _is_free(path):
                raise Unwritable(f"writes over the run’s own files: {where}. Give another name")
        return constructor(described, "callbacks", catalog)


def _stays_beneath(path: str) -> bool:
    parts = re.split(r"[/\\]", path)
    beneath = bool(path) and parts[0] not in ("", "~") and ".." not in parts
    # `{epoch.x[0]}` could stand for any sign, a slash as well.
    plain = _FIELD.sub("", path)
    return beneath and not any(sign in plain for sign in ":{}")


def _is_free(path: str) -> bool:
    """Whether a callback may write there; BackupAndRestore deletes its folder at the end."""
    parts = [part for part in re.split(r"[/\\]", path.casefold()) if part not in ("", ".")]
    return bool(parts) and parts[0] not in OF_THE_RUN


def _write_class_weight(page: Page, bindings: Bindings) -> None:
    """Write the weights that make up for rare classes. Raises CannotGenerate."""
    sole = bindings.outputs[0] if len(bindings.outputs) == 1 else None
    if sole is None or sole.target.task == "regression":
        raise CannotGenerate(
            "Class weights need one output that learns classes; this network has "
            + ("several outputs. " if sole is None else "an output that learns a number. ")
            + "Take class_weight away in the training panel."
        )
    page.imports.add("import numpy as np")
    page.comment(["Rows of rare classes count more."], None)
    page.write(
        "    labels, counts = np.unique(targets, return_counts=True)",
        "    weights = targets.size / (labels.size * counts)",
        "    class_weight = dict(zip(labels.astype(int).tolist(), weights.tolist(), strict=True))",
    )


def _all_callbacks(written: list[Expression]) -> Expression:
    """The plan's callbacks and those given to `train`."""
    if not written:
        return ("list(callbacks)",)
    return listing([*written, ("*callbacks",)])


def _class_names(bound: BoundOutput) -> Expression:
    names = listing((string(name),) for name in bound.target.classes)
    return call("np.array", [names])


def _answer(bound: BoundOutput, outputs: Expression, classes: Expression) -> Expression:
    """An output's numbers as class names, or as the numbers they are."""
    first = (*outputs, *subscript("", (":, 0",)))
    if bound.by_number:
        numbers = (*outputs, *call(".argmax", [("axis=-1",)]))
    elif bound.target.task == "regression":
        return first
    else:
        # A raw score above 0 is a probability above one half.
        threshold = "0" if bound.from_logits else "0.5"
        likely: Expression = (f"({flat(first)} > {threshold})",)
        if width(flat(likely)) > WIDTH // 2:
            likely = call("np.greater", [first, (threshold,)])
        numbers = (*likely, *call(".astype", [("int",)]))
    return (*classes, *subscript("", numbers))
