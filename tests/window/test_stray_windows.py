"""No part of the window flashes up as a window of its own while it is being made."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.window.inspector import Inspector
from builder.window.notice import EmptyState
from tests.build import chain


class Watch(QObject):
    """Remembers which widgets were shown as windows."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


def test_selecting_layers_shows_no_window(qapp: QApplication, qtbot: QtBot) -> None:
    catalog = load_catalog()
    document = Document(chain("Input", "Conv2D", "Dense", "Output", catalog=catalog))
    inspector = Inspector(document, catalog)
    qtbot.addWidget(inspector)
    inspector.show()
    watch = Watch()
    qapp.installEventFilter(watch)
    for node in document.project.graph.nodes:
        document.select(frozenset({node}))
    document.select(frozenset({"n2", "n3"}))
    document.select(frozenset())
    EmptyState("Nothing yet", "Words", "Act").deleteLater()
    qapp.removeEventFilter(watch)
    assert not watch.shown
