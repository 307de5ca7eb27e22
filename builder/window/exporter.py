"""Writes the open project in the formats of others; what came of it is told in sentences."""

from pathlib import Path
from typing import cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGraphicsView

from builder.canvas.document import Document
from builder.canvas.holding import Things, held
from builder.canvas.picture import ALL, save_picture
from builder.canvas.scene import GraphScene
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, generate
from builder.document.project import BACKENDS
from builder.engine.formats import SAVED_MODEL, Format, ModelFormat, install_command, outcome, size
from builder.engine.messages import Exported, Fault, FormatsListed
from builder.exports.python_files import check_folder, write_python
from builder.storage.placing import check_file_place, check_folder_place
from builder.storage.project_file import ProjectFileError
from builder.window.trainer import Trainer, TrainingState


class Exporter(QObject):
    """One export at a time. Lives as long as the view it belongs to.

    Signals:
        stage(sentence): what the export is at.
        done(sentence, path): it is written, compared and in its place.
        failed(sentence): it is not, and its place is as it was.
        cancelled(): as the person wished; its place is as it was.
        obstacles_changed(): `obstacle` may say something else now.
    """

    stage = Signal(str)
    done = Signal(str, object)
    failed = Signal(str)
    cancelled = Signal()
    obstacles_changed = Signal()

    def __init__(
        self, document: Document, catalog: Catalog, trainer: Trainer, view: QGraphicsView
    ) -> None:
        super().__init__(view)
        self._document = document
        self._catalog = catalog
        self._trainer = trainer
        self._view = view
        self._listed: FormatsListed | None = None
        self._format = ""
        self._weights = ""
        trainer.export_stage.connect(self.stage)
        trainer.export_cancelled.connect(self.cancelled)
        trainer.exported.connect(self._say_exported)
        trainer.failed.connect(self._say_failed)
        trainer.formats_listed.connect(self._keep_list)
        trainer.state_changed.connect(lambda _: self.obstacles_changed.emit())

    @property
    def document(self) -> Document:
        return self._document

    @property
    def selection(self) -> Things:
        """What is selected, with all that stands in the frames of it."""
        document = self._document
        return held(document.shown, document.selection, document.selected_marks)

    @property
    def busy(self) -> bool:
        """Whether an export is under way."""
        return self._trainer.state is TrainingState.EXPORTING

    def look_up(self) -> None:
        """Ask which packages are missing, for `obstacle` to tell."""
        self._trainer.list_formats()

    def obstacle(self, format_: Format) -> tuple[str, str]:
        """Why a format cannot be written at present, and a command that would help; or nothing."""
        backend = self._document.project.backend
        if format_.tensorflow and backend != "tensorflow":
            return (
                f"Written by TensorFlow only; this project runs on {BACKENDS[backend]}. Choose "
                "TensorFlow under Model ▸ Name and backend.",
                "",
            )
        listed = self._listed
        if listed is not None and (packages := listed.missing.get(format_.name)):
            return (
                f"It needs {' and '.join(packages)}. Install with the command below, then try again.",
                install_command(listed.python, packages),
            )
        state = self._trainer.state
        if format_.of_worker and state is not TrainingState.IDLE and not self.busy:
            return f"Wait until {_DOING.get(state, 'the training')} is over.", ""
        return "", ""

    def place_fault(self, format_: Format, path: Path) -> str:
        """Why a format cannot be written to a place, or nothing."""
        if format_.group == "Pictures" and path.suffix.lower() != format_.suffix:
            return f"The name of this picture ends in {format_.suffix}."
        try:
            if format_.name == "folder":
                check_folder(path)
            elif format_.name == "saved-model":
                check_folder_place(path, SAVED_MODEL)
            else:
                check_file_place(path)
        except OSError as error:
            reason = str(error.strerror or error)
            return f"{reason[:1].upper()}{reason[1:]}."
        return ""

    def weights(self, format_: Format) -> str:
        """Whose weights the file is going to hold, in a sentence."""
        if not format_.weights:
            return ""
        run = self._trainer.run
        if run is None or not run.usable:
            return "With fresh, untrained weights: the network was not trained yet."
        if self._trainer.run_note():
            return (
                "With fresh, untrained weights: the network has changed since it was trained. "
                "Train again to export what it learns."
            )
        return f"With the weights trained at {run.trained_at:%H:%M}."

    def write(self, format_: Format, path: Path, only: Things = ALL) -> None:
        """Write a format to a place; `done`, `failed` or `cancelled` follows.

        A picture shows `only` some things, if any are named.
        """
        if format_.of_worker:
            self._write_model(format_, path)
        elif format_.group == "Pictures":
            self._write_picture(format_, path, only)
        else:
            self._write_python(format_, path)

    def cancel(self) -> None:
        self._trainer.cancel_export()

    # --- one for each kind of format

    def _write_python(self, format_: Format, path: Path) -> None:
        project = self._document.project
        try:
            written = write_python(format_.name, project, self._catalog, path, self._home)
        except CannotGenerate as error:
            self.failed.emit(f"{path.name} was not written. {error.message}")
        except (OSError, ProjectFileError) as error:
            self._say_unwritten(path, error)
        else:
            what = f"{format_.title}: {size(written.bytes)}."
            self.done.emit(f"{what} {written.note}".strip(), path)

    def _write_picture(self, format_: Format, path: Path, only: Things) -> None:
        scene = self._view.scene()
        assert isinstance(scene, GraphScene)
        try:
            save_picture(scene, path, only=only)
        except OSError as error:
            self._say_unwritten(path, error)
        else:
            self.done.emit(f"{format_.title}: {size(path.stat().st_size)}.", path)

    def _write_model(self, format_: Format, path: Path) -> None:
        """Have the worker write it, with the weights of the latest run if it is of this network."""
        try:
            generate(self._document.project, self._catalog, folder=self._home)
        except CannotGenerate as error:
            self.failed.emit(f"{path.name} was not written. {error.message}")
            return
        self._format, self._weights = format_.name, self.weights(format_)
        run = self._trainer.run
        trained = format_.weights and run is not None and run.usable
        folder = (
            run.folder if trained and run is not None and not self._trainer.run_note() else None
        )
        self._trainer.export(cast(ModelFormat, format_.name), path, folder)

    # --- what came of it

    @property
    def _home(self) -> Path | None:
        return None if self._document.path is None else self._document.path.parent

    def _say_exported(self, event: Exported) -> None:
        told = outcome(self._format, event.bytes, event.difference, event.rows, event.sample)
        self.done.emit(f"{told} {self._weights}".strip(), Path(event.output))

    def _say_failed(self, fault: Fault) -> None:
        if self.busy:
            self.failed.emit(fault.message)

    def _say_unwritten(self, path: Path, error: OSError | ProjectFileError) -> None:
        reason = str(getattr(error, "strerror", None) or error).rstrip(".")
        self.failed.emit(f"“{path}” was not written: {reason}.")

    def _keep_list(self, listed: FormatsListed) -> None:
        self._listed = listed
        self.obstacles_changed.emit()


_DOING = {
    TrainingState.EVALUATING: "the evaluation",
    TrainingState.PREDICTING: "the prediction",
}


def suggested(format_: Format, document: Document, folder: Path) -> Path:
    """Where a format would go: named as the project is, in a folder."""
    path = document.path
    stem = path.stem if path is not None else document.project.name
    return folder / (f"{stem}{format_.suffix}" if format_.suffix else f"{stem}-{format_.name}")
