"""The results dock: scores beside a baseline, figures that can be read, clicked and saved."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from builder.document import edits
from builder.engine import messages
from builder.engine.messages import ClassScore, Evaluated, Fault, Request, TargetReport
from builder.window.results_panel import ResultsPanel
from tests.window import far
from tests.window.desk import Desk

NAMES = ("=cat", "dog", "owl")
CONFUSION = ((8, 1, 1), (0, 10, 0), (2, 0, 8))
CLASSES = tuple(ClassScore(name, 0.9, 0.8, 0.85, 10) for name in NAMES)
ANIMALS = TargetReport(
    "animal",
    "multiclass",
    {"accuracy": 0.8667, "macro F1": 0.861},
    {"accuracy": 0.3333, "macro F1": 0.166},
    "always “dog”",
    (0.733, 0.967),
    {"accuracy": 0.99, "macro F1": 0.989},
    CLASSES,
    CONFUSION,
)
PAIRS = tuple((float(i), i * 0.9 + 3) for i in range(50))
AGE = TargetReport(
    "age", "regression", {"RMSE": 2.1, "R2": 0.9}, {"RMSE": 9.0, "R2": 0.0}, "the mean", pairs=PAIRS
)


def answers(*reports: TargetReport) -> far.Answer:
    def answer(request: Request, report: far.Report) -> None:
        if isinstance(request, messages.Train):
            far.train(report, request.id, epochs=1)
        if isinstance(request, messages.Evaluate):
            report(Evaluated(request.id, 30, 0.412, reports))

    return answer


def evaluated(desk: Desk, qtbot: QtBot) -> ResultsPanel:
    panel = ResultsPanel(desk.trainer)
    qtbot.addWidget(panel)
    panel.resize(1200, 420)
    panel.show()
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    with qtbot.waitSignal(desk.trainer.evaluated):
        qtbot.mouseClick(panel.empty.button, Qt.MouseButton.LeftButton)
    return panel


def texts(panel: ResultsPanel, row: int) -> list[str]:
    found = [panel.scores.item(row, column) for column in range(panel.scores.columnCount())]
    return [item.text() for item in found if item is not None]


def test_scores_stand_beside_a_baseline(tmp_path: Path, qtbot: QtBot) -> None:
    panel = evaluated(Desk(tmp_path, answers(ANIMALS)), qtbot)
    assert panel.heading.text() == "30 test rows · loss 0.412"
    assert texts(panel, 0) == ["accuracy", "0.867", "0.733 – 0.967", "+0.123", "0.333"]
    head = panel.scores.horizontalHeaderItem(4)
    assert head is not None
    assert "always “dog”" in head.toolTip()
    assert panel.classes.rowCount() == 3
    assert panel.confusion.isVisible()
    assert not panel.scatter.isVisible()


def test_before_training_nothing_can_be_pressed(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path)
    panel = ResultsPanel(desk.trainer)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.empty.isVisible()
    assert not panel.empty.button.isVisible()


def test_a_cell_of_the_confusion_is_read_by_a_click(tmp_path: Path, qtbot: QtBot) -> None:
    panel = evaluated(Desk(tmp_path, answers(ANIMALS)), qtbot)
    grid = panel.confusion._grid(panel.confusion.rect().toRectF())
    third = grid.width() / 3
    place = QPointF(grid.left() + third / 2, grid.top() + 2.5 * third)
    qtbot.mouseClick(panel.confusion, Qt.MouseButton.LeftButton, pos=place.toPoint())
    assert panel.reading.text() == "2 of 10 rows of class “owl” were taken for “=cat” (20.0 %)."
    assert panel.confusion.sentence(1, 1).endswith("were recognised (100.0 %).")
    assert panel.confusion.cell_at(QPointF(0, 0)) is None


def test_numbers_are_shown_as_scatter_and_errors(tmp_path: Path, qtbot: QtBot) -> None:
    panel = evaluated(Desk(tmp_path, answers(AGE, ANIMALS)), qtbot)
    assert panel.scatter.isVisible()
    assert panel.residuals.isVisible()
    assert not panel.confusion.isVisible()
    assert panel.target.isVisible()
    panel.target.setCurrentIndex(1)
    assert panel.confusion.isVisible()
    assert not panel.scatter.isVisible()
    panel.grab()


@pytest.mark.parametrize(
    ("report", "width", "stacked"),
    [
        (ANIMALS, 1200, False),
        (ANIMALS, 706, True),
        (ANIMALS, 400, True),
        (AGE, 706, False),
        (AGE, 580, True),
        (AGE, 400, True),
    ],
)
def test_nothing_runs_out_at_the_side(
    tmp_path: Path, qtbot: QtBot, report: TargetReport, width: int, stacked: bool
) -> None:
    panel = evaluated(Desk(tmp_path, answers(report)), qtbot)
    panel.resize(width, 215)
    qtbot.waitUntil(lambda: panel.area.horizontalScrollBar().maximum() == 0)
    third = panel.classes if report is ANIMALS else panel.residuals
    figure = panel.confusion if report is ANIMALS else panel.scatter
    qtbot.waitUntil(lambda: (third.y() >= figure.geometry().bottom()) == stacked)
    assert third.geometry().right() <= panel.area.viewport().width()


@pytest.mark.parametrize("report", [ANIMALS, AGE])
def test_figures_are_saved(tmp_path: Path, qtbot: QtBot, report: TargetReport) -> None:
    panel = evaluated(Desk(tmp_path, answers(report)), qtbot)
    for suffix in ("png", "svg", "csv"):
        panel.save_to(tmp_path / f"figure.{suffix}")
        assert panel.notice.tone == "ok", panel.notice.text
    image = QImage(str(tmp_path / "figure.png"))
    colours = {image.pixelColor(x, y).name() for x in range(0, 1280, 8) for y in range(0, 1120, 8)}
    assert len(colours) > 4
    assert QSvgRenderer(str(tmp_path / "figure.svg")).isValid()
    assert "<text" in (tmp_path / "figure.svg").read_text()
    rows = list(csv.reader((tmp_path / "figure.csv").open(encoding="utf-8")))
    if report is ANIMALS:
        assert rows[1] == ["'=cat", "8", "1", "1"], "no spreadsheet takes it for a formula"
    else:
        assert rows[1] == ["0.0", "3.0"]


def test_a_figure_that_cannot_be_saved_is_said(tmp_path: Path, qtbot: QtBot) -> None:
    panel = evaluated(Desk(tmp_path, answers(ANIMALS)), qtbot)
    for suffix in ("png", "csv"):
        panel.save_to(tmp_path / "no" / f"figure.{suffix}")
        assert panel.notice.tone == "error"
        assert "was not saved" in panel.notice.text


def test_scores_of_an_older_network_say_so(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path, answers(ANIMALS))
    panel = evaluated(desk, qtbot)
    assert not panel.notice.isVisible()
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "hidden"))
    assert "it has changed since" in panel.notice.text
    desk.document.undo()
    assert not panel.notice.isVisible()


def test_a_new_training_takes_the_old_results_away(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path, answers(ANIMALS))
    panel = evaluated(desk, qtbot)
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    assert panel.empty.isVisible()
    assert panel.empty.button.isVisible()
    assert panel.report is None


def test_a_failed_evaluation_says_why(tmp_path: Path, qtbot: QtBot) -> None:
    def answer(request: Request, report: far.Report) -> None:
        if isinstance(request, messages.Train):
            far.train(report, request.id, epochs=1)
        if isinstance(request, messages.Evaluate):
            report(messages.Failed(request.id, Fault("The model cannot be read. Train again.")))

    desk = Desk(tmp_path, answer)
    panel = ResultsPanel(desk.trainer)
    qtbot.addWidget(panel)
    panel.show()
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    with qtbot.waitSignal(desk.trainer.failed):
        desk.trainer.evaluate()
    assert panel.empty.isVisible()
    assert panel.empty._text.text() == "The model cannot be read. Train again."
    assert panel.empty.button.isEnabled()
