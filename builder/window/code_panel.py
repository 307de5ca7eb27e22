"""The Python source of the network, in step with canvas and selection; edited, it is applied to both."""

from collections.abc import Callable

from msgspec import Struct
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMessageBox, QPushButton, QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.canvas.placing import place
from builder.canvas.theme import theme_changed
from builder.catalog.spec import Catalog
from builder.codegen import CannotGenerate, Module, generate
from builder.document.project import Project
from builder.reading.python_faults import CannotRead
from builder.window.code_bar import CodeBar
from builder.window.source_reader import Revision, SourceReader
from builder.window.source_view import SourceView
from builder.window.style import label

Then = Callable[[], object]

_EDITING = "You are editing. Ctrl+Enter lets the canvas follow, Esc leaves."
_OUTRUN = (
    "The canvas has changed meanwhile. Apply puts your code on top of that; Revert shows the "
    "network as it stands."
)
_ONCE_MORE = "Press Esc again to drop what you typed."


class _Edit(Struct, frozen=True):
    """What is being edited: the source as it was written, and the project it was written from."""

    project: Project
    module: Module


class CodePanel(QWidget):
    """Generates after an edit, once for many, and only while it can be seen.

    Edited, it stays as it was typed until it is applied or let go. Signal `editing_changed(bool)`.
    """

    editing_changed = Signal(bool)

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._stale = True
        self._edit: _Edit | None = None
        self._warned = False
        self._then: Then | None = None
        self.module = Module("", ())
        self.text = SourceView()
        self.text.pressed_line.connect(self._select_node)
        self.text.typed.connect(self._type)
        self.text.apply_wanted.connect(self.apply)
        self.text.leave_wanted.connect(self._leave)
        self.text.textChanged.connect(self._typed)
        self.bar = CodeBar()
        self.bar.apply_wanted.connect(self.apply)
        self.bar.revert_wanted.connect(self.revert)
        self._reader = SourceReader(catalog)
        self._reader.done.connect(self._revise)
        self._reader.failed.connect(self._show_fault)
        self._note = label("", "warning")
        self._note.setWordWrap(True)
        self._note.setMargin(10)
        self._note.hide()
        self._buttons = self._make_buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._note)
        column.addWidget(self.bar)
        column.addWidget(self.text, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._generate)
        document.changed.connect(self._follow)
        document.selection_changed.connect(lambda _: self._show_selection(scroll=True))
        theme_changed.connect(self._recolour)

    def _make_buttons(self) -> QWidget:
        """Edit and Copy, over the source in the corner where lines are rarely that long."""
        corner = QWidget(self)
        edit = QPushButton("Edit", autoDefault=False)
        edit.setToolTip("Edit the code; the canvas follows when it is applied")
        edit.clicked.connect(self.edit)
        copy = QPushButton("Copy", autoDefault=False)
        copy.setToolTip("Copy the whole script")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.module.source))
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(edit)
        row.addWidget(copy)
        return corner

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self._edit is None:
            self._generate()
        # What was selected meanwhile is looked up as soon as the source can be seen.
        self._show_selection(scroll=True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._buttons.adjustSize()
        self._buttons.move(self.width() - self._buttons.width() - 20, 8)
        self._buttons.raise_()

    # --- editing

    @property
    def editing(self) -> bool:
        return self._edit is not None

    def edit(self) -> None:
        """Begin to edit the source, with the caret in it."""
        if self._edit is None:
            if self._stale:
                self._generate()
            self._edit = _Edit(self._document.project, self.module)
            self._warned = False
            self.text.mark_lines([])
            self.text.begin()
            self.bar.show_text(_EDITING)
            self.bar.show_busy(False)
            self.bar.show()
            self._buttons.hide()
            self.editing_changed.emit(True)
        self.text.setFocus()

    @property
    def has_unapplied(self) -> bool:
        """Whether something was typed that the canvas does not know of yet."""
        return self._edit is not None and self.text.toPlainText() != self._edit.module.source

    def ask_about_unapplied(self, then: Then) -> None:
        """Have typed code applied or dropped, then go on; Cancel and a fault in it stay here."""
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "Keras Builder",
            "Apply the code that you typed?",
            QMessageBox.StandardButton.Apply
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel,
            self.window(),
        )
        box.setInformativeText("Code that is not applied is lost.")
        box.setDefaultButton(QMessageBox.StandardButton.Apply)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def decided(result: int) -> None:
            if result == QMessageBox.StandardButton.Apply:
                self._then = then
                self.apply()
            elif result == QMessageBox.StandardButton.Discard:
                self.revert()
                then()

        box.finished.connect(decided)
        box.open()

    def apply(self) -> None:
        """Let the canvas follow what was typed. What cannot be read is underlined, and no more."""
        if self._edit is None:
            return
        if self.text.toPlainText() == self._edit.module.source:
            self.revert()
            return
        self.bar.show_text("Reading the code …")
        self.bar.show_busy(True)
        self._reader.read(self._document.project, self._edit.module, self.text.toPlainText())

    def revert(self) -> None:
        """Drop what was typed and show the network as it stands."""
        if self._edit is None:
            return
        self._reader.give_up()
        self._end()
        self.module = Module("", ())
        self._generate()
        self._show_selection(scroll=False)

    def _end(self) -> None:
        self._edit = None
        self.text.clear_fault()
        self.text.end()
        self.bar.hide()
        self._buttons.show()
        self._buttons.raise_()
        self.editing_changed.emit(False)

    def _leave(self) -> None:
        """Esc: leave at once if nothing was typed, or else when it is pressed again."""
        if self.has_unapplied and not self._warned:
            self._warned = True
            self.bar.show_text(_ONCE_MORE, "warning")
        else:
            self.revert()

    def _type(self, event: QKeyEvent) -> None:
        """A key that writes something begins the editing."""
        self.edit()
        self.text.keyPressEvent(event)

    def _typed(self) -> None:
        self._then = None
        if self._edit is not None:
            self._reader.give_up()
            self._warned = False
            self.text.clear_fault()
            self.bar.show_busy(False)
            self._say_how_it_stands()

    def _say_how_it_stands(self) -> None:
        if self._edit is not None:
            outrun = _differ(self._edit.project, self._document.project)
            self.bar.show_text(_OUTRUN if outrun else _EDITING, "warning" if outrun else "plain")

    def _revise(self, revision: Revision) -> None:
        if revision.old is not self._document.project:
            self.apply()  # the canvas was edited in that very moment
            return
        project = place(revision.project, revision.new)
        self._end()
        self.module = Module("", ())
        if project == self._document.project:
            self._generate()
            self._go_on()
            return
        self._document.apply("Edit code", project)
        self._timer.stop()
        self._generate()
        self._go_on()

    def _go_on(self) -> None:
        """What had to wait until the code was applied."""
        then, self._then = self._then, None
        if then is not None:
            then()

    def _show_fault(self, fault: CannotRead) -> None:
        self._then = None
        self.bar.show_busy(False)
        self.bar.show_text(str(fault), "error")
        if fault.place is not None:
            place = fault.place
            self.text.mark_fault(place.line - 1, place.column, place.end_line - 1, place.end_column)
        self.text.setFocus()

    # --- following

    def _follow(self, old: Project, new: Project) -> None:
        if not _differ(old, new):
            return
        self._stale = True
        if self._edit is not None and self._is_another():
            self.revert()  # what was typed is about a project that is closed
        elif self._edit is not None:
            self._say_how_it_stands()
        elif self.isVisible():
            self._timer.start(0)

    def _is_another(self) -> bool:
        """Whether another project was opened: it has nothing to undo and nothing to redo."""
        return self._document.undo_title is None and self._document.redo_title is None

    def _generate(self) -> None:
        if self._edit is not None:
            return
        self._stale = False
        folder = self._document.path.parent if self._document.path else None
        try:
            module = generate(self._document.project, self._catalog, folder=folder, partial=True)
        except CannotGenerate as refusal:
            self._note.setText(str(refusal))
            self._note.show()
            return
        self._note.hide()
        if module.source != self.text.toPlainText():
            self.text.replace_text(module.source)
        self.module = module
        self._show_selection(scroll=False)

    def _show_selection(self, scroll: bool) -> None:
        if not self.isVisible() or self._edit is not None:
            return
        chosen = self._document.selection
        lines = [line for line, id_ in enumerate(self.module.nodes) if id_ in chosen]
        self.text.mark_lines(lines)
        if scroll and lines:
            self.text.show_line(lines[0])

    def _select_node(self, line: int) -> None:
        nodes = self.module.nodes
        id_ = nodes[line] if self._edit is None and line < len(nodes) else None
        if id_ is not None:
            self._document.select(frozenset({id_}))

    def _recolour(self) -> None:
        self.text.recolour()
        self._show_selection(scroll=False)


def _differ(old: Project, new: Project) -> bool:
    """Whether two projects may have different sources: places alone are not in it."""
    parts = ("name", "graph", "data", "training", "backend", "dict_inputs", "custom")
    return any(getattr(old, part) != getattr(new, part) for part in parts)
