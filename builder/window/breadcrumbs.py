"""Where one is in a network of blocks: `digits › encoder › core`, each part a way back."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from builder.canvas.document import Document
from builder.document.graph import Graph
from builder.document.project import Project
from builder.window.style import label

_LONGEST = 32


class Breadcrumbs(QWidget):
    """The blocks around what is shown, the outermost first; not there at the top level.

    Attributes:
        parts: the way back, one button for each level around the one that is shown.
        here: the block that is shown. `shared`: whose inside it is as well, if others share it.
    """

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self.parts: list[QToolButton] = []
        self.here: QLabel | None = None
        self.shared: QLabel | None = None
        self.setObjectName("breadcrumbs")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Blocks around what is shown")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 10, 4)
        self._row.setSpacing(2)
        document.level_changed.connect(lambda _: self._show())
        document.changed.connect(self._follow)
        self._show()

    @property
    def words(self) -> str:
        """What can be read."""
        shown = [button.text() for button in self.parts]
        words = " › ".join([*shown, self.here.text()] if self.here is not None else shown)
        return words if self.shared is None else f"{words} {self.shared.text()}"

    def _follow(self, old: Project, new: Project) -> None:
        if self._document.level and (old.graph is not new.graph or old.name != new.name):
            self._show()

    def _show(self) -> None:
        while (item := self._row.takeAt(0)) is not None:
            gone = item.widget()
            if gone is not None:
                gone.hide()
                gone.deleteLater()
        self.parts, self.here, self.shared = [], None, None
        project, level = self._document.project, self._document.level
        self.setVisible(bool(level))
        if not level:
            return
        nodes = project.graph.nodes
        for block in ("", *project.graph.path(level)):
            self._add_part(block, nodes[block].name if block else project.name)
        self.here = label(_short(nodes[level].name), "strong")
        self.here.setContentsMargins(4, 0, 4, 0)
        self._row.addWidget(self.here)
        self._tell_who_shares(project.graph, level)
        self._row.addStretch(1)

    def _tell_who_shares(self, graph: Graph, level: str) -> None:
        """Say whose inside this is, where it is that of several nodes."""
        others = [node.name for node in graph.nodes.values() if node.shares == level]
        if others:
            self.shared = label(f"shared by {len(others) + 1} nodes", "secondary")
            names = ", ".join([graph.nodes[level].name, *others])
            self.shared.setToolTip(f"The inside of {names}: a change here is one in all of them")
            self._row.addWidget(self.shared)

    def _add_part(self, block: str, name: str) -> None:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setText(_short(name).replace("&", "&&"))
        button.setToolTip(f"Back to {name} (Alt+Up goes up one level)")
        button.setAccessibleName(f"Back to {name}")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        # Not in this turn: the button that was clicked goes with the level that is left.
        button.clicked.connect(
            lambda: self._document.look_at(block), Qt.ConnectionType.QueuedConnection
        )
        self.parts.append(button)
        self._row.addWidget(button)
        self._row.addWidget(label("›", "secondary"))


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"
