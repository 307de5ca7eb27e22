"""The inspector's form for what a layer is told when it is called: training, masks at will."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.catalog.spec import Catalog, ParamSpec
from builder.document import edits
from builder.document.graph import Node
from builder.window.form import Form
from builder.window.style import label


class CallForm(QWidget):
    """Constant arguments of the calls of some nodes of one type; those not set are folded away."""

    def __init__(
        self,
        document: Document,
        catalog: Catalog,
        specs: Sequence[ParamSpec],
        nodes: Sequence[Node],
    ) -> None:
        super().__init__()
        self._document = document
        self._specs = specs
        self._ids = [node.id for node in nodes]
        given = {name for node in nodes for name in node.call}
        folded = [spec.name for spec in specs if spec.name not in given]
        words = "argument when called" if len(folded) == 1 else "arguments when called"
        words = f"more {words}" if given else words
        self.form = Form(specs, catalog, document.project, folded, words)
        self.form.edited.connect(self._set)
        self.form.reset.connect(lambda name: self._set(name, None))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        if given:
            column.addWidget(label("When called", "secondary"))
        column.addWidget(self.form)

    def refresh(self) -> None:
        nodes = self._document.project.graph.nodes
        calls = [nodes[id_].call for id_ in self._ids]
        values, mixed = {}, set()
        for spec in self._specs:
            held = [call.get(spec.name, spec.default) for call in calls]
            values[spec.name] = held[0]
            if any(value != held[0] for value in held):
                mixed.add(spec.name)
        self.form.show_values(values, {name for call in calls for name in call}, mixed)

    def _set(self, name: str, value: Any) -> None:
        nodes = self._document.project.graph.nodes
        whom = nodes[self._ids[0]].name if len(self._ids) == 1 else f"{len(self._ids)} layers"
        verb = "Reset" if value is None else "Set"
        project = edits.set_call(self._document.project, self._ids, name, value)
        self._document.apply(f"{verb} {name} in the call of {whom}", project)
