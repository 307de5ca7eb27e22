"""The rows of the outline: nodes in topological order, a block's under it; then frames and notes."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from builder.canvas.document import Document
from builder.canvas.holding import Thing, told
from builder.canvas.levels import at_level
from builder.canvas.mark_commands import MarkCommands
from builder.canvas.shapes import short_shape
from builder.catalog.spec import Catalog
from builder.document import edits, topology
from builder.document.edits import EditRefused
from builder.document.frames import Frame, Mark, Note
from builder.document.framing import marks_of
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
    """One row for each node, in topological order; nodes on a cycle stand after the others.

    The frames and notes of a level come after its nodes: they may hold any of them.

    Attributes:
        things: all that is listed, each block before what is inside.

    Signals:
        refused(sentence): a name was not possible.
    """

    refused = Signal(str)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._base = catalog
        self._analysis = Analysis(0)
        self._problems: dict[str, Problem] = {}
        self._new_frame = ""
        self.things: list[Thing] = []
        self._levels: dict[str, list[Thing]] = {}
        self._number: dict[Thing, int] = {}
        self._row: dict[Thing, int] = {}
        self._parent: dict[Thing, str] = {}

    def refill(self) -> None:
        """Take over what the document holds."""
        self.beginResetModel()
        self.things, self._levels, self._row, self._parent = [], {}, {}, {}
        self._add_level("")
        self._number = {thing: number for number, thing in enumerate(self.things)}
        self._sort_problems()
        self.endResetModel()

    def _add_level(self, block: str) -> None:
        level = self._document.project.graph.level(block)
        ordered = topology.order(level)
        known = set(ordered)
        nodes = [*ordered, *(id_ for id_ in level.nodes if id_ not in known)]
        marks = [id_ for id_, mark in self._marks.items() if mark.level == block]
        rows = [*(Thing("node", id_) for id_ in nodes), *(Thing("mark", id_) for id_ in marks)]
        self._levels[block] = rows
        children = self._document.project.graph.children
        for row, thing in enumerate(rows):
            self._row[thing], self._parent[thing] = row, block
            self.things.append(thing)
            if thing.kind == "node" and thing.id in children:
                self._add_level(thing.id)

    @property
    def _marks(self) -> Mapping[str, Mark]:
        return marks_of(self._document.project.layout)

    @property
    def blocks(self) -> list[str]:
        """The nodes that have others under them."""
        return [block for block in self._levels if block]

    @property
    def depth(self) -> int:
        """How many levels there are under the top one."""

        def deep(block: str) -> int:
            return 1 + deep(self._parent[Thing("node", block)]) if block else 0

        return max(map(deep, self.blocks), default=0)

    def thing_of(self, index: Index) -> Thing:
        return self.things[index.internalId()]

    def index_of(self, thing: Thing | None, column: int = 0) -> QModelIndex:
        """Where something stands; an invalid index for what is not listed."""
        if thing is None or thing not in self._number:
            return QModelIndex()
        return self.createIndex(self._row[thing], column, self._number[thing])

    def block_of(self, thing: Thing) -> str:
        """The block that something stands in; empty at the top level."""
        return self._parent[thing]

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
        rows = self._under(parent)
        if not (0 <= row < len(rows) and 0 <= column < len(COLUMNS)):
            return QModelIndex()
        return self.createIndex(row, column, self._number[rows[row]])

    def parent(self, index: Index = _TOP) -> QModelIndex:  # type: ignore[override]  # one of two
        if not index.isValid() or index.internalId() >= len(self.things):
            return QModelIndex()
        return self.index_of(Thing("node", self._parent[self.thing_of(index)]))

    def rowCount(self, parent: Index = _TOP) -> int:
        if parent.column() > 0:
            return 0
        return len(self._under(parent))

    def _under(self, parent: Index) -> list[Thing]:
        if not parent.isValid():
            return self._levels.get("", [])
        thing = self.thing_of(parent)
        return self._levels.get(thing.id, []) if thing.kind == "node" else []

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
        if index.column() != NAME or self.note_of(index) is not None:
            return found  # a note takes more room than a line
        return found | Qt.ItemFlag.ItemIsEditable

    def note_of(self, index: Index) -> Note | None:
        """The note of a row; nothing for rows of nodes and frames."""
        thing = self.thing_of(index)
        mark = self._marks.get(thing.id) if thing.kind == "mark" else None
        return mark if isinstance(mark, Note) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        thing = self.thing_of(index)
        if thing.kind == "mark":
            return self._mark_data(thing.id, index.column(), role)
        node = self._document.project.graph.nodes.get(thing.id)
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

    def _mark_data(self, id_: str, column: int, role: int) -> Any:
        mark = self._marks.get(id_)
        if mark is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            is_frame = isinstance(mark, Frame)
            if column == NAME:
                return mark.title if isinstance(mark, Frame) else " ".join(mark.text.split())
            return ("Frame" if is_frame else "Note") if column == TYPE else ""
        told_roles = (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
        if role in told_roles and column == NAME:
            return told(at_level(self._document.project, mark.level), id_)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != NAME:
            return False
        project = self._document.project
        kind, id_ = self.thing_of(index)
        if kind == "mark":
            marks = MarkCommands(self._document)
            (marks.name if id_ == self._new_frame else marks.write)(id_, str(value))
            return True
        try:
            renamed = edits.rename(project, id_, str(value))
        except EditRefused as refusal:
            self.refused.emit(str(refusal))
            return False
        self._document.apply(f"Rename {project.graph.nodes[id_].name}", renamed)
        return True

    @property
    def _catalog(self) -> Catalog:
        """All layers that the open project can have."""
        return self._document.including(self._base)

    def name_new(self, frame: str) -> None:
        """A title is asked for now: that of a frame that was just made, or of another one."""
        self._new_frame = frame

    def write(self, mark: str, text: str) -> None:
        """Give a frame another title or a note another text."""
        MarkCommands(self._document).write(mark, text)

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
