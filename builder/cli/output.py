"""What a command prints: results on stdout, everything else on stderr.

Names and messages come from files that others may have sent: before a terminal sees them, control
characters are shown as escapes, so that no project can move the cursor or change the title.
"""

import io
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def plain(text: str) -> str:
    """The text with everything that a terminal would obey made visible; line breaks stay."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def take_any_sign() -> None:
    """Escape what stdout has no sign for: outside UTF-8 (Windows, LC_ALL=C) printing would fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """Print a result."""
    print(plain(text), flush=True)


def shows_progress() -> bool:
    """Whether somebody looks on: what passes by is of no use in a file."""
    return sys.stderr.isatty()


def note(text: str) -> None:
    """Tell something about the work, beside the result."""
    print(plain(text), file=sys.stderr, flush=True)


def say_json(value: Any) -> None:
    """Print the one JSON object that `--json` promises. Numbers JSON cannot hold become null."""
    import msgspec

    text = msgspec.json.format(msgspec.json.encode(value), indent=2)
    sys.stdout.buffer.write(text + b"\n")
    sys.stdout.buffer.flush()


def say_table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]], right: int = 99) -> None:
    """Print columns under their names; those from number `right` on are set to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    for row in (header, *rows):
        cells = [
            cell.rjust(width) if place >= right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        say("  ".join(cells).rstrip())


def console(*, json: bool) -> "Console":
    """Where progress is shown: on stdout, or out of the way of a JSON result on stderr."""
    from rich.console import Console

    return Console(stderr=json, markup=False, highlight=False)


def scores_line(values: Mapping[str, float | None], shown: int | None = None) -> str:
    """Scores by name in one line, losses first; at most `shown` of them."""
    order = sorted(values, key=lambda name: not name.endswith("loss"))
    return "  ".join(f"{plain(name)} {number(values[name])}" for name in order[:shown])


def number(value: float | None) -> str:
    """A score or loss as people read it: four places that matter."""
    if value is None:
        return "–"
    return f"{value:.4f}" if 1e-3 <= abs(value) < 1e5 or value == 0 else f"{value:.4g}"
