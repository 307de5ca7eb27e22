"""The weights to begin with: a model's path, typed or chosen from the files."""

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QToolButton

from builder.canvas.document import Document
from builder.catalog.spec import ParamSpec
from builder.window.data_edits import relative
from builder.window.fields import LineField
from builder.window.files import start_folder
from builder.window.style import make_tiny

FRESH = "fresh"
_FILTERS = "Keras models (*.keras);;All files (*)"


class StartField(LineField):
    """A line for the path, and a button for who would rather point at the file."""

    def __init__(self, spec: ParamSpec, document: Document) -> None:
        super().__init__(spec, lambda _: "")
        self._document = document
        self.choose = QToolButton()
        self.choose.setText("…")
        self.choose.setAutoRaise(True)
        make_tiny(self.choose)
        self.choose.setToolTip("Choose a .keras file to take the weights from")
        self.choose.setAccessibleName("Choose the model to start from")
        self.choose.clicked.connect(self._ask)
        row = self.layout()
        assert row is not None
        row.setSpacing(2)
        row.addWidget(self.choose)

    def show_value(self, value: object, mixed: bool = False) -> None:
        super().show_value(value, mixed)
        self.line.setPlaceholderText(FRESH)
        self.line.setToolTip(str(value or ""))
        if not self.line.hasFocus():
            self.line.end(False)  # of a path the file is what tells

    def _ask(self) -> None:
        dialog = QFileDialog(self, "Start from a model", start_folder(self._document), _FILTERS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.use_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def use_file(self, path: str) -> None:
        """Take a file, by a relative path where it can be."""
        self.committed.emit(relative(Path(path), self._document.path))
