"""The first-run tour: five callouts that point at the parts of the window. It asks for nothing."""

from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import QEvent, QMargins, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from builder.window.style import label

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

SEEN = "tour_seen"
_WIDTH, _GAP = 320, 14
_STIRRED = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)


class Step(Struct, frozen=True):
    """What a callout says, and `place`: the widget that it points at."""

    title: str
    text: str
    place: QWidget


def steps(window: "MainWindow") -> tuple[Step, ...]:
    """The steps that can be seen: those whose part of the window is not hidden."""
    every = (
        Step(
            "Layers",
            "Drag one onto the canvas, or press Enter here to append it, connected. The search "
            "box knows what layers are for: try “skip”.",
            window.left,
        ),
        Step(
            "Canvas",
            "Drag from a layer's port to another layer to connect them. Tab adds a layer under "
            "the mouse; the wheel zooms. Shapes stand on the wires.",
            window.view,
        ),
        Step(
            "Inspector",
            "Parameters of what is selected, the data, and how to train. What you leave alone "
            "keeps Keras's default.",
            window.right,
        ),
        Step(
            "Train",
            "Trains in a process of its own, with live curves. Stop keeps the model.",
            window.toolbar.train,
        ),
        Step(
            "Code and results",
            "Problems, curves, and the Python code of your network: what you export is exactly "
            "what is trained.",
            window.bottom,
        ),
    )
    return tuple(step for step in every if step.place.isVisible())


class Tour(QObject):
    """Leads from step to step; what is under the callouts can be used meanwhile.

    A callout goes along with its part of the window; a part that is hidden leaves the tour.

    Attributes:
        steps: what it leads through.
        card: the callout. `number`: which step it shows, from 0.
        ended: it was skipped or gone through.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._window = window
        self.steps = steps(window)
        self.number = 0
        self.ended = False
        self.card, self._ring = _Card(window), _Ring(window)
        self.card.skip.clicked.connect(self.end)
        self.card.back.clicked.connect(lambda: self._show(self.number - 1))
        self.card.onward.clicked.connect(lambda: self._show(self.number + 1))
        self._watched: list[QWidget] = []
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._follow)

    def begin(self) -> None:
        self._window.settings.setValue(SEEN, True)
        self._show(0)
        self.card.onward.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        if not self.ended:
            self.ended = True
            self._watch(None)
            for part in (self.card, self._ring):
                part.hide()
                part.deleteLater()
            self._window.view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.deleteLater()

    def _show(self, number: int) -> None:
        if not 0 <= number < len(self.steps):
            self.end()
            return
        self.number = number
        step = self.steps[number]
        self.card.tell(step.title, step.text, number + 1, len(self.steps))
        self._watch(step.place)
        self._place()
        self.card.show()
        self.card.raise_()

    def _watch(self, place: QWidget | None) -> None:
        """Hear when a part of the window, or what it is in, is moved, resized or hidden; and Esc."""
        heard = (self.card, self._window.view)
        for widget in (*self._watched, *heard):
            widget.removeEventFilter(self)
        self._watched = []
        for widget in heard if place is not None else ():
            widget.installEventFilter(self)
        while place is not None:
            self._watched.append(place)
            place.installEventFilter(self)
            place = place.parentWidget()

    def _follow(self) -> None:
        """Be where the part of the window is now; without it, at the next one."""
        if self.ended or not self._window.isVisible():
            return
        step = self.steps[self.number]
        if step.place.isVisible():
            self._place()
        else:
            self.steps = tuple(other for other in self.steps if other is not step)
            self._show(self.number)

    def _place(self) -> None:
        """Stand beside the part, and around it: in the window that it floats in, if it does."""
        target, window = self.steps[self.number].place, self._window
        whole = target.window()
        if self._ring.parentWidget() is not whole:
            self._ring.setParent(whole)
        around = QRect(target.mapTo(whole, QPoint(0, 0)), target.size())
        self._ring.setGeometry(around.adjusted(-2, -2, 2, 2) & whole.rect())
        self._ring.show()
        self._ring.raise_()
        self.card.fit()
        corner = window.mapFromGlobal(target.mapToGlobal(QPoint(0, 0)))
        self.card.move(_beside(QRect(corner, target.size()), self.card.rect(), window.rect()))
        self.card.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.ended:
            return False
        if watched in self._watched and event.type() in _STIRRED:
            self._soon.start()  # not in this turn: to float is to be hidden and shown again
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            busy = watched is not self.card and self._window.view.hand.gesture is not None
            if event.key() == Qt.Key.Key_Escape and not busy:
                self.end()
                return True
        return False


class _Card(QFrame):
    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title, self.text = label("", "heading"), label("")
        self.text.setWordWrap(True)
        self.count = label("", "secondary")
        self.skip = QPushButton("Skip tour", autoDefault=False)
        self.skip.setProperty("kind", "quiet")
        self.back = QPushButton("Back", autoDefault=False)
        self.onward = QPushButton("Next", autoDefault=True)
        self.onward.setProperty("kind", "primary")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.count)
        row.addStretch(1)
        for button in (self.skip, self.back, self.onward):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.text)
        column.addLayout(row)
        self.setFixedWidth(_WIDTH)
        self.hide()

    def tell(self, title: str, text: str, number: int, total: int) -> None:
        self.title.setText(title)
        self.text.setText(text)
        self.count.setText(f"{number} of {total}")
        self.back.setVisible(number > 1)
        self.skip.setVisible(number < total)
        self.onward.setText("Done" if number == total else "Next")
        self.setAccessibleName(f"Tour, step {number} of {total}: {title}")
        self.setAccessibleDescription(text)

    def fit(self) -> None:
        layout = self.layout()
        assert layout is not None
        layout.activate()
        self.setFixedHeight(layout.totalHeightForWidth(_WIDTH))


class _Ring(QFrame):
    """The frame around what a callout is about. The mouse goes through it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("ring")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()


def _beside(around: QRect, card: QRect, window: QRect) -> QPoint:
    """Inside what is large, below what is low, so as to hide no neighbour in its row.

    Else where there is room: right of it, left of it, below, above.
    """
    size = card.size()
    middle = around.center() - QPoint(size.width() // 2, size.height() // 2)
    if around.width() > 2 * size.width() and around.height() > 2.5 * size.height():
        return QPoint(middle.x(), around.bottom() - size.height() - 2 * _GAP)
    below = QPoint(around.right() - size.width(), around.bottom() + _GAP)
    corners = [
        QPoint(around.right() + _GAP, around.top() + _GAP),
        QPoint(around.left() - _GAP - size.width(), around.top() + _GAP),
        below,
        QPoint(around.center().x() - size.width() // 2, around.top() - _GAP - size.height()),
    ]
    if around.height() < size.height():
        corners.insert(0, below)
    for corner in corners:
        if window.contains(QRect(corner, size)):
            return corner
    # What floats may be anywhere.
    room = window.marginsRemoved(QMargins(_GAP, _GAP, size.width() + _GAP, size.height() + _GAP))
    return QPoint(
        min(max(middle.x(), room.left()), room.right()),
        min(max(middle.y(), room.top()), room.bottom()),
    )
