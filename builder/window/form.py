"""A form derived from parameter specs: one row for each, what was set in ink, defaults greyed."""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from builder.catalog.spec import Catalog, ParamSpec
from builder.catalog.validate import validate
from builder.document.plan_checks import monitors
from builder.document.project import Project
from builder.window.fields import (
    DTYPES,
    BoolField,
    ChoiceField,
    CodeField,
    Field,
    LineField,
    Rows,
)
from builder.window.object_field import ObjectField
from builder.window.objects_field import ObjectsField
from builder.window.style import label, make_tiny, mark

LABEL_WIDTH = 128
INDENT = 12


class ParamRow(QWidget):
    """Label, field and reset button of one parameter, and under them what is wrong.

    Signals:
        edited(value): a valid value was entered.
        reset(): the default is wanted back.
    """

    edited = Signal(object)
    reset = Signal()

    def __init__(self, spec: ParamSpec, field: Field, depth: int = 0) -> None:
        super().__init__()
        self.spec = spec
        self.field = field
        self.name = _name_label(spec.title or spec.name, LABEL_WIDTH - INDENT * depth)
        self.name.setToolTip(tooltip(spec))
        self.name.setBuddy(field)
        self.undo = QToolButton()
        self.undo.setText("↺")
        self.undo.setAutoRaise(True)
        make_tiny(self.undo)
        self.undo.setToolTip(f"Reset {spec.title or spec.name} to its default")
        self.undo.setAccessibleName(f"Reset {spec.title or spec.name}")
        self.undo.clicked.connect(self.reset)
        self.complaint = label("", "error")
        self.complaint.setWordWrap(True)
        self.complaint.hide()
        field.committed.connect(self.edited)
        field.complained.connect(self._complain)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.name, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.undo)
        line.addWidget(field, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(line)
        column.addWidget(self.complaint)
        below = field.below()
        if below is not None:
            column.addWidget(below)

    def show_value(self, value: Any, is_set: bool, mixed: bool) -> None:
        """Show a value; one that nobody set is greyed, and has nothing to reset."""
        self.field.given = is_set
        self.field.show_value(value, mixed)
        resettable = is_set and not self.spec.required
        mark(self.name, "kind", "" if is_set or self.spec.required else "secondary")
        for editor in self.field.findChildren(QWidget):
            if editor is self.field.focusProxy():
                mark(editor, "default", not (is_set or self.spec.required))
        # The button keeps its place, so that fields stand under each other.
        policy = self.undo.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.undo.setSizePolicy(policy)
        self.undo.setVisible(resettable)

    def _complain(self, sentence: str) -> None:
        self.complaint.setText(sentence)
        self.complaint.setVisible(bool(sentence))
        self.field.setAccessibleDescription(sentence)


class Form(Rows):
    """Rows for parameters. Those in `folded` wait under one line that says how many there are."""

    def __init__(
        self,
        specs: Sequence[ParamSpec],
        catalog: Catalog,
        project: Project,
        folded: Collection[str] = (),
        fold_words: str = "more with their defaults",
        depth: int = 0,
    ) -> None:
        super().__init__()
        self._depth = depth
        self.rows: dict[str, ParamRow] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        self._rest = QWidget()
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(7)
        for spec in specs:
            row = self._row(spec, field_for(spec, catalog, project, depth))
            (rest if spec.name in folded else column).addWidget(row)
        self._words = f"{rest.count()} {fold_words}"
        self.unfold = QPushButton()
        self.unfold.setProperty("kind", "quiet")
        self.unfold.setStyleSheet("text-align: left; padding: 4px 0;")
        self.unfold.clicked.connect(lambda: self.show_folded(self._rest.isHidden()))
        if rest.count():
            column.addWidget(self.unfold, 0, Qt.AlignmentFlag.AlignLeft)
            column.addWidget(self._rest)
        self.show_folded(False)

    def show_values(
        self, values: Mapping[str, Any], given: Collection[str], mixed: Collection[str] = ()
    ) -> None:
        for name, row in self.rows.items():
            row.show_value(values.get(name, row.spec.default), name in given, name in mixed)

    def show_folded(self, shown: bool) -> None:
        self._rest.setVisible(shown)
        self.unfold.setText(f"{'▾' if shown else '▸'} {self._words}")

    def _row(self, spec: ParamSpec, field: Field) -> ParamRow:
        row = ParamRow(spec, field, self._depth)
        row.edited.connect(lambda value, name=spec.name: self.edited.emit(name, value))
        row.reset.connect(lambda name=spec.name: self.reset.emit(name))
        self.rows[spec.name] = row
        return row


def _name_label(text: str, width: int) -> QLabel:
    """A parameter's name; one that is too long for its line goes on in the next."""
    name = label(text)
    name.setAccessibleName(text)
    name.setFixedWidth(width)
    if name.sizeHint().width() > width:
        name.setText(text.replace("_", "_\u200b"))
        name.setWordWrap(True)
    return name


def tooltip(spec: ParamSpec) -> str:
    """A parameter's docstring with its default, as text that wraps and is never read as HTML."""
    default = "required" if spec.required else f"default: {spec.default!r}"
    doc = escape(spec.doc).replace("\n", "<br>")
    return f"<p><b>{escape(spec.title or spec.name)}</b> · {escape(default)}</p><p>{doc}</p>"


def field_for(spec: ParamSpec, catalog: Catalog, project: Project, depth: int = 0) -> Field:
    """The editor for a parameter, fresh and empty, in a form that stands `depth` forms deep."""

    def make_form(specs: Sequence[ParamSpec], folded: Collection[str], words: str) -> Form:
        return Form(specs, catalog, project, folded, words, depth + 1)

    match spec.kind:
        case "bool" if spec.nullable:
            return ChoiceField(spec, (("True", True), ("False", False)))
        case "bool":
            return BoolField(spec)
        case "choice":
            return ChoiceField(spec, tuple((choice, choice) for choice in spec.choices))
        case "dtype":
            return ChoiceField(spec, tuple((name, name) for name in DTYPES))
        case "feature":
            return ChoiceField(spec, tuple((f.name, f.name) for f in project.data.features))
        case "target":
            return ChoiceField(spec, tuple((t.name, t.name) for t in project.data.targets))
        case "monitor":
            return ChoiceField(spec, tuple((name, name) for name in monitors(project)))
        case "object" | "layer":
            return ObjectField(spec, catalog, make_form)
        case "objects" | "layers":
            return ObjectsField(spec, catalog, make_form)
        case "code":
            return CodeField(spec)
        case _:
            return LineField(spec, lambda value: validate(value, spec, catalog) or "")
