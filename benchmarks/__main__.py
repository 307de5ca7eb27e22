"""Runs the benchmarks and prints their figures. Exit code 1 when a limit is not kept."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks import Measure

FOLDER = Path(__file__).resolve().parent
PREFIX = "bench_"
PATIENCE = 600.0
"""How long one benchmark may take, in seconds."""


class Result(Struct, frozen=True):
    """What one benchmark measured; `error` holds the end of its output when it broke."""

    benchmark: str
    measures: tuple[Measure, ...] = ()
    error: str = ""

    @property
    def kept(self) -> bool:
        return not self.error and all(measure.kept is not False for measure in self.measures)


def names() -> list[str]:
    return sorted(path.stem.removeprefix(PREFIX) for path in FOLDER.glob(f"{PREFIX}*.py"))


def measured(name: str) -> Result:
    """Run one benchmark in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "measures.json"
        command = [sys.executable, "-m", "benchmarks.one", name, str(output)]
        environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
        try:
            done = subprocess.run(
                command,
                cwd=FOLDER.parent,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
            measures = msgspec.json.decode(output.read_bytes(), type=tuple[Measure, ...])
        except subprocess.TimeoutExpired:
            return Result(name, error=f"took longer than {PATIENCE:.0f} s")
        except (OSError, msgspec.DecodeError):
            return Result(
                name, error=done.stdout.strip()[-2000:] or f"ended with {done.returncode}"
            )
        return Result(name, measures)


def main() -> int:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(names()))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    unknown = set(options.names) - set(names())
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    results = []
    for name in options.names or names():
        print(f"{name} …", file=sys.stderr, flush=True)
        results.append(measured(name))
    kept = all(result.kept for result in results)
    if options.json:
        print(msgspec.json.format(msgspec.json.encode(_summary(results, kept)), indent=2).decode())
    else:
        _print_table(results)
    return 0 if kept else 1


def _summary(results: list[Result], kept: bool) -> dict[str, object]:
    machine = {"system": platform.platform(), "python": platform.python_version()}
    return {"kept": kept, "machine": {**machine, "cpus": os.cpu_count()}, "results": results}


def _print_table(results: list[Result]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("")
    for title in ("measured", "limit"):
        table.add_column(title, justify="right")
    table.add_column("")
    table.add_column("compared with")
    for result in results:
        table.add_row(result.benchmark, style="bold")
        for measure in result.measures:
            table.add_row(*_cells(measure))
    # A table in a log must not be cut to the width of a terminal that is not there.
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, width=160)
    console.print(table)
    for result in results:
        if result.error:
            print(f"\n{result.benchmark} broke:\n{result.error}")


def _cells(measure: Measure) -> tuple[str, ...]:
    limit = ""
    if measure.limit is not None:
        limit = f"{'≥' if measure.at_least else '≤'} {_figure(measure.limit, measure.unit)}"
    compared = ""
    if measure.against is not None:
        ratio = f" ({measure.value / measure.against:.2f}x)" if measure.against else ""
        figure = _figure(measure.against, measure.unit)
        compared = f"{measure.against_name or 'comparison'}: {figure}{ratio}"
    verdict = {None: "", True: "ok", False: "NOT KEPT"}[measure.kept]
    return f"  {measure.name}", _figure(measure.value, measure.unit), limit, verdict, compared


def _figure(value: float, unit: str) -> str:
    digits = 3 if abs(value) < 1 else max(0, 3 - len(str(int(abs(value)))))
    return f"{value:,.{digits}f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
