"""Pictures for the terminal's commands: Qt is loaded only here, and may be missing its libraries."""

from collections.abc import Callable, Mapping
from pathlib import Path

from builder.catalog.spec import Catalog
from builder.cli.failure import CommandFailed
from builder.document.project import Project
from builder.engine.messages import NodeReport
from builder.resources import resource


def require_qt() -> None:
    """Load Qt. Raises CommandFailed; on Linux the reason is a library that the system lacks."""
    try:
        import PySide6.QtWidgets  # noqa: F401 - loading it is the test
    except ImportError as error:
        raise CommandFailed(
            f"Qt cannot be loaded ({error}). On Debian or Ubuntu run:  "
            f"sudo apt-get install --no-install-recommends {_packages()}"
        ) from error


def _packages() -> str:
    """The Debian packages that Qt needs, from the list of libraries and their packages."""
    lines = resource("qt-libraries.txt").read_text(encoding="utf-8").splitlines()
    return " ".join(line.split()[1] for line in lines)


def write_diagram(
    project: Project, catalog: Catalog, reports: Mapping[str, NodeReport], path: Path
) -> None:
    def paint() -> None:
        from builder.canvas.headless import save_diagram

        save_diagram(project, catalog, reports, path)

    _painted(paint, path)


def write_curves(history: Mapping[str, list[float | None]], path: Path) -> None:
    def paint() -> None:
        from builder.canvas.curve_picture import save_curves

        save_curves(history, path)

    _painted(paint, path)


def _painted(paint: Callable[[], None], path: Path) -> None:
    require_qt()
    try:
        paint()
    except OSError as error:
        reason = error.strerror or error
        raise CommandFailed(f"“{path}” was not written: {reason}.") from error
