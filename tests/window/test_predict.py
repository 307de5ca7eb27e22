"""The predict dock: rows typed or drawn are answered at once, files go to files."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from builder.document.plan import Bundled, Column, Csv, DataPlan, Feature, Target
from builder.engine import messages
from builder.engine.messages import ColumnSummary, Described, Fault, Predicted, Prediction, Request
from builder.window.predict_panel import PredictPanel
from tests.window import far
from tests.window.desk import Desk

LEFT = Qt.MouseButton.LeftButton

FLOWERS = DataPlan(
    Csv("flowers.csv"),
    columns=(
        Column("length"),
        Column("colour", "feature", "category", ("blue", "red")),
        Column("note", "ignore"),
        Column("species", "target", "category", ("iris", "rose")),
    ),
    features=(Feature("table", (3,)),),
    targets=(Target("species", "binary", ("iris", "rose")),),
)


def describes(request: messages.Describe, images: Path) -> Described:
    if request.data.source == Bundled("digits"):
        answer = Described(request.id, request.data, 10, images=str(images), white=16.0)
        return replace(answer, image_labels=tuple(map(str, range(10))))
    columns = (
        ColumnSummary("length", "number", minimum=1.0, maximum=5.0, mean=2.5),
        ColumnSummary("colour", "category", values=("blue", "red")),
        ColumnSummary("note", "text"),
        ColumnSummary("species", "category", values=("iris", "rose")),
    )
    header = ("length", "colour", "note", "species")
    return Described(request.id, request.data, 2, columns, header, (("4.5", "red", "?", "rose"),))


@pytest.fixture
def images(tmp_path: Path) -> Path:
    np.save(tmp_path / "images.npy", np.random.default_rng(0).random((10, 8, 8)))
    return tmp_path / "images.npy"


def trained(desk: Desk, qtbot: QtBot) -> PredictPanel:
    panel = PredictPanel(desk.document, desk.trainer)
    qtbot.addWidget(panel)
    panel.resize(900, 300)
    panel.show()
    assert panel.empty.isVisible()
    with qtbot.waitSignal(desk.trainer.run_ended):
        desk.trainer.train()
    qtbot.waitUntil(lambda: panel.pad is not None or panel.form is not None)
    return panel


def desk_for(plan: DataPlan, folder: Path, images: Path) -> Desk:
    """Answers every row with the class `rose`, or 7 for an image."""

    def answer(request: Request, report: far.Report) -> None:
        match request:
            case messages.Train():
                far.train(report, request.id, epochs=1)
            case messages.Describe():
                report(describes(request, images))
            case messages.Predict(input=None):
                label = "7" if plan is far.DIGITS else "rose"
                said = Prediction(plan.targets[0].name, label, probabilities={label: 0.9})
                report(Predicted(request.id, 1, ((said,),)))
            case messages.Predict():
                odd = () if request.input != "odd.csv" else ("“note” is not used.",)
                report(Predicted(request.id, 150, (), request.output, odd))
            case _:
                pass

    desk = Desk(folder, answer)
    desk.document.reset(replace(desk.project, data=plan))
    return desk


def asked(desk: Desk) -> list[messages.Predict]:
    return [r for r in desk.pool.workers[-1].requests if isinstance(r, messages.Predict)]


def test_a_drawing_is_answered_in_raw_units(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    desk = desk_for(far.DIGITS, tmp_path, images)
    panel = trained(desk, qtbot)
    assert panel.pad is not None
    with qtbot.waitSignal(desk.trainer.predicted):
        qtbot.mousePress(panel.pad, LEFT, pos=QPoint(88, 20))
        qtbot.mouseMove(panel.pad, QPoint(88, 150))
        qtbot.mouseRelease(panel.pad, LEFT, pos=QPoint(88, 150))
    assert panel.answer.answers == ["7"]
    rows = asked(desk)[-1].rows
    assert rows is not None
    pixels = np.array(rows["image"])
    assert pixels.shape == (1, 8, 8, 1)
    assert 12 < pixels.max() <= 16
    qtbot.mouseClick(panel.clear, LEFT)
    qtbot.waitUntil(lambda: panel.answer.answers == [])
    assert panel.pad.is_blank


def test_an_example_is_answered_as_soon_as_the_form_stands(
    tmp_path: Path, qtbot: QtBot, images: Path
) -> None:
    panel = trained(desk_for(far.DIGITS, tmp_path, images), qtbot)
    qtbot.waitUntil(lambda: panel.answer.answers == ["7"])
    assert panel.pad is not None
    assert panel.truth.text().startswith("true: ")
    qtbot.mouseClick(panel.pad, LEFT, pos=QPoint(20, 20))
    assert panel.pad.ink[7][7] == 0, "the first stroke begins a new image"
    assert panel.pad.ink[0][0] > 0
    assert panel.truth.text() == ""


def test_drawing_can_be_rubbed_out(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    panel = trained(desk_for(far.DIGITS, tmp_path, images), qtbot)
    assert panel.pad is not None
    qtbot.mouseClick(panel.pad, LEFT, pos=QPoint(88, 88))
    before = sum(map(sum, panel.pad.ink))
    qtbot.mousePress(panel.pad, Qt.MouseButton.RightButton, pos=QPoint(88, 88))
    assert sum(map(sum, panel.pad.ink)) < before


def test_an_example_image_comes_with_its_label(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    desk = desk_for(far.DIGITS, tmp_path, images)
    panel = trained(desk, qtbot)
    with qtbot.waitSignal(desk.trainer.predicted):
        qtbot.mouseClick(panel.example, LEFT)
    assert panel.truth.text().startswith("true: ")


def test_a_row_is_typed(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    desk = desk_for(FLOWERS, tmp_path, images)
    panel = trained(desk, qtbot)
    assert panel.form is not None
    assert list(panel.form.fields) == ["length", "colour"]
    field = panel.form.fields["length"]
    assert isinstance(field, QLineEdit)
    assert field.text() == "2.5"
    qtbot.waitUntil(lambda: panel.answer.answers == ["rose"])
    field.selectAll()
    with qtbot.waitSignal(desk.trainer.predicted):
        qtbot.keyClicks(field, "9")
    assert asked(desk)[-1].rows == {"length": [9.0], "colour": ["blue"]}
    assert panel.form._ranges["length"].text() == "outside 1 to 5"
    qtbot.keyClicks(field, "x")
    assert panel.form._ranges["length"].text() == "needs a number"
    qtbot.waitUntil(lambda: panel.answer.answers == [])


def test_an_example_row_fills_the_form(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    desk = desk_for(FLOWERS, tmp_path, images)
    panel = trained(desk, qtbot)
    assert panel.form is not None
    qtbot.mouseClick(panel.example, LEFT)
    assert panel.form.values() == {"length": 4.5, "colour": "red"}
    assert panel.truth.text() == "true: rose"


def test_a_file_goes_to_a_file(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    desk = desk_for(FLOWERS, tmp_path, images)
    panel = trained(desk, qtbot)
    qtbot.waitUntil(lambda: panel.answer.answers == ["rose"])
    panel.predict_file(tmp_path / "rows.csv", tmp_path / "rows.csv")
    assert panel.notice.tone == "error"
    with qtbot.waitSignal(desk.trainer.predicted):
        panel.predict_file(tmp_path / "rows.csv", tmp_path / "out.csv")
    assert asked(desk)[-1].input == str(tmp_path / "rows.csv")
    assert panel.notice.text == f"Wrote 150 predictions to {tmp_path / 'out.csv'}."
    with qtbot.waitSignal(desk.trainer.predicted):
        panel.predict_file(Path("odd.csv"), tmp_path / "out.csv")
    assert panel.notice.text.endswith("“note” is not used.")
    assert panel.notice.tone == "warning"


def test_a_prediction_that_fails_says_why(tmp_path: Path, qtbot: QtBot, images: Path) -> None:
    desk = desk_for(FLOWERS, tmp_path, images)
    panel = trained(desk, qtbot)
    qtbot.waitUntil(lambda: panel.answer.answers == ["rose"])
    desk.pool.workers[-1]._answer = lambda request, report: report(
        messages.Failed(request.id, Fault("“length” is missing."))  # type: ignore[union-attr]
    )
    with qtbot.waitSignal(desk.trainer.failed):
        panel.predict_file(tmp_path / "rows.csv", tmp_path / "out.csv")
    assert panel.notice.text == "“length” is missing."
