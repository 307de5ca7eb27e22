"""The Export menu: script, Keras model, Keras JSON and pictures, each chosen, written and told of."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QGraphicsView

from builder.canvas.document import Document
from builder.canvas.picture import save_picture
from builder.canvas.scene import GraphScene
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, generate
from builder.engine.messages import Exported, Fault
from builder.storage.atomic import write_atomically
from builder.window.files import start_folder
from builder.window.messages import Kind
from builder.window.trainer import Trainer, TrainingState

Write = Callable[[Path], None]
Tell = Callable[[str, Kind], None]


class Exporter(QObject):
    """Writes a project in the formats of others. Lives as long as the view it belongs to.

    What came of it is said by `tell`, beside the work and not in its way.
    """

    def __init__(
        self,
        document: Document,
        catalog: Catalog,
        trainer: Trainer,
        view: QGraphicsView,
        tell: Tell,
    ) -> None:
        super().__init__(view)
        self._document = document
        self._catalog = catalog
        self._trainer = trainer
        self._view = view
        self._tell = tell
        self._weights = ""  # whose weights the export under way writes, in words
        trainer.exported.connect(self._say_exported)
        trainer.failed.connect(self._say_failed)
        self.actions = [
            self._action("Python script …", "py", self.write_script),
            self._action("Keras model (.keras) …", "keras", self.write_keras),
            self._action("Keras JSON …", "json", self.write_json),
            self._action("Picture of the network, PNG …", "png", self.write_picture),
            self._action("Picture of the network, SVG …", "svg", self.write_picture),
        ]

    def _action(self, text: str, suffix: str, write: Write) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda: self._choose(text.rstrip(" …"), suffix, write))
        return action

    def _choose(self, title: str, suffix: str, write: Write) -> None:
        path = self._document.path
        stem = path.stem if path is not None else self._document.project.name
        dialog = QFileDialog(
            self._view,
            f"Export: {title}",
            start_folder(self._document),
            f"{suffix.upper()} (*.{suffix})",
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{stem}.{suffix}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: write(Path(chosen)))
        dialog.open()

    # --- formats

    def write_script(self, path: Path) -> None:
        """A standalone script that builds, trains, evaluates and predicts."""
        source = self._source(path)
        if source is None:
            return
        try:
            write_atomically(path, source.encode())
        except OSError as error:
            self._say_unwritten(path, error)
        else:
            self._tell(
                f"Wrote {path}. It needs Keras and scikit-learn, and nothing of this program.",
                "info",
            )

    def write_keras(self, path: Path) -> None:
        """The model with the weights of the latest run of this very network, else fresh ones."""
        run = self._trainer.run
        usable = run is not None and run.usable and not self._trainer.run_note()
        if usable and run is not None:
            self._weights = f"It holds the weights trained at {run.trained_at:%H:%M}."
        elif run is not None and run.usable:
            self._weights = (
                "It holds fresh, untrained weights, because the network has changed since it was "
                "trained. Train again to export what it learns."
            )
        else:
            self._weights = "It holds fresh, untrained weights: the network was not trained yet."
        self._export(path, "keras", run.folder if usable and run is not None else None)

    def write_json(self, path: Path) -> None:
        """The architecture alone, as Keras writes it."""
        self._weights = "It holds the architecture without weights."
        self._export(path, "keras-json", None)

    def write_picture(self, path: Path) -> None:
        """The canvas as PNG or SVG, by the file's ending."""
        scene = self._view.scene()
        assert isinstance(scene, GraphScene)
        try:
            save_picture(scene, path)
        except OSError as error:
            self._say_unwritten(path, error)
        else:
            self._tell(f"Wrote {path}.", "info")

    # --- inner parts

    def _export(
        self, path: Path, format_: Literal["keras", "keras-json"], run: Path | None
    ) -> None:
        source = self._source(path)
        if source is not None:
            self._trainer.export(source, format_, path, run)

    def _source(self, path: Path) -> str | None:
        """The module's text; a relative CSV path stays one where it means the same file."""
        home = self._document.path.parent if self._document.path is not None else None
        folder = None if home is None or home == path.parent else home
        try:
            return generate(self._document.project, self._catalog, folder=folder).source
        except CannotGenerate as error:
            self._tell(f"{path.name} was not written. {error.message}", "error")
            return None

    def _say_exported(self, event: Exported) -> None:
        self._tell(f"Wrote {event.output} ({event.bytes / 1024:,.0f} KB). {self._weights}", "info")

    def _say_failed(self, fault: Fault) -> None:
        if self._trainer.state is TrainingState.EXPORTING:
            self._tell(f"The model was not written. {fault.message}", "error")

    def _say_unwritten(self, path: Path, error: OSError) -> None:
        self._tell(f"{path.name} was not written: {error.strerror or error}.", "error")


def export_actions(
    document: Document, catalog: Catalog, trainer: Trainer, view: QGraphicsView, tell: Tell
) -> list[QAction]:
    """The entries of the Export menu."""
    return Exporter(document, catalog, trainer, view, tell).actions
