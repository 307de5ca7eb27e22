"""The code edited by hand: a layer typed in, a mistake seen and dropped, and the edit undone."""

import sys

from PySide6.QtCore import QPoint
from PySide6.QtGui import QTextCursor

from builder.window.code_panel import CodePanel
from builder.window.training_state import TrainingState
from tests.x11.person import Person
from tests.x11.session import live

TYPED = 'x = layers.Dropout(0.1, name="typed")(x)'


class Coding(Person):
    """Types a layer behind `pool`."""

    def travel(self) -> None:
        app = self.app
        self.until(lambda: app.trainer is not None, "the window is furnished")
        self.until(lambda: isinstance(self.window.later["bottom.Code"], CodePanel), "code is there")
        before = self.ask(self.names)
        self.key("ctrl+u")
        self.until(lambda: self.panel.editing, "the code is edited")
        self.click(self.ask(self.of_pool))
        self.key("End")
        self.key("Return")
        self.mouse("type", "--delay", "5", TYPED)
        self.until(lambda: TYPED in self.panel.text.toPlainText(), "a layer was typed")
        self.key("ctrl+Return")
        self.until(lambda: self.names() == before | {"typed"}, "the canvas has it")
        self.until(lambda: self.feeds("pool", "typed"), "it stands behind pool")
        state = self.ask(lambda: app.trainer.state if app.trainer is not None else None)
        if state is not TrainingState.IDLE:
            raise RuntimeError(f"Ctrl+Enter began to train: {state}")
        self.mouse("type", "--delay", "5", "oops")
        self.until(lambda: self.panel.editing, "typing begins to edit")
        self.key("ctrl+Return")
        self.until(lambda: self.panel.bar.notice.tone == "error", "what is wrong is said")
        self.until(lambda: self.window.grab().save(str(self.folder / "wrong.png")), "picture")
        self.key("Escape")
        self.key("Escape")
        self.until(lambda: not self.panel.editing, "the mistake is dropped")
        self.key("ctrl+z")
        self.until(lambda: self.names() == before, "the edit is undone in one step")

    @property
    def panel(self) -> CodePanel:
        panel = self.window.later["bottom.Code"]
        assert isinstance(panel, CodePanel)
        return panel

    def of_pool(self) -> QPoint:
        """Where the line of the layer `pool` is shown."""
        text = self.panel.text
        lines = text.toPlainText().splitlines()
        line = next(place for place, words in enumerate(lines) if 'name="pool"' in words)
        text.show_line(line)
        cursor = QTextCursor(text.document().findBlockByNumber(line))
        return text.viewport().mapToGlobal(text.cursorRect(cursor).center() + QPoint(60, 0))


if __name__ == "__main__":
    sys.exit(live(Coding, example="digits.knet", toured=True))
