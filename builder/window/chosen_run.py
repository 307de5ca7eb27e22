"""The run that Evaluate, Predict and Export use: this session's, else the newest kept."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from builder.canvas.document import Document
from builder.document.project import Project
from builder.document.sameness import same_network
from builder.window.run_store import CurrentRun, RunStore


class ChosenRun:
    """The run of the open project whose model is asked, and the one that trains.

    Attributes:
        under_way: the folder of the run that trains.
    """

    def __init__(self, document: Document, store: RunStore) -> None:
        self._document = document
        self._store = store
        self._run: CurrentRun | None = None
        self._looked_up = False
        self.under_way: Path | None = None

    @property
    def run(self) -> CurrentRun | None:
        """The chosen run. Without one the newest on disk is looked for, once."""
        if self._run is None and not self._looked_up and self._document.path is not None:
            self._looked_up = True
            self._run = self._store.latest(self._document.path)
        return self._run

    @property
    def usable(self) -> bool:
        """Whether there is a run with a model."""
        return self.run is not None and self.run.usable

    def note(self) -> str:
        """A sentence when the network is no longer the one that was trained, else nothing."""
        run = self.run
        if run is None or not run.usable or same_network(run.project, self._document.project):
            return ""
        when = f"{run.trained_at:%H:%M}"
        if run.trained_at.date() != datetime.now(run.trained_at.tzinfo).date():
            when = f"{run.trained_at:%Y-%m-%d %H:%M}"
        return (
            f"This is about the network as it was at {when}; it has changed since. "
            "Train again to bring it up to date."
        )

    def use(self, folder: Path) -> bool:
        """Choose a kept run. False when it has no model that can be used."""
        run = self._store.read(folder, self._document.path)
        if run is None or not run.usable:
            return False
        self._run = run
        return True

    def forget(self, folders: Collection[Path]) -> bool:
        """Some run folders are gone. Says whether the chosen one is among them."""
        if self._run is None or self._run.folder not in folders:
            return False
        self.clear()
        return True

    def clear(self) -> None:
        """Choose none; the newest on disk is looked for again."""
        self._run, self._looked_up = None, False

    # --- while one trains

    def begin(self, project: Project) -> Path:
        """Write the folder of a new run and choose it. Raises what `RunStore.begin` raises."""
        folder = self._store.begin(project, self._document.path)
        self._run = CurrentRun(folder, project, datetime.now().astimezone(), usable=False)
        self.under_way = folder
        return folder

    def keep(self) -> None:
        """The run that trained has saved its model."""
        if self._run is not None and self._run.folder == self.under_way:
            self._run = replace(self._run, usable=True)
        self.under_way = None

    def lose(self, message: str) -> None:
        """The run that trained has no model: mark it as failed. Raises OSError."""
        folder, self.under_way = self.under_way, None
        if folder is not None:
            self.forget((folder,))
            self._store.fail(folder, message)
