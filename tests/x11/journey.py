"""The main job done with a real mouse on a real display, printed step by step.

Run by `test_journey.py` under Xvfb.
"""

import sys
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget

from builder.app import App
from builder.window.export_dialog import ExportDialog
from tests.x11.person import Person
from tests.x11.session import live


class Journey(Person):
    """Drags a layer in, wires it, trains, exports."""

    def __init__(self, app: App, folder: Path) -> None:
        super().__init__(app, folder)
        self.outcomes: list[object] = []
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
        project = app.document.project
        app.document.reset(replace(project, training=replace(project.training, epochs=2)))
        app.furnished.connect(self.watch)

    def watch(self) -> None:
        """Hear how training ends."""
        assert self.app.trainer is not None
        self.app.trainer.run_ended.connect(self.outcomes.append)
        self.app.trainer.failed.connect(self.outcomes.append)

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


if __name__ == "__main__":
    sys.exit(live(Journey, example="digits.knet"))
