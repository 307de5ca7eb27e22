"""Numbers in words for people: separators, significant digits, units."""

import math
from collections.abc import Iterable


def count(number: int) -> str:
    """1960 -> 1,960."""
    return f"{number:,}"


def score(value: float | None) -> str:
    """A loss or a metric with as many digits as are worth reading: 0.113, 58.4, 2.31e-05."""
    if value is None or math.isnan(value):
        return "–"
    size = abs(value)
    if size != 0 and (size < 0.001 or size >= 1e6):
        return f"{value:.2e}"
    if size < 10:
        return f"{value:.3f}"
    return f"{value:,.1f}" if size < 10_000 else f"{value:,.0f}"


def loss_first(names: Iterable[str]) -> list[str]:
    """Names of values in the order of a reader: the loss, then the metrics as they come."""
    return sorted(dict.fromkeys(names), key=lambda name: name.removeprefix("val_") != "loss")


def share(value: float) -> str:
    """0.9812 -> 98.1 %."""
    return f"{value:.1%}".replace("%", " %")


def duration(seconds: float) -> str:
    """4.2 -> 4 s; 75 -> 1 min 15 s; 3700 -> 1 h 1 min."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def plural(number: int, noun: str) -> str:
    """1 epoch, 2 epochs, 1,797 rows; classes and batches take es."""
    ending = "es" if noun.endswith(("s", "tch", "x")) else "s"
    return f"{count(number)} {noun}" + ("" if number == 1 else ending)
