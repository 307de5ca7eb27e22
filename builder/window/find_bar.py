"""The find bar: a line over the canvas that leads from one match to the next."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QToolButton

from builder.canvas.holding import Thing
from builder.catalog.find import find, find_marks
from builder.document.frames import box_of
from builder.document.framing import marks_of
from builder.document.project import Project
from builder.window.style import label, make_tiny, mark

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

_MARGIN, _WIDTH = 12, 400


class FindBar(QFrame):
    """Finds over names, types and parameters, frames and notes, at every level of the network.

    Attributes:
        field: what is looked for.
        count: how many there are, in words.
        matches: what was found, in reading order.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window.view)
        self._window = window
        self._document = window.document
        self._place: int | None = None
        self.matches: tuple[Thing, ...] = ()
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Find")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find a layer, a value, a note")
        self.field.setAccessibleName("Find in the network")
        self.field.setMinimumWidth(60)
        self.field.textChanged.connect(self._look)
        self.field.installEventFilter(self)
        self.count = label("", "secondary")
        self.count.setMinimumWidth(72)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.count)
        for sign, words, act in (
            ("↑", "Previous", lambda: self.step(-1)),
            ("↓", "Next", lambda: self.step(1)),
            ("✕", "Close", self.dismiss),
        ):
            button = QToolButton()
            button.setText(sign)
            button.setToolTip(words)
            button.setAccessibleName(words)
            make_tiny(button)
            button.clicked.connect(act)
            row.addWidget(button)
        self._document.changed.connect(self._follow)
        window.view.installEventFilter(self)
        self.hide()

    def appear(self) -> None:
        """Show the bar with its text marked, ready to be typed over."""
        self.show()
        self._put()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._look()

    def dismiss(self) -> None:
        # Hidden with the focus, it would hand that on to the next field, which marks its text.
        self._window.view.setFocus(Qt.FocusReason.PopupFocusReason)
        self.hide()

    def step(self, way: int) -> None:
        """Bring the next match (1) or the one before (-1) to the middle, and select it."""
        if not self.matches:
            self._say()
            return
        if self._place is None:
            self._place = 0 if way > 0 else len(self.matches) - 1
        else:
            self._place = (self._place + way) % len(self.matches)
        self._say()
        found = self.matches[self._place]
        (self._window.go_to if found.kind == "node" else self._window.go_to_mark)(found.id)

    def _look(self) -> None:
        project, text = self._document.project, self.field.text()
        catalog = self._document.including(self._window.catalog)
        found = [Thing("node", i) for i in find(project.graph, catalog, text)]
        found += [Thing("mark", i) for i in find_marks(project.layout, text)]
        marks, nodes = marks_of(project.layout), project.layout.positions
        across = project.layout.direction == "right"

        def order(thing: Thing) -> tuple[tuple[str, ...], float, float]:
            if thing.kind == "node":
                level = project.graph.path(thing.id)
                x, y = nodes.get(thing.id, (0.0, 0.0))
            else:
                block = marks[thing.id].level
                level = (*project.graph.path(block), block) if block else ()
                x, y = box_of(marks[thing.id])[:2]
            return (level, x, y) if across else (level, y, x)

        self.matches = tuple(sorted(found, key=order))
        self._place = None
        self._say()

    def _say(self) -> None:
        total = len(self.matches)
        if not self.field.text().strip():
            words = ""
        elif not total:
            words = "Not found"
        elif self._place is None:
            words = f"{total:,} found"
        else:
            words = f"{self._place + 1:,} of {total:,}"
        self.count.setText(words)
        mark(self.count, "kind", "error" if words == "Not found" else "secondary")

    def _follow(self, old: Project, new: Project) -> None:
        was, now = old.layout, new.layout
        other_marks = (was.frames, was.notes) != (now.frames, now.notes)
        if self.isVisible() and (old.graph is not new.graph or other_marks):
            here = None if self._place is None else self.matches[self._place]
            self._look()
            if here in self.matches:
                self._place = self.matches.index(here)
                self._say()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window.view and event.type() == QEvent.Type.Resize:
            self._put()
        if watched is self.field and event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            keys = QKeySequence.StandardKey
            if not self.field.isModified() and (
                event.matches(keys.Undo) or event.matches(keys.Redo)
            ):
                event.ignore()  # nothing was typed since Enter: undo is the network's
                return True
        if watched is self.field and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            match event.key():
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    self.field.setModified(False)
                    self.step(-1 if shift else 1)
                    return True
                case Qt.Key.Key_Escape:
                    self.dismiss()
                    return True
        return False

    def _put(self) -> None:
        room = self._window.view.width() - 2 * _MARGIN
        self.setFixedSize(min(_WIDTH, room), self.sizeHint().height())
        self.move(max(0, self._window.view.width() - self.width() - _MARGIN), _MARGIN)
