"""What the trainer asks of a worker: numbered, with the trust and the folder of the project."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builder.canvas.document import Document
from builder.document.plan import DataPlan
from builder.engine import messages
from builder.engine.formats import ModelFormat
from builder.window.code_trust import CodeTrust
from builder.window.run_store import CurrentRun


class Requests:
    """Makes the requests about a document and its runs. No two have the same number."""

    def __init__(self, document: Document, trust: CodeTrust) -> None:
        self._document = document
        self._trust = trust
        self._ids = itertools.count(1)

    def train(self, folder: Path, epochs: int | None) -> messages.Train:
        """Train a run that was begun from the project as it is now."""
        trusted = self._trust.of(self._document.project)
        return messages.Train(next(self._ids), str(folder), epochs, trusted)

    def evaluate(self, run: CurrentRun) -> messages.Evaluate:
        return messages.Evaluate(next(self._ids), str(run.folder), self._trust.of(run.project))

    def predict(self, run: CurrentRun, rows: Mapping[str, list[Any]]) -> messages.Predict:
        trusted = self._trust.of(run.project)
        return messages.Predict(next(self._ids), str(run.folder), rows=rows, trusted=trusted)

    def predict_file(self, run: CurrentRun, source: Path, output: Path) -> messages.Predict:
        return messages.Predict(
            next(self._ids),
            str(run.folder),
            input=str(source),
            output=str(output),
            trusted=self._trust.of(run.project),
        )

    def export(self, format_: ModelFormat, output: Path, run: Path | None) -> messages.Export:
        project = self._document.project
        return messages.Export(
            next(self._ids),
            project,
            format_,
            str(output),
            None if run is None else str(run),
            self._folder,
            self._trust.of(project),
        )

    def list_formats(self) -> messages.ListFormats:
        return messages.ListFormats(next(self._ids))

    def describe(self, plan: DataPlan) -> messages.Describe:
        return messages.Describe(next(self._ids), plan, self._folder)

    @property
    def _folder(self) -> str:
        """Where relative paths of the project start."""
        path = self._document.path
        return "" if path is None else str(path.parent)
