"""Python code that a project carries, in this process: run only where a request says so.

The sender names the fingerprint of the code that its user trusts; it is compared with that of the
code at hand. The module `custom_layers` is made of the project's own text, never of a file.
"""

import linecache
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import keras

from builder.catalog.code import Code, code_of, fingerprint
from builder.catalog.custom import FILE, MODULE
from builder.catalog.load import load_catalog
from builder.document.project import Project
from builder.engine.messages import Fault
from builder.engine.worker.case import Case
from builder.engine.worker.faults import OWN_PATH, JobError, line_of, own_words
from builder.engine.worker.sentences import keras_fault
from builder.engine.worker.time_limit import OutOfTime, at_most

PATIENCE = 10.0
"""Seconds that one layer may take to be made and called with symbols."""

UNTRUSTED = (
    "This project carries Python code of its own ({places}), which is never run unasked. Look at "
    "it, and if you trust it press “Trust and run” over the canvas; on the command line add --trust."
)
_made: tuple[str, ModuleType | JobError] | None = None


def admit(project: Project, trusted: str) -> None:
    """Make a project's own code ready to be run. Raises JobError for code without trust."""
    code = code_of(project, load_catalog().including(project.custom))
    if not is_trusted(code, trusted):
        raise JobError(UNTRUSTED.format(places=", ".join(dict.fromkeys(at for at, _ in code))))
    provide(project.custom)


def is_trusted(code: Code, trusted: str) -> bool:
    """Whether the fingerprint that a request carries is that of the code; no code needs none."""
    return fingerprint(code) in ("", trusted)


def provide(source: str) -> ModuleType | None:
    """The module `custom_layers` of a source, from now on the one that `import` finds.

    Raises JobError when running the source fails. Whoever calls it has seen to the trust in it.
    """
    global _made
    # None keeps `import` from a file of that name that happens to be in a folder it looks into.
    sys.modules[MODULE] = None  # type: ignore[assignment]
    if not source.strip():
        return None
    if _made is None or _made[0] != source:
        _made = (source, _run(source))
    made = _made[1]
    if isinstance(made, JobError):
        raise made
    sys.modules[MODULE] = made
    return made


def objects() -> dict[str, Any]:
    """The classes and functions that were provided, by name, for Keras to read a model with."""
    defined = vars(sys.modules[MODULE]).items() if sys.modules.get(MODULE) else ()
    return {name: one for name, one in defined if getattr(one, "__module__", None) == MODULE}


def layer_of(error: BaseException) -> str | None:
    """The name of the layer whose code an error came through."""
    found = None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name = getattr(frame.f_locals.get("self"), "name", None)
        if frame.f_code.co_filename == OWN_PATH and isinstance(name, str):
            found = name
    return found


def own_fault(error: BaseException, case: Case) -> Fault:
    """The fault on a node whose layer is of the project's own and raised."""
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, OutOfTime):
        said = f"{FILE} ran for {PATIENCE:.0f} seconds without coming to an end. Mend its loop."
        return Fault(f"{case.subject}: {said}", case.node, detail)
    if isinstance(error, JobError):
        return Fault(f"{case.subject}: {error}", case.node, detail)
    if line_of(error) is None:
        return keras_fault(error, case)
    return Fault(f"{case.subject}: {own_words(error)}", case.node, detail)


def other_outputs(case: Case, made: Any, names: Sequence[str]) -> str:
    """What to say of code that gives something else than its ports; nothing if it gives that."""
    given = made if isinstance(made, list | tuple) else [made]
    if not all(isinstance(one, keras.KerasTensor) for one in given):
        return (
            f"{case.subject} gives something that is no tensor. Return tensors alone from {FILE}."
        )
    if len(given) != len(names) or isinstance(made, list | tuple) != (len(names) > 1):
        said = (
            "a tensor" if not isinstance(made, list | tuple) else f"{len(given)} tensors in a row"
        )
        if case.layer == "Lambda":
            return f"{case.subject} gives {said}; a Lambda gives one. Write a class for more."
        return (
            f"{case.subject} gives {said}; its source says {len(names)}. Let each return of call "
            "give the tensors by name, as in: return low, high."
        )
    return ""


class Permit:
    """What the inspector may run of a project's code.

    Attributes:
        source: the text of the project's own layers.
        trusted: whether the user trusts the code.
    """

    def __init__(self, code: Code, source: str, trusted: str) -> None:
        self.source = source
        self.trusted = is_trusted(code, trusted)

    @contextmanager
    def running(self, scope: dict[str, Any]) -> Iterator[None]:
        """Put the project's own layers into a scope, and end what runs in the block too long."""
        with at_most(PATIENCE):
            module = provide(self.source)
            if module is not None:
                scope[MODULE] = module
            try:
                yield
            except SystemExit as error:
                raise JobError(f"{FILE} ends the program. Mend it there.") from error


def _run(source: str) -> ModuleType | JobError:
    module = ModuleType(MODULE)
    module.__file__ = OWN_PATH
    lines = source.splitlines(keepends=True)
    linecache.cache[OWN_PATH] = (len(source), None, lines, OWN_PATH)
    sys.modules[MODULE] = module
    try:
        exec(compile(source, OWN_PATH, "exec"), module.__dict__)  # noqa: S102 - the user trusts it
    except (Exception, SystemExit) as error:  # noqa: BLE001 - it may raise anything
        return JobError(own_words(error))
    return module
