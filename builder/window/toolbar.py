"""The one toolbar: files, undo, arranging; the plan; and Train, the one loud button."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMenu,
    QSizePolicy,
    QStyleOptionToolButton,
    QToolBar,
    QToolButton,
    QWidget,
)

_LEAST_PLAN, _PADDING = 160, 26
_WITH_TEXT = Qt.ToolButtonStyle.ToolButtonTextBesideIcon


class _PlanButton(QToolButton):
    """A line that gives way when the window is narrow; its tooltip has it whole."""

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumWidth(_LEAST_PLAN)
        self._painting = False

    def paintEvent(self, event: QPaintEvent) -> None:
        self._painting = True
        super().paintEvent(event)
        self._painting = False

    def initStyleOption(self, option: QStyleOptionToolButton) -> None:
        super().initStyleOption(option)
        # Qt asks when it measures as well: the room to wish for is that of the whole line.
        if self._painting:
            room, elide = self.width() - _PADDING, Qt.TextElideMode.ElideRight
            option.text = option.fontMetrics.elidedText(option.text, elide, room)


class ToolBar(QToolBar):
    """Shows actions that the menus hold as well.

    Attributes:
        plan: the training plan in one line; a click opens it.
        train: Train, or Stop while a training is under way.
    """

    def __init__(
        self,
        quiet: list[list[QAction]],
        plan: QAction,
        train: QAction,
        others: list[QAction],
        export: QMenu,
    ) -> None:
        super().__init__("Toolbar")
        self.setObjectName("toolbar")
        self.setMovable(False)
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(_WITH_TEXT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for place, group in enumerate(quiet):
            if place:
                self.addSeparator()
            self.addActions(group)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.plan = _PlanButton()
        self.plan.setProperty("kind", "value")
        self.plan.setDefaultAction(plan)
        self.addWidget(self.plan)
        self.train = QToolButton()
        self.train.setObjectName("train")
        self.train.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.addWidget(self.train)
        for action in others:
            button = QToolButton()
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
            button.setProperty("kind", "framed")
            button.setDefaultAction(action)
            self.addWidget(button)
        more = QToolButton()
        more.setText("Export")
        more.setProperty("kind", "framed")
        more.setToolTip("Export the network: Python, Keras, ONNX and others, pictures")
        more.setMenu(export)
        more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.addWidget(more)
        self._wish = 0
        self.show_run(train)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window the quiet actions are icons alone, so that Export still has room."""
        if self.toolButtonStyle() == _WITH_TEXT:
            self._wish = self.sizeHint().width()
        style = _WITH_TEXT if self.width() >= self._wish else Qt.ToolButtonStyle.ToolButtonIconOnly
        if self.toolButtonStyle() != style:
            self.setToolButtonStyle(style)
        super().resizeEvent(event)

    def show_run(self, action: QAction) -> None:
        """The loud button does this from now on."""
        # A button that held two actions would offer them as a menu.
        for former in self.train.actions():
            self.train.removeAction(former)
        self.train.setDefaultAction(action)
