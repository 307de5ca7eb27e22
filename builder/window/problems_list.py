"""The list of problems: what is wrong, where, and buttons that mend it."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPolygonF, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.canvas.placing import place
from builder.canvas.room import make_room
from builder.canvas.theme import current_theme, theme_changed
from builder.catalog.spec import Catalog
from builder.document.edits import EditRefused
from builder.document.graph import Graph
from builder.document.mending import mend
from builder.document.problems import Fix, Problem, Severity
from builder.window.notice import EmptyState
from builder.window.style import ElidedLabel, label
from builder.window.words import count

_WHERE_WIDTH = 140
_LIMIT = 50
"""So many rows are shown, and how many more there are; a person mends the first ones first."""

_NONE = "No problems. The network is ready to train."
_NO_DATA = "No problems. What is missing is the data to train with."
_NOTHING = "What stands in the way of training is listed here."


class ProblemsList(QWidget):
    """Problems, worst first.

    Signals:
        chosen(node): the node of a problem is to be selected and centred.
        data_wanted(): data to train with is to be chosen.
        refused(sentence): a remedy does not suit what the project is by now.
    """

    chosen = Signal(str)
    data_wanted = Signal()
    refused = Signal(str)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._base = catalog
        self._problems: tuple[Problem, ...] = ()
        self._stale = False
        self.list = QListWidget()
        self.list.setAccessibleName("Problems")
        self.list.setWordWrap(True)
        self.list.setSpacing(1)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self._nothing = EmptyState("", "")
        self._nothing.wanted.connect(self.data_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing, 1)
        theme_changed.connect(self._fill)
        document.changed.connect(self._say_none)
        self._say_none()
        self._fill()

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._problems

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems != self._problems:
            self._problems = problems
            self._stale = True
            if self.isVisible():
                self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._fill()

    def _say_none(self) -> None:
        """What stands here while there is no problem."""
        project = self._document.project
        if not project.graph.nodes:
            self._nothing.show_text("", _NOTHING)
        elif project.data.source is None:
            self._nothing.show_text("", _NO_DATA, "Choose data")
        else:
            self._nothing.show_text("", _NONE)

    def _fill(self) -> None:
        self._stale = False
        current = self.list.currentRow()
        self.list.clear()
        graph = self._document.project.graph
        for problem in self._problems[:_LIMIT]:
            name = _place(graph, problem.node)
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, problem.node)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{problem.severity}: {problem.message} {name}"
            )
            row = _Row(problem, name, self._mend)
            self.list.addItem(item)
            self.list.setItemWidget(item, row)
        rest = len(self._problems) - _LIMIT
        if rest > 0:
            self.list.addItem(f"and {count(rest)} more")
        if self._problems:
            self.list.setCurrentRow(min(max(current, 0), self.list.count() - 1))
        self.list.setVisible(bool(self._problems))
        self._nothing.setVisible(not self._problems)
        self._fit_rows()

    def _fit_rows(self) -> None:
        """Give every row the lines that its sentence needs at the present width."""
        width = self.list.viewport().width() - 2 * self.list.spacing()
        for number in range(self.list.count()):
            item = self.list.item(number)
            row = self.list.itemWidget(item)
            if row is not None:
                item.setSizeHint(QSize(0, row.heightForWidth(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_rows()

    def _choose(self, item: QListWidgetItem) -> None:
        node = item.data(Qt.ItemDataRole.UserRole)
        if node:
            self.chosen.emit(str(node))

    def _mend(self, fix: Fix) -> None:
        try:
            project, added = mend(
                self._document.project, fix, self._document.including(self._base).ports_of
            )
        except EditRefused as refusal:
            self.refused.emit(str(refusal))
            return
        for node in added:
            between = project.graph.into(node) and project.graph.out_of(node)
            project = make_room(project, node) if between else place(project, (node,))
        self._document.apply(fix.title, project)


def _place(graph: Graph, node: str | None) -> str:
    """Where a problem is: the node's name, after those of the blocks around it."""
    if node is None or node not in graph.nodes:
        return ""
    return " › ".join(graph.nodes[id_].name for id_ in (*graph.path(node), node))


class _Row(QWidget):
    """One problem: sign, sentence, the node's name and the buttons that mend it."""

    def __init__(self, problem: Problem, name: str, mend: Callable[[Fix], None]) -> None:
        super().__init__()
        # Clicks belong to the list; only the buttons take their own.
        sign = label("")
        sign.setPixmap(sign_of(problem.severity).pixmap(16, 16))
        sign.setToolTip(problem.severity)
        text = label(problem.message)
        text.setWordWrap(True)
        text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        text.setToolTip("")
        where = ElidedLabel(name, "secondary")
        where.setMaximumWidth(_WHERE_WIDTH)
        where.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(10)
        row.addWidget(sign)
        row.addWidget(text, 1)
        for part in (sign, text, where):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        for fix in problem.fixes:
            button = QPushButton(fix.title)
            button.setToolTip(f"Fix: {fix.title}")
            button.clicked.connect(lambda _=False, chosen=fix: mend(chosen))
            row.addWidget(button)
        row.addWidget(where)
        self.setToolTip(problem.message)


def sign_of(severity: Severity) -> QIcon:
    """A sign with a shape of its own for each severity, in the theme's colour."""
    picture = QPixmap(48, 48)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(current_theme().severity(severity)))
    if severity == "warning":
        painter.drawPolygon(QPolygonF([QPointF(24, 4), QPointF(46, 44), QPointF(2, 44)]))
    else:
        painter.drawEllipse(QRectF(3, 3, 42, 42))
    painter.setPen(QColor(current_theme().panel))
    font = painter.font()
    font.setPixelSize(30)
    font.setBold(True)
    painter.setFont(font)
    down = 6 if severity == "warning" else 0
    letter = "i" if severity == "info" else "!"
    painter.drawText(QRectF(0, down, 48, 48), Qt.AlignmentFlag.AlignCenter, letter)
    painter.end()
    return QIcon(picture)
