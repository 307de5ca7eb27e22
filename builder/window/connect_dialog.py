"""Choosing what a layer is to feed, by name and with the keyboard."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from builder.catalog.spec import Catalog
from builder.document import edits, topology
from builder.document.edits import EditRefused
from builder.document.graph import OutputRef, Wire
from builder.document.project import Project
from builder.window.style import label


class ConnectDialog(QDialog):
    """The layers that one layer can feed. Those it cannot feed are not offered.

    Signals:
        chosen(node): this one.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, project: Project, source: str, catalog: Catalog) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect to")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        name = project.graph.nodes[source].name
        self._search = QLineEdit()
        self._search.setPlaceholderText("Search layers")
        self._search.setAccessibleName("Search layers")
        self._search.textChanged.connect(self._filter)
        self._search.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(f"Layers that {name} can feed")
        self.list.itemActivated.connect(lambda _: self.accept())
        for id_ in topology.order(project.graph.level(project.graph.nodes[source].parent)):
            if _can_feed(project, source, id_, catalog):
                node = project.graph.nodes[id_]
                spec = catalog.layer(node.type)
                item = QListWidgetItem(f"{node.name}  ({spec.name if spec else node.type})")
                item.setData(Qt.ItemDataRole.UserRole, id_)
                self.list.addItem(item)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._ok = buttons.addButton("Connect", QDialogButtonBox.ButtonRole.AcceptRole)
        self._ok.setProperty("kind", "primary")
        # Enter is handled here, wherever the focus is; no button may take it as its own.
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        self._search.returnPressed.connect(self.accept)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(label(f"Connect the output of {name} to"))
        column.addWidget(self._search)
        column.addWidget(self.list, 1)
        column.addWidget(buttons)
        self.resize(320, 360)
        self._filter("")

    def accept(self) -> None:
        item = self.list.currentItem()
        if item is not None and not item.isHidden():
            self.chosen.emit(str(item.data(Qt.ItemDataRole.UserRole)))
            super().accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self._step(step)
                return True
        return super().eventFilter(watched, event)

    def _filter(self, text: str) -> None:
        first = -1
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(text.strip().lower() not in item.text().lower())
            if first < 0 and not item.isHidden():
                first = row
        self.list.setCurrentRow(first)
        self._ok.setEnabled(first >= 0)

    def _step(self, step: int) -> None:
        row = self.list.currentRow() + step
        while 0 <= row < self.list.count():
            if not self.list.item(row).isHidden():
                self.list.setCurrentRow(row)
                return
            row += step


def _can_feed(project: Project, source: str, target: str, catalog: Catalog) -> bool:
    try:
        port = edits.best_port(project, target, catalog.ports_of)
        graph = project.graph
        output = graph.ports(graph.nodes[source], catalog.ports_of).outputs[0].name
        edits.connect(project, Wire(OutputRef(source, output), port), catalog.ports_of)
    except (EditRefused, IndexError):
        return False
    return True
