"""An inspector on a document, with the words of a person using it."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from builder.canvas.document import Document
from builder.catalog.load import load_catalog
from builder.document.graph import Node
from builder.window.fields import LineField
from builder.window.form import Form
from builder.window.inspector import Inspector
from builder.window.line import Line
from tests.build import chain

CATALOG = load_catalog()


class Bench:
    """An inspector on a document, with the words of a person using it."""

    def __init__(self, qtbot: QtBot, *types: Any) -> None:
        self.document = Document(chain(*types, catalog=CATALOG))
        self.inspector = Inspector(self.document, CATALOG)
        qtbot.addWidget(self.inspector)
        self.inspector.resize(308, 800)
        with qtbot.waitExposed(self.inspector):
            self.inspector.show()

    def select(self, *names: str) -> None:
        by_name = self.document.project.graph.by_name
        self.document.select(frozenset(by_name[name].id for name in names))

    def node(self, name: str) -> Node:
        return self.document.project.graph.by_name[name]

    @property
    def form(self) -> Form:
        form = self.inspector.form
        assert form is not None
        return form

    def field(self, name: str) -> Any:
        return self.form.rows[name].field

    def type_into(self, name: str, text: str, key: Qt.Key | None = Qt.Key.Key_Return) -> Line:
        field = self.field(name)
        assert isinstance(field, LineField)
        field.line.setFocus()
        field.line.selectAll()
        QTest.keyClicks(field.line, text)
        if key is not None:
            QTest.keyClick(field.line, key)
        return field.line

    def shown_texts(self) -> list[str]:
        QApplication.processEvents()
        return [label.text() for label in self.inspector.findChildren(QLabel) if label.isVisible()]
