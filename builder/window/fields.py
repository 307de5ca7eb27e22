"""Fields: one editor for each kind of parameter. A field shows a value and says when it was edited.

A field never touches the document. What a person types stays as typed until it is valid; only
then is it committed, on Enter or when the field loses the focus.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)

from builder.catalog.spec import ParamSpec
from builder.window.entry import EntryError, as_text, parse
from builder.window.line import Line
from builder.window.style import restyle

MIXED = "—"
DTYPES = (
    "float32",
    "float16",
    "bfloat16",
    "float64",
    "int32",
    "int64",
    "uint8",
    "bool",
    "string",
    "mixed_float16",
    "mixed_bfloat16",
)


class Field(QWidget):
    """One parameter's editor.

    `given` says that the value to show was chosen by somebody; else it is the default.

    Signals:
        committed(value): a person chose a valid value.
        complained(sentence): what was typed is not valid, or (empty) is again.
    """

    committed = Signal(object)
    complained = Signal(str)

    def __init__(self, spec: ParamSpec) -> None:
        super().__init__()
        self.spec = spec
        self.given = True

    def show_value(self, value: Any, mixed: bool = False) -> None:
        """Show a value; `mixed` means that the chosen nodes differ in it."""
        raise NotImplementedError

    def below(self) -> QWidget | None:
        """What belongs under the line that the field stands in, over its whole width."""
        return None

    def _hold(self, editor: QWidget) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(editor)
        editor.setAccessibleName(self.spec.title or self.spec.name)
        editor.setAccessibleDescription(self.spec.doc[:300])
        self.setFocusProxy(editor)


class Rows(QWidget):
    """What a form is to a field that holds one: editors for the parameters of a thing.

    Signals:
        edited(name, value): a parameter was given a valid value.
        reset(name): a parameter is to have its default back.
    """

    edited = Signal(str, object)
    reset = Signal(str)

    def show_values(
        self, values: Mapping[str, Any], given: Collection[str], mixed: Collection[str] = ()
    ) -> None:
        """Show values by name; `given` are those that somebody set."""
        raise NotImplementedError


class CalmCombo(QComboBox):
    """A combo box that the wheel scrolls past instead of changing it."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As ever, but a text that has no room ends in three dots."""
        if self.currentIndex() < 0:
            super().paintEvent(event)
            return
        option, part = QStyleOptionComboBox(), QStyle.SubControl.SC_ComboBoxEditField
        self.initStyleOption(option)
        kind = QStyle.ComplexControl.CC_ComboBox
        room = self.style().subControlRect(kind, option, part, self).width()
        elide = Qt.TextElideMode.ElideRight
        option.currentText = option.fontMetrics.elidedText(option.currentText, elide, room)
        painter = QStylePainter(self)
        painter.drawComplexControl(kind, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class LineField(Field):
    """Numbers, texts, shapes and literals: whatever has a notation in one line.

    `judge` gives the sentence against a value, or nothing.
    """

    def __init__(self, spec: ParamSpec, judge: Callable[[Any], str]) -> None:
        super().__init__(spec)
        self._judge = judge
        self.line = Line()
        self.line.entered.connect(self._entered)
        self.line.textEdited.connect(lambda _: self._complain(""))
        if spec.nullable:
            self.line.setPlaceholderText("None")
        self._hold(self.line)

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self.line.setPlaceholderText(MIXED if mixed else "None" if self.spec.nullable else "")
        if self.line.show_text("" if mixed else as_text(value, self.spec)):
            self._complain("")

    def _entered(self, text: str) -> None:
        try:
            value = parse(text, self.spec)
        except EntryError as error:
            self._complain(str(error))
            return
        sentence = self._judge(value)
        if sentence:
            self._complain(sentence)
            return
        self.line.setModified(False)
        self.committed.emit(value)

    def _complain(self, sentence: str) -> None:
        if self.line.property("invalid") != bool(sentence):
            self.line.setProperty("invalid", bool(sentence))
            restyle(self.line)
        self.complained.emit(sentence)


class BoolField(Field):
    """Yes or no."""

    def __init__(self, spec: ParamSpec) -> None:
        super().__init__(spec)
        self.box = QCheckBox()
        self.box.clicked.connect(self._clicked)
        self._hold(self.box)

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self.box.setTristate(mixed)
        state = Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
        self.box.setCheckState(Qt.CheckState.PartiallyChecked if mixed else state)

    def _clicked(self) -> None:
        self.box.setTristate(False)
        self.committed.emit(self.box.isChecked())


class ChoiceField(Field):
    """One of some values. A value that is not among them is shown beside them, not lost."""

    def __init__(self, spec: ParamSpec, options: tuple[tuple[str, Any], ...]) -> None:
        super().__init__(spec)
        none: tuple[tuple[str, Any], ...] = (("None", None),) if spec.nullable else ()
        self._options = [*none, *options]
        self.combo = CalmCombo()
        self.combo.activated.connect(self._chosen)
        self._hold(self.combo)

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self.combo.clear()
        for text, data in self._options:
            self.combo.addItem(text, data)
        values = [data for _, data in self._options]
        if mixed:
            self.combo.setPlaceholderText(MIXED)
            self.combo.setCurrentIndex(-1)
        elif value in values:
            self.combo.setCurrentIndex(values.index(value))
        elif value is None:
            self.combo.setPlaceholderText("choose")
            self.combo.setCurrentIndex(-1)
        else:
            self.combo.addItem(str(value), value)
            self.combo.setCurrentIndex(self.combo.count() - 1)

    def _chosen(self, index: int) -> None:
        self.committed.emit(self.combo.itemData(index))


_CODE = "lambda x: …, or custom_layers.NAME"


class CodeField(Field):
    """Python source as it stands in the file. It is kept and shown; editing it runs nothing."""

    def __init__(self, spec: ParamSpec) -> None:
        super().__init__(spec)
        self.text = _SourceEdit()
        self.text.left.connect(self._left)
        self.text.setPlaceholderText(_CODE)
        self.text.setMaximumHeight(120)
        self._hold(self.text)

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self.text.setPlaceholderText(MIXED if mixed else _CODE)
        shown = "" if mixed or value is None else str(value)
        if not self.text.document().isModified():
            self.text.setPlainText(shown)
            self.text.document().setModified(False)

    def _left(self) -> None:
        if self.text.document().isModified():
            self.text.document().setModified(False)
            text = self.text.toPlainText()
            self.committed.emit(None if not text and self.spec.nullable else text)


class _SourceEdit(QPlainTextEdit):
    """Signal `left()`: the focus went elsewhere."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setProperty("kind", "code")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()
