"""Hostile and broken input by hand: a sentence or a sane result, and never a lost document."""

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from builder.document import edits
from builder.document.project import Project
from builder.storage.project_file import decode, encode
from tests.build import chain
from tests.canvas.conftest import Canvas, Key, Keys, Opens

CONTROL = Keys.ControlModifier
FAR = 1_000_000.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a shopping list",
        "{",
        "[1, 2, 3]",
        '{"format": "keras-builder-part"}',
        '{"format": "keras-builder-part", "part": {"nodes": []}}',
        '{"format": "keras-builder-part", "part": {"nodes": [{"id": 5}]}}',
        '{"format": "somebody-elses-part", "part": {}}',
        "[" * 100_000,
        "\x00\ud83d",
    ],
    ids=range(10),
)
def test_foreign_or_broken_clipboard_text(canvas: Canvas, text: str) -> None:
    before = canvas.project
    QApplication.clipboard().setText(text)
    canvas.type(Key.Key_V, CONTROL)
    assert canvas.project is before
    assert canvas.document.undo_title is None
    assert "nothing was pasted" in canvas.refusals[-1]


@pytest.mark.parametrize(
    "name", ["", "   ", "dense_2", "a/b", "<b>x</b>", "x\ty", "name\x00", "é", "x" * 5000]
)
def test_a_name_that_cannot_be(canvas: Canvas, name: str) -> None:
    before = canvas.project
    canvas.click(canvas.body("dense"))
    canvas.type(Key.Key_F2)
    editor = canvas.view.floating.editor
    assert editor is not None
    editor.setText(name)
    QTest.keyClick(editor, Key.Key_Return)
    if canvas.project is not before:
        assert name == "x" * 5000  # long, and else like any other
        assert decode(encode(canvas.project)) == canvas.project
        return
    assert canvas.view.floating.editor is editor
    assert len(canvas.view.said) > 10
    QTest.keyClick(editor, Key.Key_Escape)
    assert canvas.names() == {"input", "dense", "dense_2", "output"}


@pytest.mark.parametrize("what", ["text", "url", "colour"])
def test_what_is_no_layer_changes_nothing(canvas: Canvas, what: str) -> None:
    before, data = canvas.project, QMimeData()
    if what == "text":
        data.setText("Dense")
    elif what == "url":
        data.setUrls([QUrl("https://example.org/net.knet")])
    else:
        data.setColorData("red")
    canvas.drop("", QPoint(300, 200), data=data)
    assert canvas.project is before


def far_away(project: Project, y: float = -FAR) -> Project:
    node = project.graph.by_name["output"].id
    return edits.move(project, {node: (FAR, y)})


class TestFarAway:
    def test_it_can_be_gone_to_and_brought_back(self, opened: Opens) -> None:
        canvas = opened(far_away(chain("Input", "Dense", "Dense", "Output")))
        node = canvas.id("output")
        canvas.view.centre_on(node)
        away = canvas.body("output") - canvas.port.rect().center()
        assert away.manhattanLength() < 4
        canvas.click(canvas.body("output"))
        assert canvas.chosen() == {"output"}
        QApplication.processEvents()
        assert not canvas.port.grab().isNull()
        canvas.type(Key.Key_Escape)
        canvas.type(Key.Key_T, Keys.ShiftModifier | Keys.AltModifier)
        assert abs(canvas.project.layout.positions[node][0]) < 10_000
        canvas.document.undo()
        assert canvas.project.layout.positions[node] == (FAR, -FAR)

    def test_fit_shows_most_of_the_network_not_the_void(self, opened: Opens) -> None:
        canvas = opened(far_away(chain("Input", "Dense", "Dense", "Output")))
        canvas.type(Key.Key_Home)
        seen = [n for n in canvas.names() if canvas.port.rect().contains(canvas.body(n))]
        assert len(seen) >= 3
        assert canvas.view.scale_factor >= 0.05

    @pytest.mark.parametrize("direction", ["down", "right"])
    def test_a_wire_across_the_world_is_drawn_at_any_zoom(
        self, opened: Opens, direction: str
    ) -> None:
        project = far_away(chain("Input", "Dense", "Output"), FAR)
        layout = replace(project.layout, direction=direction)
        canvas = opened(replace(project, layout=layout))
        canvas.drag(canvas.body("dense"), canvas.at(300, 200))
        assert canvas.steps() == 1
        for scale in (1.0, 0.3, 0.06):
            canvas.view.zoom_to(scale)
            assert not canvas.port.grab().isNull()

    def test_it_is_saved_as_it_is(self) -> None:
        project = far_away(chain("Input", "Dense", "Output"))
        assert decode(encode(project)) == project


def test_all_nodes_at_one_point(opened: Opens) -> None:
    project = chain("Input", *["Dense"] * 40, "Output")
    layout = replace(project.layout, positions=dict.fromkeys(project.graph.nodes, (100.0, 100.0)))
    canvas = opened(replace(project, layout=layout))
    canvas.type(Key.Key_Home)
    canvas.click(canvas.body("input"))
    assert len(canvas.chosen()) == 1
    QApplication.processEvents()
    canvas.drag(canvas.body("input"), canvas.at(700, 400))
    assert len(set(canvas.project.layout.positions.values())) == 2
    canvas.type(Key.Key_Escape)
    canvas.type(Key.Key_T, Keys.ShiftModifier | Keys.AltModifier)
    assert len(set(canvas.project.layout.positions.values())) == 42
    assert canvas.steps() == 2
