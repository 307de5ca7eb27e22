"""The inspector: a form for the chosen layers, derived from the catalogue; else the project."""

from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, get_args

from msgspec.structs import replace
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QFocusEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.document import edits
from builder.document.edits import EditRefused
from builder.document.graph import Node
from builder.document.project import Backend, Project
from builder.engine.messages import NodeReport
from builder.window.analyst import Analysis
from builder.window.fields import ChoiceField, LineField
from builder.window.form import Form, ParamRow
from builder.window.style import ElidedLabel, label, make_tiny, mark
from builder.window.words import count, flops, plural

_NAME = ParamSpec("name", "text", required=True, doc="The layer's name in Keras. Unique.")
_COMMENT = ParamSpec("comment", "text", doc="A note of your own; it is written above the code.")
_MODEL = ParamSpec("name", "text", required=True, doc="The name of the exported Keras model.")
_BACKEND = ParamSpec(
    "backend", "choice", required=True, doc="The library that Keras computes with."
)
_NEEDED = {"tensorflow": "tensorflow", "jax": "jax", "torch": "torch"}


class Inspector(QScrollArea):
    """Shows what is selected and edits it. One entered value is one undo step."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._page: _Page | None = None
        self._analysis = Analysis(0)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        document.selection_changed.connect(lambda _: self._rebuild())
        document.changed.connect(self._follow)
        self._rebuild()

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        if self._page is not None:
            self._page.show_analysis(analysis)

    @property
    def form(self) -> Form | None:
        """The form of the selected layers' parameters."""
        return self._page.form if isinstance(self._page, _LayerPage) else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who brings the keyboard here wants the first field."""
        super().focusInEvent(event)
        first = self._page.findChild(ParamRow) if self._page is not None else None
        if isinstance(first, ParamRow) and event.reason() == Qt.FocusReason.ShortcutFocusReason:
            first.field.setFocus(event.reason())

    def _nodes(self) -> list[Node]:
        graph = self._document.project.graph
        return [node for id_, node in graph.nodes.items() if id_ in self._document.selection]

    def _follow(self, old: Project, new: Project) -> None:
        fits = self._page is not None and self._page.fits(self._nodes())
        if not fits or old.data is not new.data:
            self._rebuild()
        elif self._page is not None:
            self._page.refresh()

    def _rebuild(self) -> None:
        nodes = self._nodes()
        if not nodes:
            page: _Page = _ProjectPage(self._document)
        elif len({node.type for node in nodes}) > 1:
            page = _MixedPage(self._document, self._catalog, nodes)
        else:
            page = _LayerPage(self._document, self._catalog, nodes)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self._page = page
        self.setWidget(page)
        page.refresh()
        page.show_analysis(self._analysis)


class _Page(QWidget):
    """What the inspector shows for one kind of selection."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(16, 14, 12, 16)
        self.column.setSpacing(8)
        self.facts = _Facts()

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


class _Facts(QWidget):
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


class _ProjectPage(_Page):
    """Nothing is selected: the project itself."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._title("Project", "")
        self._name = ParamRow(_MODEL, LineField(_MODEL, _judge_model))
        self._name.edited.connect(self._rename)
        self.column.addWidget(self._name)
        backends = tuple(b for b in get_args(Backend) if find_spec(_NEEDED[b]) is not None)
        self._backend = ParamRow(_BACKEND, ChoiceField(_BACKEND, tuple((b, b) for b in backends)))
        self._backend.edited.connect(self._choose_backend)
        self.column.addWidget(self._backend)
        hint = label("Select a layer to see and change its parameters.", "secondary")
        hint.setWordWrap(True)
        self._finish()
        self.column.insertWidget(self.column.count() - 1, hint)

    def refresh(self) -> None:
        project = self._document.project
        self._name.show_value(project.name, True, False)
        self._backend.show_value(project.backend, True, False)

    def show_analysis(self, analysis: Analysis) -> None:
        graph = self._document.project.graph
        facts = {
            "layers": count(len(graph.nodes)),
            "wires": count(len(graph.wires)),
        }
        if analysis.parameters is not None:
            facts["parameters"] = count(analysis.parameters)
        if analysis.flops is not None:
            facts["FLOPs"] = flops(analysis.flops)
        self.facts.show_facts(facts)

    def _rename(self, name: str) -> None:
        self._document.apply("Rename the model", replace(self._document.project, name=name))

    def _choose_backend(self, backend: Backend) -> None:
        self._document.apply("Choose backend", replace(self._document.project, backend=backend))


class _MixedPage(_Page):
    """Layers of several types: how many of each, and what they sum up to."""

    def __init__(self, document: Document, catalog: Catalog, nodes: Sequence[Node]) -> None:
        super().__init__(document)
        self._nodes = {node.id: node.type for node in nodes}
        self._title(f"{len(nodes)} layers", "")
        kinds = Counter(_type_name(catalog, type_) for type_ in self._nodes.values())
        for name, number in kinds.most_common():
            self.column.addWidget(label(f"{count(number)} × {name}"))
        hint = label("Select layers of one type to set a parameter of all at once.", "secondary")
        hint.setWordWrap(True)
        self.column.addWidget(hint)
        self._finish()

    def fits(self, nodes: Sequence[Node]) -> bool:
        return {node.id: node.type for node in nodes} == self._nodes

    def show_analysis(self, analysis: Analysis) -> None:
        self.facts.show_facts(_sums([analysis.reports.get(id_) for id_ in self._nodes]))


class _LayerPage(_Page):
    """One layer, or several of one type: name, parameters, comment and what Keras says."""

    def __init__(self, document: Document, catalog: Catalog, nodes: Sequence[Node]) -> None:
        super().__init__(document)
        self._catalog = catalog
        self._ids = [node.id for node in nodes]
        self._type = nodes[0].type
        self._spec = catalog.layer(self._type)
        alone = len(nodes) == 1
        name = _type_name(catalog, self._type)
        self._title(
            nodes[0].name if alone else f"{len(nodes)} × {name}",
            self._type if self._spec is None else _path(self._spec),
            self._spec.url if self._spec else "",
        )
        self.problem = label("", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.column.addWidget(self.problem)
        self.name = ParamRow(_NAME, LineField(_NAME, self._judge_name))
        self.name.edited.connect(self._rename)
        self.name.setVisible(alone)
        self.column.addWidget(self.name)
        self.form = self._make_form()
        if self.form is not None:
            self.column.addWidget(self.form)
        self.comment = ParamRow(_COMMENT, LineField(_COMMENT, _any))
        self.comment.edited.connect(self._remark)
        self.comment.reset.connect(lambda: self._remark(""))
        self.comment.setVisible(alone)
        self.column.addWidget(self.comment)
        self._finish()

    def fits(self, nodes: Sequence[Node]) -> bool:
        return [node.id for node in nodes] == self._ids and all(
            node.type == self._type for node in nodes
        )

    def refresh(self) -> None:
        nodes = self._nodes()
        if len(nodes) == 1:
            self.title.show_text(nodes[0].name)
            self.name.show_value(nodes[0].name, True, False)
            self.comment.show_value(nodes[0].comment, bool(nodes[0].comment), False)
        if self._spec is None or self.form is None:
            return
        owners = self._owners()
        values, given, mixed = {}, set(), set()
        for spec in self._spec.params:
            held = [self._spec.value_of(owner.params, spec.name) for owner in owners]
            values[spec.name] = held[0]
            if any(value != held[0] for value in held):
                mixed.add(spec.name)
            if any(spec.name in owner.params for owner in owners):
                given.add(spec.name)
        self.form.show_values(values, given, mixed)

    def show_analysis(self, analysis: Analysis) -> None:
        reports = [analysis.reports.get(id_) for id_ in self._ids]
        facts = _one(reports[0]) if len(reports) == 1 else _sums(reports)
        self.facts.show_facts(facts)
        own = [p for p in analysis.problems if p.node in self._ids]
        self.problem.setText("\n".join(p.message for p in own[:3]))
        mark(self.problem, "kind", own[0].severity if own else "error")
        self.problem.setVisible(bool(own))

    def _make_form(self) -> Form | None:
        if self._spec is None:
            return None
        given = {name for owner in self._owners() for name in owner.params}

        def first(spec: ParamSpec) -> bool:
            return spec.required or spec.name in given

        ordered = sorted(self._spec.params, key=lambda spec: not first(spec))
        folded = [spec.name for spec in ordered if spec.rare and not first(spec)]
        form = Form(ordered, self._catalog, self._document.project, folded)
        form.edited.connect(self._set)
        form.reset.connect(self._reset)
        return form

    def _nodes(self) -> list[Node]:
        graph = self._document.project.graph
        return [graph.nodes[id_] for id_ in self._ids]

    def _owners(self) -> list[Node]:
        graph = self._document.project.graph
        return [edits.owner_of(graph, id_) for id_ in self._ids]

    def _whom(self) -> str:
        nodes = self._nodes()
        return nodes[0].name if len(nodes) == 1 else plural(len(nodes), "layer")

    def _set(self, name: str, value: Any) -> None:
        self._document.apply(
            f"Set {name} of {self._whom()}",
            edits.set_params(self._document.project, {id_: {name: value} for id_ in self._ids}),
        )

    def _reset(self, name: str) -> None:
        project = edits.reset_params(self._document.project, self._ids, [name])
        self._document.apply(f"Reset {name} of {self._whom()}", project)

    def _rename(self, name: str) -> None:
        project = edits.rename(self._document.project, self._ids[0], name)
        self._document.apply(f"Rename {self._whom()}", project)

    def _judge_name(self, name: str) -> str:
        try:
            edits.rename(self._document.project, self._ids[0], name)
        except EditRefused as refusal:
            return str(refusal)
        return ""

    def _remark(self, comment: str) -> None:
        project = edits.set_comment(self._document.project, self._ids[0], comment)
        self._document.apply(f"Comment on {self._whom()}", project)


def _judge_model(name: str) -> str:
    return "" if name and name.isprintable() else "A model needs a name of one printable line."


def _any(_value: str) -> str:
    return ""


def _type_name(catalog: Catalog, type_: str) -> str:
    spec = catalog.layer(type_)
    return spec.name if spec else type_


def _path(spec: LayerSpec) -> str:
    return spec.name if "." not in spec.type else spec.type


def _one(report: NodeReport | None) -> dict[str, str]:
    if report is None or report.fault is not None:
        return {}
    facts = {}
    for name, tensor in report.outputs.items():
        key = "output" if len(report.outputs) == 1 else name
        axes = ", ".join(map(str, tensor.shape))
        facts[key] = f"({axes},)" if len(tensor.shape) == 1 else f"({axes})"
    first = next(iter(report.outputs.values()), None)
    if first is not None and first.dtype != "float32":
        facts["dtype"] = first.dtype
    facts["parameters"] = count(report.parameters)
    if report.trainable != report.parameters:
        facts["trainable"] = count(report.trainable)
    facts["FLOPs"] = flops(report.flops)
    return facts


def _sums(reports: Sequence[NodeReport | None]) -> dict[str, str]:
    known = [report for report in reports if report is not None]
    if not known:
        return {}
    return {
        "parameters": count(sum(report.parameters for report in known)),
        "FLOPs": flops(sum(report.flops for report in known)),
    }
