"""Undo as a property: whatever was done by hand, undo leads back and redo leads forth.

Undoing all gives the first document byte for byte, redoing all the last one, and on the way the
scene always shows what one made afresh from the document would show.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from builder.storage.project_file import encode
from builder.window.inspector import Inspector
from tests.build import SMALL, chain
from tests.canvas.conftest import Canvas, Opens
from tests.interactions.hands import CENTRE, Hands, Step
from tests.thorough import some

LONG = 300
FIRST = chain("Input", "Dense", "Add", "Dense", "Output")
KINDS = (
    ["drop", "wire", "wire", "pick up", "search", "move", "move", "insert", "drag", "drag"]
    + ["give up", "interrupt", "interrupt", "click", "double click", "key", "key", "key", "rename", "inspect"]
    + ["frame", "note", "mark", "mark", "together", "together"]
)  # fmt: skip

steps = st.builds(
    Step,
    st.sampled_from(KINDS),
    st.integers(0, 30),
    st.integers(0, 30),
    st.integers(0, 32),
    st.integers(0, 24),
)

common: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture
def hands(opened: Opens, qtbot: QtBot) -> Iterator[Hands]:
    canvas = opened(FIRST)
    window, inspector = QWidget(), Inspector(canvas.document, SMALL)
    row = QHBoxLayout(window)
    row.addWidget(canvas.view, 1)
    row.addWidget(inspector)
    window.resize(1560, 940)
    window.show()
    window.activateWindow()
    canvas.view.setFocus()
    qtbot.waitUntil(canvas.view.hasFocus)
    yield Hands(canvas, inspector)
    canvas.view.setParent(None)
    window.close()
    window.deleteLater()


@pytest.mark.slow
@settings(max_examples=some(12), **common)
@given(st.lists(steps, max_size=30))
def test_a_few_steps_checked_one_by_one(hands: Hands, done: list[Step]) -> None:
    there_and_back(hands, done, every=1)


@pytest.mark.slow
@settings(max_examples=some(2), phases=[Phase.explicit, Phase.reuse, Phase.generate], **common)
@given(st.lists(steps, min_size=LONG, max_size=LONG + 40))
def test_three_hundred_steps(hands: Hands, done: list[Step]) -> None:
    there_and_back(hands, done, every=10)


def there_and_back(hands: Hands, done: list[Step], every: int) -> None:
    canvas = hands.canvas
    begin(canvas)
    first = encode(canvas.project)
    for number, step in enumerate(done):
        hands.do(step)
        assert canvas.document.selection <= canvas.project.graph.nodes.keys()
        assert canvas.document.selected_marks == {
            id_ for id_, item in canvas.scene.marks.items.items() if item.chosen
        }
        assert canvas.view.hand.gesture is None
        if number % every == 0:
            compare(hands)
    compare(hands)
    last = encode(canvas.project)
    count = 0
    while canvas.document.undo_title is not None:
        canvas.document.undo()
        if count % every == 0:
            compare(hands)
        count += 1
    assert encode(canvas.project) == first
    compare(hands)
    for number in range(count):
        canvas.document.redo()
        if number % every == 0:
            compare(hands)
    assert encode(canvas.project) == last
    compare(hands)


def begin(canvas: Canvas) -> None:
    QApplication.clipboard().clear()
    canvas.document.reset(FIRST)
    canvas.view.zoom_to(1.0)
    canvas.view.centerOn(*CENTRE)


def compare(hands: Hands) -> None:
    assert hands.canvas.scene.snapshot() == hands.fresh().snapshot()
