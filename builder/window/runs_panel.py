"""The runs dock: every training that was kept, with its curves over those of others."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMessageBox,
    QPushButton,
    QStackedLayout,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.canvas.theme import current_theme, theme_changed
from builder.document.differences import differences
from builder.storage.project_file import ProjectFileError, load
from builder.storage.runs import PROJECT, Run, list_runs, read_history
from builder.window import numbers
from builder.window.notice import EmptyState, Notice
from builder.window.run_colours import MARK, run_mark
from builder.window.trainer import Trainer

if TYPE_CHECKING:
    from builder.window.run_curves import RunCurves

HEADER = ("Started", "Final score", "Epochs", "Status", "Model")
SELECTED_AT_MOST = 6


class RunsPanel(QWidget):
    """Lists the runs of the document; those selected are drawn over each other."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._document = document
        self._trainer = trainer
        self._runs: tuple[Run, ...] = ()
        self.curves: RunCurves | None = None
        self._build()
        trainer.run_changed.connect(self.refresh)
        trainer.run_ended.connect(lambda _: self.refresh())
        document.state_changed.connect(self._follow_path)
        self._path = document.path

    def _build(self) -> None:
        self.empty = EmptyState(
            "No runs yet",
            "Every training is kept with its curves, scores and model. They are listed here, to "
            "compare them.",
            "Train",
        )
        self.empty.wanted.connect(self._trainer.train)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(HEADER))
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setIconSize(MARK)
        theme_changed.connect(self.refresh)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setMinimumWidth(300)
        self.list.setAccessibleName("Runs")
        header = self.list.header()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.list.itemSelectionChanged.connect(self._show_selected)
        self.use = QPushButton("Use this model", autoDefault=False)
        self.use.setToolTip("Evaluate, Predict and Export work with this run's model")
        self.use.clicked.connect(self._use)
        self.folder = QPushButton("Open folder", autoDefault=False)
        self.folder.clicked.connect(self._open_folder)
        self.delete = QPushButton("Delete…", autoDefault=False)
        self.delete.clicked.connect(self._ask_delete)
        self.notice = Notice()
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.use, self.folder, self.delete):
            buttons.addWidget(button)
        buttons.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.list, 1)
        left.addWidget(self.notice)
        left.addLayout(buttons)
        self._curves_place = QVBoxLayout()
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(20)
        row.addLayout(left, 1)
        row.addLayout(self._curves_place, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(page)

    # --- showing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        """Read the run folders again, if they are looked at."""
        if not self.isVisible():
            return
        chosen = {run.id for run in self.selected()}
        self._runs = list_runs(self._document.path, self._document.project.name)
        self._stack.setCurrentIndex(1 if self._runs else 0)
        self.list.blockSignals(True)
        self.list.clear()
        used = self._trainer.run.folder if self._trainer.run is not None else None
        for run in self._runs:
            item = _item(run, run.folder == used)
            self.list.addTopLevelItem(item)
            item.setSelected(run.id in chosen)
        first = self.list.topLevelItem(0)
        if first is not None and not self.list.selectedItems():
            self.list.setCurrentItem(first)
        self.list.blockSignals(False)
        self._show_selected()

    def selected(self) -> list[Run]:
        """The chosen runs, newest first."""
        rows = sorted(self.list.indexOfTopLevelItem(item) for item in self.list.selectedItems())
        return [self._runs[row] for row in rows if row < len(self._runs)]

    def _show_selected(self) -> None:
        chosen = self.selected()
        one = len(chosen) == 1
        self.folder.setEnabled(one)
        self.use.setEnabled(one and chosen[0].has_model)
        self.delete.setEnabled(bool(chosen))
        if len(chosen) == 2:
            self.notice.show_text(_compared(*chosen))
        else:
            self.notice.show_text(chosen[0].error if one else "", "error")
        drawn = [run.id for run in chosen[:SELECTED_AT_MOST]]
        for row, run in enumerate(self._runs):
            if (item := self.list.topLevelItem(row)) is not None:
                place = drawn.index(run.id) if run.id in drawn else None
                item.setIcon(0, run_mark(place))
        if not chosen and self.curves is None:
            return
        if self.curves is None:
            from builder.window.run_curves import RunCurves  # loads pyqtgraph

            self.curves = RunCurves()
            self._curves_place.addWidget(self.curves)
        self.curves.show_histories(
            [(_when(run), read_history(run.folder)) for run in chosen[:SELECTED_AT_MOST]]
        )

    def _follow_path(self) -> None:
        if self._document.path != self._path:
            self._path = self._document.path
            self.refresh()

    # --- doing

    def _use(self) -> None:
        for run in self.selected()[:1]:
            sentence = self._trainer.use_run(run.folder)
            self.refresh()
            said = f"Evaluate, Predict and Export use the run of {_when(run)} now."
            self.notice.show_text(sentence or said, "error" if sentence else "ok")

    def _open_folder(self) -> None:
        for run in self.selected()[:1]:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder))):
                self.notice.show_text(f"The run is in {run.folder}.")

    def _ask_delete(self) -> None:
        chosen = self.selected()
        if any(run.folder == self._trainer.under_way for run in chosen):
            self.notice.show_text("This run is training; stop it before you delete it.", "error")
            return
        what = f"the run of {_when(chosen[0])}" if len(chosen) == 1 else f"{len(chosen)} runs"
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            "Delete runs",
            f"Delete {what} with curves, scores and model? This cannot be undone.",
            QMessageBox.StandardButton.Cancel,
            self,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        yes.clicked.connect(lambda: self.delete_runs([run.folder for run in chosen]))
        box.open()

    def delete_runs(self, folders: list[Path]) -> None:
        """Remove run folders from the disk."""
        failed = ""
        for folder in folders:
            try:
                shutil.rmtree(folder)
            except OSError as error:
                failed = f"{folder.name} could not be deleted: {error.strerror}."
        self._trainer.forget_runs(folders)
        self.refresh()
        if failed:
            self.notice.show_text(failed, "error")


def _compared(newer: Run, older: Run) -> str:
    """What was changed from one run to the next, apart from the places of layers."""
    try:
        now, then = (load(run.folder / PROJECT) for run in (newer, older))
    except (OSError, ProjectFileError):
        return ""
    changes = differences(replace(then, layout=now.layout), now)
    return f"Since {_when(older)}: {changes}." if changes else "Both trained the same network."


def _item(run: Run, used: bool) -> QTreeWidgetItem:
    scores = {name: value for name, value in run.scores.items() if name != "learning_rate"}
    shown = [n for n in scores if n.startswith("val_")] or list(scores)
    first = next((name for name in shown if not name.endswith("loss")), next(iter(shown), None))
    model = "in use" if used else "kept" if run.has_model else "–"
    item = QTreeWidgetItem(
        [
            _when(run),
            "–" if first is None else f"{first} {numbers.score(scores[first])}",
            str(run.epochs or "–"),
            run.status,
            model,
        ]
    )
    theme = current_theme()
    ink = {"completed": theme.ok, "failed": theme.error, "interrupted": theme.warning}
    if run.status in ink:
        item.setForeground(HEADER.index("Status"), QColor(ink[run.status]))
    item.setTextAlignment(
        HEADER.index("Epochs"), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    )
    listed = [f"{name} {numbers.score(scores[name])}" for name in numbers.loss_first(scores)]
    took = [f"{numbers.duration(run.seconds)}"] if run.seconds else []
    for column in range(len(HEADER)):
        item.setToolTip(column, " · ".join([run.id, *took, *listed]))
    return item


def _when(run: Run) -> str:
    try:
        started = datetime.fromisoformat(run.started)
    except ValueError:
        return run.id
    today = started.date() == datetime.now(started.tzinfo).date()
    return f"today {started:%H:%M:%S}" if today else f"{started:%Y-%m-%d %H:%M}"
