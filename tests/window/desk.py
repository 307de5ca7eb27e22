"""A trainer with a plain far side, for tests of the panels around it."""

from pathlib import Path
from typing import ClassVar

from msgspec.structs import replace

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.document.project import Project
from builder.window.trainer import Trainer
from tests.build import SMALL, chain
from tests.window import far


class Desk:
    """A document, its trainer, and the far side to look at.

    `made` are those of this test. What their far sides still have on the way when it ends would
    be told to panels that are gone.
    """

    made: ClassVar[list["Desk"]] = []

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
        self.made.append(self)

    @classmethod
    def hush(cls) -> None:
        """Let no trainer say anything any more."""
        while cls.made:
            cls.made.pop().trainer.blockSignals(True)

    @property
    def report(self) -> far.Report:
        """What the newest worker reports with."""
        return self.pool.workers[-1].report
