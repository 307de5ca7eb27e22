"""The main window: canvas in the middle, docks around it, and who tells whom.

The first paint shows the canvas and the frame. The panels are made a moment later, behind empty
pages: the light ones by `complete`, right after it, those that load numpy and pyqtgraph by
`furnishing`, one by one.
"""

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.canvas.first_actions import FirstActions
from builder.canvas.scene import GraphScene
from builder.canvas.view import CanvasView
from builder.catalog.spec import Catalog
from builder.document.problems import Problem
from builder.document.project import Project
from builder.engine.messages import Fault
from builder.window.analyst import Analysis, Analyst, Kernel, KernelState
from builder.window.breadcrumbs import Breadcrumbs
from builder.window.choices import wheel_pans
from builder.window.custom_file import CustomFile
from builder.window.dropped import IMPORTED, is_droppable, read_drop
from builder.window.files import Files
from builder.window.menus import Menus
from builder.window.messages import Banner
from builder.window.panes import Panes
from builder.window.plan_words import plan_words
from builder.window.run_actions import RunActions
from builder.window.status import StatusBar
from builder.window.tabbed_dock import TabbedDock
from builder.window.toolbar import ToolBar
from builder.window.trust_bar import TrustBar
from builder.window.window_actions import WindowActions

SIZE = (1440, 900)
LEFT, RIGHT, BOTTOM = 232, 308, 252
BOTTOM_SHARE = 0.3
_STATE_VERSION = 1
_RUN = "run"
_MINIMAP = "minimap"


class MainWindow(QMainWindow):
    """The window around one document.

    Attributes:
        later: the pages that are made after the first paint, by "dock.title".

    Signals:
        painted(): it stands on the screen for the first time.
        analysis_shown(Analysis), problems_shown(tuple): what the panels are to show of the
            network.
        logged(line): a line for the log.
        closed(): it is about to go, with everything saved or let go.
    """

    painted = Signal()
    analysis_shown = Signal(object)
    problems_shown = Signal(object)
    logged = Signal(str)
    closed = Signal()
    model_dropped = Signal(str)

    def __init__(
        self, document: Document, catalog: Catalog, analyst: Analyst, settings: QSettings
    ) -> None:
        super().__init__()
        self.document = document
        self.catalog = catalog
        self.analyst = analyst
        self.settings = settings
        self._agreed = False
        self._seen = False
        self._complete = False
        self._fault: Problem | None = None
        self.setAcceptDrops(True)
        self.files = Files(document, self, settings)
        self.run_actions = RunActions(document, analyst)
        self._make_middle()
        self._make_docks()
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.plan = QAction(self)
        self.panes = Panes(self, [self.left, self.view, self.right, self.bottom])
        self.tools = WindowActions(self)
        self.menus = Menus(self)
        self.toolbar = ToolBar(
            self.menus.toolbar_groups(),
            self.plan,
            self.run_actions.train,
            [self.run_actions.evaluate, self.run_actions.predict],
            self.menus.export,
        )
        self.addToolBar(self.toolbar)
        self._connect()
        self._restore()
        self._show_state()
        self._show_plan()

    # --- making

    def _make_middle(self) -> None:
        self.scene = GraphScene(self.document, self.catalog)
        self.view = CanvasView(self.scene)
        self.first_actions = FirstActions(self.view)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.trust_bar = TrustBar(self.document, self.analyst.trust)
        self.trust_bar.told.connect(self.warn)
        column.addWidget(self.trust_bar)
        self.breadcrumbs = Breadcrumbs(self.document)
        column.addWidget(self.breadcrumbs)
        column.addWidget(self.view)
        self.setCentralWidget(middle)
        self.banner = Banner(middle)

    def _make_docks(self) -> None:
        side = Qt.DockWidgetArea
        for corner, area in (
            (Qt.Corner.TopLeftCorner, side.LeftDockWidgetArea),
            (Qt.Corner.BottomLeftCorner, side.LeftDockWidgetArea),
            (Qt.Corner.TopRightCorner, side.RightDockWidgetArea),
            (Qt.Corner.BottomRightCorner, side.RightDockWidgetArea),
        ):
            self.setCorner(corner, area)
        self.later: dict[str, QWidget] = {}
        self.left = TabbedDock("Palette", "left", self)
        self._promise(self.left, "Layers")
        self._promise(self.left, "Outline")
        self.right = TabbedDock("Inspector", "right", self)
        self._promise(self.right, "Layer")
        self._promise(self.right, "Data")
        self._promise(self.right, "Training")
        self.bottom = TabbedDock("Panels", "bottom", self)
        self._promise(self.bottom, "Problems")
        self._promise(self.bottom, "Training")
        for title in ("Code", "Results", "Predict", "Runs", "Log"):
            self._promise(self.bottom, title)
        self.addDockWidget(side.LeftDockWidgetArea, self.left)
        self.addDockWidget(side.RightDockWidgetArea, self.right)
        self.addDockWidget(side.BottomDockWidgetArea, self.bottom)

    def complete(self) -> None:
        """Make the light panels and all commands that the first paint did without."""
        if self._complete:
            return
        self._complete = True
        # Imported here so that the first paint need not wait for them.
        from builder.canvas.actions import CanvasActions
        from builder.window.light_panels import make_light_panels

        self.canvas_actions = CanvasActions(self.view, self.first_actions)
        self.canvas_actions.minimap.toggled.connect(
            lambda shown: self.settings.setValue(_MINIMAP, shown)
        )
        self.menus.fill()
        make_light_panels(self)
        self.view.welcome.offer(self.menus.first_steps())
        self.tools.use_chosen_keys()
        self._show_analysis(self.analyst.analysis)

    def warn(self, sentence: str) -> None:
        """Say in the banner that something was not possible."""
        self.banner.say(sentence, "warning")

    def _promise(self, dock: TabbedDock, title: str) -> None:
        page = self.later[f"{dock.objectName()}.{title}"] = QWidget()
        dock.add_page(page, title)

    def fulfil(self, key: str, page: QWidget) -> None:
        """Put a page where its placeholder stood: `fulfil("bottom.Training", panel)`."""
        self._dock_of(key).replace_page(self.later[key], page)
        self.later[key] = page

    def show_later(self, key: str, focus: bool = False) -> None:
        """Bring a page that is made later to the front."""
        self._dock_of(key).show_page(self.later[key], focus)

    def _dock_of(self, key: str) -> TabbedDock:
        docks = {"left": self.left, "right": self.right, "bottom": self.bottom}
        return docks[key.partition(".")[0]]

    def _connect(self) -> None:
        self.document.changed.connect(self._follow)
        self.document.state_changed.connect(self._show_state)
        self.document.selection_changed.connect(self._show_selected)
        self.files.failed.connect(lambda sentence: self.banner.say(sentence, "error"))
        self.files.told.connect(lambda sentence: self.status.showMessage(sentence, 4000))
        self.files.opened.connect(self._opened)
        # After that: what it says of a project just opened stays.
        self.custom_file = CustomFile(self, self.document, self.files, self.banner)
        self.analyst.analysed.connect(self._show_analysis)
        self.analyst.kernel_changed.connect(self._show_kernel)
        self.plan.triggered.connect(lambda: self.show_later("right.Training", focus=True))
        self.run_actions.training.connect(self._training)
        self.run_actions.evaluating.connect(lambda: self.show_later("bottom.Results"))
        self.run_actions.predicting.connect(lambda: self.show_later("bottom.Predict", focus=True))

    # --- what others tell

    def _follow(self, old: Project, new: Project) -> None:
        if old.training is not new.training:
            self._show_plan()
        if old.graph is not new.graph and self._fault is not None:
            self._fault = None
            self._show_analysis(self.analyst.analysis)

    def _show_selected(self) -> None:
        """Show the parameters of a layer that was chosen on the canvas, whichever tab is open."""
        if self.view.hasFocus() and len(self.document.selection) == 1 and self.right.isVisible():
            self.show_later("right.Layer")

    def _opened(self) -> None:
        self.banner.hide()
        self._show_kernel(self.analyst.kernel)  # a Keras that is missing is so for this project too
        self._fault = None
        self.view.show_start()

    def go_to(self, node: str) -> None:
        """Select a node and bring it to the middle of the canvas."""
        if node in self.document.project.graph.nodes:
            self.document.select(frozenset({node}))
            self.view.centre_on(node)

    def go_to_mark(self, mark: str) -> None:
        """Select a frame or note and bring it to the middle of the canvas."""
        self.document.select(frozenset(), frozenset({mark}))
        self.view.centre_on_mark(mark)

    def show_project(self) -> None:
        """Show what belongs to the project as a whole."""
        self.document.select(frozenset())
        self.show_later("right.Layer", focus=True)

    def _show_analysis(self, analysis: Analysis) -> None:
        # Before the first layer stands there is nothing to find fault with.
        problems = analysis.problems if self.document.project.graph.nodes else ()
        if self._fault is not None:
            problems = (self._fault, *problems)
        self.scene.show_reports(analysis.reports)
        self.scene.show_problems(problems)
        self.problems_shown.emit(problems)
        self.analysis_shown.emit(analysis)
        self.status.show_analysis(analysis)
        number = f" {len(problems):,}" if problems else ""
        self.bottom.set_title(self.later["bottom.Problems"], f"Problems{number}")

    def _show_kernel(self, kernel: Kernel) -> None:
        self.status.show_kernel(kernel)
        if kernel.state is KernelState.BROKEN:
            self.banner.say(
                f"{kernel.sentence} Building and saving work without it; shapes and training do not.",
                "error",
                key="kernel",
                action=("Try again", self.analyst.start),
            )
        elif kernel.state is KernelState.READY:
            self.banner.retract("kernel")

    def show_fault(self, fault: Fault, page: str = "") -> None:
        """Say what went wrong in a run, on the node that caused it where that is known.

        `page` ("dock.title") says it as well; the banner need not while that can be seen.
        """
        if not page:
            self.banner.say(fault.message, "error", key=_RUN)
        elif not self.later[page].isVisible():
            show = ("Show", lambda: self.show_later(page))
            self.banner.say(fault.message, "error", key=_RUN, action=show)
        if fault.detail:
            self.logged.emit(fault.detail)
        if fault.node is not None:
            self._fault = Problem("error", fault.message, fault.node, fault.fixes)
            self._show_analysis(self.analyst.analysis)
        if fault.fixes:
            self.show_later("bottom.Problems")  # where its buttons are

    def _training(self) -> None:
        self.banner.retract(_RUN)
        if self._fault is not None:
            self._fault = None
            self._show_analysis(self.analyst.analysis)
        self.show_later("bottom.Training")

    def _show_plan(self) -> None:
        words = plan_words(self.document.project.training, self.catalog)
        self.plan.setText(words)
        self.plan.setToolTip(f"How the network is trained: {words}. Click to change it.")

    def _show_state(self) -> None:
        self.setWindowTitle(f"{self.files.title}[*] – Keras Builder")
        self.setWindowModified(not self.document.is_clean)

    # --- files dropped on the window, closing, remembering

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if is_droppable(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropped = read_drop(event.mimeData())
        event.acceptProposedAction()
        if isinstance(dropped, Path) and dropped.suffix.lower() in IMPORTED:
            self.model_dropped.emit(str(dropped))
        elif isinstance(dropped, Path):
            self.files.open_path(dropped)
        else:
            self.warn(dropped)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            # What is inside the window is painted in the same turn, right after this.
            self._seen = True
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._agreed and (self.run_actions.busy or self.files.at_risk):
            event.ignore()
            self._ask_to_close()
            return
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("state", self.saveState(_STATE_VERSION))
        self.closed.emit()
        event.accept()

    def _ask_to_close(self) -> None:
        """Close if nothing would be lost: a training under way, or what is not saved."""
        if not self.run_actions.busy:
            self.files.when_safe(self._close)
            return
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(QMessageBox.Icon.Warning, "Keras Builder", "", parent=self)
        box.setText("Training is under way.")
        box.setInformativeText("Stop it first, and the model is kept as it is by then.")
        end = box.addButton("Stop, then close", QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        end.clicked.connect(self._stop_and_close)
        box.open()

    def _stop_and_close(self) -> None:
        self.banner.say("Stopping. The window closes as soon as the model is kept.")
        self.run_actions.when_stopped(lambda: self.files.when_safe(self._close))

    def _close(self) -> None:
        self._agreed = True
        self.close()

    def _restore(self) -> None:
        self.view.wheel_pans = wheel_pans(self.settings)
        self.view.minimap.want(bool(self.settings.value(_MINIMAP, True, type=bool)))
        geometry, state = self.settings.value("geometry"), self.settings.value("state")
        if not (isinstance(geometry, QByteArray) and self.restoreGeometry(geometry)):
            room = self.screen().availableSize()
            self.resize(min(SIZE[0], room.width()), min(SIZE[1], room.height()))
        if not (isinstance(state, QByteArray) and self.restoreState(state, _STATE_VERSION)):
            self.resizeDocks([self.left, self.right], [LEFT, RIGHT], Qt.Orientation.Horizontal)
            bottom = min(BOTTOM, round(BOTTOM_SHARE * self.height()))
            self.resizeDocks([self.bottom], [bottom], Qt.Orientation.Vertical)
