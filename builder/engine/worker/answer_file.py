"""Predictions as a CSV file that a spreadsheet can open without running anything in it."""

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from builder.document.graph import Node
from builder.document.plan import Target

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Outputs = Sequence[tuple[Node, Target]]
Answers = Mapping[str, NDArray[np.float64]]


def header_line(outputs: Outputs) -> str:
    names = ["row"]
    for _, target in outputs:
        names.append(target.name)
        names += [f"{target.name}: {name}" for name in target.classes]
    return _lines([[harmless(name) for name in names]])


def answer_lines(outputs: Outputs, answers: Answers, start: int) -> str:
    """A line per row: its number, then for each target the answer and its probabilities."""
    count = len(next(iter(answers.values())))
    columns: list[list[object]] = [list(range(start + 1, start + count + 1))]
    for node, target in outputs:
        values = answers[node.name]
        if target.task == "regression":
            columns.append([f"{value:.6g}" for value in values])
            continue
        names = [harmless(name) for name in target.classes]
        columns.append([names[i] for i in values.argmax(axis=1)])
        columns += [[f"{value:.6f}" for value in values[:, place]] for place in range(len(names))]
    return _lines(list(zip(*columns, strict=True)))


def harmless(text: str) -> str:
    """A text that a spreadsheet might take for a formula gets a quote in front of it."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _lines(rows: Sequence[Sequence[object]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
