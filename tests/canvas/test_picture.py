"""Pictures of the network, and what the first paint may import."""

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from builder.canvas.document import Document
from builder.canvas.holding import Things
from builder.canvas.picture import copy_picture, picture, save_picture
from builder.canvas.scene import GraphScene
from builder.canvas.theme import DARK, LIGHT, apply_theme
from tests.build import SMALL, chain


@pytest.fixture
def scene(qapp: QApplication) -> GraphScene:
    apply_theme(qapp, "light")
    return GraphScene(Document(chain("Input", "Dense", "Output")), SMALL)


def test_png(scene: GraphScene, tmp_path: Path) -> None:
    save_picture(scene, tmp_path / "net.png", scale=2)
    image = QImage(str(tmp_path / "net.png"))
    assert image.width() >= 2 * 236
    assert image.pixelColor(0, 0).name().upper() == LIGHT.canvas


def test_svg(scene: GraphScene, tmp_path: Path) -> None:
    save_picture(scene, tmp_path / "net.svg")
    renderer = QSvgRenderer(str(tmp_path / "net.svg"))
    assert renderer.isValid()
    text = (tmp_path / "net.svg").read_text()
    assert "dense" in text
    assert "Dense" in text


def test_selection_is_not_shown_and_comes_back(scene: GraphScene) -> None:
    plain = picture(scene)
    scene.document.select(frozenset({"n2"}))
    scene.choose_wires(frozenset(scene.document.project.graph.wires))
    scene.set_scale(0.1)
    assert picture(scene) == plain
    assert scene.nodes["n2"].chosen
    assert scene.chosen_wires
    assert scene.ink.scale == 0.1


def test_the_theme_is_the_present_one(scene: GraphScene, qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    assert picture(scene).pixelColor(0, 0).name().upper() == DARK.canvas
    apply_theme(qapp, "light")


def test_a_part(scene: GraphScene, tmp_path: Path) -> None:
    whole, only = picture(scene), Things(frozenset({"n1", "n2"}))
    for scale in (1.0, 0.1):
        scene.set_scale(scale)
        looks = scene.snapshot()
        part = picture(scene, only=only)
        assert part.width() == whole.width()
        assert part.height() < whole.height()
        save_picture(scene, tmp_path / "part.svg", only=only)
        text = (tmp_path / "part.svg").read_text()
        assert "dense" in text
        assert "output" not in text
        assert scene.snapshot() == looks
        assert all(item.isVisible() == (scale == 1.0) for item in scene.nodes.values())
    assert picture(scene) == whole


def test_clipboard(scene: GraphScene) -> None:
    copy_picture(scene)
    assert not QApplication.clipboard().image().isNull()


def test_a_folder_that_is_not_there(scene: GraphScene, tmp_path: Path) -> None:
    for name in ("x.png", "x.svg"):
        with pytest.raises(OSError, match="could not be written"):
            save_picture(scene, tmp_path / "none" / name)


def test_a_huge_network_still_makes_a_picture(scene: GraphScene) -> None:
    from builder.document import edits

    document = scene.document
    document.apply("x", edits.move(document.project, {"n2": (90_000.0, 60_000.0)}))
    image = picture(scene)
    assert image.width() * image.height() <= 121_000_000


def test_first_paint_needs_qt_alone() -> None:
    code = """
import sys
from PySide6.QtWidgets import QApplication
from builder.canvas.actions import CanvasActions
from builder.canvas.document import Document
from builder.canvas.first_actions import FirstActions
from builder.canvas.scene import GraphScene
from builder.canvas.theme import apply_theme
from builder.canvas.view import CanvasView
from tests.build import SMALL, chain
project = chain("Input", "Dense", "Output")
for name in [n for n in sys.modules if n.split(".")[0] in ("networkx", "numpy")]:
    del sys.modules[name]
app = QApplication([])
apply_theme(app, "light")
view = CanvasView(GraphScene(Document(project), SMALL))
CanvasActions(view, FirstActions(view))
view.show()
app.processEvents()
heavy = {"numpy", "networkx", "fast_sugiyama", "pyqtgraph", "keras", "pandas", "sklearn"}
print(sorted(heavy & {name.split(".")[0] for name in sys.modules}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"
