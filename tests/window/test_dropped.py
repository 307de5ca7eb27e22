"""Things dropped on the window: a project opens, everything else gets a sentence."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from builder.storage.project_file import save
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk

PROJECT = chain("Input", "Dense", "Output", catalog=CATALOG)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Desk:
    desk = Desk(qtbot, tmp_path)
    desk.document.reset(PROJECT)
    return desk


def drop(desk: Desk, urls: list[QUrl] | None = None, text: str = "") -> None:
    data = QMimeData()
    if urls:
        data.setUrls(urls)
    if text:
        data.setText(text)
    rest = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    # On the canvas, as a person drops it: what the canvas does not take goes to the window.
    canvas = desk.window.view.viewport()
    enter = QDragEnterEvent(QPoint(300, 200), *rest)
    QApplication.sendEvent(canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(canvas, QDropEvent(QPointF(300, 200), *rest))


def local(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path))


@pytest.mark.parametrize(
    "name", ["rows.csv", "model.onnx", "photo.png", "no suffix", "net.KNET.txt"]
)
def test_a_file_that_is_no_project_is_named(desk: Desk, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x00 anything")
    drop(desk, [local(path)])
    assert f"“{name}”" in desk.window.banner.sentence
    assert desk.document.project is PROJECT


def test_a_folder_is_named_even_with_the_suffix(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "odd.knet"
    folder.mkdir()
    drop(desk, [local(folder)])
    assert "“odd.knet” is a folder" in desk.window.banner.sentence
    assert desk.document.project is PROJECT


def test_addresses_and_text_get_a_sentence(desk: Desk) -> None:
    drop(desk, [QUrl("https://example.org/net.knet")])
    assert "Download the project first" in desk.window.banner.sentence
    drop(desk, text="http://example.org/net.knet")
    assert "Download the project first" in desk.window.banner.sentence
    drop(desk, text="hello")
    assert "Text is no project" in desk.window.banner.sentence
    assert desk.document.project is PROJECT


def test_of_several_the_project_opens(desk: Desk, tmp_path: Path) -> None:
    other, path = tmp_path / "rows.csv", tmp_path / "Net.KNET"
    other.write_text("a\n1\n")
    save(path, chain("Input", "Flatten", "Output", catalog=CATALOG))
    drop(desk, [local(other), local(path)])
    assert desk.document.path == path


def test_a_project_that_is_gone_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    drop(desk, [local(tmp_path / "gone.knet")])
    assert "gone.knet" in desk.window.banner.sentence
    assert desk.document.project is PROJECT


@pytest.mark.parametrize("name", ["net.keras", "net.h5", "NET.JSON"])
def test_a_model_is_handed_to_the_import(desk: Desk, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"anything")
    asked: list[str] = []
    desk.window.model_dropped.connect(asked.append)
    drop(desk, [local(path)])
    assert asked == [str(path)]
