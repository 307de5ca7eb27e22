"""The outline: the network as a tree in topological order, and every edit without the canvas."""

from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView, QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.document.project import Project
from builder.window.analyst import Analysis
from builder.window.outline_commands import OutlineCommands
from builder.window.outline_model import COLUMNS, NAME, OutlineModel
from builder.window.style import label

_WIDTHS = (0, 80, 76, 84, 240)
_NAME_WIDTH = 70
_INDENT = 14


class Outline(QWidget):
    """The tree with its commands (`commands`).

    Signals:
        chosen(node): a node was opened (Enter, double click): centre it.
        refused(sentence): an edit was not possible.
    """

    chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._busy = False
        self._stale = True
        self._open: set[str] = set()
        self.model = OutlineModel(document, catalog)
        self.model.refused.connect(self.refused)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(_INDENT)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.tree.setAccessibleName("Outline")
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.activated.connect(self._activated)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.expanded.connect(self._opened)
        self.tree.collapsed.connect(self._closed)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_NAME_WIDTH)
        for place, width in enumerate(_WIDTHS):
            header.resizeSection(place, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self._empty = label("The layers of the network are listed here.", "secondary")
        self._empty.setWordWrap(True)
        self._empty.setMargin(16)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.tree, 1)
        column.addWidget(self._empty, 1)
        self.commands = OutlineCommands(
            self.tree, document, catalog, self._rename, self.refused.emit
        )
        self.tree.selectionModel().selectionChanged.connect(self._select_in_document)
        document.selection_changed.connect(lambda _: self._select_in_tree())
        document.changed.connect(self._follow)

    def show_analysis(self, analysis: Analysis) -> None:
        self.model.show_analysis(analysis)

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._stale:
            self._refill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns that there is no room for are left out; the inspector has what they say."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        depth = self.model.depth
        room = self.width() - _NAME_WIDTH - (depth + 1 if depth else 0) * _INDENT
        for place, width in enumerate(_WIDTHS[1:], 1):
            room -= width
            self.tree.setColumnHidden(place, room < 0)

    def _follow(self, old: Project, new: Project) -> None:
        if old.graph is new.graph:
            return
        if self.isVisible():
            self._refill()
        else:
            self._stale = True

    def _refill(self) -> None:
        self._stale = False
        self._busy = True
        current = self._current()
        self.model.refill()
        blocks = self.model.blocks
        self._open &= set(blocks)
        for block in blocks:
            self.tree.setExpanded(self.model.index_of(block), block in self._open)
        self.tree.setRootIsDecorated(bool(blocks))
        self._fit_columns()
        self._busy = False
        self.tree.setVisible(bool(self.model.ids))
        self._empty.setVisible(not self.model.ids)
        self._select_in_tree()
        index = self.model.index_of(current)
        if index.isValid():
            self.tree.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _current(self) -> str:
        """The node that the keyboard is at; nothing for none."""
        index = self.tree.currentIndex()
        return self.model.id_of(index) if index.isValid() else ""

    def _opened(self, index: QModelIndex) -> None:
        if not self._busy:
            self._open.add(self.model.id_of(index))

    def _closed(self, index: QModelIndex) -> None:
        if not self._busy:
            self._open.discard(self.model.id_of(index))

    # --- selection, in step both ways

    def _select_in_document(self) -> None:
        if self._busy:
            return
        chosen = [self.model.id_of(row) for row in self.tree.selectionModel().selectedRows()]
        nodes = self._document.project.graph.nodes
        current = self._current() if self._current() in chosen else next(iter(chosen), "")
        level = nodes[current].parent if current else ""
        beside = frozenset(id_ for id_ in chosen if nodes[id_].parent == level)
        self._busy = True
        self._document.select(beside)
        self._busy = False
        if len(beside) < len(chosen):
            self._select_in_tree()  # what is selected stands at one level

    def _select_in_tree(self) -> None:
        if self._busy or self._stale:
            return
        self._busy = True
        chosen = QItemSelection()
        ids = [id_ for id_ in self.model.ids if id_ in self._document.selection]
        for id_ in ids:
            last = self.model.index_of(id_, len(COLUMNS) - 1)
            chosen.select(self.model.index_of(id_), last)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.tree.selectionModel().select(chosen, flag)
        if ids:
            first = self.model.index_of(ids[0])
            self.tree.selectionModel().setCurrentIndex(
                first, QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.tree.scrollTo(first)
            self._open |= set(self._document.project.graph.path(ids[0]))
        self._busy = False

    # --- commands

    def _menu(self, at: QPoint) -> None:
        self.commands.menu().popup(self.tree.viewport().mapToGlobal(at))

    def _activated(self, index: QModelIndex) -> None:
        self.chosen.emit(self.model.id_of(index))

    def _rename(self) -> None:
        index = self.model.index_of(self._current(), NAME)
        if index.isValid():
            self.tree.edit(index)
