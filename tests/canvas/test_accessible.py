"""What a screen reader is told of the canvas."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible

from builder.canvas.accessible import Announcer, CanvasAccess, ThingAccess, install, spoken
from builder.document import framing
from builder.document.frames import Frame, Note
from builder.document.problems import Problem
from builder.engine.messages import NodeReport, TensorSpec
from tests.build import chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

NAME = QAccessible.Text.Name


@pytest.fixture
def listening() -> Iterator[None]:
    """Somebody listens, as far as Qt knows."""
    install()
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def access(canvas: Canvas) -> CanvasAccess:
    found = QAccessible.queryAccessibleInterface(canvas.view)
    assert isinstance(found, CanvasAccess)
    return found


@pytest.mark.usefixtures("listening")
class TestNodes:
    def test_each_is_a_child_in_words(self, canvas: Canvas) -> None:
        canvas.scene.show_reports({"n2": NodeReport({"output": TensorSpec((None, 8, 8, 64))}, 128)})
        canvas.scene.show_problems([Problem("error", "Units are missing.", "n3")])
        found = access(canvas)
        assert found.text(NAME) == "Network canvas"
        assert found.role() == QAccessible.Role.List
        assert [found.child(i).text(NAME) for i in range(found.childCount())] == [
            "input, Input, feeds 1",
            "dense, Dense, 1 input, feeds 1, shape 8 × 8 × 64",
            "dense_2, Dense, 1 input, feeds 1, error: Units are missing.",
            "output, Output, 1 input",
        ]

    def test_they_are_where_they_are_seen(self, canvas: Canvas) -> None:
        found = access(canvas)
        for index, name in enumerate(("input", "dense")):
            child, at = found.child(index), canvas.port.mapToGlobal(canvas.body(name))
            assert child.rect().contains(at)
            assert found.childAt(at.x(), at.y()) is child
            assert found.indexOfChild(child) == index
        corner = canvas.port.mapToGlobal(QPoint(2, 2))
        assert found.childAt(corner.x(), corner.y()) is None

    def test_selection_and_focus_are_states(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_Down)
        first, second = (access(canvas).child(i).state() for i in (0, 1))
        assert first.selected
        assert first.focused
        assert not second.selected

    def test_one_that_is_gone_says_so(self, canvas: Canvas) -> None:
        child = access(canvas).child(1)
        assert isinstance(child, ThingAccess)
        canvas.click(canvas.body("dense"))
        canvas.type(Key.Key_Delete)
        assert not child.isValid()
        assert child.text(NAME) == ""
        assert child.rect().isNull()
        assert access(canvas).childCount() == 3

    def test_frames_and_notes_come_after_the_nodes(self, canvas: Canvas) -> None:
        frame = Frame("Head", (-20.0, 68.0, 276.0, 172.0))
        marks = {"f1": frame, "t1": Note("Try more units", (320.0, 0.0), (200.0, 60.0))}
        canvas.document.apply("Explain", framing.put(canvas.project, marks))
        found = access(canvas)
        assert [found.child(i).text(NAME) for i in range(4, found.childCount())] == [
            "Head, frame, holds dense and dense_2",
            "Try more units, note",
        ]
        note = found.child(5)
        at = canvas.port.mapToGlobal(canvas.at(400, 30))
        assert note.rect().contains(at)
        assert found.childAt(at.x(), at.y()) is note
        assert found.indexOfChild(note) == 5
        Announcer(canvas.view)
        canvas.click(canvas.at(400, 30))
        assert note.state().selected
        assert note.state().focused
        canvas.type(Key.Key_Delete)
        assert not note.isValid()
        assert note.text(NAME) == ""

    def test_announcing_for_real_harms_nothing(self, canvas: Canvas) -> None:
        before = canvas.project
        Announcer(canvas.view)
        canvas.type(Key.Key_Down)
        canvas.type(Key.Key_Delete)
        assert canvas.project != before
        canvas.type(Key.Key_Z, Keys.ControlModifier)
        assert canvas.project == before


class TestAnnouncements:
    def heard(self, canvas: Canvas) -> list[tuple[str, bool]]:
        said: list[tuple[str, bool]] = []
        Announcer(canvas.view, lambda sentence, urgent: said.append((sentence, urgent)))
        return said

    def test_a_wire_and_a_deletion(self, opened: Opens) -> None:
        canvas = opened(chain("Input", "Dense", "Dense", "Output"))
        said = self.heard(canvas)
        canvas.drag(canvas.input("dense_2"), canvas.at(-100, 400))
        canvas.drag(canvas.output("dense"), canvas.input("dense_2"))
        canvas.click(canvas.body("dense"))
        canvas.click(canvas.body("dense_2"), Keys.ControlModifier)
        canvas.type(Key.Key_Delete)
        canvas.type(Key.Key_Z, Keys.ControlModifier)
        canvas.type(Key.Key_Y, Keys.ControlModifier)
        assert said == [
            ("Disconnected", False),
            ("Connected dense to dense_2", False),
            ("Deleted 2 layers", False),
            ("Undone: delete 2 layers", False),
            ("Redone: delete 2 layers", False),
        ]

    def test_a_refusal_does_not_wait(self, canvas: Canvas) -> None:
        said = self.heard(canvas)
        canvas.drag(canvas.output("dense_2"), canvas.body("dense"))
        assert len(said) == 1
        assert "cycle" in said[0][0]
        assert said[0][1]

    def test_what_changed_nothing_is_not_said(self, canvas: Canvas) -> None:
        said = self.heard(canvas)
        canvas.document.apply("Move dense", canvas.project)
        assert not said

    def test_an_unknown_verb_is_said_as_it_is(self) -> None:
        assert spoken("done", "Frobnicate dense") == "Frobnicate dense"
        assert spoken("done", "Tidy") == "Tidied"
