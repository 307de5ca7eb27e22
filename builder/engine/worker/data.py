"""Describe: read the data of a plan, complete the plan, and say what would stand in the way.

Bad data is an answer, not an error: whatever is wrong comes back as sentences in Described.
"""

import io
import threading
from collections.abc import Iterable

import numpy as np
import pandas as pd
import platformdirs
from msgspec.structs import replace

from builder.document.plan import Bundled, Csv, DataPlan, split_fault
from builder.engine.messages import ColumnSummary, Describe, Described
from builder.engine.worker.bundled import BUNDLED, BundledSet, frame_of
from builder.engine.worker.columns import ColumnScan
from builder.engine.worker.context import Context
from builder.engine.worker.csv_source import chunks, sniffed
from builder.engine.worker.faults import JobError
from builder.engine.worker.table_plan import Findings, completed, why_ignored
from builder.engine.worker.table_scan import TableScan
from builder.storage.atomic import write_atomically

EXAMPLE_IMAGES = 64


def describe(request: Describe, context: Context) -> None:
    """Answer with Described; a stopped reading answers nothing."""
    answer = described(request, context.stopping)
    if answer is not None:
        context.send(answer)


def described(request: Describe, stopping: threading.Event) -> Described | None:
    """What is in the data; None when `stopping` was set before all was read."""
    try:
        match request.data.source:
            case None:
                return _unreadable(request, "Choose the data: a bundled set or a CSV file.")
            case Bundled(name=name) if name not in BUNDLED:
                known = ", ".join(BUNDLED)
                return _unreadable(request, f"There is no bundled data “{name}”; known: {known}.")
            case Bundled(name=name):
                return _bundled(request, BUNDLED[name])
            case Csv() as source:
                return _csv(request, source, stopping)
    except JobError as error:
        return _unreadable(request, str(error))


def _unreadable(request: Describe, sentence: str) -> Described:
    return Described(request.id, request.data, 0, problems=(sentence,), fatal=True)


# --- bundled sets


def _bundled(request: Describe, bundled: BundledSet) -> Described:
    bunch = bundled.read()
    target = bundled.target_of(bunch)
    plan = replace(request.data, columns=(), features=(bundled.feature(bunch),), targets=(target,))
    findings = Findings()
    _check_split(plan, findings)
    scan = TableScan()
    scan.add(frame_of(bundled, bunch))
    counted = scan.columns[bundled.target].counts
    answer = Described(
        request.id,
        plan,
        scan.rows,
        class_counts={name: counted.get(name, 0) for name in target.classes},
        problems=findings.sentences,
        fatal=findings.fatal,
    )
    if bundled.image is None:
        columns = tuple(column.summary() for column in scan.columns.values())
        return replace(answer, columns=columns, header=scan.header, preview=tuple(scan.preview))
    name = request.data.source.name if isinstance(request.data.source, Bundled) else "images"
    labels = tuple(str(bunch.target_names[i]) for i in bunch.target[:EXAMPLE_IMAGES])
    white = max(float(bunch.images[:EXAMPLE_IMAGES].max()), 1.0)
    path = _save_images(name, bunch.images, white)
    return replace(answer, images=path, image_labels=labels, white=white)


def _save_images(name: str, images: np.ndarray, white: float) -> str | None:
    """The first images, in 0..1, in a file that the next description of the same set reuses.

    None where nothing can be kept: a full disk takes the pictures away, not the data.
    """
    first = images[:EXAMPLE_IMAGES]
    stream = io.BytesIO()
    np.save(stream, (first / white).astype("float32"))
    try:
        folder = platformdirs.user_cache_path("keras-builder", ensure_exists=True)
        path = folder / f"{name}-examples.npy"
        write_atomically(path, stream.getvalue())
    except OSError:
        return None
    return str(path)


# --- tables


def _csv(request: Describe, source: Csv, stopping: threading.Event) -> Described | None:
    plan = request.data
    if not plan.columns:
        source = sniffed(source, request.folder)
        plan = replace(plan, source=source)
    used = [column.name for column in plan.columns if column.role != "ignore"]
    scan = TableScan(used or None)
    texts = [column.name for column in plan.columns if column.kind == "text"]
    for chunk in chunks(source, request.folder, texts=texts):
        scan.add(chunk)
        if stopping.is_set():
            return None
    if not scan.rows:
        raise JobError("The file has a header and no rows. Choose a file with rows of data.")
    findings = Findings()
    _check_header(scan, findings)
    plan = completed(plan, scan, findings)
    _check_split(plan, findings)
    return Described(
        request.id,
        plan,
        scan.rows,
        columns=_summaries(plan, scan.columns.values()),
        header=scan.header,
        preview=tuple(scan.preview),
        class_counts=_class_counts(plan, scan),
        problems=findings.sentences,
        fatal=findings.fatal,
        gaps=findings.gaps,
    )


def _summaries(plan: DataPlan, columns: Iterable[ColumnScan]) -> tuple[ColumnSummary, ...]:
    kinds = {column.name: column.kind for column in plan.columns if column.role == "feature"}
    return tuple(
        replace(column.summary(kinds.get(column.name)), note=why_ignored(column))
        for column in columns
    )


def _class_counts(plan: DataPlan, scan: TableScan) -> dict[str, int]:
    """Rows by class of the first target that has classes."""
    target = next((target for target in plan.targets if target.classes), None)
    if target is None:
        return {}
    counts = scan.columns[target.name].counts
    return {name: counts.get(name, 0) for name in target.classes}


def _check_header(scan: TableScan, findings: Findings) -> None:
    """Numbers as column names are most likely the first row of a file without a header."""
    numbers = pd.to_numeric(pd.Series(list(scan.columns), dtype=str), errors="coerce")
    if numbers.notna().all():
        listed = ", ".join(list(scan.columns)[:3])
        findings.note(
            f"The first line ({listed} …) looks like a row of values and is taken for the column "
            "names. Put a line of names above it."
        )


def _check_split(plan: DataPlan, findings: Findings) -> None:
    if said := split_fault(plan.split):
        findings.prevent(said)
