"""The data dock: choices go to the worker, what comes back completed is one undo step."""

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.qtbot import QtBot

from builder.document.graph import INPUT
from builder.document.plan import Bundled, Csv, DataPlan
from builder.document.project import Project
from builder.engine import messages
from builder.engine.messages import ColumnSummary, Described, Fault, Request
from builder.window.columns_table import FEATURE, KIND, OWN, ROLE
from builder.window.data_panel import DataPanel
from tests.window import far
from tests.window.desk import Desk

COUNTS = {"setosa": 50, "versicolor": 50, "virginica": 50}


def completes(request: Request, report: far.Report) -> None:
    """What a worker says of a table with three columns."""
    if not isinstance(request, messages.Describe):
        return
    plan = request.data
    if isinstance(plan.source, Csv) and plan.source.path.endswith("missing.csv"):
        report(messages.Failed(request.id, Fault("“missing.csv” is not there.")))
        return
    columns = plan.columns or far.IRIS.columns
    targets = far.IRIS.targets if any(c.role == "target" for c in columns) else ()
    plan = replace(plan, columns=columns, features=far.IRIS.features, targets=targets)
    summaries = tuple(
        ColumnSummary(c.name, c.kind, missing=2 * (i == 1), distinct=9, histogram=(1, 4, 2))
        for i, c in enumerate(columns)
    )
    header = tuple(c.name for c in columns)
    preview = (("5.1", "3.5", "1.4", "0.2", "setosa"),) * 3
    sentences = () if plan.missing != "refuse" else ("2 cells are empty in “sepal width (cm)”.",)
    answer = Described(
        request.id, plan, 150, summaries, header, preview, COUNTS, problems=sentences
    )
    report(replace(answer, fatal=bool(sentences)))


def shown(desk: Desk, qtbot: QtBot) -> DataPanel:
    panel = DataPanel(desk.document, desk.trainer)
    qtbot.addWidget(panel)
    panel.resize(308, 700)
    panel.show()
    return panel


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, completes, Project())


def use(panel: DataPanel, desk: Desk, qtbot: QtBot, path: Path) -> None:
    with qtbot.waitSignal(desk.document.changed):
        panel.use_file(path)


def test_without_data_it_says_what_to_choose(desk: Desk, qtbot: QtBot) -> None:
    panel = shown(desk, qtbot)
    assert "Choose one of the data sets" in panel.summary.text()
    assert not panel.start.isVisible()
    assert not panel.validation.isVisible()


def test_a_file_becomes_one_undo_step(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(desk, qtbot)
    desk.document.reset(Project(), tmp_path / "iris.knet")
    use(panel, desk, qtbot, tmp_path / "data" / "iris.csv")
    data = desk.document.project.data
    assert data.source == Csv("data/iris.csv")
    assert data.columns == far.IRIS.columns
    assert panel.summary.text() == "150 rows · 4 inputs · species: 3 classes"
    assert panel.source.currentText() == "iris.csv"
    assert panel.target.currentText() == "species"
    assert panel.preview.isVisible()
    assert desk.document.undo_title == "Choose data"
    desk.document.undo()
    assert desk.document.project.data == DataPlan()
    assert panel.source.currentIndex() == -1


def test_a_bundled_set_is_chosen_in_the_list(desk: Desk, qtbot: QtBot) -> None:
    panel = shown(desk, qtbot)
    with qtbot.waitSignal(desk.document.changed):
        panel.source.activated.emit(panel.source.findData("iris"))
    assert desk.document.project.data.source == Bundled("iris")


def test_a_file_that_is_not_there_changes_nothing(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(desk, qtbot)
    with qtbot.waitSignal(desk.trainer.describe_failed):
        panel.use_file(tmp_path / "missing.csv")
    assert panel.notice.text == "“missing.csv” is not there."
    assert panel.notice.tone == "error"
    assert desk.document.project == Project()


def test_columns_are_given_a_use_and_a_kind(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(desk, qtbot)
    use(panel, desk, qtbot, tmp_path / "iris.csv")
    model = panel.columns.columns
    with qtbot.waitSignal(desk.document.changed):
        assert model.setData(model.index(0, ROLE, QModelIndex()), "ignore")
    assert desk.document.project.data.columns[0].role == "ignore"
    with qtbot.waitSignal(desk.document.changed):
        assert model.setData(model.index(1, KIND, QModelIndex()), "category")
    assert desk.document.project.data.columns[1].kind == "category"
    with qtbot.waitSignal(desk.document.changed):
        panel.target.activated.emit(2)
    roles = [column.role for column in desk.document.project.data.columns]
    assert roles == ["ignore", "feature", "target", "feature", "feature"]
    assert desk.document.undo_title == "Predict petal length (cm)"


def test_columns_become_inputs_of_their_own(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(desk, qtbot)
    use(panel, desk, qtbot, tmp_path / "iris.csv")
    model, table = panel.columns.columns, panel.columns
    assert table.isColumnHidden(FEATURE)
    with qtbot.waitSignal(desk.document.changed):
        assert model.setData(model.index(0, ROLE, QModelIndex()), OWN)
    first = desk.document.project.data.columns[0]
    assert (first.role, first.feature) == ("feature", first.name)
    assert not table.isColumnHidden(FEATURE)
    assert OWN not in model.uses(model.index(0, ROLE, QModelIndex()))
    with qtbot.waitSignal(desk.document.changed):
        assert model.setData(model.index(1, FEATURE, QModelIndex()), first.name)
    assert desk.document.project.data.columns[1].feature == first.name
    with qtbot.waitSignal(desk.document.changed):
        assert model.setData(model.index(0, FEATURE, QModelIndex()), "table")
    assert desk.document.project.data.columns[0].feature == ""
    with qtbot.waitSignal(desk.document.changed):
        assert model.setData(model.index(1, KIND, QModelIndex()), "text")
    second = desk.document.project.data.columns[1]
    assert (second.kind, second.feature) == ("text", "")
    assert model.features(model.index(1, FEATURE, QModelIndex())) == [second.name]


def test_empty_cells_need_a_choice(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(desk, qtbot)
    use(panel, desk, qtbot, tmp_path / "iris.csv")
    assert panel.notice.tone == "error"
    assert panel.missing.isVisible()
    with qtbot.waitSignal(desk.document.changed):
        panel.missing.activated.emit(panel.missing.findData("median"))
    assert desk.document.project.data.missing == "median"
    assert not panel.notice.isVisible()
    assert panel.missing.isVisible()


def test_the_split_is_edited_without_reading_again(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    panel = shown(desk, qtbot)
    use(panel, desk, qtbot, tmp_path / "iris.csv")
    asked = len(desk.pool.workers[0].requests)
    panel.test.setValue(20)
    panel.test.setValue(25)
    assert desk.document.project.data.split.test == 0.25
    assert panel.preview.isVisible()
    assert len(desk.pool.workers[0].requests) == asked
    desk.document.undo()
    assert desk.document.project.data.split.test == 0.15
    assert panel.test.value() == 15


def test_a_network_is_started_and_fitted(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(desk, qtbot)
    use(panel, desk, qtbot, tmp_path / "iris.csv")
    assert not panel.fit.isVisible()
    qtbot.mouseClick(panel.start, Qt.MouseButton.LeftButton)
    (start,) = desk.document.project.graph.of_type(INPUT)
    assert start.params["shape"] == [4]
    assert desk.document.undo_title == "Start a network"
    assert panel.fit.isVisible()
    before = desk.document.project
    qtbot.mouseClick(panel.fit, Qt.MouseButton.LeftButton)
    assert desk.document.project is before
    assert panel.notice.text == "The network already fits this data."


def test_example_images_are_shown(tmp_path: Path, qtbot: QtBot) -> None:
    np.save(tmp_path / "images.npy", np.random.default_rng(0).random((20, 8, 8)))

    def images(request: Request, report: far.Report) -> None:
        if isinstance(request, messages.Describe):
            path = str(tmp_path / "images.npy")
            labels = tuple(map(str, range(20)))
            counts = {str(i): 2 for i in range(20)}
            report(
                Described(
                    request.id,
                    far.DIGITS,
                    40,
                    class_counts=counts,
                    images=path,
                    image_labels=labels,
                )
            )

    desk = Desk(tmp_path, images, Project())
    panel = shown(desk, qtbot)
    with qtbot.waitSignal(desk.document.changed):
        panel.source.activated.emit(panel.source.findData("digits"))
    assert panel.images.count == 20
    assert panel.images.heightForWidth(270) > 3 * 30
    assert not panel.preview.isVisible()
    assert "and 8 more classes" in panel.classes._foot
    panel.grab()


def test_only_the_newest_question_is_answered(tmp_path: Path, qtbot: QtBot) -> None:
    desk = Desk(tmp_path, far.silent, Project())
    panel = shown(desk, qtbot)
    panel.source.activated.emit(panel.source.findData("iris"))
    panel.source.activated.emit(panel.source.findData("wine"))
    first, second = desk.pool.workers[0].requests
    completes(first, desk.report)
    with qtbot.waitSignal(desk.document.changed):
        completes(second, desk.report)
    assert desk.document.project.data.source == Bundled("wine")


def test_who_is_led_here_finds_the_choices_open(desk: Desk, qtbot: QtBot) -> None:
    panel = shown(desk, qtbot)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(panel.source.hasFocus)
    assert not panel.source.view().isVisible()
    panel.source.clearFocus()
    panel.setFocus(Qt.FocusReason.ShortcutFocusReason)
    qtbot.waitUntil(panel.source.view().isVisible)
    panel.source.hidePopup()
    desk.document.reset(replace(desk.document.project, data=DataPlan(Bundled("iris"))))
    panel.source.clearFocus()
    panel.setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert not panel.source.view().isVisible()
