"""A dock whose title bar is its row of tabs: nothing is said twice, and it still moves and floats."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QWidget,
)

from builder.canvas.icons import dress
from builder.window.style import make_tiny


class TabbedDock(QDockWidget):
    """Pages behind tabs. An empty part of the tab row is the handle to drag it by.

    Signals:
        page_shown(widget): a person or the program turned to this page.
    """

    page_shown = Signal(QWidget)

    def __init__(self, title: str, name: str, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setAccessibleName(title)
        self.stack = _Stack()
        self.tabs.currentChanged.connect(self._turn)
        close = QToolButton()
        dress(close, "close", "secondary")
        close.setIconSize(QSize(12, 12))
        close.setAutoRaise(True)
        make_tiny(close)
        close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close.setToolTip(f"Hide {title.lower()} (the View menu shows it again)")
        close.setAccessibleName(f"Hide {title.lower()}")
        close.clicked.connect(self.close)
        bar = QWidget()
        row = QHBoxLayout(bar)
        row.setContentsMargins(6, 0, 6, 0)
        row.setSpacing(0)
        row.addWidget(self.tabs)
        row.addStretch(1)
        row.addWidget(close)
        self.setTitleBarWidget(bar)
        self.setWidget(self.stack)

    def add_page(self, page: QWidget, title: str) -> None:
        page.setObjectName(page.objectName() or title.lower())
        self.stack.addWidget(page)
        self.tabs.addTab(title)

    def replace_page(self, old: QWidget, new: QWidget) -> None:
        """Put a page where a placeholder stood."""
        place = self.stack.indexOf(old)
        current = self.stack.currentIndex() == place
        self.stack.removeWidget(old)
        old.deleteLater()
        self.stack.insertWidget(place, new)
        if current:
            self.stack.setCurrentIndex(place)

    def set_title(self, page: QWidget, title: str) -> None:
        self.tabs.setTabText(self.stack.indexOf(page), title)

    def titles(self) -> tuple[str, ...]:
        return tuple(self.tabs.tabText(place) for place in range(self.tabs.count()))

    def show_page(self, page: QWidget, focus: bool = False) -> None:
        """Bring a page to the front, the dock itself included."""
        self.show()
        self.tabs.setCurrentIndex(self.stack.indexOf(page))
        if focus:
            page.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_at(self, place: int) -> None:
        """Bring the page at a place in the row of tabs to the front, with the keyboard in it."""
        page = self.stack.widget(place)
        if page is not None:
            self.show_page(page, focus=True)

    def _turn(self, place: int) -> None:
        # The tab that is chosen is bold: the row may now want more room than it was given.
        self.tabs.updateGeometry()
        self.stack.setCurrentIndex(place)
        page = self.stack.widget(place)
        if page is not None:
            self.page_shown.emit(page)


class _Stack(QStackedWidget):
    """Pages that may be made small: the dock's size is the person's, not the largest page's."""

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 60)
