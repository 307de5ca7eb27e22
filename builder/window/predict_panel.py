"""The predict dock: type or draw one row and see at once what the trained network says."""

import random
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.document.plan import DataPlan, Feature
from builder.engine.messages import ColumnSummary, Described, Fault, Predicted
from builder.window import numbers
from builder.window.answer_view import AnswerView
from builder.window.data_views import read_images
from builder.window.draw_pad import DrawPad
from builder.window.files import start_folder
from builder.window.notice import EmptyState, Notice, Tone
from builder.window.row_form import RowForm
from builder.window.style import label
from builder.window.trainer import Trainer, TrainingState

ABOUT = "Type a row or draw an image here, and see what the trained network makes of it."
PAUSE_MS = 60
DRAW_HINT = "Draw in the square with the mouse,\nor press Random example."


class PredictPanel(QWidget):
    """Asks the latest run's model about rows made by hand, or about a file of rows."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._document = document
        self._trainer = trainer
        self._plan: DataPlan | None = None  # of the form that stands
        self._described: Described | None = None
        self._said = ""  # what a prediction came to, until the next one
        self._owed = False  # a row waits until the trainer is free
        self._images: list[QImage] = []
        self.form: RowForm | None = None
        self.pad: DrawPad | None = None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._predict)
        self._build()
        trainer.described.connect(self._take_description)
        trainer.predicted.connect(self._take)
        trainer.failed.connect(self._say_failed)
        trainer.run_changed.connect(self._follow)
        trainer.state_changed.connect(lambda _: self._follow())
        document.changed.connect(lambda *_: self._show_note())
        self._follow()

    # --- building

    def _build(self) -> None:
        self.empty = EmptyState("Nothing to predict with yet", ABOUT)
        self.example = QPushButton("Random example", autoDefault=False)
        self.example.setToolTip("Take one of the rows of the data")
        self.example.clicked.connect(self.take_example)
        self.clear = QPushButton("Clear", autoDefault=False)
        self.clear.clicked.connect(self._clear)
        self.file = QPushButton("Predict a file…", autoDefault=False)
        self.file.setToolTip("Predict every row of a CSV or .npy file and write a CSV")
        self.file.clicked.connect(self._choose_file)
        self.truth = label("", "secondary")
        self.notice = Notice()
        tools = QVBoxLayout()
        tools.setSpacing(6)
        for widget in (self.example, self.clear, self.truth):
            tools.addWidget(widget)
        tools.addStretch(1)
        tools.addWidget(self.file)
        self._input_place = QVBoxLayout()
        self._input_place.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.answer = AnswerView()
        answers = QScrollArea(widgetResizable=True)
        answers.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        answers.setWidget(self.answer)
        answers.setMinimumWidth(220)
        answers.setMaximumWidth(520)
        body = QHBoxLayout()
        body.setSpacing(20)
        body.addLayout(self._input_place)
        body.addLayout(tools)
        body.addSpacing(8)
        body.addWidget(answers, 1)
        body.addStretch(0)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 8, 16, 4)
        column.setSpacing(8)
        column.addWidget(self.notice)
        column.addLayout(body, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        whole = QScrollArea(widgetResizable=True)  # a low dock scrolls, and squeezes nothing
        whole.setWidget(page)
        self._stack.addWidget(whole)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    # --- which model, which form

    def _follow(self) -> None:
        """Show the form of the run's data, as soon as there is a model and it is looked at."""
        state = self._trainer.state
        if not self._trainer.has_model:
            wait = " Training is under way." if state.training else " Train the network first."
            self.empty.show_text("Nothing to predict with yet", ABOUT + wait)
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        free = state in (TrainingState.IDLE, TrainingState.PREDICTING)
        for button in (self.example, self.clear, self.file):
            button.setEnabled(free)
        if free and self._owed:
            self._pause.start()
        run = self._trainer.run
        if run is not None and self.isVisible() and not _same_fields(run.project.data, self._plan):
            self._ask_description(run.project.data)
        self._show_note()

    def _ask_description(self, plan: DataPlan) -> None:
        self._plan = plan
        if self._described is not None and _same_fields(plan, self._described.plan):
            self._make_form(self._described)
        else:
            self._trainer.describe(plan)

    def _take_description(self, event: Described) -> None:
        self._described = event
        if self._plan is not None and _same_fields(self._plan, event.plan):
            self._make_form(event)

    def _make_form(self, event: Described) -> None:
        while (entry := self._input_place.takeAt(0)) is not None:
            if (widget := entry.widget()) is not None:
                widget.deleteLater()
        self.form = self.pad = None
        self.truth.setText("")
        image = _image_of(event.plan)
        if image is not None:
            self._images = [] if event.images is None else read_images(Path(event.images))
            self.pad = DrawPad(image.shape[0], image.shape[1])
            self.pad.drawn.connect(self._input_changed)
            self._input_place.addWidget(self.pad)
        else:
            self._images = []
            self.form = RowForm(_feature_columns(event))
            self.form.edited.connect(self._input_changed)
            self._input_place.addWidget(self.form)
        self.clear.setVisible(self.pad is not None)
        self.example.setVisible(bool(self._images or event.preview))
        if self._images:
            self.take_example()  # so that one sees at once what comes out
        self._pause.start()

    def _show_note(self) -> None:
        if not self._said:
            self.notice.show_text(self._trainer.run_note(), "warning")

    def _say(self, sentence: str, tone: Tone) -> None:
        self._said = sentence
        self.notice.show_text(sentence, tone)

    # --- one row

    def take_example(self) -> None:
        """Put a row of the data into the form, and say what is true of it."""
        event = self._described
        if event is None:
            return
        if self.pad is not None and self._images:
            place = random.randrange(len(self._images))
            self.pad.show_image(_ink(self._images[place]))
            if place < len(event.image_labels):
                self.truth.setText(f"true: {event.image_labels[place]}")
        elif self.form is not None and event.preview:
            row = dict(zip(event.header, random.choice(event.preview), strict=False))
            self.form.show_row(row)
            known = [row[target.name] for target in event.plan.targets if target.name in row]
            self.truth.setText(f"true: {', '.join(known)}" if known else "")

    def _clear(self) -> None:
        if self.pad is not None:
            self.pad.clear()

    def _input_changed(self) -> None:
        self.truth.setText("")
        self._pause.start()

    def rows(self) -> dict[str, list[Any]] | None:
        """The row in the form as a request carries it; None while there is none."""
        if self.pad is not None and self._plan is not None and not self.pad.is_blank:
            image = _image_of(self._plan)
            white = 1.0 if self._described is None else self._described.white
            name = image.name if image is not None else "image"
            pixels = [[[white * ink] for ink in row] for row in self.pad.ink]
            return {name: [pixels]}
        if self.form is not None and (row := self.form.values()) is not None:
            return {name: [value] for name, value in row.items()}
        return None

    def _predict(self) -> None:
        state = self._trainer.state
        rows = self.rows()
        free = state in (TrainingState.IDLE, TrainingState.PREDICTING)
        self._owed = rows is not None and not free
        if rows is None:
            self.answer.show_row((), DRAW_HINT if self.pad is not None else "")
        elif free and self._trainer.has_model:
            self._trainer.predict(rows)

    # --- what the trainer tells

    def _take(self, event: Predicted) -> None:
        if event.output is not None:
            rows = numbers.plural(event.count, "prediction")
            words = " ".join((f"Wrote {rows} to {event.output}.", *event.notes))
            self._say(words, "warning" if event.notes else "ok")
        elif event.rows:
            self._said = ""
            if event.notes:
                self._say(" ".join(event.notes), "warning")
            else:
                self._show_note()
            self.answer.show_row(event.rows[0])

    def _say_failed(self, fault: Fault) -> None:
        if self._trainer.state is TrainingState.PREDICTING:
            self._say(fault.message, "error")
            self.answer.show_row(())

    # --- a file of rows

    def _choose_file(self) -> None:
        filters = "Tables and arrays (*.csv *.npy);;All files (*)"
        dialog = QFileDialog(
            self, "Predict the rows of a file", start_folder(self._document), filters
        )
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self._choose_output(Path(path)))
        dialog.open()

    def _choose_output(self, source: Path) -> None:
        proposed = source.with_name(f"{source.stem}-predictions.csv")
        dialog = QFileDialog(self, "Write the predictions to", str(proposed.parent), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(proposed.name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.predict_file(source, Path(path)))
        dialog.open()

    def predict_file(self, source: Path, output: Path) -> None:
        """Predict all rows of a file into a CSV; never over the file itself."""
        if source.resolve() == output.resolve():
            self._say("Choose another file for the predictions than the rows'.", "error")
            return
        self._say(f"Predicting the rows of {source.name} …", "plain")
        self._trainer.predict_file(source, output)


def _same_fields(one: DataPlan, other: DataPlan | None) -> bool:
    """Whether two plans ask for the same row."""
    return other is not None and (one.source, one.columns, one.features) == (
        other.source,
        other.columns,
        other.features,
    )


def _image_of(plan: DataPlan) -> Feature | None:
    return next((f for f in plan.features if len(f.shape) == 3 and f.shape[2] == 1), None)


def _feature_columns(event: Described) -> list[ColumnSummary]:
    """The columns that a row needs: those that are features, or all but the targets."""
    roles = {column.name: column for column in event.plan.columns}
    targets = {target.name for target in event.plan.targets}
    found = []
    for summary in event.columns:
        column = roles.get(summary.name)
        if column is None and summary.name not in targets and not roles:
            found.append(summary)
        elif column is not None and column.role == "feature":
            values = column.categories or summary.values
            kind = column.kind
            found.append(
                ColumnSummary(
                    summary.name,
                    kind,
                    minimum=summary.minimum,
                    maximum=summary.maximum,
                    mean=summary.mean,
                    values=values,
                )
            )
    return found


def _ink(image: QImage) -> list[list[float]]:
    return [
        [image.pixelColor(x, y).red() / 255 for x in range(image.width())]
        for y in range(image.height())
    ]
