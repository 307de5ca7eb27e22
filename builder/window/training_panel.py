"""The training dock: how far it is, the values so far, the curves, and what to do next."""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.engine.messages import Batches, EpochEnded, Fault, RunEnded, RunStarted
from builder.window import numbers
from builder.window.notice import EmptyState, Notice
from builder.window.style import label
from builder.window.trainer import Trainer, TrainingState

if TYPE_CHECKING:
    from builder.window.curves import Curves

LEFT_WIDTH = 294
_SIDE_MARGIN = 24
"""Beside the values: a margin, and the scroll bar of a low dock."""

_LEAST_CURVES = 360

METRICS_SHOWN = 4
METRIC_WIDTH = 150

EMPTY_TEXT = (
    "Loss and metrics are drawn here while the network trains, batch by batch, for the training "
    "rows and the validation rows."
)


class ValueTable(QWidget):
    """The newest value of each metric, of the training and of the validation rows."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        for column, text in ((1, "train"), (2, "validation")):
            self._grid.addWidget(label(text, "secondary"), 0, column, Qt.AlignmentFlag.AlignRight)
        self.cells: dict[str, QLabel] = {}

    def clear(self) -> None:
        for row in range(1, self._grid.rowCount()):
            for column in range(3):
                entry = self._grid.itemAtPosition(row, column)
                if entry is not None and (widget := entry.widget()) is not None:
                    self._grid.removeWidget(widget)
                    widget.deleteLater()
        self.cells.clear()

    def show_values(self, values: Mapping[str, float | None]) -> None:
        """Show values; a name that begins with `val_` is of the validation rows."""
        for name in numbers.loss_first(values):
            if name == "learning_rate":
                continue
            cell = self.cells.get(name) or self._new_row(name)
            if cell is not None:
                cell.setText(numbers.score(values[name]))

    def _new_row(self, name: str) -> QLabel | None:
        metric = name.removeprefix("val_")
        if metric not in self.cells:
            row = len(self.cells) // 2 + 1
            if row > METRICS_SHOWN:
                return None
            name_label = label("")
            elided = name_label.fontMetrics().elidedText(
                metric, Qt.TextElideMode.ElideRight, METRIC_WIDTH
            )
            name_label.setText(elided)
            name_label.setToolTip(metric)
            self._grid.addWidget(name_label, row, 0)
            for column, key in ((1, metric), (2, f"val_{metric}")):
                cell = self.cells[key] = label("–")
                cell.setStyleSheet(
                    "font-size: 15px;" + ("font-weight: 600;" if column == 1 else "")
                )
                self._grid.addWidget(cell, row, column, Qt.AlignmentFlag.AlignRight)
        return self.cells[name]


class TrainingPanel(QWidget):
    """Shows what the trainer does.

    Signals:
        evaluate_wanted(), predict_wanted(): the buttons after a training. Whoever owns the panel
            brings the right dock forward and has it done.
    """

    evaluate_wanted = Signal()
    predict_wanted = Signal()

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._document = document
        self._trainer = trainer
        self.curves: Curves | None = None
        self._started: RunStarted | None = None
        self._begun_at = 0.0
        self._rate = 0.0
        self._side_width = LEFT_WIDTH
        self._build()
        trainer.state_changed.connect(self._show_state)
        trainer.started.connect(self._begin)
        trainer.batches.connect(self._show_batches)
        trainer.epoch_ended.connect(self._show_epoch)
        trainer.run_ended.connect(self._show_end)
        trainer.failed.connect(self._show_failure)
        trainer.stop_overdue.connect(self._offer_kill)
        trainer.project_replaced.connect(self._start_over)
        # Loading pyqtgraph takes a moment that a click on Train shall not wait for.
        QTimer.singleShot(0, self, self.warm_up)

    def warm_up(self) -> None:
        """Make the curves, if they are not made yet. This loads pyqtgraph."""
        if self.curves is None:
            from builder.window.curves import Curves

            self.curves = Curves()
            self._curves_place.addWidget(self.curves)

    # --- building

    def _build(self) -> None:
        self.empty = EmptyState("No training yet", EMPTY_TEXT, "Train")
        self.empty.button.setObjectName("train")
        self.empty.wanted.connect(self._trainer.train)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self._build_page())

    def _build_page(self) -> QWidget:
        self.epoch_bar = QProgressBar(textVisible=False)
        self.epoch_bar.setAccessibleName("Epochs done")
        self.batch_bar = QProgressBar(textVisible=False)
        self.batch_bar.setAccessibleName("Batches of this epoch done")
        self.batch_bar.setStyleSheet("QProgressBar { min-height: 4px; max-height: 4px; }")
        self.status = label("")
        self.detail = label("", "secondary")
        self.detail.setWordWrap(True)
        self.values = ValueTable()
        self.notice = Notice()
        left = QVBoxLayout()
        left.setSpacing(4)
        left.addWidget(self.epoch_bar)
        left.addWidget(self.batch_bar)
        left.addWidget(self.status)
        left.addWidget(self.detail)
        left.addWidget(self.values)
        left.addSpacing(2)
        left.addWidget(self.notice)
        left.addLayout(self._build_buttons())
        left.addStretch(1)
        left.setContentsMargins(0, 0, 8, 0)
        self._inner = QWidget()
        self._inner.setLayout(left)
        self._inner.installEventFilter(self)
        # A low dock scrolls, and squeezes nothing.
        self.side = QScrollArea(widgetResizable=True)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setFixedWidth(LEFT_WIDTH)
        self.side.setWidget(self._inner)
        page = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._parts.setContentsMargins(16, 8, 16, 6)
        self._parts.setSpacing(24)
        self._parts.addWidget(self.side)
        self._curves_place = QVBoxLayout()
        self._parts.addLayout(self._curves_place, 1)
        whole = QScrollArea(widgetResizable=True)
        whole.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        whole.setWidget(page)
        return whole

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()  # a row or a button came or went
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        """Curves stand beside the values, or below them where the panel is too narrow for both."""
        beside = self.width() >= LEFT_WIDTH + _LEAST_CURVES
        direction = QBoxLayout.Direction
        self._parts.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self.side.setMinimumHeight(0 if beside else self._inner.sizeHint().height())
        if not beside:
            self.side.setFixedWidth(max(self.width() - _SIDE_MARGIN - 32, LEFT_WIDTH))
        elif self.side.width() != self._side_width:
            self.side.setFixedWidth(self._side_width)

    def _build_buttons(self) -> QHBoxLayout:
        self.stop = QPushButton("Stop", autoDefault=False)
        self.stop.setToolTip("End after the present batch; the model is kept")
        self.stop.clicked.connect(self._trainer.stop)
        self.kill = QPushButton("End the process", autoDefault=False)
        self.kill.setToolTip("End the training at once; nothing of it is kept")
        self.kill.clicked.connect(self._trainer.kill)
        self.evaluate = QPushButton("Evaluate", autoDefault=False)
        self.evaluate.clicked.connect(self.evaluate_wanted)
        self.predict = QPushButton("Predict", autoDefault=False)
        self.predict.clicked.connect(self.predict_wanted)
        self.folder = QPushButton("Open run folder", autoDefault=False)
        self.folder.setProperty("kind", "link")
        self.folder.clicked.connect(self._open_folder)
        row = QHBoxLayout()
        row.setSpacing(6)
        for button in (self.stop, self.kill, self.evaluate, self.predict, self.folder):
            button.hide()
            row.addWidget(button)
        row.addStretch(1)
        return row

    # --- what the trainer tells

    def _show_state(self, state: TrainingState) -> None:
        if state is TrainingState.STARTING:
            self._show_starting()
        elif state is TrainingState.STOPPING:
            self.status.setText("Stopping after this batch …")
        self.stop.setVisible(state.training)
        self.stop.setEnabled(state in (TrainingState.STARTING, TrainingState.RUNNING))
        self.kill.hide()
        if state.training:
            for button in (self.evaluate, self.predict, self.folder):
                button.hide()
        for button in (self.evaluate, self.predict):
            button.setEnabled(state is TrainingState.IDLE)

    def _show_starting(self) -> None:
        self.warm_up()
        self._stack.setCurrentIndex(1)
        self._started = None
        self._rate = 0.0
        self.epoch_bar.setRange(0, 1)
        self.epoch_bar.setValue(0)
        self.batch_bar.setRange(0, 1)
        self.batch_bar.setValue(0)
        self.epoch_bar.show()
        self.batch_bar.show()
        self.values.clear()
        self._side_width = LEFT_WIDTH
        self._arrange()
        self.notice.show_text("")
        self.status.setText("Starting: building the network and reading the data …")
        self.detail.setText("")
        if self.curves is not None:
            self.curves.begin(self._document.project.training.epochs, 1)

    def _begin(self, event: RunStarted) -> None:
        self._started = event
        self._begun_at = time.monotonic()
        self.epoch_bar.setRange(0, max(event.epochs * event.batches_per_epoch, 1))
        self.batch_bar.setRange(0, max(event.batches_per_epoch, 1))
        training, validation, test = event.rows
        self.status.setText(f"epoch 1 of {event.epochs}")
        self.detail.setText(
            f"{event.device} · {numbers.count(training)} rows, "
            f"{numbers.count(validation)} validation, {numbers.count(test)} test"
        )
        self.detail.setToolTip("The device, and the rows for training, validation and test")
        if self.curves is not None:
            self.curves.begin(event.epochs, event.batches_per_epoch)

    def _show_batches(self, event: Batches) -> None:
        started = self._started
        if started is None:
            return
        done = event.first + max((len(points) for points in event.values.values()), default=0)
        self.epoch_bar.setValue(done)
        self.batch_bar.setValue(done - event.epoch * started.batches_per_epoch)
        self._show_values({name: v[-1] for name, v in event.values.items() if v})
        if self.curves is not None:
            self.curves.add_batches(event.first, event.values)
        if self._trainer.state is TrainingState.RUNNING:
            self.status.setText(self._pace(started, event.epoch, done))

    def _show_values(self, values: Mapping[str, float | None]) -> None:
        """Show the newest values whole: long ones widen their side, which then keeps its width."""
        self.values.show_values(values)
        needed = self.values.minimumSizeHint().width() + _SIDE_MARGIN
        if needed > self._side_width:
            self._side_width = needed
            self._arrange()

    def _pace(self, started: RunStarted, epoch: int, done: int) -> str:
        """epoch 13 of 20 · 1,960 samples/s · 4 s left."""
        words = f"epoch {min(epoch + 1, started.epochs)} of {started.epochs}"
        passed = time.monotonic() - self._begun_at
        if passed < 0.5 or not done:
            return words
        rate = done / passed
        self._rate = rate if not self._rate else 0.8 * self._rate + 0.2 * rate
        left = (started.epochs * started.batches_per_epoch - done) / self._rate
        samples = numbers.count(round(self._rate * started.batch_size))
        return f"{words} · {samples} samples/s · {numbers.duration(left)} left"

    def _show_epoch(self, event: EpochEnded) -> None:
        self._show_values(event.logs)
        if self.curves is not None:
            self.curves.add_epoch(event.epoch, event.logs)

    def _show_end(self, event: RunEnded) -> None:
        if self.curves is not None:
            self.curves.end()
        self.batch_bar.hide()
        epochs = numbers.plural(event.epochs, "epoch")
        time_taken = numbers.duration(event.seconds)
        if event.status == "completed":
            self.epoch_bar.setValue(self.epoch_bar.maximum())
            planned = self._started.epochs if self._started is not None else event.epochs
            if event.epochs < planned:
                self.status.setText(
                    f"Completed {event.epochs} of {numbers.plural(planned, 'epoch')}"
                )
                words = f"Ended early after {time_taken}. The model is saved."
            else:
                self.status.setText(f"Completed {epochs}")
                words = f"Finished in {time_taken}. The model is saved."
            self.notice.show_text(words, "ok")
        else:
            self.status.setText(f"Stopped after {epochs}")
            self.notice.show_text(f"Stopped after {time_taken}. The model is kept.", "ok")
        for button in (self.evaluate, self.predict, self.folder):
            button.show()

    def _show_failure(self, fault: Fault) -> None:
        """A training failed: say so where its curves were to be."""
        state = self._trainer.state
        if not state.training and state is not TrainingState.IDLE:
            return
        if self.curves is not None:
            self.curves.end()
        self._stack.setCurrentIndex(1)
        if self._started is None:
            self.epoch_bar.hide()
            self.batch_bar.hide()
            self.status.setText("")
        elif not self.evaluate.isVisibleTo(self):
            self.status.setText("Not completed")
        self.notice.show_text(fault.message, "error")

    def _offer_kill(self) -> None:
        self.notice.show_text(
            "The present batch is taking long. Wait for it to keep the model, or end the process.",
            "warning",
        )
        self.kill.show()

    def _start_over(self) -> None:
        if not self._trainer.state.training:
            self._stack.setCurrentIndex(0)

    # --- what the user wants

    def _open_folder(self) -> None:
        run = self._trainer.run
        if run is None:
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder))):
            QMessageBox(
                QMessageBox.Icon.Information,
                "Run folder",
                f"The run is kept in this folder:\n{run.folder}",
                parent=self,
            ).open()
