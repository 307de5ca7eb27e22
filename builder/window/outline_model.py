"""The rows of the outline: nodes in topological order, a block's nodes under the block."""

from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from builder.canvas.document import Document
from builder.canvas.shapes import short_shape
from builder.catalog.spec import Catalog
from builder.document import edits, topology
from builder.document.edits import EditRefused
from builder.document.problems import Problem
from builder.window.analyst import Analysis
from builder.window.inspector_pages import type_name
from builder.window.problems_list import sign_of
from builder.window.words import count

COLUMNS = ("Name", "Type", "Output", "Parameters", "Problem")
NAME, TYPE, SHAPE, PARAMETERS, PROBLEM = range(5)

Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class OutlineModel(QAbstractItemModel):
    """One row for each node, in topological order; nodes on a cycle stand at the end.

    Attributes:
        ids: all nodes, each block before what is inside.

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
        self._levels: dict[str, list[str]] = {}
        self._number: dict[str, int] = {}
        self._row: dict[str, int] = {}
        self._parent: dict[str, str] = {}

    def refill(self) -> None:
        """Take over the document's nodes."""
        self.beginResetModel()
        graph = self._document.project.graph
        self.ids, self._levels, self._row, self._parent = [], {}, {}, {}
        self._add_level("")
        self._number = {id_: number for number, id_ in enumerate(self.ids)}
        self._parent = {id_: graph.nodes[id_].parent for id_ in self.ids}
        self._sort_problems()
        self.endResetModel()

    def _add_level(self, block: str) -> None:
        level = self._document.project.graph.level(block)
        ordered = topology.order(level)
        known = set(ordered)
        rows = [*ordered, *(id_ for id_ in level.nodes if id_ not in known)]
        self._levels[block] = rows
        children = self._document.project.graph.children
        for row, id_ in enumerate(rows):
            self._row[id_] = row
            self.ids.append(id_)
            if id_ in children:
                self._add_level(id_)

    @property
    def blocks(self) -> list[str]:
        """The nodes that have others under them."""
        return [block for block in self._levels if block]

    @property
    def depth(self) -> int:
        """How many levels there are under the top one."""

        def deep(block: str) -> int:
            return 1 + deep(self._parent[block]) if block else 0

        return max(map(deep, self.blocks), default=0)

    def id_of(self, index: Index) -> str:
        return self.ids[index.internalId()]

    def index_of(self, node: str, column: int = 0) -> QModelIndex:
        """Where a node stands; an invalid index for one that is not listed."""
        if node not in self._number:
            return QModelIndex()
        return self.createIndex(self._row[node], column, self._number[node])

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._sort_problems()
        for rows in self._levels.values():
            if rows:
                last = self.index_of(rows[-1], len(COLUMNS) - 1)
                self.dataChanged.emit(self.index_of(rows[0]), last)

    def _sort_problems(self) -> None:
        """The worst problem of every node; a block without one shows the worst inside."""
        graph = self._document.project.graph
        self._problems = {}
        for problem in self._analysis.problems:
            if problem.node is not None:
                self._problems.setdefault(problem.node, problem)
        for problem in self._analysis.problems:
            if problem.node is not None and problem.node in graph.nodes:
                for block in graph.path(problem.node):
                    self._problems.setdefault(block, problem)

    def index(self, row: int, column: int, parent: Index = _TOP) -> QModelIndex:
        rows = self._levels.get(self.id_of(parent) if parent.isValid() else "", [])
        if not (0 <= row < len(rows) and 0 <= column < len(COLUMNS)):
            return QModelIndex()
        return self.createIndex(row, column, self._number[rows[row]])

    def parent(self, index: Index = _TOP) -> QModelIndex:  # type: ignore[override]  # one of two
        if not index.isValid() or index.internalId() >= len(self.ids):
            return QModelIndex()
        return self.index_of(self._parent[self.id_of(index)])

    def rowCount(self, parent: Index = _TOP) -> int:
        if parent.column() > 0:
            return 0
        return len(self._levels.get(self.id_of(parent) if parent.isValid() else "", ()))

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: ARG002  # Qt's signature
        return len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self._document.project.graph.nodes.get(self.id_of(index))
        if node is None:
            return None
        problem = self._problems.get(node.id)
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(node.id, column)
        if role == Qt.ItemDataRole.DecorationRole and column == NAME and problem is not None:
            return sign_of(problem.severity)
        if role == Qt.ItemDataRole.ToolTipRole:
            return problem.message if problem is not None else self._text(node.id, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == PARAMETERS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != NAME:
            return False
        project = self._document.project
        id_ = self.id_of(index)
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
        if column == NAME:
            return node.name
        if column == TYPE:
            return type_name(self._catalog, node.type)
        if column == PROBLEM:
            problem = self._problems.get(id_)
            return problem.message if problem else ""
        if report is None or report.fault is not None:
            return ""
        if column == PARAMETERS:
            return count(report.parameters) if report.parameters else ""
        first = next(iter(report.outputs.values()), None)
        return "" if first is None else short_shape(first.shape).replace(" × ", "×")
