"""What the trainer is busy with, as a value, and why something does not begin."""

from enum import Enum

TRAIN_FIRST = "Train first: there is no trained model of this project yet."
NO_DATA = "There is no data to train on yet. Choose a data set or a CSV file under Data."


class TrainingState(Enum):
    """What the trainer is busy with."""

    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    EVALUATING = "evaluating"
    PREDICTING = "predicting"
    EXPORTING = "exporting"

    @property
    def training(self) -> bool:
        return self in (TrainingState.STARTING, TrainingState.RUNNING, TrainingState.STOPPING)

    def refusal(self, purpose: str) -> str:
        """Why something else cannot begin meanwhile, and what to do."""
        doing = "Training" if self.training else self.value.capitalize()
        advice = "Stop it first, or wait until it ends." if self.training else "One moment."
        return f"{doing} is under way, so this {purpose} did not start. {advice}"
