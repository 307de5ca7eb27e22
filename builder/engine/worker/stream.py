"""The callback that tells how training goes: every batch's values, at most 20 messages a second."""

import csv
import io
import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from builder.engine.messages import Batches, EpochEnded
from builder.engine.worker.answer_file import harmless
from builder.engine.worker.context import Context

# Seconds between two messages of batches.
PAUSE = 0.05


class Stream(keras.callbacks.Callback):  # type: ignore[misc]  # Keras is untyped
    """Sends Batches and EpochEnded, writes the history, and ends training when asked to.

    Attributes:
        epochs: how many epochs are over.
        scores: the values of the last of them, train and `val_`.
        stopped: the user asked for the end.
        diverged: the epoch (from 1) in which the loss was no number any more, or None; training
            ends there.
    """

    def __init__(self, id_: int, context: Context, history: Path) -> None:
        super().__init__()
        self.epochs = 0
        self.scores: dict[str, float] = {}
        self.stopped = False
        self.diverged: int | None = None
        self._id = id_
        self._context = context
        self._history = history
        self._columns: list[str] = []
        self._rows: list[dict[str, float]] = []
        self._epoch = 0
        self._first = 0
        self._count = 0
        self._values: dict[str, list[float | None]] = {}
        self._sent = 0.0
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002 - Keras's own
        self._epoch = epoch
        self._began = time.perf_counter()

    def on_train_batch_end(
        self,
        batch: int,  # noqa: ARG002 - Keras's own
        logs: Mapping[str, Any] | None = None,
    ) -> None:
        logs = logs or {}
        for name, value in logs.items():
            points = self._values.get(name)
            if points is None:
                # A value that begins late is unknown for the batches before it.
                points = self._values[name] = [None] * (self._count - self._first)
            points.append(float(value))
        self._count += 1
        if not math.isfinite(float(logs.get("loss", 0.0))):
            self.diverged = self._epoch + 1
            self.model.stop_training = True
        if self._context.stopping.is_set():
            self.stopped = True
            self.model.stop_training = True
        now = time.monotonic()
        if now - self._sent >= PAUSE:
            self._flush(now)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        self._flush(time.monotonic())
        self.scores = {name: float(value) for name, value in (logs or {}).items()}
        self.epochs += 1
        self._write(epoch)
        seconds = time.perf_counter() - self._began
        self._context.send(EpochEnded(self._id, epoch, self.scores, seconds))

    def _flush(self, now: float) -> None:
        if self._count == self._first:
            return
        self._context.send(Batches(self._id, self._epoch, self._first, self._values))
        self._values = {}
        self._first = self._count
        self._sent = now

    def _write(self, epoch: int) -> None:
        """Append a row to history.csv: at every instant the file is whole up to its last line.

        A value that an epoch does not have (validation is not scored in each) is an empty cell.
        """
        row = {"epoch": epoch, **self.scores}
        self._rows.append(row)
        new = [name for name in row if name not in self._columns]
        self._columns += new
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if new:
            writer.writerow(map(harmless, self._columns))
        for one in self._rows if new else [row]:
            writer.writerow([one.get(name, "") for name in self._columns])
        with self._history.open("w" if new else "a", encoding="utf-8") as stream:
            stream.write(text.getvalue())
