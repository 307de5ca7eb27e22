"""A person at a real display, who moves the mouse and presses keys with xdotool.

The window lives on the main thread; the person's thread looks at it only through `ask`, on the
window's thread.
"""

import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtWidgets import QApplication, QWidget

from builder.app import App
from builder.canvas.geometry import position_of, slots_of
from tests.patience import PATIENCE

T = TypeVar("T")
POLL = 0.05


class Person(QObject):
    """One person's session with the window. `travel` is what they do; `failure` what went wrong."""

    _wanted = Signal(object)

    def __init__(self, app: App, folder: Path) -> None:
        super().__init__()
        self.app, self.window, self.folder = app, app.window, folder
        self.failure: str | None = None
        self._wanted.connect(lambda job: job(), Qt.ConnectionType.QueuedConnection)

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

    def press(self, widget: QWidget) -> None:
        """Click a widget in its middle."""
        self.click(self.ask(lambda: self.of_widget(widget)))

    def key(self, keys: str) -> None:
        self.mouse("key", keys)
        self.ask(lambda: None)

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

    # --- the session

    def travel(self) -> None:
        raise NotImplementedError

    def begin(self) -> None:
        """Do it all in a thread of its own, then close the window."""
        threading.Thread(target=self._live, daemon=True).start()

    def _live(self) -> None:
        try:
            self.travel()
        except Exception as error:  # noqa: BLE001 - told to the test by the exit code
            self.failure = f"{type(error).__name__}: {error}"
            print("failed:", self.failure, flush=True)
            self.ask(
                lambda: self.window.screen().grabWindow(0).save(str(self.folder / "failed.png"))
            )
        self.ask(lambda: self.app.document.mark_saved(self.folder / "journey.knet"))
        self.ask(self.window.close)
        self.ask(QApplication.quit)
