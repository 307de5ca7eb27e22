"""Files from the window: new, open, save, and never losing what was not saved."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QSettings, Qt, Signal
from PySide6.QtWidgets import QWidget

from builder.canvas.document import Document
from builder.document.project import Project
from builder.storage import SUFFIX
from builder.storage.examples import Example
from builder.window.choices import new_project
from builder.window.recent import RecentFiles

FILTER = f"Keras Builder projects (*{SUFFIX})"
_FOLDER = "last_folder"

if TYPE_CHECKING:
    from PySide6.QtWidgets import QFileDialog, QMessageBox

Then = Callable[[], object]


class Unapplied(Protocol):
    """Where something may have been typed that the project does not hold yet."""

    @property
    def has_unapplied(self) -> bool: ...

    def ask_about_unapplied(self, then: Then) -> None: ...


class Files(QObject):
    """Opens and saves the document's project. Every dialog is left open, none is waited for.

    Signals:
        told(sentence): something worth knowing happened.
        failed(sentence): a file could not be read or written; the project is as it was.
        opened(): another project is in the document.
        saved(): the project was written to its place.
    """

    told = Signal(str)
    failed = Signal(str)
    opened = Signal()
    saved = Signal()

    def __init__(self, document: Document, window: QWidget, settings: QSettings) -> None:
        super().__init__(window)
        self._document = document
        self._window = window
        self._settings = settings
        self.recent = RecentFiles(settings)
        self.unapplied: Unapplied | None = None

    @property
    def at_risk(self) -> bool:
        """Whether anything would be lost if the window closed now."""
        typed = self.unapplied is not None and self.unapplied.has_unapplied
        return typed or not self._document.is_clean

    @property
    def title(self) -> str:
        """What the open project is called in the window's title."""
        path = self._document.path
        return path.name if path is not None else f"{self._document.project.name} (not saved yet)"

    # The dialogs are imported when they are wanted: the first paint should not wait for them.

    # --- opening

    def new(self) -> None:
        self.when_safe(lambda: self._replace(new_project(self._settings), None))

    def open(self) -> None:
        """Ask for a file, then open it."""
        self.when_safe(self._ask_open)

    def open_path(self, path: Path) -> None:
        self.when_safe(lambda: self.load(path))

    def open_example(self, example: Example) -> None:
        """A copy of a shipped example, not saved yet, so that the original stays as it is."""
        self.when_safe(lambda: self.load(example.path, copy=True))

    def load(self, path: Path, copy: bool = False) -> bool:
        """Put a file's project into the document, without asking. False when it cannot be read."""
        from builder.storage.project_file import ProjectFileError, load, rebased

        try:
            project = load(path)
        except ProjectFileError as error:
            self.failed.emit(str(error))
            return False
        if copy:
            # A copy has no folder: what stands beside the original is found from anywhere.
            project = rebased(project, path.parent, path)
        else:
            self.recent.add(path)
            self._settings.setValue(_FOLDER, str(path.parent))
        self._replace(project, None if copy else path.absolute())
        return True

    def show_copy(self, project: Project) -> None:
        """Put a project into the document that has no file yet, without asking."""
        self._replace(project, None)

    def _replace(self, project: Project, path: Path | None) -> None:
        self._document.reset(project, path)
        self.opened.emit()

    def _ask_open(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Open project", self.folder(), FILTER)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.load(Path(name)))
        _open(dialog)

    # --- saving

    def save(self, then: Then | None = None) -> None:
        """Save where it was saved before; ask where if it never was."""
        if self._document.path is None:
            self.save_as(then)
        else:
            self.save_to(self._document.path, then)

    def save_as(self, then: Then | None = None) -> None:
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._window, "Save project", self.folder(), FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX.removeprefix("."))
        path = self._document.path
        dialog.selectFile(path.name if path else f"{self._document.project.name}{SUFFIX}")
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name), then))
        _open(dialog)

    def save_to(self, path: Path, then: Then | None = None) -> bool:
        """Write the project, then go on. Where that fails it stays unsaved and nothing goes on."""
        document = self._document
        path = path.absolute()
        old = document.path.parent if document.path is not None else None
        from builder.storage.imported_weights import adopted  # not before the first paint
        from builder.storage.project_file import ProjectFileError, rebased, save

        try:
            written = save(path, adopted(rebased(document.project, old, path.parent), path))
        except OSError as error:
            self.failed.emit(f"The weights could not be put beside “{path.name}”: {error}.")
            return False
        except ProjectFileError as error:
            self.failed.emit(str(error))
            return False
        # The data's path now starts from the folder that the project lies in.
        document.apply("Save elsewhere", written)
        document.mark_saved(path)
        self.recent.add(path)
        self._settings.setValue(_FOLDER, str(path.parent))
        self.told.emit(f"Saved {path.name}.")
        self.saved.emit()
        if then is not None:
            then()
        return True

    # --- not losing anything

    def when_safe(self, then: Then) -> None:
        """Go on at once if all is saved; else when the person has saved or let it go."""
        if self.unapplied is not None and self.unapplied.has_unapplied:
            self.unapplied.ask_about_unapplied(lambda: self.when_safe(then))
            return
        if self._document.is_clean:
            then()
            return
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "Keras Builder",
            f"Save the changes to “{self._document.path.stem}”?"
            if self._document.path
            else "Save this project?",
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel,
            self._window,
        )
        box.setInformativeText("What is not saved is lost.")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        discard = box.button(QMessageBox.StandardButton.Discard)
        discard.setText("Don't save")

        def decided(result: int) -> None:
            if result == QMessageBox.StandardButton.Save:
                self.save(then)
            elif result == QMessageBox.StandardButton.Discard:
                then()

        box.finished.connect(decided)
        _open(box)

    def folder(self) -> str:
        """Where a file dialog begins."""
        path = self._document.path
        if path is not None:
            return str(path.parent)
        found = self._settings.value(_FOLDER, "")
        known = isinstance(found, str) and found and Path(found).is_dir()
        return str(found) if known else str(Path.home())


def start_folder(document: Document) -> str:
    """Where a file dialog begins: beside the project, at home while it has no place."""
    return str(Path.home() if document.path is None else document.path.parent)


def _open(dialog: "QFileDialog | QMessageBox") -> None:
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
