"""The outline: the network as a tree in topological order, and every edit without the canvas."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.canvas.holding import Thing
from builder.canvas.mark_editors import NoteEditor
from builder.catalog.spec import Catalog
from builder.document.project import Project
from builder.window.analyst import Analysis
from builder.window.outline_commands import OutlineCommands
from builder.window.outline_model import COLUMNS, NAME, OutlineModel
from builder.window.style import label

_WIDTHS = (0, 80, 76, 84, 240)
_NAME_WIDTH = 70
_INDENT = 14
_NOTE_HEIGHT = 72
_NOWHERE = QModelIndex()


class Outline(QWidget):
    """The tree with its commands (`commands`).

    Signals:
        chosen(node): a node was opened (Enter, double click): centre it.
        mark_chosen(mark): a frame or note was.
        refused(sentence): an edit was not possible.
    """

    chosen = Signal(str)
    mark_chosen = Signal(str)
    refused = Signal(str)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
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
            self.tree,
            document,
            catalog,
            self._rename,
            self._write,
            self.refused.emit,
        )
        self.tree.selectionModel().selectionChanged.connect(self._select_in_document)
        document.selection_changed.connect(lambda _: self._select_in_tree())
        document.marks_selected.connect(lambda _: self._select_in_tree())
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
        was, now = old.layout, new.layout
        same = old.graph is new.graph and old.custom == new.custom
        if same and was.frames is now.frames and was.notes is now.notes:
            return
        if self.isVisible():
            self._refill()
        else:
            self._stale = True

    def _refill(self) -> None:
        self._stale = False
        self._busy = True
        current, typed_in = self._current(), self._holds_focus()
        self.model.refill()
        blocks = self.model.blocks
        self._open &= set(blocks)
        for block in blocks:
            self.tree.setExpanded(self.model.index_of(Thing("node", block)), block in self._open)
        self.tree.setRootIsDecorated(bool(blocks))
        self._fit_columns()
        self._busy = False
        self.tree.setVisible(bool(self.model.things))
        self._empty.setVisible(not self.model.things)
        self._select_in_tree()
        if typed_in:
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)  # the field of a name is gone
        index = self.model.index_of(current)
        if index.isValid():
            self.tree.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.NoUpdate
            )

    def _holds_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.tree.isAncestorOf(focus)

    def _current(self) -> Thing | None:
        """What the keyboard is at."""
        index = self.tree.currentIndex()
        return self.model.thing_of(index) if index.isValid() else None

    def _opened(self, index: QModelIndex) -> None:
        if not self._busy:
            self._open.add(self.model.thing_of(index).id)

    def _closed(self, index: QModelIndex) -> None:
        if not self._busy:
            self._open.discard(self.model.thing_of(index).id)

    # --- selection, in step both ways

    def _select_in_document(self) -> None:
        if self._busy:
            return
        chosen = [self.model.thing_of(row) for row in self.tree.selectionModel().selectedRows()]
        current = self._current() if self._current() in chosen else next(iter(chosen), None)
        level = self.model.block_of(current) if current is not None else ""
        beside = [thing for thing in chosen if self.model.block_of(thing) == level]
        self._busy = True
        self._document.select(
            frozenset(thing.id for thing in beside if thing.kind == "node"),
            frozenset(thing.id for thing in beside if thing.kind == "mark"),
        )
        self._busy = False
        if len(beside) < len(chosen):
            self._select_in_tree()  # what is selected stands at one level

    def _select_in_tree(self) -> None:
        if self._busy or self._stale:
            return
        self._busy = True
        chosen = QItemSelection()
        nodes, marks = self._document.selection, self._document.selected_marks
        things = [t for t in self.model.things if t.id in (nodes if t.kind == "node" else marks)]
        for thing in things:
            last = self.model.index_of(thing, len(COLUMNS) - 1)
            chosen.select(self.model.index_of(thing), last)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.tree.selectionModel().select(chosen, flag)
        if things:
            first = self.model.index_of(things[0])
            self.tree.selectionModel().setCurrentIndex(
                first, QItemSelectionModel.SelectionFlag.NoUpdate
            )
            self.tree.scrollTo(first)
            block = self.model.block_of(things[0])
            if block:
                self._open |= {*self._document.project.graph.path(block), block}
        self._busy = False

    # --- commands

    def _menu(self, at: QPoint) -> None:
        self.commands.menu().popup(self.tree.viewport().mapToGlobal(at))

    def _activated(self, index: QModelIndex) -> None:
        kind, id_ = self.model.thing_of(index)
        (self.chosen if kind == "node" else self.mark_chosen).emit(id_)

    def _rename(self, new_frame: str = "") -> None:
        """Edit what the keyboard is at; `new_frame` was just made, and naming it is no step more."""
        self.model.name_new(new_frame)
        current = self._current()
        index = self.model.index_of(current, NAME)
        if current is None or not index.isValid():
            return
        note = self.model.note_of(index)
        if note is None:
            self.tree.edit(index)
        else:
            self._write(partial(self.model.write, current.id), note.text, index)

    def _write(
        self,
        written: Callable[[str], object],
        text: str = "",
        index: QModelIndex = _NOWHERE,
    ) -> None:
        """Open the field for the text of a note at its row, or at the end of the tree."""
        port = self.tree.viewport()
        row = self.tree.visualRect(index).top() if index.isValid() else port.height()
        top = max(0, min(row, port.height() - _NOTE_HEIGHT - 4))
        field = NoteEditor(port, text, QRect(2, top, port.width() - 4, _NOTE_HEIGHT))
        field.written.connect(written)
        self._document.changed.connect(field.close_editor)
        field.closed.connect(lambda: self.tree.setFocus(Qt.FocusReason.PopupFocusReason))
