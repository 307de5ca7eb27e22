"""Recovery: keeps a copy of what is not saved, and offers what an earlier window left behind."""

import datetime
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from builder.document.differences import differences
from builder.document.project import Project
from builder.storage.project_file import ProjectFileError, load
from builder.storage.recovery import Leftover, RecoveryWriter, leftovers
from builder.window.recovery_offer import RecoveryOffer

if TYPE_CHECKING:
    from builder.window.main_window import MainWindow

_PAUSE_MS = 400
"""From an edit to its copy. Edits meanwhile go into the same copy."""


class Recovery(QObject):
    """Follows one window's document from its making to the window's closing.

    Attributes:
        offer: what is offered just now, where something is.
    """

    _reported = Signal(str)

    def __init__(self, window: "MainWindow", folder: Path) -> None:
        super().__init__(window)
        self._window = window
        self._document = window.document
        self._folder = folder
        self._failing = False
        self._waiting: list[tuple[Leftover, str]] = []
        self._held = ExitStack()
        self._restored: Leftover | None = None
        self.offer: RecoveryOffer | None = None
        self._reported.connect(self._tell)
        self._writer = RecoveryWriter(folder, self._reported.emit)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._keep)
        self._document.changed.connect(self._follow)
        self._document.state_changed.connect(self._follow)
        window.closed.connect(self._end)
        self._follow()

    # --- keeping

    def _follow(self) -> None:
        # Never started anew by the next edit: somebody who edits without a pause has copies too.
        if not self._timer.isActive():
            self._timer.start()

    def _keep(self) -> None:
        if self._document.is_clean:
            self._writer.drop()
        else:
            self._writer.keep(self._document.project, self._document.path)

    def _tell(self, reason: str) -> None:
        """A copy was written (no reason) or could not be; said once, not with every edit."""
        if not reason and self._restored is not None:
            self._restored.discard()
            self._restored = None
        if reason and not self._failing:
            self._window.banner.say(
                f"No recovery copy can be kept: {reason}. Save often until there is room again.",
                "warning",
                key="recovery",
            )
        elif not reason and self._failing:
            self._window.banner.retract("recovery")
        self._failing = bool(reason)

    def _end(self) -> None:
        self._timer.stop()
        if self._restored is not None:
            self._restored.discard()  # saved by now, or let go
        self._held.close()
        self._writer.end()

    # --- offering

    def look(self) -> None:
        """Offer what windows that ended without closing left behind, one after the other."""
        for leftover in leftovers(self._folder):
            saved = _on_disk(leftover.original)
            said = differences(saved, leftover.project)
            if not self._held.enter_context(leftover.held()):
                continue  # another window offers it just now, or took it
            if said:
                self._waiting.append((leftover, said))
            else:
                leftover.discard()  # it was saved, or nothing was in it
        self._next()

    def _next(self) -> None:
        self._close_offer()
        if not self._waiting:
            self._held.close()
            return
        leftover, said = self._waiting.pop(0)
        offer = RecoveryOffer(self._window.view, _sentence(leftover), said)
        offer.restore.clicked.connect(lambda: self._restore(leftover))
        offer.discard.clicked.connect(lambda: self._discard(leftover))
        offer.later.clicked.connect(self._next)
        offer.appear()
        self.offer = offer

    def _close_offer(self) -> None:
        if self.offer is not None:
            self.offer.hide()
            self.offer.deleteLater()
            self.offer = None

    def _restore(self, leftover: Leftover) -> None:
        def put() -> None:
            self._document.reset(_on_disk(leftover.original), leftover.original)
            self._document.apply("Restore", leftover.project)
            self._window.files.opened.emit()
            # The old copy stays until this window has written its own.
            self._restored = leftover
            self._close_offer()
            self._next()

        self._window.files.when_safe(put)

    def _discard(self, leftover: Leftover) -> None:
        leftover.discard()
        self._next()


def _on_disk(original: Path | None) -> Project:
    """What was saved: nothing where there is no such file, or none that can be read."""
    if original is not None:
        try:
            return load(original)
        except ProjectFileError:
            pass
    return Project()


def _sentence(leftover: Leftover) -> str:
    name = leftover.original.name if leftover.original else f"“{leftover.project.name}” (no file)"
    moment = leftover.time.astimezone()
    today = datetime.datetime.now().astimezone().date() == moment.date()
    when = moment.strftime("%H:%M" if today else "%d %B %H:%M")
    return f"Changes to {name} were not saved, edited {when}."
