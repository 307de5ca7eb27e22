"""The main job done with a real mouse on a real display, printed step by step.

Run by `test_journey.py` under Xvfb. The window lives on the main thread; this script's thread
moves the mouse with xdotool and looks at the window only through `ask`, on the window's thread.
"""

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace
from PySide6.QtCore import QObject, QPoint, QPointF, QSettings, Qt, Signal
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from builder.app import App, application
from builder.canvas.geometry import position_of, slots_of
from builder.canvas.theme import apply_theme
from builder.catalog.load import load_catalog
from builder.engine.pool import Pool
from builder.resources import resource
from builder.window.export_dialog import ExportDialog

T = TypeVar("T")
PATIENCE = 120.0
POLL = 0.05


class Journey(QObject):
    """One person's session with the window."""

    _wanted = Signal(object)

    def __init__(self, app: App, folder: Path) -> None:
        super().__init__()
        self.app, self.window, self.folder = app, app.window, folder
        self.failure: str | None = None
        self._wanted.connect(lambda job: job(), Qt.ConnectionType.QueuedConnection)
        self.outcomes: list[object] = []

    # --- looking at the window

    def ask(self, question: Callable[[], T]) -> T:
        """The answer to a question, asked on the window's thread."""
        answers: list[Any] = []
        done = threading.Event()

        def job() -> None:
            try:
                answers.append((question(), None))
            except Exception as error:  # noqa: BLE001 - raised again on the thread that asked
                answers.append((None, error))
            done.set()

        self._wanted.emit(job)
        if not done.wait(PATIENCE):
            raise TimeoutError("the window does not answer")
        value, error = answers[0]
        if error is not None:
            raise error
        return value  # type: ignore[no-any-return]

    def until(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.ask(condition):
            if time.monotonic() > end:
                raise TimeoutError(what)
            threading.Event().wait(POLL)
        print("ok:", what, flush=True)

    def names(self) -> set[str]:
        return set(self.app.document.project.graph.by_name)

    def feeds(self, source: str, target: str) -> bool:
        graph = self.app.document.project.graph
        nodes = graph.by_name
        return any(w.target.node == nodes[target].id for w in graph.out_of(nodes[source].id))

    # --- the mouse

    def mouse(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], check=True, timeout=30)

    def drag(self, start: QPoint, end: QPoint) -> None:
        """Press, move in small steps as a hand does, release."""
        self.mouse("mousemove", start.x(), start.y(), "mousedown", 1)
        for step in range(1, 13):
            x = start.x() + (end.x() - start.x()) * step // 12
            y = start.y() + (end.y() - start.y()) * step // 12
            self.mouse("mousemove", x, y)
            self.ask(lambda: None)
        self.mouse("mousemove", end.x() + 1, end.y(), "mousemove", end.x(), end.y())
        self.mouse("mouseup", 1)

    def click(self, at: QPoint) -> None:
        self.mouse("mousemove", at.x(), at.y(), "click", 1)

    # --- places on the screen

    def of_widget(self, widget: QWidget) -> QPoint:
        return widget.mapToGlobal(widget.rect().center())

    def of_scene(self, x: float, y: float) -> QPoint:
        view = self.window.view
        return view.viewport().mapToGlobal(view.mapFromScene(QPointF(x, y)))

    def of_body(self, name: str) -> QPoint:
        project = self.app.document.project
        x, y = position_of(project, project.graph.by_name[name].id)
        return self.of_scene(x + 60, y + 26)

    def of_output(self, name: str) -> QPoint:
        project = self.app.document.project
        node = project.graph.by_name[name]
        slot = slots_of(project.graph, node, self.window.catalog.ports_of).outputs[0]
        x, y = position_of(project, node.id)
        return self.of_scene(x + slot.x, y + slot.y)

    def of_layer(self, name: str) -> QPoint:
        """Where the palette shows a layer."""
        tree = self.window.later["left.Layers"].tree
        found = [
            item
            for item in tree.findItems(
                name, Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
            )
            if not item.isHidden()
        ]
        tree.scrollToItem(found[0])
        return tree.viewport().mapToGlobal(tree.visualItemRect(found[0]).center())

    # --- the journey

    def travel(self) -> None:
        window, app = self.window, self.app
        self.until(lambda: app.trainer is not None, "the window is furnished")
        self.until(lambda: window.analyst.analysis.settled, "the shapes are known")
        before = self.ask(self.names)
        beside = self.ask(lambda: self.free_place())
        self.drag(self.ask(lambda: self.of_layer("Dropout")), beside)
        self.until(lambda: len(self.names()) == len(before) + 1, "a layer was dragged in")
        (drop,) = self.ask(self.names) - before
        last = self.ask(lambda: self.last_but_one())
        target = self.ask(lambda: self.next_of(last))
        self.drag(self.ask(lambda: self.of_output(last)), self.ask(lambda: self.of_body(drop)))
        self.until(lambda: self.feeds(last, drop), f"{last} feeds {drop}")
        self.drag(self.ask(lambda: self.of_output(drop)), self.ask(lambda: self.of_body(target)))
        self.until(lambda: self.feeds(drop, target), f"{drop} feeds {target}")
        self.until(lambda: not self.ask_feeds(last, target), "the wire that stood there is gone")
        self.until(lambda: window.analyst.analysis.settled, "the shapes are known again")
        self.until(lambda: window.run_actions.train.isEnabled(), "Train can be pressed")
        self.click(self.ask(lambda: self.of_widget(self.tool("Train"))))
        self.until(lambda: bool(self.outcomes), "training ended")
        (outcome,) = self.outcomes
        if type(outcome).__name__ != "RunEnded":
            raise RuntimeError(f"training failed: {outcome}")
        self.export()

    def ask_feeds(self, source: str, target: str) -> bool:
        return self.feeds(source, target)

    def export(self) -> None:
        target = self.folder / "exported.py"
        self.click(self.ask(lambda: self.of_widget(self.tool("Export"))))
        self.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "the menu opened")
        self.click(self.ask(self.of_python))
        self.until(lambda: self.dialog() is not None, "the dialog opened")
        self.click(self.ask(lambda: self.of_widget(self.place())))
        self.mouse("key", "--clearmodifiers", "ctrl+a")
        self.mouse("type", "--delay", "5", str(target))
        self.mouse("key", "Return")
        self.until(target.is_file, "the script was exported")

    def of_python(self) -> QPoint:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        action = next(a for a in menu.actions() if "Python" in a.text())
        return menu.mapToGlobal(menu.actionGeometry(action).center())

    def dialog(self) -> ExportDialog | None:
        found = self.window.findChildren(ExportDialog)
        return next((dialog for dialog in found if dialog.isVisible()), None)

    def place(self) -> QWidget:
        dialog = self.dialog()
        assert dialog is not None
        return dialog.place

    def free_place(self) -> QPoint:
        """An empty spot on the canvas, right of everything, in sight."""
        viewport = self.window.view.viewport()
        return viewport.mapToGlobal(QPoint(viewport.width() - 150, viewport.height() // 3))

    def last_but_one(self) -> str:
        """The layer that feeds the layer before the output."""
        graph = self.app.document.project.graph
        (output,) = graph.of_type("output")
        head = graph.into(output.id)[0].source.node
        return graph.nodes[graph.into(head)[0].source.node].name

    def next_of(self, name: str) -> str:
        graph = self.app.document.project.graph
        wire = graph.out_of(graph.by_name[name].id)[0]
        return graph.nodes[wire.target.node].name

    def tool(self, text: str) -> QWidget:
        buttons = self.window.toolbar.findChildren(QToolButton)
        return next(b for b in buttons if b.isVisible() and text in b.text())


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    qt = application()
    qt.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    apply_theme(qt, "light")
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    app = App(load_catalog(), settings, Pool)
    app.window.painted.connect(app.furnish)
    app.window.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    app.open(resource("examples", "digits.knet"))
    project = app.document.project
    app.document.reset(replace(project, training=replace(project.training, epochs=2)))
    app.window.setGeometry(0, 0, 1440, 900)
    journey = Journey(app, folder)

    def watch() -> None:
        assert app.trainer is not None
        app.trainer.run_ended.connect(journey.outcomes.append)
        app.trainer.failed.connect(journey.outcomes.append)

    app.furnished.connect(watch)

    def travel() -> None:
        try:
            journey.travel()
        except Exception as error:  # noqa: BLE001 - told to the test by the exit code
            journey.failure = f"{type(error).__name__}: {error}"
            print("failed:", journey.failure, flush=True)
            journey.ask(lambda: app.window.grab().save(str(folder / "failed.png")))
        journey.ask(lambda: app.document.mark_saved(folder / "journey.knet"))
        journey.ask(app.window.close)
        journey.ask(qt.quit)

    app.window.show()
    app.window.activateWindow()
    thread = threading.Thread(target=travel, daemon=True)
    thread.start()
    qt.exec()
    return 1 if journey.failure else 0


if __name__ == "__main__":
    sys.exit(main())
