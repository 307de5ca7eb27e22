"""A layer of one's own: written, trusted, put into the network, changed, and trusted again."""

import sys

from PySide6.QtCore import QPoint

from builder.window.custom_dialog import CustomDialog
from builder.window.training_state import TrainingState
from tests.x11.person import Person
from tests.x11.session import live


class Owner(Person):
    """Puts a Scale behind `pool` and trains with it."""

    def travel(self) -> None:
        app, window = self.app, self.window
        self.until(lambda: app.trainer is not None, "the window is furnished")
        self.until(lambda: app.analyst.analysis.settled, "Keras is ready")
        self.key("ctrl+alt+l")
        self.until(lambda: self.dialog is not None, "the dialog is open")
        self.press(self.ask(lambda: self.of_dialog().use_template))
        self.until(lambda: "1 layer: Scale" in self.of_dialog().said, "the template is read")
        self.press(self.ask(lambda: self.of_dialog().trusts))
        self.until(lambda: self.of_dialog().trusts.isChecked(), "it is trusted")
        self.picture("dialog")
        self.press(self.ask(lambda: self.of_dialog().apply))
        self.until(lambda: self.dialog is None, "it was applied")
        self.until(lambda: not window.trust_bar.isVisible(), "nothing is asked")
        self.drag(self.ask(lambda: self.of_layer("Scale")), self.ask(self.behind_pool))
        self.until(lambda: "scale" in self.names(), "the layer is on the canvas")
        self.until(lambda: self.feeds("pool", "scale"), "it stands in the wire")
        self.until(lambda: self.parameters() == 1, "Keras ran it")
        self.key("ctrl+alt+l")
        self.until(lambda: self.dialog is not None, "the dialog is open again")
        self.press(self.ask(lambda: self.of_dialog().source.viewport()))
        self.key("ctrl+End")
        self.mouse("type", "--delay", "5", "# changed")
        self.press(self.ask(lambda: self.of_dialog().trusts))
        self.key("ctrl+alt+l")  # a dialog is open: nothing happens
        self.press(self.ask(lambda: self.of_dialog().apply))
        self.until(window.trust_bar.isVisible, "changed code is asked about")
        self.until(lambda: self.parameters() is None, "and not run")
        self.picture("bar")
        self.press(window.trust_bar.trust)
        self.until(lambda: self.parameters() == 1, "trusted, it runs")
        self.key("ctrl+Return")
        self.until(lambda: self.state() is not TrainingState.IDLE, "it trains")
        self.until(lambda: self.state() is TrainingState.RUNNING, "with the layer")
        # A window whose training is under way asks before it closes.
        self.key("ctrl+period")
        self.until(lambda: self.state() is TrainingState.IDLE, "and stops")

    def behind_pool(self) -> QPoint:
        """The middle of the wire from `pool` to `scores`."""
        out, down = self.of_output("pool"), self.of_body("scores")
        return QPoint(out.x(), out.y() + (down.y() - out.y()) // 3)

    @property
    def dialog(self) -> CustomDialog | None:
        found = self.window.findChildren(CustomDialog)
        return next((one for one in found if one.isVisible()), None)

    def of_dialog(self) -> CustomDialog:
        assert self.dialog is not None
        return self.dialog

    def state(self) -> TrainingState | None:
        return self.app.trainer.state if self.app.trainer is not None else None

    def parameters(self) -> int | None:
        """How many parameters Keras counts in the layer; None while it has not run it."""
        node = self.app.document.project.graph.by_name["scale"]
        report = self.app.analyst.analysis.reports.get(node.id)
        return report.parameters if report is not None and report.outputs else None

    def picture(self, name: str) -> None:
        screen, path = self.window.screen(), str(self.folder / f"{name}.png")
        self.ask(lambda: screen.grabWindow(0).save(path))


if __name__ == "__main__":
    sys.exit(live(Owner, example="digits.knet", toured=True))
