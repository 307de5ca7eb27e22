"""Evaluate: score a run's model on its test rows, which nothing has looked at before."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from builder.document.plan import Target
from builder.engine.messages import Evaluate, Evaluated, TargetReport, encode
from builder.engine.worker import run_module
from builder.engine.worker.answers import answers, bound_outputs
from builder.engine.worker.context import Context
from builder.engine.worker.run_data import load_data
from builder.engine.worker.run_module import arrays, row_count
from builder.engine.worker.scores import class_report, number_report
from builder.engine.worker.trained import module_of, trained
from builder.storage.atomic import write_atomically
from builder.storage.runs import EVALUATION

# Training rows that are scored for comparison; more would only take time.
MOST_TRAINING_ROWS = 10_000


def evaluate(request: Evaluate, context: Context) -> None:
    """Answer with Evaluated, and keep it as evaluation.json in the run folder."""
    folder = Path(request.folder)
    run = trained(folder, request.trusted)
    outputs = bound_outputs(run.project)
    module = module_of(run)
    data = load_data(module, run.project, folder)
    values = run_module.function(module, "evaluate")(run.model, data)
    test_inputs, test_targets = data["test"]
    train_inputs, train_targets = _first(data["train"], MOST_TRAINING_ROWS)
    found = answers(run.model, test_inputs, run.project)
    learned = answers(run.model, train_inputs, run.project)
    sole = outputs[0][0].name
    truth, train_truth = arrays(test_targets, sole), arrays(train_targets, sole)
    answer = Evaluated(
        request.id,
        row_count(test_inputs),
        float(values["loss"]),
        tuple(
            _report(
                target,
                truth[node.name],
                found[node.name],
                train_truth[node.name],
                learned[node.name],
            )
            for node, target in outputs
        ),
    )
    write_atomically(folder / EVALUATION, msgspec.json.format(encode(answer)))
    context.send(answer)


def _report(target: Target, truth: Any, found: Any, train_truth: Any, learned: Any) -> TargetReport:
    if target.task == "regression":
        numbers = (np.asarray(v, dtype=np.float64).reshape(len(v)) for v in (truth, train_truth))
        true, train_true = numbers
        return number_report(target, true, found, train_true, learned)
    true, train_true = (_class_numbers(values) for values in (truth, train_truth))
    return class_report(target, true, found, train_true, learned.argmax(axis=1))


def _class_numbers(values: Any) -> Any:
    """Class numbers, also of rows that are one-hot."""
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] > 1:
        return array.argmax(axis=1)
    return array.reshape(len(array)).astype(np.int64)


def _first(part: tuple[Any, Any], count: int) -> tuple[Any, Any]:
    """The first rows of inputs and targets; they were shuffled by the split."""

    def cut(group: Any) -> Any:
        if isinstance(group, dict):
            return {name: values[:count] for name, values in group.items()}
        return group[:count]

    inputs, targets = part
    return cut(inputs), cut(targets)
