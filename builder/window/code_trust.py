"""Whether the Python code of the open project may be run, and who is told when that changes."""

from functools import cached_property

from PySide6.QtCore import QObject, Signal

from builder.canvas.document import Document
from builder.catalog.code import Code, code_of, fingerprint, fingerprints
from builder.catalog.custom import FILE
from builder.catalog.spec import Catalog
from builder.document.project import Project
from builder.storage.trust import Trust


class CodeTrust(QObject):
    """The user's trust in the code of projects.

    Signals:
        changed(): code was trusted, or all trust was forgotten.
    """

    changed = Signal()

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._trust = Trust()
        self._seen: tuple[Project, Code] | None = None

    @cached_property
    def _known(self) -> frozenset[str]:
        return self._trust.known()

    @property
    def code(self) -> Code:
        """The pieces of code of the open project, with their places."""
        return self.code_of(self._document.project)

    @property
    def is_open(self) -> bool:
        """Whether the open project carries code that is not trusted."""
        return not self._covers(self.code)

    def of(self, project: Project) -> str:
        """The fingerprint of a project's code if all of it is trusted, and nothing otherwise."""
        code = self.code_of(project)
        return fingerprint(code) if self._covers(code) else ""

    def refusal(self, project: Project) -> str:
        """Why a project's code is not run, as a sentence; nothing where it may be."""
        if self._covers(self.code_of(project)):
            return ""
        return (
            "The project carries Python code that is not trusted, so it is not run. Look at it, and "
            "if you trust it press “Trust and run” over the canvas."
        )

    def grant(self, code: Code) -> str:
        """Trust some code. Returns a sentence if that could not be kept for the next start."""
        self._known |= fingerprints(code)
        kept = ""
        try:
            self._trust.add(code)
        except OSError as error:
            kept = (
                f"Your trust could not be written down ({error.strerror}): it ends with the window."
            )
        self.changed.emit()
        return kept

    def forget(self) -> None:
        """Trust nothing any more. Raises OSError where that cannot be written."""
        self._trust.forget()
        self._known = frozenset()
        self.changed.emit()

    def words(self) -> str:
        """What code the project carries: `custom_layers.py, 2 Lambdas`."""
        places = [place for place, _ in self.code]
        others = len(places) - places.count(FILE)
        named = [FILE] if FILE in places else []
        if others:
            named.append("1 Lambda" if others == 1 else f"{others} Lambdas")
        return ", ".join(named)

    def _covers(self, code: Code) -> bool:
        return not code or fingerprints(code) <= self._known

    def code_of(self, project: Project) -> Code:
        """The pieces of code of a project, with their places."""
        seen = self._seen
        same = seen is not None and seen[0].graph is project.graph
        if same and seen is not None and seen[0].custom == project.custom:
            return seen[1]
        code = code_of(project, self._catalog.including(project.custom))
        self._seen = (project, code)
        return code
