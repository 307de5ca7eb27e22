"""The outline: the network as a table in topological order, and every edit without the canvas."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeView, QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.canvas.shapes import short_shape
from builder.catalog.spec import Catalog
from builder.document import edits, topology
from builder.document.edits import EditRefused
from builder.document.graph import OUTPUT, OutputRef, Wire
from builder.document.problems import Problem
from builder.document.project import Project
from builder.window.analyst import Analysis
from builder.window.connect_dialog import ConnectDialog
from builder.window.problems_list import sign_of
from builder.window.style import label
from builder.window.words import count

_COLUMNS = ("Name", "Type", "Output", "Parameters", "Problem")
_NAME, _TYPE, _SHAPE, _PARAMETERS, _PROBLEM = range(5)
_WIDTHS = (0, 80, 76, 84, 240)
_NAME_WIDTH = 70

Index = QModelIndex | QPersistentModelIndex


class OutlineModel(QAbstractTableModel):
    """One row for each node, in topological order; nodes on a cycle stand at the end.

    Signals:
        refused(sentence): a name was not possible.
    """

    refused = Signal(str)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._analysis = Analysis(0)
        self._problems: dict[str, Problem] = {}
        self.ids: list[str] = []
        self.row_of: dict[str, int] = {}

    def refill(self) -> None:
        """Take over the document's nodes."""
        self.beginResetModel()
        graph = self._document.project.graph
        ordered = topology.order(graph)
        self.ids = [*ordered, *(id_ for id_ in graph.nodes if id_ not in set(ordered))]
        self.row_of = {id_: row for row, id_ in enumerate(self.ids)}
        self.endResetModel()

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._problems = {}
        for problem in analysis.problems:
            if problem.node is not None:
                self._problems.setdefault(problem.node, problem)
        if self.ids:
            last = self.index(len(self.ids) - 1, len(_COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # as above
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _COLUMNS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == _NAME else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._document.project.graph.nodes.get(self.ids[index.row()])
        if node is None:
            return None
        problem = self._problems.get(node.id)
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(node.id, column)
        if role == Qt.ItemDataRole.DecorationRole and column == _NAME and problem is not None:
            return sign_of(problem.severity)
        if role == Qt.ItemDataRole.ToolTipRole:
            return problem.message if problem is not None else self._text(node.id, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == _PARAMETERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != _NAME:
            return False
        project = self._document.project
        id_ = self.ids[index.row()]
        try:
            renamed = edits.rename(project, id_, str(value))
        except EditRefused as refusal:
            self.refused.emit(str(refusal))
            return False
        self._document.apply(f"Rename {project.graph.nodes[id_].name}", renamed)
        return True

    def _text(self, id_: str, column: int) -> str:
        node = self._document.project.graph.nodes[id_]
        report = self._analysis.reports.get(id_)
        if column == _NAME:
            return node.name
        if column == _TYPE:
            spec = self._catalog.layer(node.type)
            return spec.name if spec else node.type
        if column == _PROBLEM:
            problem = self._problems.get(id_)
            return problem.message if problem else ""
        if report is None or report.fault is not None:
            return ""
        if column == _PARAMETERS:
            return count(report.parameters) if report.parameters else ""
        first = next(iter(report.outputs.values()), None)
        return "" if first is None else short_shape(first.shape).replace(" × ", "×")


class Outline(QWidget):
    """The table with its commands: rename, connect, delete.

    Signals:
        chosen(node): a node was opened (Enter, double click): centre it.
        refused(sentence): an edit was not possible.
    """

    chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._busy = False
        self._stale = True
        self.model = OutlineModel(document, catalog)
        self.model.refused.connect(self.refused)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.tree.setAccessibleName("Outline")
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.activated.connect(self._activated)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_NAME_WIDTH)
        for place, width in enumerate(_WIDTHS):
            header.resizeSection(place, width)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self._empty = label("The layers of the network are listed here.", "secondary")
        self._empty.setWordWrap(True)
        self._empty.setMargin(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self._empty, 1)
        self._make_actions()
        self.tree.selectionModel().selectionChanged.connect(self._select_in_document)
        document.selection_changed.connect(lambda _: self._select_in_tree())
        document.changed.connect(self._follow)

    def show_analysis(self, analysis: Analysis) -> None:
        self.model.show_analysis(analysis)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._stale:
            self._refill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that there is no room for are left out; the inspector has what they say."""
        super().resizeEvent(event)
        room = self.width() - _NAME_WIDTH
        for place, width in enumerate(_WIDTHS[1:], 1):
            room -= width
            self.tree.setColumnHidden(place, room < 0)

    def _make_actions(self) -> None:
        self.rename = self._action("Rename", "F2", self._rename)
        self.connect_to = self._action("Connect to…", "", self.connect_selected)
        self.delete = self._action("Delete", QKeySequence.StandardKey.Delete, self._delete)

    def _action(self, text: str, key: Any, act: Any) -> QAction:
        action = QAction(text, self.tree)
        action.setShortcut(QKeySequence(key))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(act)
        self.tree.addAction(action)
        return action

    def _follow(self, old: Project, new: Project) -> None:
        if old.graph is new.graph:
            return
        if self.isVisible():
            self._refill()
        else:
            self._stale = True

    def _refill(self) -> None:
        self._stale = False
        self._busy = True
        at = self._row()
        current = None if at is None else self.model.ids[at]
        self.model.refill()
        self._busy = False
        self.tree.setVisible(bool(self.model.ids))
        self._empty.setVisible(not self.model.ids)
        self._select_in_tree()
        row = self.model.row_of.get(current or "")
        if row is not None:
            self.tree.selectionModel().setCurrentIndex(
                self.model.index(row, 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _row(self) -> int | None:
        index = self.tree.currentIndex()
        return index.row() if index.isValid() and index.row() < len(self.model.ids) else None

    # --- selection, in step both ways

    def _select_in_document(self) -> None:
        if self._busy:
            return
        rows = self.tree.selectionModel().selectedRows()
        self._busy = True
        self._document.select(frozenset(self.model.ids[index.row()] for index in rows))
        self._busy = False

    def _select_in_tree(self) -> None:
        if self._busy or self._stale:
            return
        self._busy = True
        chosen = QItemSelection()
        rows = [self.model.row_of[i] for i in self._document.selection if i in self.model.row_of]
        for row in rows:
            chosen.select(self.model.index(row, 0), self.model.index(row, len(_COLUMNS) - 1))
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.tree.selectionModel().select(chosen, flag)
        if rows:
            self.tree.selectionModel().setCurrentIndex(
                self.model.index(min(rows), 0), QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.tree.scrollTo(self.model.index(min(rows), 0))
        self._busy = False

    # --- commands

    def _menu(self, at: QPoint) -> None:
        node = self._document.selection
        self.rename.setEnabled(len(node) == 1)
        self.connect_to.setEnabled(len(node) == 1 and self._gives_output())
        self.delete.setEnabled(bool(node))
        menu = QMenu(self)
        menu.addActions([self.rename, self.connect_to, self.delete])
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.tree.viewport().mapToGlobal(at))

    def _gives_output(self) -> bool:
        id_ = next(iter(self._document.selection))
        return self._document.project.graph.nodes[id_].type != OUTPUT

    def _activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.ids[index.row()])

    def _rename(self) -> None:
        row = self._row()
        if row is not None:
            self.tree.edit(self.model.index(row, _NAME))

    def _delete(self) -> None:
        chosen = self._document.selection
        if chosen:
            title = "Delete layer" if len(chosen) == 1 else f"Delete {len(chosen)} layers"
            self._document.apply(title, edits.remove(self._document.project, chosen))

    def connect_selected(self) -> None:
        """Ask what the one selected layer is to feed."""
        chosen = tuple(self._document.selection)
        if len(chosen) != 1 or not self._gives_output():
            self.refused.emit("Select one layer that has an output, then choose Connect to….")
            return
        dialog = ConnectDialog(self, self._document.project, chosen[0], self._catalog)
        dialog.chosen.connect(lambda target: self._draw(chosen[0], target))
        dialog.open()

    def _draw(self, source: str, target: str) -> None:
        project = self._document.project
        ports_of = self._catalog.ports_of
        try:
            output = ports_of(project.graph.nodes[source]).outputs[0].name
            port = edits.best_port(project, target, ports_of)
            joined = edits.connect(project, Wire(OutputRef(source, output), port), ports_of)
        except EditRefused as refusal:
            self.refused.emit(str(refusal))
            return
        nodes = project.graph.nodes
        self._document.apply(f"Connect {nodes[source].name} to {nodes[target].name}", joined)
