"""Looking around: pan, zoom, fit, and what stands still on an empty canvas."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from builder.document import edits
from builder.document.project import Project
from tests.canvas.conftest import Canvas, Key, Keys


class TestLooking:
    def test_middle_drag_pans(self, canvas: Canvas) -> None:
        before = canvas.body("dense")
        canvas.drag(QPoint(30, 30), QPoint(90, 70), button=Qt.MouseButton.MiddleButton)
        assert canvas.body("dense") == before + QPoint(60, 40)

    def test_space_drag_pans_and_selects_nothing(self, canvas: Canvas) -> None:
        before = canvas.body("dense")
        canvas.hold(Key.Key_Space)
        canvas.drag(canvas.body("dense"), canvas.body("dense") + QPoint(25, -10))
        canvas.let_go(Key.Key_Space)
        assert canvas.body("dense") == before + QPoint(25, -10)
        assert canvas.chosen() == set()
        assert canvas.steps() == 0

    def wheel(
        self, canvas: Canvas, at: QPoint, turn: int, phase: Qt.ScrollPhase, keys: Keys
    ) -> None:
        place = QPointF(canvas.port.mapToGlobal(at))
        pixels = QPoint(0, turn) if phase != Qt.ScrollPhase.NoScrollPhase else QPoint()
        event = QWheelEvent(
            QPointF(at), place, pixels, QPoint(0, turn), Qt.MouseButton.NoButton, keys, phase, False
        )
        QApplication.sendEvent(canvas.port, event)

    def test_wheel_zooms_at_the_cursor(self, canvas: Canvas) -> None:
        at = canvas.body("dense")
        before = canvas.view.mapToScene(at)
        self.wheel(canvas, at, 240, Qt.ScrollPhase.NoScrollPhase, Keys.NoModifier)
        assert canvas.view.scale_factor > 1.3
        after = canvas.view.mapToScene(at)
        assert (after - before).manhattanLength() < 3

    def test_zoom_is_bounded(self, canvas: Canvas) -> None:
        for _ in range(60):
            self.wheel(canvas, QPoint(9, 9), 600, Qt.ScrollPhase.NoScrollPhase, Keys.NoModifier)
        assert canvas.view.scale_factor == pytest.approx(3.0)
        for _ in range(60):
            self.wheel(canvas, QPoint(9, 9), -600, Qt.ScrollPhase.NoScrollPhase, Keys.NoModifier)
        assert canvas.view.scale_factor == pytest.approx(0.05)

    def test_a_trackpad_pans_and_zooms_with_ctrl(self, canvas: Canvas) -> None:
        before = canvas.body("dense")
        self.wheel(canvas, before, 30, Qt.ScrollPhase.ScrollUpdate, Keys.NoModifier)
        assert canvas.view.scale_factor == 1.0
        assert canvas.body("dense") == before + QPoint(0, 30)
        self.wheel(canvas, before, 30, Qt.ScrollPhase.ScrollUpdate, Keys.ControlModifier)
        assert canvas.view.scale_factor > 1.0

    def test_fit_and_100_percent(self, canvas: Canvas) -> None:
        canvas.view.zoom_to(0.1)
        canvas.type(Key.Key_Home)
        assert canvas.view.scale_factor == 1.0
        assert canvas.port.rect().contains(canvas.body("output"))
        canvas.view.zoom_to(0.3)
        canvas.type(Key.Key_0, Keys.ControlModifier)
        assert canvas.view.scale_factor == 1.0
        canvas.document.select(frozenset((canvas.id("output"),)))
        canvas.type(Key.Key_Period)
        middle = canvas.port.rect().center()
        assert (canvas.body("output") - middle).manhattanLength() <= 3
        assert canvas.steps() == 0

    def test_far_out_only_the_overview_is_painted(self, canvas: Canvas) -> None:
        canvas.view.zoom_to(0.1)
        assert not any(item.isVisible() for item in canvas.scene.nodes.values())
        canvas.document.apply("x", edits.remove(canvas.project, {canvas.id("dense")}))
        canvas.view.grab()
        canvas.view.zoom_to(1.0)
        assert all(item.isVisible() for item in canvas.scene.nodes.values())


def test_the_first_steps_stand_in_the_middle_wherever_one_looked(canvas: Canvas) -> None:
    def away() -> int:
        return (
            canvas.view.welcome.geometry().center() - canvas.port.rect().center()
        ).manhattanLength()

    canvas.drag(canvas.at(450, 100), canvas.at(250, 300), button=Qt.MouseButton.MiddleButton)
    canvas.view.reveal(canvas.id("output"))
    canvas.document.reset(Project())
    assert canvas.view.welcome.isVisible()
    assert away() <= 2
    canvas.drag(canvas.at(50, 50), canvas.at(250, 300), button=Qt.MouseButton.MiddleButton)
    assert away() <= 2
