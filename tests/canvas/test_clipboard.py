"""Copy, cut, paste and duplicate, and what the clipboard holds that is not ours."""

from PySide6.QtWidgets import QApplication

from tests.build import chain
from tests.canvas.conftest import CONTROL, Canvas, Key, Opens


class TestClipboard:
    def test_copy_and_paste_keep_inner_wires(self, canvas: Canvas) -> None:
        canvas.pick("dense", "dense_2")
        canvas.type(Key.Key_C, CONTROL)
        assert '"keras-builder-part"' in QApplication.clipboard().text()
        canvas.hover(canvas.at(450, 100))
        canvas.type(Key.Key_V, CONTROL)
        assert canvas.chosen() == {"dense_3", "dense_4"}
        assert canvas.wires()[-1] == "dense_3 > dense_4.inputs"
        assert canvas.project.layout.positions[canvas.id("dense_3")] == (450, 100)
        assert canvas.steps() == 1

    def test_pasting_twice_hides_nothing(self, canvas: Canvas) -> None:
        canvas.pick("dense")
        canvas.type(Key.Key_C, CONTROL)
        canvas.hover(canvas.at(450, 100))
        canvas.type(Key.Key_V, CONTROL)
        canvas.type(Key.Key_V, CONTROL)
        places = list(canvas.project.layout.positions.values())
        assert len(places) == len(set(places)) == 6

    def test_between_windows(self, canvas: Canvas, opened: Opens) -> None:
        canvas.pick("dense", "dense_2")
        canvas.type(Key.Key_X, CONTROL)
        assert canvas.names() == {"input", "output"}
        other = opened(chain("Input"))
        other.type(Key.Key_V, CONTROL)
        assert other.names() == {"input", "dense", "dense_2"}
        assert other.wires() == ["dense > dense_2.inputs"]

    def test_duplicate(self, canvas: Canvas) -> None:
        QApplication.clipboard().setText("mine")
        canvas.pick("dense")
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
