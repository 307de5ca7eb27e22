"""Train and Stop in the window: why not, what is said, and the plan in a line."""

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from builder.document import edits
from builder.document.problems import Problem
from builder.engine.messages import Fault
from builder.window.plan_words import plan_words, short
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk

# --- training


def test_train_says_why_it_cannot(desk: Desk) -> None:
    train = desk.window.run_actions.train
    assert not train.isEnabled()
    desk.furnish()
    assert "nothing to train" in train.toolTip()
    desk.document.reset(chain("Input", "Dense", "Output", catalog=CATALOG))
    assert "Data tab" in train.toolTip()
    desk.example()
    assert train.isEnabled()
    project = desk.document.project
    desk.document.apply("Cut", edits.disconnect(project, project.graph.wires[:1]))
    assert not train.isEnabled()
    assert "see Problems" in train.toolTip()


def test_the_loud_button_trains_and_then_stops(desk: Desk) -> None:
    desk.furnish()
    desk.example()
    button = desk.window.toolbar.train
    assert button.objectName() == "train"
    assert button.text() == "Train"
    button.click()
    assert desk.app.trainer is not None
    assert desk.app.trainer.state.training
    assert button.text() == "Stop"
    assert desk.window.bottom.stack.currentWidget() is desk.window.later["bottom.Training"]
    assert button.actions() == [desk.window.run_actions.stop]
    button.click()
    assert desk.app.trainer.state.value == "stopping"


def test_a_fault_of_a_run_stands_on_its_node_until_the_network_changes(desk: Desk) -> None:
    desk.furnish()
    desk.example()
    node = next(iter(desk.document.project.graph.nodes))
    desk.window.show_fault(Fault("The loss is not a number.", node, "Traceback ..."))
    assert desk.window.banner.sentence == "The loss is not a number."
    assert Problem("error", "The loss is not a number.", node) in desk.problems.problems
    project = edits.set_comment(desk.document.project, node, "look here")
    desk.document.apply("Comment", project)
    assert desk.problems.problems == ()


def test_a_fault_is_said_once_where_it_can_be_seen(desk: Desk) -> None:
    desk.furnish()
    desk.window.show_later("bottom.Training")
    desk.window.show_fault(Fault("The loss is not a number."), "bottom.Training")
    assert desk.window.banner.sentence == ""
    desk.window.show_later("bottom.Code")
    desk.window.show_fault(Fault("The loss is not a number."), "bottom.Training")
    assert desk.window.banner.sentence == "The loss is not a number."


def test_closing_asks_while_a_training_is_under_way(desk: Desk, qtbot: QtBot) -> None:
    desk.furnish()
    desk.example()
    trainer = desk.app.trainer
    assert trainer is not None
    desk.window.run_actions.train.trigger()
    desk.window.close()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "Training is under way" in box.text()
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert desk.window.isVisible()
    assert trainer.state.value == "starting"
    qtbot.waitUntil(lambda: desk.window.findChild(QMessageBox) is None)
    desk.window.close()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if "Stop" in button.text()).click()
    assert trainer.state.value == "stopping"
    assert desk.window.isVisible()
    trainer.kill()
    assert not desk.window.isVisible()


def test_the_plan_is_one_line_and_a_click_opens_it(desk: Desk) -> None:
    desk.furnish()
    plan = desk.window.toolbar.plan
    assert plan.text() == "20 epochs · batch 32 · Adam 1e-3"
    project = desk.document.project
    training = replace(project.training, epochs=1, batch_size=1024)
    desk.document.apply("Plan", replace(project, training=training))
    assert plan.text() == "1 epoch · batch 1,024 · Adam 1e-3"
    plan.click()
    assert desk.window.right.stack.currentWidget() is desk.window.later["right.Training"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.001, "1e-3"), (0.0003, "3e-4"), (0.05, "0.05"), (1.5e-5, "1.5e-5"), (1, "1")],
)
def test_small_rates_are_short(value: float, text: str) -> None:
    assert short(value) == text


def test_a_plan_with_an_unknown_optimizer_is_still_said(desk: Desk) -> None:
    training = desk.document.project.training
    odd = replace(training, optimizer=replace(training.optimizer, type="my.Optimizer"))
    assert plan_words(odd, CATALOG) == "20 epochs · batch 32 · Optimizer"
