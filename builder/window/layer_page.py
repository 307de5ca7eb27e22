"""The inspector's page for one layer, or several of one type: what is set, and what Keras says."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton

from builder.canvas.document import Document
from builder.catalog.spec import Catalog, LayerSpec, ParamSpec
from builder.document import blocks, edits
from builder.document.edits import EditRefused
from builder.document.graph import BLOCK, OPS, Node
from builder.engine.messages import NodeReport
from builder.window.analyst import Analysis
from builder.window.block_forms import AS_CONNECTED, REPEAT, form_of, is_port, kind_of, ties_of
from builder.window.call_form import CallForm
from builder.window.fields import LineField
from builder.window.form import Form, ParamRow
from builder.window.inspector_pages import Page, sums, type_name
from builder.window.style import label, mark
from builder.window.words import count, flops, plural

_NAME = ParamSpec("name", "text", required=True, doc="The layer's name in Keras. Unique.")
WIRE_OR_NUMBER = "a wire or a number"
_COMMENT = ParamSpec("comment", "text", doc="A note of your own; it is written above the code.")


class LayerPage(Page):
    """One layer, or several of one type: name, parameters, comment and what Keras says.

    Signal `entering()`: the block is about to be looked into; the keyboard belongs on the canvas.
    """

    entering = Signal()

    def __init__(self, document: Document, catalog: Catalog, nodes: Sequence[Node]) -> None:
        super().__init__(document)
        self._catalog = catalog
        self._ids = [node.id for node in nodes]
        self._type = nodes[0].type
        self._spec = form_of(catalog, nodes[0])
        self._is_port = is_port(nodes[0])
        alone = len(nodes) == 1
        name = type_name(catalog, self._type)
        self._title(
            nodes[0].name if alone else f"{len(nodes)} × {name}",
            kind_of(document.project.graph, nodes[0])
            or (self._type if self._spec is None else _path(self._spec)),
            self._spec.url if self._spec else "",
        )
        if alone and self._type == BLOCK:
            self.column.addWidget(self._door(), 0, Qt.AlignmentFlag.AlignLeft)
        self.ties = label("", "secondary")
        self.ties.setWordWrap(True)
        self.column.addWidget(self.ties)
        self.problem = label("", "error")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.column.addWidget(self.problem)
        self.name = ParamRow(_NAME, LineField(_NAME, self._judge_name))
        self.name.edited.connect(self._rename)
        if not alone:
            self.name.hide()
        self.column.addWidget(self.name)
        self.form = self._make_form()
        if self.form is not None:
            self.column.addWidget(self.form)
        self.call_form: CallForm | None = None
        if self._spec is not None and self._spec.call_params:
            self.call_form = CallForm(document, catalog, self._spec.call_params, nodes)
            self.column.addWidget(self.call_form)
        self.comment = ParamRow(_COMMENT, LineField(_COMMENT, _any))
        self.comment.edited.connect(self._remark)
        self.comment.reset.connect(lambda: self._remark(""))
        if not alone:
            self.comment.hide()
        self.column.addWidget(self.comment)
        self._finish()

    def _door(self) -> QPushButton:
        """The way into a block for who does not know of the double-click."""
        door = QPushButton("Look inside", autoDefault=False)
        door.setProperty("kind", "link")
        door.setToolTip(
            "Show the layers of the block. A double-click on it, or Enter, does so too."
        )
        door.clicked.connect(self._enter)
        return door

    def _enter(self) -> None:
        # First: this page goes with the selection, and the focus would fall on a stranger.
        self.entering.emit()
        self._document.enter(self._ids[0])

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
        if self.call_form is not None:
            self.call_form.refresh()
        ties = ties_of(self._document.project.graph, nodes[0]) if len(nodes) == 1 else ""
        self.ties.setText(ties)
        self.ties.setVisible(bool(ties))
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
        if len(nodes) == 1:
            self._show_operands(nodes[0])
        shape = self.form.rows.get("shape")
        if self._is_port and shape is not None and isinstance(shape.field, LineField):
            shape.field.line.setPlaceholderText(AS_CONNECTED)

    def _show_operands(self, node: Node) -> None:
        """Say in the field of a number in place of a wire where the value comes from without one."""
        graph = self._document.project.graph
        for port in self._catalog.ports_of(node).inputs:
            row = self.form.rows.get(port.name) if self.form is not None else None
            if port.constant and row is not None and isinstance(row.field, LineField):
                wires = graph.into(node.id, port.name)
                source = graph.nodes[wires[0].source.node].name if wires else ""
                words = f"from {source}" if wires else "None" if port.optional else WIRE_OR_NUMBER
                row.field.line.setPlaceholderText(words)
                row.field.setEnabled(not wires)

    def show_analysis(self, analysis: Analysis) -> None:
        reports = [analysis.reports.get(id_) for id_ in self._ids]
        facts = _one(reports[0]) if len(reports) == 1 else sums(reports)
        self.facts.show_facts(facts)
        own = [p for p in analysis.problems if p.node in self._ids]
        self.problem.setText("\n".join(p.message for p in own[:3]))
        mark(self.problem, "kind", own[0].severity if own else "error")
        self.problem.setVisible(bool(own))

    def _make_form(self) -> Form | None:
        if self._spec is None or not self._spec.params:
            return None
        given = {name for owner in self._owners() for name in owner.params}

        def first(spec: ParamSpec) -> bool:
            return spec.required or spec.name in given

        ordered = list(self._spec.params)
        if not self._type.startswith(OPS):  # an op's operands stay in their order
            ordered.sort(key=lambda spec: not first(spec))
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
        if self._type == BLOCK and name == REPEAT:
            self._repeat(value)
            return
        self._document.apply(
            f"Set {name} of {self._whom()}",
            edits.set_params(self._document.project, {id_: {name: value} for id_ in self._ids}),
        )

    def _repeat(self, count: int) -> None:
        project = self._document.project
        try:
            for id_ in self._ids:
                project = blocks.repeat(project, id_, count)
        except EditRefused as refusal:
            assert self.form is not None
            self.form.rows[REPEAT].field.complained.emit(str(refusal))
            return
        self._document.apply(f"Repeat {self._whom()}", project)

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


def _any(_value: str) -> str:
    return ""


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
