"""The results dock: scores on the test rows beside a baseline, and figures of where it errs."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QScrollArea,
    QStackedLayout,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from builder.engine.messages import Evaluated, Fault, TargetReport
from builder.window import numbers
from builder.window.figures import ConfusionFigure, Figure, ResidualFigure, ScatterFigure
from builder.window.files import start_folder
from builder.window.notice import EmptyState, Notice
from builder.window.style import label
from builder.window.trainer import Trainer, TrainingState

ABOUT = (
    "Scores on rows that the network has not seen, beside what plain guessing would reach, and "
    "where it errs."
)
_AROUND = 72
"""Beside what is shown: margins, gaps, and a scroll bar."""

_ANY_HEIGHT = 16_777_215
SAVE_FILTERS = "PNG picture (*.png);;SVG picture (*.svg);;Table of numbers (*.csv)"


class ResultsPanel(QWidget):
    """Shows the last evaluation."""

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._event: Evaluated | None = None
        self._folder: Path | None = None
        self._fault = ""  # why the last evaluation gave no scores
        self._build()
        trainer.evaluated.connect(self._take)
        trainer.failed.connect(self._say_failed)
        trainer.run_changed.connect(self._follow_run)
        trainer.state_changed.connect(self._follow_run)
        trainer.document.changed.connect(self._show_note)
        self._follow_run()

    # --- building

    def _build(self) -> None:
        self.empty = EmptyState("No results yet", ABOUT)
        self.empty.wanted.connect(self._trainer.evaluate)
        self.target = QComboBox()
        self.target.setToolTip("Which output the figures are about")
        self.target.currentIndexChanged.connect(self._show_target)
        self.heading = label("", "strong")
        self.save = QPushButton("Save figure…", autoDefault=False)
        self.save.setToolTip("Save the figure as PNG or SVG, or its numbers as CSV")
        self.save.clicked.connect(self._choose_file)
        self.again = QPushButton("Evaluate again", autoDefault=False)
        self.again.clicked.connect(self._trainer.evaluate)
        self.target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addWidget(self.target)
        head.addStretch(1)
        tools = QHBoxLayout()
        tools.setSpacing(6)
        tools.addWidget(self.again)
        tools.addWidget(self.save)
        tools.addStretch(1)
        self.notice = Notice()
        self.scores = _table()
        self.classes = _table()
        self.confusion, self.scatter = ConfusionFigure(), ScatterFigure()
        self.residuals = ResidualFigure()
        self.reading = label("", "secondary")
        self.reading.setWordWrap(True)
        self.confusion.read.connect(self.reading.setText)
        self._body = QGridLayout()
        self._body.setSpacing(12)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.notice)
        left.addWidget(self.scores)
        left.addWidget(self.reading)
        left.addStretch(1)
        left.addLayout(tools)
        self._body.addLayout(left, 0, 0)
        self._body.addWidget(self.confusion, 0, 1)
        self._body.addWidget(self.scatter, 0, 1)
        self._body.setColumnStretch(1, 1)
        self._body.setContentsMargins(0, 0, 0, 0)
        inner = QWidget()
        inner.setLayout(self._body)
        self.area = QScrollArea(widgetResizable=True)
        self.area.setWidget(inner)
        self._arrange()
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 10, 16, 10)
        column.addWidget(self.area)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Third things stand at the right, or where that is too narrow below: nothing runs out."""
        report = self.report
        figures = 1 if report is None or report.confusion else 2
        table = self.classes.width() if report is not None and report.classes else 0
        third = max(table, (figures - 1) * self.residuals.minimumWidth())
        needed = self.scores.width() + self.confusion.minimumWidth() + third + _AROUND
        wide = self.width() >= needed
        self._body.setColumnStretch(2, int(wide and figures == 2))
        # In a panel as narrow as the scores alone everything stands below them.
        below = self.width() < needed - third
        for figure in (self.confusion, self.scatter):
            self._body.addWidget(figure, int(below), int(not below))
        if below:
            self._body.addWidget(self.classes, 2, 0)
            self._body.addWidget(self.residuals, 2, 0)
            _fit_height(self.classes)
        elif wide:
            self._body.addWidget(self.classes, 0, 2)
            self._body.addWidget(self.residuals, 0, 2)
            self.classes.setMinimumHeight(0)
            self.classes.setMaximumHeight(_ANY_HEIGHT)
        else:
            self._body.addWidget(self.classes, 1, 0, 1, 2)
            self._body.addWidget(self.residuals, 1, 1)
            _fit_height(self.classes)

    # --- what the trainer tells

    def _follow_run(self) -> None:
        """Results are of one run; with another one at hand they are gone."""
        run = self._trainer.run
        folder = None if run is None else run.folder
        busy = self._trainer.state is not TrainingState.IDLE
        evaluating = self._trainer.state is TrainingState.EVALUATING
        self.again.setEnabled(not busy)
        if self._event is not None and folder != self._folder:
            self._event = None
        if evaluating or folder != self._folder:
            self._fault = ""
        self._folder = folder
        self._stack.setCurrentIndex(0 if self._event is None else 1)
        if evaluating:
            self.empty.show_text("Evaluating …", "Predicting the test rows and scoring them.")
        elif self._fault:
            self.empty.show_text("Not evaluated", self._fault, "Evaluate again")
        elif self._trainer.has_model:
            text = f"The network is trained but not evaluated. {ABOUT}"
            self.empty.show_text("No results yet", text, "Evaluate")
        else:
            self.empty.show_text("No results yet", f"{ABOUT} Train the network first.")
        self.empty.button.setEnabled(not busy)
        self._show_note()

    def _take(self, event: Evaluated) -> None:
        run = self._trainer.run
        self._event, self._folder = event, None if run is None else run.folder
        self._stack.setCurrentIndex(1)
        self.heading.setText(
            f"{numbers.plural(event.rows, 'test row')} · loss {numbers.score(event.loss)}"
        )
        self.target.blockSignals(True)
        self.target.clear()
        self.target.addItems([report.name for report in event.targets])
        self.target.blockSignals(False)
        self.target.setVisible(len(event.targets) > 1)
        self._show_target(0)
        self._show_note()

    def _say_failed(self, fault: Fault) -> None:
        if self._trainer.state is not TrainingState.EVALUATING:
            return
        self._fault = fault.message  # shown when the trainer is idle again, a moment later

    def _show_note(self) -> None:
        if self._fault:
            self.notice.show_text(self._fault, "error")
        elif self._event is not None:
            self.notice.show_text(self._trainer.run_note(), "warning")

    # --- one target

    @property
    def report(self) -> TargetReport | None:
        if self._event is None or not self._event.targets:
            return None
        return self._event.targets[max(self.target.currentIndex(), 0)]

    @property
    def figure(self) -> Figure:
        """The figure that Save saves."""
        report = self.report
        return self.confusion if report is not None and report.confusion else self.scatter

    def _show_target(self, _index: int) -> None:
        report = self.report
        if report is None:
            return
        self._fill_scores(report)
        self._fill_classes(report)
        self.confusion.setVisible(bool(report.confusion))
        self.scatter.setVisible(bool(report.pairs))
        self.residuals.setVisible(bool(report.pairs))
        self.reading.setText("Click a cell to read it." if report.confusion else "")
        if report.confusion:
            self.confusion.show_counts([c.name for c in report.classes], report.confusion)
        if report.pairs:
            self.scatter.show_pairs(report.pairs)
            self.residuals.show_pairs(report.pairs)
        self._arrange()

    def _fill_scores(self, report: TargetReport) -> None:
        header = ("", "test", "95 % interval", "gap", "baseline")
        rows = []
        for place, (name, value) in enumerate(report.scores.items()):
            seen = report.train_scores.get(name)
            interval = ""
            if place == 0 and report.interval is not None:
                interval = " – ".join(numbers.score(end) for end in report.interval)
            rows.append(
                (
                    name.replace("R2", "R²"),
                    numbers.score(value),
                    interval,
                    "" if seen is None else _signed(seen - value),
                    numbers.score(report.baseline[name]) if name in report.baseline else "",
                )
            )
        _fill(self.scores, header, rows)
        _emphasise(self.scores, 1)
        for column, text in (
            (3, _about_gap(report)),
            (4, f"What guessing would reach: {report.baseline_name}"),
        ):
            if (head := self.scores.horizontalHeaderItem(column)) is not None:
                head.setToolTip(text)
        _fit_height(self.scores)

    def _fill_classes(self, report: TargetReport) -> None:
        self.classes.setVisible(bool(report.classes))
        header = ("class", "precision", "recall", "F1", "rows")
        rows = [
            (
                c.name,
                numbers.score(c.precision),
                numbers.score(c.recall),
                numbers.score(c.f1),
                numbers.count(c.support),
            )
            for c in report.classes
        ]
        _fill(self.classes, header, rows, room=13)

    # --- saving

    def _choose_file(self) -> None:
        dialog = QFileDialog(
            self, "Save figure", start_folder(self._trainer.document), SAVE_FILTERS
        )
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.filterSelected.connect(
            lambda chosen: dialog.setDefaultSuffix(chosen.partition("*.")[2].rstrip(")"))
        )
        dialog.selectFile("confusion.png" if self.figure is self.confusion else "predicted.png")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.save_to(Path(path)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Save the figure, or for .csv its numbers."""
        try:
            if path.suffix.lower() == ".csv":
                with path.open("w", newline="", encoding="utf-8") as stream:
                    csv.writer(stream).writerows(self._numbers())
            else:
                self.figure.save(path)
        except OSError as error:
            self.notice.show_text(f"{path.name} was not saved: {error.strerror}.", "error")
        else:
            self.notice.show_text(f"Saved {path}.", "ok")

    def _numbers(self) -> Iterator[Sequence[str | int | float]]:
        report = self.report
        if report is None:
            return
        if report.confusion:
            names = [_safe_cell(c.name) for c in report.classes]
            yield ["true \\ predicted", *names]
            for name, counts in zip(names, report.confusion, strict=True):
                yield [name, *counts]
        else:
            yield ["true", "predicted"]
            yield from report.pairs


def _about_gap(report: TargetReport) -> str:
    """What the gap column means, with the scores on the training rows."""
    seen = ", ".join(f"{n} {numbers.score(v)}" for n, v in report.train_scores.items())
    return (
        f"Score on the training rows ({seen}) minus score on the test rows: a large gap means "
        "that rows were learned by heart."
    )


def _signed(value: float) -> str:
    return ("−" if value < 0 else "+") + numbers.score(abs(value))


def _safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _table() -> QTableWidget:
    table = QTableWidget()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.horizontalHeader().setHighlightSections(False)
    table.setStyleSheet(
        "QTableView::item { padding: 0 2px; } QHeaderView::section { padding: 5px 5px; }"
    )
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return table


def _fill(
    table: QTableWidget, header: tuple[str, ...], rows: Sequence[tuple[str, ...]], room: int = 2
) -> None:
    """Texts at the left, numbers at the right under their heads; `room` for a scroll bar."""
    table.setRowCount(len(rows))
    table.setColumnCount(len(header))
    middle = Qt.AlignmentFlag.AlignVCenter
    for column, text in enumerate(header):
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        item = QTableWidgetItem(text)
        item.setTextAlignment(middle | side)
        table.setHorizontalHeaderItem(column, item)
        for row, cells in enumerate(rows):
            cell = QTableWidgetItem(cells[column])
            cell.setTextAlignment(middle | side)
            table.setItem(row, column, cell)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.setFixedWidth(table.horizontalHeader().length() + room)


def _emphasise(table: QTableWidget, column: int) -> None:
    for row in range(table.rowCount()):
        if (item := table.item(row, column)) is not None:
            font = item.font()
            font.setBold(True)
            item.setFont(font)


def _fit_height(table: QTableWidget) -> None:
    table.setFixedHeight(table.horizontalHeader().sizeHint().height() + 24 * table.rowCount() + 4)
