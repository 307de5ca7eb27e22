"""Predict: a run's model on rows from a file or typed in by hand."""

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
from msgspec.structs import replace

from builder.document.graph import INPUT
from builder.document.plan import Csv, DataPlan, Feature, Target
from builder.document.project import Project
from builder.engine.messages import Predict, Predicted, Prediction
from builder.engine.worker.answer_file import Answers, Outputs, answer_lines, header_line
from builder.engine.worker.answers import answers, bound_outputs
from builder.engine.worker.context import Context
from builder.engine.worker.csv_source import chunks, sniffed
from builder.engine.worker.encoding import TableEncoder, shaped
from builder.engine.worker.faults import JobError
from builder.engine.worker.trained import trained
from builder.storage.runs import read_record

# Predictions that travel in the answer; the others are in the file only.
MOST_ROWS = 1000

Pieces = Iterator[dict[str, Any]]


def predict(request: Predict, context: Context) -> None:
    """Answer with Predicted. A file is predicted piece by piece, so that its length is no matter."""
    run = trained(Path(request.folder), request.trusted)
    plan = run.project.data
    outputs = bound_outputs(run.project)
    encoder = TableEncoder(plan, read_record(run.folder).medians)
    shown: list[tuple[Prediction, ...]] = []
    count = 0
    with _output(request.output, outputs) as stream:
        for features in _pieces(request, plan, encoder):
            found = answers(run.model, _inputs(run.project, run.model, features), run.project)
            if stream is not None:
                stream.write(answer_lines(outputs, found, count))
            shown += _predictions(outputs, found, MOST_ROWS - len(shown))
            count += len(next(iter(found.values())))
            if context.stopping.is_set():
                raise JobError(f"Predicting was stopped after {count:,} rows; no file was written.")
        if not count:
            sentence = "There are no rows to predict. Give at least one."
            raise JobError(sentence, unreadable=request.input is not None)
    answer = Predicted(request.id, count, tuple(shown), request.output)
    context.send(replace(answer, notes=tuple(encoder.notes)))


def _inputs(project: Project, model: Any, features: Mapping[str, Any]) -> Any:
    """The features as the model takes them: one array, or a mapping by Input node."""
    nodes = {node.name: node for node in project.graph.level().of_type(INPUT)}
    sole = next(iter(features))
    given = {
        tensor.name: features[str(nodes[tensor.name].params.get("feature") or sole)]
        for tensor in model.inputs
    }
    return next(iter(given.values())) if len(given) == 1 else given


def _predictions(outputs: Outputs, found: Answers, most: int) -> list[tuple[Prediction, ...]]:
    count = min(most, len(next(iter(found.values()))))
    return [
        tuple(_prediction(target, found[node.name][row]) for node, target in outputs)
        for row in range(count)
    ]


def _prediction(target: Target, values: Any) -> Prediction:
    if target.task == "regression":
        return Prediction(target.name, value=float(values))
    probabilities = {
        name: float(value) for name, value in zip(target.classes, values, strict=False)
    }
    return Prediction(
        target.name, target.classes[int(values.argmax())], probabilities=probabilities
    )


# --- rows from somewhere


def _pieces(request: Predict, plan: DataPlan, encoder: TableEncoder) -> Pieces:
    if request.rows is not None:
        yield _typed(request.rows, plan, encoder)
    elif request.input is None:
        raise JobError("Give rows to predict: a CSV or .npy file, or values.")
    elif Path(request.input).suffix.lower() == ".npy":
        yield from _from_array(Path(request.input), plan)
    else:
        yield from _from_table(Path(request.input), plan, encoder)


def _typed(rows: Mapping[str, list[Any]], plan: DataPlan, encoder: TableEncoder) -> dict[str, Any]:
    """Rows by feature, or by column for a table."""
    by_column = encoder.columns and {column.name for column in encoder.columns} <= set(rows)
    if not by_column and all(feature.name in rows for feature in plan.features):
        return {f.name: shaped(rows[f.name], f, f"The rows of “{f.name}”") for f in plan.features}
    if not encoder.columns:
        names = ", ".join(f"“{feature.name}”" for feature in plan.features)
        raise JobError(f"Give values for {names}; received none.")
    lengths = {name: len(values) for name, values in rows.items()}
    if len(set(lengths.values())) > 1:
        raise JobError("Every column needs a value for every row; some have fewer than others.")
    table = pd.DataFrame({name: pd.Series(values) for name, values in rows.items()})
    table = table.replace("", np.nan)
    return encoder.encode(table)


def _from_array(path: Path, plan: DataPlan) -> Pieces:
    feature = _sole_feature(plan, path)
    try:
        values = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise JobError(f"There is no file “{path}”.", unreadable=True) from None
    except (OSError, ValueError, EOFError) as error:
        sentence = f"“{path.name}” is no .npy file of numbers ({error})."
        raise JobError(sentence, unreadable=True) from error
    if not isinstance(values, np.ndarray):
        sentence = f"“{path.name}” holds several arrays. Save one array as .npy."
        raise JobError(sentence, unreadable=True)
    for at in range(0, len(values) if values.ndim else 0, MOST_ROWS * 10):
        yield {feature.name: shaped(values[at : at + MOST_ROWS * 10], feature, f"“{path.name}”")}


def _from_table(path: Path, plan: DataPlan, encoder: TableEncoder) -> Pieces:
    if not encoder.columns:
        feature = _sole_feature(plan, path)
        shape = " × ".join(map(str, feature.shape))
        raise JobError(
            f"“{path.name}” is a table, but “{feature.name}” takes {shape} numbers per row. Give a "
            ".npy file with one such row after the other."
        )
    start = 0
    for chunk in chunks(sniffed(Csv(str(path)), ""), "", texts=encoder.texts):
        if len(chunk):
            yield encoder.encode(chunk, start, f"The rows of “{path.name}”")
        start += len(chunk)


def _sole_feature(plan: DataPlan, path: Path) -> Feature:
    if len(plan.features) != 1:
        raise JobError(
            f"This network takes {len(plan.features)} features per row; “{path.name}” can give one."
        )
    return plan.features[0]


# --- the file of answers


@contextlib.contextmanager
def _output(path: str | None, outputs: Outputs) -> Iterator[IO[str] | None]:
    """A stream for the answers. The file is there, whole, when the block ends well; else as before."""
    if path is None:
        yield None
        return
    final = Path(path)
    part = final.with_name(f".writing-{final.name}")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            stream.write(header_line(outputs))
            yield stream
        part.replace(final)
    except OSError as error:
        raise JobError(f"“{final}” was not written: {error.strerror or error}.") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
