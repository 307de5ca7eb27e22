"""What the trainer is busy with, as a value."""

from enum import Enum


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
