"""Writing layers of one's own: the source of custom_layers.py, and what it comes to."""

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.catalog.custom import FILE, read_custom
from builder.catalog.spec import LayerSpec
from builder.window.code_trust import CodeTrust
from builder.window.notice import Notice
from builder.window.source_view import SourceView
from builder.window.style import label

TEMPLATE = '''\
"""Layers of this project's own."""

import keras
from keras import ops


class Scale(keras.layers.Layer):
    """Multiply by a number that is learned."""

    def __init__(self, start: float = 1.0, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape):
        self.factor = self.add_weight(
            name="factor",
            shape=(),
            initializer=keras.initializers.Constant(self.start),
        )

    def call(self, inputs):
        return ops.multiply(self.factor, inputs)

    def compute_output_shape(self, input_shape):
        return input_shape
'''
_ABOUT = (
    "Each class here that derives from keras.layers.Layer is a layer of this project: its "
    "parameters come from __init__, its inputs from call. Reading it runs nothing."
)
_READ_MS = 250


class CustomDialog(QDialog):
    """Edits the source of the project's own layers; Apply is one step that can be undone.

    Attributes:
        source: the editor. `trusts`: whether what is applied is trusted. `apply`: the button.
        use_template, open_elsewhere: the other buttons.
    """

    def __init__(
        self,
        parent: QWidget,
        document: Document,
        trust: CodeTrust,
        open_elsewhere: Callable[[str], None],
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._trust = trust
        self.setWindowTitle("Custom layers")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        about = label(_ABOUT, "secondary")
        about.setWordWrap(True)
        self.source = SourceView()
        self.source.setAccessibleName(FILE)
        self.source.setPlaceholderText("Write or paste a class that derives from keras.Layer")
        self.source.setPlainText(document.project.custom)
        self.source.begin()
        self.source.apply_wanted.connect(self._apply)
        self.source.leave_wanted.connect(self.close)
        self._notice = Notice()
        self.trusts = QCheckBox("I trust this code: run it")
        self.trusts.setToolTip("Shapes and training need it; without, it is only shown.")
        self.trusts.setChecked(not trust.is_open and bool(document.project.custom))
        self.use_template = QPushButton("Start from a template", autoDefault=False)
        self.use_template.clicked.connect(self._use_template)
        self.open_elsewhere = QPushButton("Open in your editor", autoDefault=False)
        self.open_elsewhere.setToolTip(
            f"Open {FILE} beside the project; what you save there is read at once"
            if document.path is not None
            else f"Save the project first: {FILE} stands beside it"
        )
        self.open_elsewhere.setEnabled(document.path is not None)
        self.open_elsewhere.clicked.connect(lambda: self._leave_to(open_elsewhere))
        self.apply = QPushButton("Apply", autoDefault=False)
        self.apply.setProperty("kind", "primary")
        self.apply.setToolTip("Let the palette and the canvas follow (Ctrl+Enter)")
        self.apply.clicked.connect(self._apply)
        self._reading = QTimer(self, singleShot=True, interval=_READ_MS)
        self._reading.timeout.connect(self._read)
        self.source.textChanged.connect(self._reading.start)
        self._lay_out(about)
        self._read()
        self.source.setFocus()

    @property
    def said(self) -> str:
        """What the dialog says of the source."""
        return self._notice.text

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._text == self._document.project.custom:
            event.accept()
            return
        event.ignore()
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(QMessageBox.Icon.Warning, "Keras Builder", "", parent=self)
        box.setText("Apply what you typed?")
        box.setInformativeText("What is not applied is lost.")
        buttons = QMessageBox.StandardButton
        box.setStandardButtons(buttons.Apply | buttons.Discard | buttons.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.button(buttons.Apply).clicked.connect(self._apply)
        box.button(buttons.Discard).clicked.connect(self.accept)
        box.open()

    def reject(self) -> None:
        self.close()

    # --- inner parts

    @property
    def _text(self) -> str:
        return self.source.toPlainText()

    def _lay_out(self, about: QWidget) -> None:
        buttons = QDialogButtonBox()
        buttons.addButton(self.apply, QDialogButtonBox.ButtonRole.ApplyRole)
        cancel = buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        cancel.setAutoDefault(False)
        buttons.rejected.connect(self.close)
        row = QHBoxLayout()
        row.addWidget(self.use_template)
        row.addWidget(self.open_elsewhere)
        row.addStretch(1)
        row.addWidget(self.trusts)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        frame = QFrame()
        frame.setObjectName("card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 6, 1, 6)
        inside.addWidget(self.source)
        column.addWidget(about)
        column.addWidget(frame, 1)
        column.addWidget(self._notice)
        column.addLayout(row)
        column.addWidget(buttons)
        self.resize(720, 600)

    def _read(self) -> None:
        """Say what the source comes to, and underline the line that cannot be read."""
        text = self._text
        self.use_template.setVisible(not text.strip())
        self.trusts.setEnabled(bool(text.strip()))
        if not text.strip():
            self.trusts.setChecked(False)  # what comes next is other code
        read = read_custom(text)
        self.source.clear_fault()
        if read.faults:
            self._notice.show_text(read.faults[0], "error")
            if read.line:
                at = read.line - 1
                self.source.mark_fault(at, 0, at, 0, reveal=False)
            return
        self._notice.show_text(_listed([*read.layers.values()]), "ok" if read.layers else "plain")

    def _use_template(self) -> None:
        self.source.setPlainText(TEMPLATE)
        self.source.setFocus()

    def _apply(self) -> None:
        document, text = self._document, self._text
        project = replace(document.project, custom=text)
        if self.trusts.isChecked():
            sentence = self._trust.grant(self._trust.code_of(project))
            if sentence:
                self._notice.show_text(sentence, "warning")
        if text != document.project.custom:
            document.apply("Edit custom layers", project)
        self.accept()

    def _leave_to(self, open_elsewhere: Callable[[str], None]) -> None:
        open_elsewhere(self._text)
        self.accept()


def _listed(layers: list[LayerSpec]) -> str:
    if not layers:
        return "No layers yet."
    names = ", ".join(spec.name for spec in layers[:8])
    more = f" and {len(layers) - 8} more" if len(layers) > 8 else ""
    return f"{'1 layer' if len(layers) == 1 else f'{len(layers)} layers'}: {names}{more}"
