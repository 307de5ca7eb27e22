"""custom_layers.py beside a saved project: read as it changes, written with the project.

Neither the project's text nor the file's is ever lost: where they part, the user is asked, and the
other one stays where it is.
"""

from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer
from PySide6.QtWidgets import QWidget

from builder.canvas.document import Document
from builder.catalog.custom import FILE, LONGEST
from builder.storage.atomic import write_atomically
from builder.storage.script_file import ScriptError, read_script
from builder.window.files import Files
from builder.window.messages import Banner

STEP = f"Read {FILE}"
_KEY = "custom file"
# Editors write a file in several strokes, and some replace it by another.
_SETTLE_MS = 120


class CustomFile(QObject):
    """Keeps the open project and the file beside it in step.

    Attributes:
        path: where the file is or would be; None while the project has no place.
    """

    def __init__(self, window: QWidget, document: Document, files: Files, banner: Banner) -> None:
        super().__init__(window)
        self._window = window
        self._document = document
        self._banner = banner
        self.path: Path | None = None
        self._seen: str | None = None  # the file's text when it was last in step
        self._settling = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settling.timeout.connect(self._look)
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(lambda _: self._settling.start())
        self._watcher.directoryChanged.connect(lambda _: self._settling.start())
        files.opened.connect(self._opened)
        files.saved.connect(self._saved)

    def open_in_editor(self, source: str) -> None:
        """Write a source beside the project where nothing would be lost, and open that file."""
        if self.path is None:
            return
        self._write(source)
        from PySide6.QtCore import QUrl  # not needed before the first paint
        from PySide6.QtGui import QDesktopServices

        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.path))):
            self._banner.say(f"No program opens {FILE}. It is here: {self.path}", "warning")

    # --- the project

    def _opened(self) -> None:
        self._follow()
        self._seen = None
        text = self._read()
        custom = self._document.project.custom
        if text is None or text == custom:
            self._seen = text
        elif not custom:
            # A file beside a project that knows of no layers yet: they are its own from now on.
            self._take(text)
        else:
            self._ask(text)

    def _saved(self) -> None:
        self._follow()
        custom = self._document.project.custom
        if custom:
            self._write(custom)

    def _follow(self) -> None:
        """Watch the file of the project as it lies now, and its folder: the file may come yet."""
        place = self._document.path
        self.path = None if place is None else place.parent / FILE
        watched = [*self._watcher.files(), *self._watcher.directories()]
        if watched:
            self._watcher.removePaths(watched)
        self._banner.retract(_KEY)
        if self.path is not None:
            self._watcher.addPath(str(self.path.parent))
            self._watch_file()

    # --- the file

    def _watch_file(self) -> None:
        path = str(self.path)
        if self.path is not None and self.path.is_file() and path not in self._watcher.files():
            self._watcher.addPath(path)

    def _look(self) -> None:
        """The file, or something beside it, has changed."""
        self._watch_file()
        text = self._read()
        if text is None or text == self._seen:
            return
        custom = self._document.project.custom
        if text == custom:
            self._seen = text
            self._banner.retract(_KEY)
        elif custom in (self._seen or "", ""):
            self._take(text)
        else:
            self._ask(text)

    def _take(self, text: str) -> None:
        self._seen = text
        self._banner.retract(_KEY)
        self._document.apply(STEP, replace(self._document.project, custom=text))

    def _ask(self, text: str) -> None:
        self._banner.say(
            f"{FILE} beside the project is not what the project holds.",
            "warning",
            key=_KEY,
            action=("Choose…", lambda: self._choose(text)),
        )

    def _choose(self, text: str) -> None:
        from PySide6.QtWidgets import QMessageBox  # not needed before the first paint

        box = QMessageBox(QMessageBox.Icon.Question, "Keras Builder", "", parent=self._window)
        box.setText(f"Which {FILE} is right?")
        box.setInformativeText(
            "The project's stays in the project until you take the file's, which can be undone. The "
            "file stays as it is in any case."
        )
        take = box.addButton("Take the file's", QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton("Keep the project's", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        take.clicked.connect(lambda: self._take(text))
        box.open()

    def _is_link(self) -> bool:
        """Whether the file leads elsewhere: to what a project is not to read, nor to write."""
        if self.path is None or not self.path.is_symlink():
            return False
        self._banner.say(
            f"{FILE} is a link, which is not followed. Put the file itself beside the project.",
            "warning",
            key=_KEY,
        )
        return True

    def _read(self) -> str | None:
        """The file's text; None where there is none that can be read."""
        if self.path is None or self._is_link() or not self.path.is_file():
            return None
        try:
            text = read_script(self.path)
        except ScriptError as error:
            self._banner.say(str(error), "warning", key=_KEY)
            return None
        if len(text) > LONGEST:
            self._banner.say(f"{FILE} is longer than {LONGEST:,} characters.", "warning", key=_KEY)
            return None
        return text

    def _write(self, text: str) -> None:
        """Write the file, unless it holds what the project never knew."""
        if self.path is None or self._is_link():
            return
        there = self._read()
        if there == text:
            self._seen = text
            return
        if self.path.exists() and (there is None or there != self._seen):
            if there is not None:
                self._ask(there)
            return
        try:
            write_atomically(self.path, text.encode())
        except OSError as error:
            self._banner.say(f"{FILE} was not written: {error.strerror}.", "warning", key=_KEY)
            return
        self._seen = text
        self._watch_file()
