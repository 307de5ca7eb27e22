"""Trust in a project's own Python code on the command line: `--trust`, or what the user trusts."""

from builder.catalog.code import code_of
from builder.catalog.code import fingerprint as digest
from builder.catalog.spec import Catalog
from builder.cli.failure import CommandFailed
from builder.cli.opening import open_catalog
from builder.document.project import Project
from builder.storage.project_file import ProjectFileError, load
from builder.storage.runs import PROJECT, Run
from builder.storage.trust import Trust


def trusted_code(project: Project, catalog: Catalog, *, trust: bool) -> str:
    """The fingerprint that lets a worker run a project's code; empty without code.

    Raises CommandFailed for code that is not trusted. `trust` trusts it, this time only.
    """
    code = code_of(project, catalog.including(project.custom))
    if trust or Trust().covers(code):
        return digest(code)
    places = ", ".join(dict.fromkeys(place for place, _ in code))
    raise CommandFailed(
        f"“{project.name}” carries Python code of its own ({places}), which is never run unasked. "
        "Look at it, and if you trust it add --trust."
    )


def known_code(project: Project, catalog: Catalog, *, trust: bool = False) -> str:
    """The fingerprint if the user trusts the code, and nothing otherwise."""
    code = code_of(project, catalog.including(project.custom))
    return digest(code) if trust or Trust().covers(code) else ""


def run_code(run: Run | None, project: Project, *, trust: bool) -> str:
    """As `trusted_code`, for the project that a run was trained from; without a run, for this."""
    if run is not None:
        try:
            project = load(run.folder / PROJECT)
        except ProjectFileError as error:
            raise CommandFailed(f"The run {run.id} cannot be used: {error}") from error
    return trusted_code(project, open_catalog(), trust=trust)
