"""The keyboard, the clipboard, quick-add and renaming."""

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.canvas.focus_ring import FocusRing
from builder.canvas.picture import picture
from builder.canvas.scene import GraphScene
from builder.canvas.view import CanvasView
from builder.document import edits
from builder.document.graph import PortRef
from tests.build import SMALL, chain
from tests.canvas.conftest import LEFT, NONE, Canvas, Key, Keys, Opens

CONTROL = Keys.ControlModifier


def pick(canvas: Canvas, *names: str) -> None:
    canvas.document.select(frozenset(canvas.id(name) for name in names))


def type_in_card(canvas: Canvas, text: str, key: Key = Key.Key_Return) -> None:
    card = canvas.view.floating.card
    assert card is not None
    QTest.keyClicks(card.field, text)
    QTest.keyClick(card.field, key)


class TestEditing:
    def test_delete_and_backspace(self, canvas: Canvas) -> None:
        pick(canvas, "dense")
        canvas.type(Key.Key_Delete)
        assert canvas.names() == {"input", "dense_2", "output"}
        pick(canvas, "dense_2")
        canvas.type(Key.Key_Backspace)
        assert canvas.names() == {"input", "output"}
        assert canvas.steps() == 2

    def test_dissolve(self, canvas: Canvas) -> None:
        pick(canvas, "dense", "dense_2")
        canvas.type(Key.Key_Delete, CONTROL)
        assert canvas.wires() == ["input > output.inputs"]
        assert canvas.steps() == 1

    def test_undo_and_redo(self, canvas: Canvas) -> None:
        before = canvas.project
        pick(canvas, "dense")
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
        pick(canvas, "dense")
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


class TestClipboard:
    def test_copy_and_paste_keep_inner_wires(self, canvas: Canvas) -> None:
        pick(canvas, "dense", "dense_2")
        canvas.type(Key.Key_C, CONTROL)
        assert '"keras-builder-part"' in QApplication.clipboard().text()
        canvas.hover(canvas.at(450, 100))
        canvas.type(Key.Key_V, CONTROL)
        assert canvas.chosen() == {"dense_3", "dense_4"}
        assert canvas.wires()[-1] == "dense_3 > dense_4.inputs"
        assert canvas.project.layout.positions[canvas.id("dense_3")] == (450, 100)
        assert canvas.steps() == 1

    def test_pasting_twice_hides_nothing(self, canvas: Canvas) -> None:
        pick(canvas, "dense")
        canvas.type(Key.Key_C, CONTROL)
        canvas.hover(canvas.at(450, 100))
        canvas.type(Key.Key_V, CONTROL)
        canvas.type(Key.Key_V, CONTROL)
        places = list(canvas.project.layout.positions.values())
        assert len(places) == len(set(places)) == 6

    def test_between_windows(self, canvas: Canvas, opened: Opens) -> None:
        pick(canvas, "dense", "dense_2")
        canvas.type(Key.Key_X, CONTROL)
        assert canvas.names() == {"input", "output"}
        other = opened(chain("Input"))
        other.type(Key.Key_V, CONTROL)
        assert other.names() == {"input", "dense", "dense_2"}
        assert other.wires() == ["dense > dense_2.inputs"]

    def test_duplicate(self, canvas: Canvas) -> None:
        QApplication.clipboard().setText("mine")
        pick(canvas, "dense")
        canvas.type(Key.Key_D, CONTROL)
        assert canvas.chosen() == {"dense_3"}
        assert QApplication.clipboard().text() == "mine"

    def test_foreign_text_is_refused_and_nothing_is_lost(self, canvas: Canvas) -> None:
        before = canvas.project
        texts = ("hello", "", "{}", '{"format": "keras-builder-part"}', "[" * 100_000)
        for text in texts:
            QApplication.clipboard().setText(text)
            canvas.type(Key.Key_V, CONTROL)
        assert canvas.project is before
        assert len(canvas.refusals) == len(texts)
        assert all("clipboard" in sentence for sentence in canvas.refusals)
        assert "clipboard" in canvas.view.said
        assert QApplication.clipboard().text() == texts[-1]

    def test_hostile_parts_are_refused(self, canvas: Canvas) -> None:
        head = '{"format":"keras-builder-part","part":{"nodes":[{"id":"a","name":"x","type":"t"}]'
        for rest in (
            ',"positions":{"a":[1e300,0]}}}',
            ',"wires":[{"source":{"node":"a","output":"o"},"target":{"node":"b","port":"i"}}]}}',
        ):
            QApplication.clipboard().setText(head + rest)
            canvas.type(Key.Key_V, CONTROL)
        assert len(canvas.refusals) == 2
        assert canvas.steps() == 0


class TestQuickAdd:
    def test_tab_search_enter(self, canvas: Canvas) -> None:
        canvas.hover(canvas.at(450, 100))
        canvas.type(Key.Key_Tab)
        type_in_card(canvas, "drop")
        assert canvas.chosen() == {"dropout"}
        assert canvas.project.layout.positions[canvas.id("dropout")] == (450 - 118, 100 - 24)
        assert canvas.view.floating.card is None
        assert canvas.view.hasFocus()

    def test_double_click_on_empty_ground(self, canvas: Canvas) -> None:
        QTest.mouseDClick(canvas.port, canvas_button(), pos=canvas.at(450, 100))
        assert canvas.view.floating.card is not None
        type_in_card(canvas, "x", Key.Key_Escape)
        assert canvas.view.floating.card is None
        assert canvas.steps() == 0

    def test_no_key_of_the_canvas_fires_while_typing(self, canvas: Canvas) -> None:
        pick(canvas, "dense")
        canvas.type(Key.Key_Tab)
        card = canvas.view.floating.card
        assert card is not None
        QTest.keyClicks(card.field, "d.")
        QTest.keyClick(card.field, Key.Key_Backspace)
        QTest.keyClick(card.field, Key.Key_D, CONTROL)
        QTest.keyClick(card.field, Key.Key_Down)
        assert card.field.text() == "d"
        assert card.list.currentRow() == 1
        assert canvas.names() == {"input", "dense", "dense_2", "output"}

    def test_nothing_found_says_so(self, canvas: Canvas) -> None:
        canvas.type(Key.Key_Tab)
        card = canvas.view.floating.card
        assert card is not None
        QTest.keyClicks(card.field, "zzzz")
        assert "zzzz" in card.list.item(0).text()
        QTest.keyClick(card.field, Key.Key_Return)
        assert canvas.steps() == 0

    def test_a_wire_dropped_on_nothing_offers_what_fits(self, canvas: Canvas) -> None:
        canvas.drag(canvas.output("dense"), canvas.at(450, 200))
        card = canvas.view.floating.card
        assert card is not None
        assert "keras.Input" not in card.types()
        type_in_card(canvas, "flatten")
        assert "dense > flatten.inputs" in canvas.wires()
        assert canvas.steps() == 1

    def test_a_wire_from_an_input_offers_sources(self, opened: Opens) -> None:
        canvas = opened(chain("Dense"))
        canvas.drag(canvas.input("dense"), canvas.at(400, -150))
        card = canvas.view.floating.card
        assert card is not None
        assert "output" not in card.types()
        type_in_card(canvas, "input")
        assert canvas.wires() == ["input > dense.inputs"]

    def test_esc_leaves_no_wire(self, canvas: Canvas) -> None:
        canvas.drag(canvas.output("dense"), canvas.at(450, 200))
        type_in_card(canvas, "", Key.Key_Escape)
        assert canvas.steps() == 0

    def test_double_click_on_a_wire_inserts(self, canvas: Canvas) -> None:
        QTest.mouseDClick(canvas.port, canvas_button(), pos=canvas.at(118, 69))
        type_in_card(canvas, "dropout")
        assert "input > dropout.inputs" in canvas.wires()


class TestAppending:
    def test_after_the_selection_connected_and_in_the_clear(self, canvas: Canvas) -> None:
        pick(canvas, "dense")
        canvas.view.append_layer("keras.layers.Dropout")
        assert "dense > dropout.inputs" in canvas.wires()
        boxes = [canvas.scene.box((id_,)) for id_ in canvas.project.graph.nodes]
        assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)

    def test_between_two_that_are_joined(self, opened: Opens) -> None:
        canvas = opened(chain("Input", "Dense", "Output"))
        pick(canvas, "input")
        canvas.view.append_layer("keras.layers.Dropout")
        assert sorted(canvas.wires()) == [
            "dense > output.inputs",
            "dropout > dense.inputs",
            "input > dropout.inputs",
        ]
        boxes = [canvas.scene.box((id_,)) for id_ in canvas.project.graph.nodes]
        assert not any(a.intersects(b) for a in boxes for b in boxes if a is not b)

    def test_a_chain_from_nothing(self, opened: Opens) -> None:
        canvas = opened(chain())
        for type_ in ("keras.Input", "keras.layers.Flatten", "keras.layers.Dense", "output"):
            canvas.view.append_layer(type_)
        assert canvas.wires() == [
            "input > flatten.inputs",
            "flatten > dense.inputs",
            "dense > output.inputs",
        ]
        canvas.view.append_layer("keras.layers.Dropout")
        assert len(canvas.wires()) == 3


class TestRenaming:
    def test_f2(self, canvas: Canvas) -> None:
        pick(canvas, "dense")
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
        QTest.keyClicks(editor, "output")
        QTest.keyClick(editor, Key.Key_Return)
        assert "output" in canvas.view.said
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
        QTest.keyClicks(editor, "output")
        canvas.view.setFocus()
        assert canvas.names() == {"input", "dense", "dense_2", "output"}
        assert "output" in canvas.refusals[0]
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
        assert {"Add layer…", "Select all"} <= self.words(menu)
        menu.close()


def canvas_button() -> object:
    from PySide6.QtCore import Qt

    return Qt.MouseButton.LeftButton


def test_actions_are_enabled_only_when_they_do_something(canvas: Canvas, opened: Opens) -> None:
    do = canvas.actions
    assert not do.undo.isEnabled()
    assert not do.delete.isEnabled()
    assert not do.rename.isEnabled()
    pick(canvas, "dense")
    assert do.delete.isEnabled()
    assert do.rename.isEnabled()
    pick(canvas, "dense", "input")
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


class TestFocusRing:
    def test_it_goes_where_the_arrows_go_and_leaves_with_the_keyboard(self, canvas: Canvas) -> None:
        ring = next(item for item in canvas.scene.items() if isinstance(item, FocusRing))
        canvas.type(Key.Key_Down)
        canvas.type(Key.Key_Down)
        assert ring.isVisible()
        assert ring.rect().center() == canvas.scene.box((canvas.id("dense"),)).center()
        canvas.type(Key.Key_Down, CONTROL)
        assert ring.rect().center() == canvas.scene.box((canvas.id("dense"),)).center()
        canvas.click(canvas.body("input"))
        assert not ring.isVisible()
        canvas.type(Key.Key_Down)
        assert ring.isVisible()
        canvas.type(Key.Key_Delete)
        assert not ring.isVisible()


class TestRing:
    """Only who uses the keyboard sees where it is."""

    def test_focus_left_by_a_button_that_was_clicked_shows_none(self, qtbot: QtBot) -> None:
        for by_mouse in (True, False):
            window, button = QWidget(), QPushButton("Close")
            qtbot.addWidget(window)
            view = CanvasView(GraphScene(Document(chain("Input", "Dense")), SMALL))
            column = QVBoxLayout(window)
            column.addWidget(button)
            column.addWidget(view)
            button.clicked.connect(button.hide)
            window.show()
            window.activateWindow()
            view.document.select(frozenset({"n1"}))
            button.setFocus()
            qtbot.waitUntil(button.hasFocus)
            # To the window, as the system sends it, and not to the widget.
            if by_mouse:
                QTest.mouseClick(window.windowHandle(), LEFT, NONE, button.geometry().center())
            else:
                QTest.keyClick(window.windowHandle(), Key.Key_Space)
            qtbot.waitUntil(view.hasFocus)
            assert view.property("keyboard") is not by_mouse
