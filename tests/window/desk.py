"""A trainer with a plain far side, for tests of the panels around it."""

from pathlib import Path

from msgspec.structs import replace

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.document.project import Project
from builder.window.trainer import Trainer
from tests.build import SMALL, chain
from tests.window import far


class Desk:
    """A document, its trainer, and the far side to look at."""

    def __init__(
        self,
        folder: Path,
        answer: far.Answer = far.silent,
        project: Project | None = None,
        catalog: Catalog = SMALL,
    ) -> None:
        self.project = project or replace(chain("Input", "Dense", "Output"), data=far.DIGITS)
        self.document = Document(self.project)
        self.pool = far.PlainPool(answer)
        self.runs = far.PlainRuns(folder)
        self.trainer = Trainer(self.document, catalog, self.pool, self.runs)

    @property
    def report(self) -> far.Report:
        """What the newest worker reports with."""
        return self.pool.workers[-1].report
