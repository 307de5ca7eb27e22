"""Files in the window: its title, closing, dropping, recent ones."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMessageBox

from builder.document import edits
from builder.storage.examples import list_examples
from builder.storage.project_file import save
from tests.build import chain
from tests.window.window_desk import CATALOG, Desk

# --- files


def test_the_title_tells_name_and_unsaved_mark(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    save(path, chain("Input", "Dense", "Output", catalog=CATALOG))
    desk.window.files.open_path(path)
    assert desk.window.windowTitle().startswith("net.knet")
    assert not desk.window.isWindowModified()
    desk.document.apply("Rename", edits.rename(desk.document.project, "n2", "wide"))
    assert desk.window.isWindowModified()
    desk.window.menus.save.trigger()
    assert not desk.window.isWindowModified()


def test_closing_asks_first(desk: Desk) -> None:
    desk.palette.chosen.emit("keras.layers.Dense")
    desk.window.close()
    assert desk.window.isVisible()
    box = desk.window.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()
    assert desk.window.isVisible()
    desk.window.close()
    QApplication.processEvents()
    boxes = [b for b in desk.window.findChildren(QMessageBox) if b.isVisible()]
    boxes[0].button(QMessageBox.StandardButton.Discard).click()
    assert not desk.window.isVisible()


def test_a_file_dropped_on_the_window_is_opened(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    save(path, chain("Input", "Dense", "Output", catalog=CATALOG))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    flags = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter = QDragEnterEvent(QPoint(700, 400), *flags)
    QApplication.sendEvent(desk.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk.window, QDropEvent(QPointF(700, 400), *flags))
    assert desk.document.path == path


def test_a_bad_file_is_a_sentence_in_the_banner(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "bad.knet"
    path.write_text("{")
    desk.window.files.open_path(path)
    assert "bad.knet" in desk.window.banner.sentence


def test_an_example_named_on_the_command_line_is_a_copy(desk: Desk) -> None:
    desk.app.open(list_examples()[0].path)
    assert desk.document.path is None
    assert desk.document.project.graph.nodes


def test_recent_files_are_in_the_menu(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "net.knet"
    save(path, chain("Input", "Dense", "Output", catalog=CATALOG))
    desk.window.files.open_path(path)
    desk.window.files.new()
    desk.window.menus.recent.aboutToShow.emit()
    entry = desk.window.menus.recent.actions()[0]
    assert entry.text() == "net.knet"
    entry.trigger()
    assert desk.document.path == path
