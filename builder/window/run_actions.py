"""Train, Stop, Evaluate, Predict: when each can be done, and the reason when it cannot."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from builder.canvas.document import Document
from builder.window.analyst import Analysis, Analyst, KernelState
from builder.window.training_state import TRAIN_FIRST
from builder.window.words import plural

if TYPE_CHECKING:
    from builder.window.trainer import Trainer

NO_DATA = "Choose the data to train with first: the Data tab at the right."
STARTING = "One moment: the window is still being set up."


class RunActions(QObject):
    """The actions of the Run menu, enabled exactly when they can be done.

    Attributes:
        train, stop, evaluate, predict: the actions. A disabled one's tooltip says why it is.

    Signals:
        training(): Train was pressed; its panel should be seen.
        evaluating(), predicting(): likewise.
    """

    training = Signal()
    evaluating = Signal()
    predicting = Signal()

    def __init__(self, document: Document, analyst: Analyst) -> None:
        super().__init__()
        self._document = document
        self._analyst = analyst
        self._trainer: Trainer | None = None
        self._then: Callable[[], None] | None = None
        self.train = self._action("Train", "Ctrl+Return", self._train)
        self.stop = self._action("Stop", "Ctrl+.", self._stop)
        self.evaluate = self._action("Evaluate", "Ctrl+E", self._evaluate)
        self.predict = self._action("Predict…", "Ctrl+Shift+E", self._predict)
        self.predict.setIconText("Predict")
        document.changed.connect(lambda _old, _new: self.refresh())
        analyst.analysed.connect(lambda _: self.refresh())
        analyst.kernel_changed.connect(lambda _: self.refresh())
        self.refresh()

    def follow(self, trainer: "Trainer") -> None:
        """From now on ask this trainer."""
        self._trainer = trainer
        trainer.state_changed.connect(self._follow_state)
        trainer.run_changed.connect(self.refresh)
        self.refresh()

    @property
    def busy(self) -> bool:
        """Whether a training is under way."""
        return self._trainer is not None and self._trainer.state.training

    def when_stopped(self, then: Callable[[], None]) -> None:
        """Stop the training under way; go on as soon as its model is kept, or at once if none is."""
        if self.busy:
            self._then = then
            self._stop()
        else:
            then()

    def _follow_state(self) -> None:
        self.refresh()
        if self._then is not None and not self.busy:
            then, self._then = self._then, None
            then()

    def why_not_train(self) -> str:
        """The reason that training cannot start, or nothing."""
        analysis: Analysis = self._analyst.analysis
        if self._trainer is None:
            return STARTING
        if self._trainer.state.training:
            return "A training is under way. Stop it to start another."
        if self._analyst.kernel.state is KernelState.BROKEN:
            return self._analyst.kernel.sentence
        if not self._document.project.graph.nodes:
            return (
                "There is nothing to train yet: drag layers from the palette, or open an example."
            )
        if self._document.project.data.source is None:
            return NO_DATA
        if analysis.errors:
            return f"Mend {plural(analysis.errors, 'error')} first: see Problems."
        return ""

    def why_no_model(self) -> str:
        if self._trainer is None:
            return STARTING
        if self._trainer.state.training:
            return "A training is under way; wait until it ends."
        return "" if self._trainer.can_ask else TRAIN_FIRST

    def refresh(self) -> None:
        no_train, no_model = self.why_not_train(), self.why_no_model()
        _allow(self.train, no_train, "Train the network with the plan at the left")
        _allow(
            self.stop,
            "" if self.busy else "No training is under way.",
            "Stop after the present batch and keep the model",
        )
        _allow(self.evaluate, no_model, "Score the trained model on the test rows")
        _allow(self.predict, no_model, "Ask the trained model about rows of your own")

    def _action(self, text: str, key: str, act: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(key)
        action.triggered.connect(act)
        return action

    def _train(self) -> None:
        if self._trainer is not None and not self.why_not_train():
            self.training.emit()
            self._trainer.train()

    def _stop(self) -> None:
        if self._trainer is not None:
            self._trainer.stop()

    def _evaluate(self) -> None:
        if self._trainer is not None and not self.why_no_model():
            self.evaluating.emit()
            self._trainer.evaluate()

    def _predict(self) -> None:
        if self._trainer is not None:
            self._trainer.start_ready()
        self.predicting.emit()


def _allow(action: QAction, reason: str, about: str) -> None:
    """Enable an action, or say why not."""
    action.setEnabled(not reason)
    shortcut = action.shortcut().toString()
    tip = reason or (f"{about} ({shortcut})" if shortcut else about)
    action.setToolTip(tip)
    action.setStatusTip("")
