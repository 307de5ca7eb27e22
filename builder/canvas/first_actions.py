"""The canvas's commands that the toolbar shows: made with the window, all others after its first paint."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from builder.canvas.icons import dress
from builder.canvas.view import CanvasView

Key = QKeySequence.StandardKey
Keys = QKeySequence.StandardKey | str | tuple[str, ...]


class FirstActions(QObject):
    """`undo`, `redo`, `fit` and `tidy` of one view, enabled only while they would do something."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._document = document = view.document
        make = self.make
        self.undo = make("Undo", document.undo, Key.Undo, "undo", everywhere=True)
        self.redo = make("Redo", document.redo, ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", everywhere=True)
        # Commands are looked up when they are wanted: the first paint does without them.
        self.fit = make("Fit", lambda: view.motion.show(view.fit), "Home", "fit")
        self.fit.setToolTip("Show the whole network")
        self.tidy = make("Tidy", self._tidy, "Shift+Alt+T", "tidy", everywhere=True)
        self.tidy.setToolTip("Lay the network out in rows, or the selection")
        document.state_changed.connect(self._refresh)
        document.level_changed.connect(self._refresh)
        self._refresh()

    def make(
        self,
        text: str,
        act: Callable[[], object],
        keys: Keys,
        icon: str = "",
        *,
        everywhere: bool = False,
    ) -> QAction:
        """An action of the view; its keys work in the canvas only, or in the whole window."""
        action = QAction(text, self._view)
        if isinstance(keys, str):
            action.setShortcut(QKeySequence(keys))
        elif isinstance(keys, tuple):
            action.setShortcuts([QKeySequence(key) for key in keys])
        else:
            action.setShortcuts(keys)
        context = Qt.ShortcutContext
        action.setShortcutContext(
            context.WindowShortcut if everywhere else context.WidgetWithChildrenShortcut
        )
        if icon:
            dress(action, icon)
        # Qt hands a checked mark over that no command here wants.
        action.triggered.connect(lambda _checked=False: act())
        self._view.addAction(action)
        return action

    def _refresh(self) -> None:
        undo, redo = self._document.undo_title, self._document.redo_title
        self.undo.setEnabled(undo is not None)
        self.undo.setText(f"Undo {_mild(undo)}" if undo else "Undo")
        self.redo.setEnabled(redo is not None)
        self.redo.setText(f"Redo {_mild(redo)}" if redo else "Redo")
        self.undo.setIconText("Undo")
        self.redo.setIconText("Redo")
        self.tidy.setEnabled(bool(self._document.shown.graph.nodes))

    def _tidy(self) -> None:
        self._view.motion.show(self._tidy_at_once)

    def _tidy_at_once(self) -> None:
        several = len(self._document.selection) > 1
        self._view.commands.tidy()
        if not several:
            self._view.fit()


def _mild(title: str) -> str:
    """A step's title inside a sentence: Add Dense -> add Dense; names keep their letters."""
    return (title[:1].lower() + title[1:]).replace("&", "&&")
