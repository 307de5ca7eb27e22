"""What the data dock does to a plan, and how it sums a description up in a line."""

from pathlib import Path

from msgspec.structs import replace

from builder.document.plan import DataPlan, feature_of
from builder.document.project import Project
from builder.document.starter import starter
from builder.engine.messages import Described
from builder.window import numbers


def with_column(plan: DataPlan, name: str, field: str, value: str) -> DataPlan:
    """A plan in which a column has another role, kind or feature, to be completed by the worker.

    There is one target; the one before becomes a feature.
    """
    columns = []
    for column in plan.columns:
        if column.name == name:
            column = replace(column, **{field: value})
            if field == "kind":
                column = replace(column, categories=(), feature="")
            if feature_of(column) == feature_of(replace(column, feature="")):
                column = replace(column, feature="")
        elif value == "target" and column.role == "target":
            column = replace(column, role="feature")
        columns.append(column)
    return replace(plan, columns=tuple(columns), features=(), targets=())


def started(project: Project) -> Project:
    """A first network for a project's data, under its own name, split and backend."""
    fresh = starter(project.data, project.name)
    return replace(fresh, backend=project.backend)


def summary(event: Described) -> str:
    """1,797 rows · image 8 × 8 × 1 · digit: 10 classes; of a table its numbers: 30 inputs."""
    parts = [numbers.plural(event.rows, "row")]
    for feature in event.plan.features:
        shape = " × ".join(str(size) for size in feature.shape)
        flat = len(feature.shape) == 1
        if feature.dtype == "string":
            parts.append(f"{feature.name}: {'text' if feature.shape == (1,) else 'texts'}")
        elif flat and len(event.plan.features) > 1:
            parts.append(f"{feature.name}: {numbers.plural(feature.shape[0], 'number')}")
        else:
            parts.append(
                numbers.plural(feature.shape[0], "input") if flat else f"{feature.name} {shape}"
            )
    for target in event.plan.targets:
        classes = numbers.plural(len(target.classes), "class") if target.classes else "a number"
        parts.append(f"{target.name}: {classes}")
    return " · ".join(parts)


def relative(path: Path, project: Path | None) -> str:
    if project is not None:
        try:
            return path.resolve().relative_to(project.resolve().parent).as_posix()
        except ValueError:
            pass
    return str(path)
