"""The keyboard on the canvas: editing, walking, renaming, menus, and what is said."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from builder.canvas.picture import picture
from builder.document import edits
from builder.document.graph import PortRef
from tests.build import SMALL, chain
from tests.canvas.conftest import CONTROL, Canvas, Key, Keys, Opens


class TestEditing:
    def test_delete_and_backspace(self, canvas: Canvas) -> None:
        canvas.pick("dense")
        canvas.type(Key.Key_Delete)
        assert canvas.names() == {"input", "dense_2", "output"}
        canvas.pick("dense_2")
        canvas.type(Key.Key_Backspace)
        assert canvas.names() == {"input", "output"}
        assert canvas.steps() == 2

    def test_dissolve(self, canvas: Canvas) -> None:
        canvas.pick("dense", "dense_2")
        canvas.type(Key.Key_Delete, CONTROL)
        assert canvas.wires() == ["input > output.inputs"]
        assert canvas.steps() == 1

    def test_undo_and_redo(self, canvas: Canvas) -> None:
        before = canvas.project
        canvas.pick("dense")
        canvas.type(Key.Key_Delete)
        after = canvas.project
        assert canvas.actions.undo.text() == "Undo delete dense"
        canvas.type(Key.Key_Z, CONTROL)
        assert canvas.project == before
        canvas.type(Key.Key_Y, CONTROL)
        assert canvas.project == after
        canvas.type(Key.Key_Z, CONTROL)
        canvas.type(Key.Key_Z, CONTROL | Keys.ShiftModifier)
        assert canvas.project == after
        assert not canvas.actions.redo.isEnabled()

    def test_arrows_walk(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_Down)
        assert canvas.chosen() == {"input"}
        canvas.type(Key.Key_Down)
        canvas.type(Key.Key_Down)
        assert canvas.chosen() == {"dense_2"}
        canvas.type(Key.Key_Up)
        assert canvas.chosen() == {"dense"}
        canvas.type(Key.Key_Left)
        assert canvas.chosen() == {"dense"}

    def test_nudging_is_one_step(self, canvas: Canvas) -> None:
        canvas.pick("dense")
        x, y = canvas.project.layout.positions[canvas.id("dense")]
        for _ in range(3):
            canvas.type(Key.Key_Right, CONTROL)
        canvas.type(Key.Key_Down, CONTROL)
        assert canvas.project.layout.positions[canvas.id("dense")] == (x + 24, y + 8)
        assert canvas.steps() == 1

    def test_tidy_is_one_step(self, opened: Opens) -> None:
        canvas = opened(chain("Input", "Dense", "Output"))
        canvas.view.commands.move({canvas.id("dense"): (500.0, -300.0)})
        canvas.type(Key.Key_T, Keys.ShiftModifier | Keys.AltModifier)
        assert canvas.document.undo_title == "Tidy"
        ys = [
            canvas.project.layout.positions[canvas.id(n)][1] for n in ("input", "dense", "output")
        ]
        assert ys == sorted(ys)
        assert canvas.steps() == 2


class TestRenaming:
    def test_f2(self, canvas: Canvas) -> None:
        canvas.pick("dense")
        canvas.type(Key.Key_F2)
        editor = canvas.view.floating.editor
        assert editor is not None
        assert editor.selectedText() == "dense"
        QTest.keyClicks(editor, "hidden")
        QTest.keyClick(editor, Key.Key_Return)
        assert "hidden" in canvas.names()
        assert canvas.document.undo_title == "Rename dense to hidden"
        assert canvas.view.floating.editor is None
        assert canvas.view.hasFocus()

    def test_a_refused_name_says_why_and_stays_open(self, canvas: Canvas) -> None:
        canvas.view.rename(canvas.id("dense"))
        editor = canvas.view.floating.editor
        assert editor is not None
        QTest.keyClicks(editor, "dense_2")
        QTest.keyClick(editor, Key.Key_Return)
        assert "dense_2" in canvas.view.said
        assert canvas.view.floating.editor is editor
        QTest.keyClick(editor, Key.Key_Escape)
        assert canvas.view.said == ""
        assert canvas.steps() == 0

    def test_leaving_the_field_applies(self, canvas: Canvas) -> None:
        canvas.view.rename(canvas.id("dense"))
        editor = canvas.view.floating.editor
        assert editor is not None
        QTest.keyClicks(editor, "hidden")
        canvas.click(canvas.at(450, 300))
        assert "hidden" in canvas.names()
        assert canvas.steps() == 1

    def test_the_right_button_in_the_field_is_none_in_the_canvas(self, canvas: Canvas) -> None:
        canvas.view.rename(canvas.id("dense"))
        editor = canvas.view.floating.editor
        assert editor is not None
        QTest.keyClicks(editor, "hidden")
        QTest.mouseClick(editor, Qt.MouseButton.RightButton)
        out = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason)
        QApplication.sendEvent(editor, out)
        assert canvas.view.floating.editor is editor
        QTest.keyClick(editor, Key.Key_Return)
        assert "hidden" in canvas.names()

    def test_looking_elsewhere_is_leaving_too(self, canvas: Canvas) -> None:
        canvas.view.rename(canvas.id("dense"))
        QTest.keyClicks(canvas.view.floating.editor, "hidden")
        canvas.view.zoom_by(1.2)
        assert canvas.view.floating.editor is None
        assert "hidden" in canvas.names()
        assert canvas.steps() == 1

    def test_left_with_a_name_that_cannot_be_it_says_so(self, canvas: Canvas) -> None:
        canvas.view.rename(canvas.id("dense"))
        editor = canvas.view.floating.editor
        assert editor is not None
        QTest.keyClicks(editor, "dense_2")
        canvas.view.setFocus()
        assert canvas.names() == {"input", "dense", "dense_2", "output"}
        assert "dense_2" in canvas.refusals[0]
        assert canvas.view.said == canvas.refusals[0]


class TestMenus:
    def menu(self, canvas: Canvas, at: QPoint) -> QMenu:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.port.mapToGlobal(at))
        QApplication.sendEvent(canvas.port, event)
        menu = canvas.actions.context.menu
        assert menu is not None
        return menu

    def words(self, menu: QMenu) -> set[str]:
        return {action.text() for action in menu.actions() if action.text()}

    def test_of_a_node(self, canvas: Canvas) -> None:
        menu = self.menu(canvas, canvas.body("dense"))
        assert canvas.chosen() == {"dense"}
        assert {"Rename", "Copy", "Delete"} <= self.words(menu)
        # The small catalogue of the tests says of no layer that it could be frozen.
        disabled = {a.text() for a in menu.actions() if a.text() and not a.isEnabled()}
        assert disabled == {"Freeze"}
        menu.close()

    def test_of_a_wire(self, canvas: Canvas) -> None:
        menu = self.menu(canvas, canvas.at(118, 69))
        assert self.words(menu) == {"Insert layer…", "Delete"}
        menu.close()
        canvas.actions.delete.trigger()
        assert "input > dense.inputs" not in canvas.wires()

    def test_of_the_ground_by_keyboard(self, canvas: Canvas) -> None:
        event = QContextMenuEvent(
            QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), canvas.port.mapToGlobal(QPoint(5, 5))
        )
        QApplication.sendEvent(canvas.port, event)
        menu = canvas.actions.context.menu
        assert menu is not None
        assert {"Add layer…\tTab", "Paste\tCtrl+V", "Select all"} <= self.words(menu)
        menu.close()


def test_actions_are_enabled_only_when_they_do_something(canvas: Canvas, opened: Opens) -> None:
    do = canvas.actions
    assert not do.undo.isEnabled()
    assert not do.delete.isEnabled()
    assert not do.rename.isEnabled()
    canvas.pick("dense")
    assert do.delete.isEnabled()
    assert do.rename.isEnabled()
    canvas.pick("dense", "input")
    assert not do.rename.isEnabled()
    empty = opened(chain()).actions
    assert not empty.tidy.isEnabled()
    assert not empty.select_all.isEnabled()


def test_port_names_show_under_the_mouse_and_in_no_picture(opened: Opens) -> None:
    canvas = opened(chain("Input", "MultiHeadAttention"))
    plain = picture(canvas.scene)
    canvas.hover(canvas.body("multi_head_attention"))
    assert canvas.view.overlay.names.rect().height() > 10
    assert picture(canvas.scene) == plain
    assert canvas.view.overlay.names.isVisible()
    canvas.hover(canvas.at(500, 500))
    assert canvas.view.overlay.names.rect().isEmpty()


def test_an_empty_canvas_says_what_to_do(opened: Opens) -> None:
    canvas = opened(chain())
    (hint,) = (label for label in canvas.port.findChildren(QLabel) if "Tab" in label.text())
    assert hint.isVisible()
    canvas.view.append_layer("keras.Input")
    assert not hint.isVisible()


def test_tooltips_say_problems_and_shapes(canvas: Canvas) -> None:
    from builder.canvas.hit import hit
    from builder.canvas.tips import tip
    from builder.document.problems import Problem
    from builder.engine.messages import NodeReport, TensorSpec

    dense = canvas.id("dense")
    canvas.scene.show_reports(
        {dense: NodeReport({"output": TensorSpec((None, 8, 64))}, 4160, 4160)}
    )
    canvas.scene.show_problems([Problem("error", "Expected <2> axes", dense)])
    place = canvas.scene.nodes[dense].scenePos()
    text = tip(canvas.scene, hit(canvas.scene, place + QPointF(60, 20)))
    assert "Expected &lt;2&gt; axes" in text
    assert "(None, 8, 64) float32 · 2.05 KB a row" in text
    assert "4,160 parameters" in text
    port = hit(canvas.scene, place + QPointF(118, 48))
    assert port.kind == "output"
    assert "(None, 8, 64)" in tip(canvas.scene, port)
    wire = hit(canvas.scene, place + QPointF(118, 69))
    assert wire.wire is not None
    assert wire.wire.target == PortRef(canvas.id("dense_2"))
    assert "dense → dense_2" in tip(canvas.scene, wire)
    assert SMALL.layer("output") is not None


def test_another_network_is_brought_into_sight(opened: Opens) -> None:
    canvas = opened(chain("Input", "Dense"))
    canvas.view.centerOn(5000, 5000)
    kept = edits.rename(canvas.document.project, canvas.id("dense"), "other")
    canvas.document.apply("Rename", kept)
    seen = canvas.view.mapToScene(canvas.port.rect()).boundingRect()
    assert not seen.intersects(canvas.scene.box())
    canvas.document.apply("Start a network", chain("Input", "Dense", "Output"))
    seen = canvas.view.mapToScene(canvas.port.rect()).boundingRect()
    assert seen.contains(canvas.scene.box())
