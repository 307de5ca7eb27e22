"""The inspector's page of frames and notes."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from builder.document import framing
from builder.document.frames import Frame, Note
from builder.engine.messages import NodeReport
from builder.window.analyst import Analysis
from builder.window.layer_page import LayerPage
from builder.window.line import Line
from builder.window.mark_page import MarkPage
from tests.window.bench import Bench


class TestFramesAndNotes:
    def bench(self, qtbot: QtBot) -> Bench:
        bench = Bench(qtbot, "Input", "Dense", "Dense", "Output")
        marks = {
            "f1": Frame("Head", (-20.0, 50.0, 300.0, 300.0)),
            "t1": Note("Try more units", (400.0, 0.0), (220.0, 40.0)),
        }
        bench.document.reset(framing.put(bench.document.project, marks))
        return bench

    def page(self, bench: Bench) -> MarkPage:
        page = bench.inspector.widget()
        assert isinstance(page, MarkPage)
        return page

    def test_a_frame_has_its_title_its_colour_and_what_it_holds(self, qtbot: QtBot) -> None:
        bench = self.bench(qtbot)
        bench.document.select(frozenset(), frozenset({"f1"}))
        reports = {id_: NodeReport({}, 10, 10, 1) for id_ in ("n1", "n2", "n3")}
        bench.inspector.show_analysis(Analysis(1, reports))
        page = self.page(bench)
        assert page.facts.shown == {"layers": "2", "parameters": "20", "FLOPs": "2"}
        line = page.name.findChild(Line)
        assert isinstance(line, Line)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, "Classifier")
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert bench.document.project.layout.frames["f1"].title == "Classifier"
        assert bench.document.undo_title == "Rename frame"
        assert self.page(bench) is page
        page.colour.field.committed.emit("Pooling")
        assert bench.document.project.layout.frames["f1"].colour == "Pooling"
        page.colour.undo.click()
        assert bench.document.project.layout.frames["f1"].colour == ""
        bench.document.apply("Delete", framing.remove(bench.document.project, {"f1"}))
        assert not isinstance(bench.inspector.widget(), MarkPage)

    def test_a_note_is_read_and_layers_go_before_it(self, qtbot: QtBot) -> None:
        bench = self.bench(qtbot)
        bench.document.select(frozenset(), frozenset({"t1"}))
        assert self.page(bench).text.text() == "Try more units"
        assert self.page(bench).name.isHidden()
        bench.document.select(frozenset(), frozenset({"f1", "t1"}))
        assert self.page(bench).text.isHidden()
        assert not self.page(bench).colour.isHidden()
        bench.document.select(frozenset({"n2"}), frozenset({"t1"}))
        assert isinstance(bench.inspector.widget(), LayerPage)
        bench.document.select(frozenset({"n2"}))
        assert isinstance(bench.inspector.widget(), LayerPage)
        bench.document.select(frozenset())
        assert not isinstance(bench.inspector.widget(), MarkPage)
