"""What the inspector shows: the ground of every page, and the pages without a form of parameters."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.catalog.spec import Catalog, ParamSpec
from builder.document.graph import BLOCK, INPUT, OUTPUT, Node
from builder.document.project import Backend
from builder.engine.messages import NodeReport
from builder.window.analyst import Analysis
from builder.window.backend_field import BACKEND, BackendField
from builder.window.fields import BoolField, LineField
from builder.window.form import ParamRow
from builder.window.style import ElidedLabel, label, make_tiny
from builder.window.words import count, flops

_MODEL = ParamSpec("name", "text", required=True, doc="The name of the exported Keras model.")

_DICT = ParamSpec(
    "dict_inputs",
    "bool",
    default=False,
    title="inputs as a dict",
    doc="Whether the model takes a dict, by the names of its inputs, and no list.",
)


class Page(QWidget):
    """What the inspector shows for one kind of selection."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 14, 12, 16)
        self.column.setSpacing(8)
        self.facts = Facts()

    def fits(self, nodes: Sequence[Node]) -> bool:
        """Whether the page, as it is built, can show these nodes."""
        return not nodes

    def refresh(self) -> None:
        """Show the present values."""

    def show_analysis(self, analysis: Analysis) -> None:
        """Show what is known of the selection."""

    def _title(self, text: str, small: str, url: str = "") -> None:
        self.title = ElidedLabel(text, "heading")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        self.column.addLayout(row)
        if small:
            self.column.addSpacing(-6)
            self.column.addWidget(label(small, "secondary"))
        if url:
            ask = QToolButton()
            ask.setText("?")
            ask.setAutoRaise(True)
            make_tiny(ask)
            ask.setToolTip(f"Open {url}")
            ask.setAccessibleName("Open the documentation at keras.io")
            ask.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(url)))
            row.addWidget(ask)

    def _finish(self) -> None:
        rule = QFrame()
        rule.setFrameShape(QFrame.Shape.HLine)
        self.column.addSpacing(4)
        self.column.addWidget(rule)
        self.column.addWidget(self.facts)
        self.column.addStretch(1)


class Facts(QWidget):
    """Names and values in two columns, values in monospace at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self.shown: dict[str, str] = {}

    def show_facts(self, facts: dict[str, str]) -> None:
        if facts == self.shown:
            return
        self.shown = facts
        while (item := self._grid.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        for row, (name, value) in enumerate(facts.items()):
            text = label(value, "mono")
            text.setAlignment(Qt.AlignmentFlag.AlignRight)
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label(name, "secondary"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, row, 1)


class ProjectPage(Page):
    """Nothing is selected: the project itself."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._title("Project", "")
        self._name = ParamRow(_MODEL, LineField(_MODEL, _judge_model))
        self._name.edited.connect(self._rename)
        self.column.addWidget(self._name)
        self._backend = ParamRow(BACKEND, BackendField())
        self._backend.edited.connect(self._choose_backend)
        self.column.addWidget(self._backend)
        self._dict = ParamRow(_DICT, BoolField(_DICT))
        self._dict.edited.connect(self._take_dict)
        self._dict.reset.connect(lambda: self._take_dict(False))
        self.column.addWidget(self._dict)
        hint = label("Select a layer to see and change its parameters.", "secondary")
        hint.setWordWrap(True)
        self._finish()
        self.column.insertWidget(self.column.count() - 1, hint)

    def refresh(self) -> None:
        project = self._document.project
        self._name.show_value(project.name, True, False)
        self._backend.show_value(project.backend, True, False)
        self._dict.show_value(project.dict_inputs, project.dict_inputs, False)
        # With one input the choice means little, and puzzles who has never heard of it.
        several = len(project.graph.level().of_type(INPUT)) > 1
        self._dict.setVisible(several or project.dict_inputs)

    def show_analysis(self, analysis: Analysis) -> None:
        graph = self._document.project.graph
        beside = (INPUT, OUTPUT, BLOCK)
        facts = {
            "layers": count(sum(node.type not in beside for node in graph.nodes.values())),
            "wires": count(len(graph.wires)),
        }
        if analysis.parameters is not None:
            facts["parameters"] = count(analysis.parameters)
        if analysis.flops is not None:
            facts["FLOPs"] = flops(analysis.flops)
        self.facts.show_facts(facts)

    def _rename(self, name: str) -> None:
        self._document.apply("Rename the model", replace(self._document.project, name=name))

    def _take_dict(self, value: bool) -> None:
        project = replace(self._document.project, dict_inputs=value)
        self._document.apply(
            "Take the inputs as a dict" if value else "Take the inputs as a list", project
        )

    def _choose_backend(self, backend: Backend) -> None:
        self._document.apply("Choose backend", replace(self._document.project, backend=backend))


class MixedPage(Page):
    """Layers of several types: how many of each, and what they sum up to."""

    def __init__(self, document: Document, catalog: Catalog, nodes: Sequence[Node]) -> None:
        super().__init__(document)
        self._nodes = {node.id: node.type for node in nodes}
        self._title(f"{len(nodes)} layers", "")
        kinds = Counter(type_name(catalog, type_) for type_ in self._nodes.values())
        for name, number in kinds.most_common():
            self.column.addWidget(label(f"{count(number)} × {name}"))
        hint = label("Select layers of one type to set a parameter of all at once.", "secondary")
        hint.setWordWrap(True)
        self.column.addWidget(hint)
        self._finish()

    def fits(self, nodes: Sequence[Node]) -> bool:
        return {node.id: node.type for node in nodes} == self._nodes

    def show_analysis(self, analysis: Analysis) -> None:
        self.facts.show_facts(sums([analysis.reports.get(id_) for id_ in self._nodes]))


def _judge_model(name: str) -> str:
    return "" if name and name.isprintable() else "A model needs a name of one printable line."


def type_name(catalog: Catalog, type_: str) -> str:
    if type_ == BLOCK:
        return "Block"
    spec = catalog.layer(type_)
    return spec.name if spec else type_


def sums(reports: Sequence[NodeReport | None]) -> dict[str, str]:
    """What several nodes come to, in words; nothing while Keras has said nothing of them."""
    known = [report for report in reports if report is not None]
    if not known:
        return {}
    return {
        "parameters": count(sum(report.parameters for report in known)),
        "FLOPs": flops(sum(report.flops for report in known)),
    }
