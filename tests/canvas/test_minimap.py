"""The minimap: when it shows, and where it takes the view."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.canvas.theme import current_theme
from builder.document import edits, framing
from builder.document.frames import Frame, Note, box_of
from tests.build import chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

LONG = chain("Input", *["Dense"] * 40, "Output")


def middle(canvas: Canvas) -> QPointF:
    return canvas.view.mapToScene(canvas.port.rect().center())


class TestShowing:
    def test_it_shows_while_something_is_out_of_sight(self, opened: Opens) -> None:
        canvas = opened(LONG)
        assert canvas.view.minimap.isVisible()
        canvas.view.fit()
        assert not canvas.view.minimap.isVisible()
        canvas.view.zoom_to(1.0)
        assert canvas.view.minimap.isVisible()

    def test_it_stands_at_the_bottom_right(self, opened: Opens) -> None:
        canvas = opened(LONG)
        for size in ((1000, 800), (700, 500)):
            canvas.view.resize(*size)
            place = canvas.view.minimap.geometry()
            assert (size[0] - place.right(), size[1] - place.bottom()) == (13, 13)

    def test_a_small_canvas_is_not_covered_by_it(self, opened: Opens) -> None:
        canvas = opened(LONG)
        for size, shown in (((1000, 200), False), ((300, 700), False), ((700, 500), True)):
            canvas.view.resize(*size)
            assert canvas.view.minimap.isVisible() == shown

    def test_panning_leaves_it_in_its_corner(self, opened: Opens) -> None:
        canvas = opened(LONG)
        place = canvas.view.minimap.geometry()
        canvas.view.pan(QPoint(-60, -200))
        canvas.view.grab()
        assert canvas.view.minimap.geometry() == place

    def test_alt_m_hides_and_shows_it(self, opened: Opens) -> None:
        canvas = opened(LONG)
        canvas.type(Key.Key_M, Keys.AltModifier)
        assert not canvas.view.minimap.isVisible()
        assert not canvas.actions.minimap.isChecked()
        canvas.type(Key.Key_M, Keys.AltModifier)
        assert canvas.view.minimap.isVisible()

    def test_an_edit_is_seen_on_it(self, opened: Opens, qtbot: QtBot) -> None:
        canvas = opened(chain("Input", "Dense", "Output"))
        assert not canvas.view.minimap.isVisible()
        far = edits.move(canvas.project, {canvas.id("output"): (0.0, 5000.0)})
        canvas.document.apply("Move", far)
        qtbot.waitUntil(canvas.view.minimap.isVisible)

    def test_nodes_have_their_categories_colours(self, opened: Opens) -> None:
        canvas = opened(LONG)
        minimap = canvas.view.minimap
        minimap.grab()
        spot = minimap.spot(canvas.scene.box((canvas.id("dense_20"),)).center())
        canvas.view.centerOn(0, 0)  # the frame is elsewhere
        shown = minimap.grab().toImage().pixelColor(spot.toPoint())
        core = QColor(current_theme().category("Core"))
        assert max(abs(a - b) for a, b in zip(shown.getRgb(), core.getRgb(), strict=True)) < 90

    def test_frames_and_notes_are_on_it(self, opened: Opens) -> None:
        canvas = opened(LONG)
        minimap = canvas.view.minimap
        frame = Frame("Head", (-1200.0, 900.0, 1000.0, 900.0), "Pooling")
        note = Note("here", (1800.0, 1500.0), (220.0, 200.0))
        project = framing.put(canvas.project, {"f1": frame, "t1": note})
        minimap.grab()
        canvas.document.apply("Explain", project)
        QApplication.processEvents()
        canvas.view.centerOn(0, -2000)  # the rectangle of what is in sight is elsewhere
        shown, ground = minimap.grab().toImage(), current_theme().panel
        for mark in (frame, note):
            left, top, width, height = box_of(mark)
            spot = minimap.spot(QPointF(left + width / 2, top + height / 2))
            found = shown.pixelColor(spot.toPoint())
            away = zip(found.getRgb(), QColor(ground).getRgb(), strict=True)
            assert max(abs(a - b) for a, b in away) > 12


class TestMoving:
    def test_a_click_and_a_drag_move_the_view(self, opened: Opens) -> None:
        canvas = opened(LONG)
        minimap = canvas.view.minimap
        last = canvas.scene.box((canvas.id("output"),)).center()
        spot = minimap.spot(last).toPoint()
        QTest.mousePress(minimap, Qt.MouseButton.LeftButton, Keys.NoModifier, spot)
        assert abs(middle(canvas).y() - last.y()) < 60
        first = canvas.scene.box((canvas.id("input"),)).center()
        QTest.mouseMove(minimap, minimap.spot(first).toPoint())
        assert abs(middle(canvas).y() - first.y()) < 60
        QTest.mouseRelease(
            minimap, Qt.MouseButton.LeftButton, Keys.NoModifier, minimap.spot(first).toPoint()
        )
        assert canvas.steps() == 0
        assert canvas.chosen() == set()

    def test_a_point_and_its_spot_agree(self, opened: Opens) -> None:
        minimap = opened(LONG).view.minimap
        for point in (QPointF(0, 0), QPointF(118, 1800), QPointF(-300, 4000)):
            back = minimap.place(minimap.spot(point))
            assert (back - point).manhattanLength() < 1e-6

    def test_a_double_click_adds_nothing(self, opened: Opens) -> None:
        canvas = opened(LONG)
        QTest.mouseDClick(canvas.view.minimap, Qt.MouseButton.LeftButton)
        assert canvas.view.floating.card is None
