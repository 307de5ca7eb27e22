"""The Export dialog: what for, whose weights, where to; then how it goes and what came of it."""

from functools import partial
from pathlib import Path
from typing import get_args

from PySide6.QtCore import QSettings, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QBrush,
    QColor,
    QDesktopServices,
    QGuiApplication,
    QKeySequence,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.holding import words
from builder.canvas.picture import ALL
from builder.canvas.theme import current_theme, theme_changed
from builder.engine.formats import BY_NAME, FORMATS, Format, Group
from builder.window.exporter import Exporter, suggested
from builder.window.files import start_folder
from builder.window.notice import Notice, Tone
from builder.window.style import label

_FOLDER = "export_folder"
_FORMAT = "export_format"
_NAME = Qt.ItemDataRole.UserRole


class ExportDialog(QDialog):
    """Stays open until it is closed: one export after the other.

    Attributes:
        tree: the formats under their groups, with what each is for.
        place: the path to write to.
        part: whether a picture shows the selection alone.
        go: Export, or Replace where something stands already.
        outcome: what came of the last export.
    """

    def __init__(
        self, parent: QWidget, exporter: Exporter, settings: QSettings, chosen: str = ""
    ) -> None:
        super().__init__(parent)
        self._exporter = exporter
        self._settings = settings
        self._written: Path | None = None
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._make_tree()
        self._make_place()
        self._make_below()
        self._lay_out()
        self._connect()
        self.choose(chosen or str(settings.value(_FORMAT, "python")))
        exporter.look_up()
        self.resize(680, 620)

    @property
    def format(self) -> Format:
        """The format that is chosen."""
        item = self.tree.currentItem() or self._items["python"]
        return BY_NAME[item.data(0, _NAME)]

    def choose(self, name: str) -> None:
        """Choose a format by its name; the first one for a name that is none."""
        self.tree.setCurrentItem(self._items.get(name, self._items["python"]))

    # --- making

    def _make_tree(self) -> None:
        self.tree = QTreeWidget()
        self.tree.setColumnCount(2)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setItemsExpandable(False)
        self.tree.setIndentation(0)
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setAccessibleName("Format")
        self._items: dict[str, QTreeWidgetItem] = {}
        for group in get_args(Group):
            head = QTreeWidgetItem([group])
            head.setFlags(Qt.ItemFlag.ItemIsEnabled)
            font = head.font(0)
            font.setBold(True)
            head.setFont(0, font)
            self.tree.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            for format_ in FORMATS:
                if format_.group == group:
                    item = QTreeWidgetItem([format_.title, format_.about])
                    item.setData(0, _NAME, format_.name)
                    item.setToolTip(1, format_.about)
                    head.addChild(item)
                    self._items[format_.name] = item
        self.tree.expandAll()
        self.tree.resizeColumnToContents(0)
        self._colour()

    def _make_place(self) -> None:
        self.place = QLineEdit()
        self.place.setAccessibleName("Write to")
        self._browse = QPushButton("Browse…", autoDefault=False)
        self.part = QCheckBox()
        self._about = label("", "secondary")
        self._about.setWordWrap(True)
        self._obstacle = Notice()
        self._command = QLineEdit(readOnly=True)
        self._command.setAccessibleName("Command that installs what is missing")
        self._copy = QPushButton("Copy", autoDefault=False)
        self._copy.setToolTip("Copy the command")
        self._again = QPushButton("Check again", autoDefault=False)

    def _make_below(self) -> None:
        self._stage = label("", "secondary")
        self._bar = QProgressBar(minimum=0, maximum=0, textVisible=False)
        self._bar.setAccessibleName("Export under way")
        self.outcome = Notice()
        self._show = QPushButton("Show in folder", autoDefault=False)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        self._close.setAutoDefault(False)
        self.go = self.buttons.addButton("Export", QDialogButtonBox.ButtonRole.ApplyRole)
        self.go.setDefault(True)
        self.go.setProperty("kind", "primary")
        for part in (self._stage, self._bar, self._show, self._command, self._copy, self._again):
            part.hide()

    def _lay_out(self) -> None:
        place, command, result = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        name = label("Write &to")
        name.setTextFormat(Qt.TextFormat.AutoText)
        name.setBuddy(self.place)
        place.addWidget(name)
        place.addWidget(self.place, 1)
        place.addWidget(self._browse)
        command.addWidget(self._command, 1)
        command.addWidget(self._copy)
        command.addWidget(self._again)
        result.addWidget(self.outcome, 1)
        result.addWidget(self._show, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setSpacing(10)
        column.addWidget(label("What will it be used for?", "strong"))
        column.addWidget(self.tree)
        column.addLayout(place)
        column.addWidget(self.part)
        column.addWidget(self._about)
        column.addWidget(self._obstacle)
        column.addLayout(command)
        column.addWidget(self._stage)
        column.addWidget(self._bar)
        column.addLayout(result)
        column.addStretch(1)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        exporter = self._exporter
        self.tree.currentItemChanged.connect(lambda *_: self._show_format())
        self.tree.itemDoubleClicked.connect(lambda *_: self.go.click())
        self.place.textChanged.connect(lambda _: self._show_state())
        self._browse.clicked.connect(self._ask_place)
        self._copy.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self._command.text())
        )
        self._again.clicked.connect(exporter.look_up)
        self._show.clicked.connect(self._show_in_folder)
        self.go.clicked.connect(self._export)
        self.buttons.rejected.connect(self.reject)
        exporter.stage.connect(self._show_stage)
        exporter.done.connect(self._show_done)
        exporter.failed.connect(self._show_failed)
        exporter.cancelled.connect(self._show_cancelled)
        exporter.obstacles_changed.connect(self._show_state)
        theme_changed.connect(self._colour)

    # --- what a person does

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # All formats at once: how high a line is, is known only now that it is shown.
        rows = len(FORMATS) + len(get_args(Group))
        line = self.tree.visualItemRect(self._items["python"]).height()
        self.tree.setFixedHeight(rows * line + 2 * self.tree.frameWidth() + 2)

    def reject(self) -> None:
        """Close; while an export is under way, end that instead."""
        if self._exporter.busy:
            self._stage.setText("Cancelling …")
            self._exporter.cancel()
        else:
            super().reject()

    def _export(self) -> None:
        path = Path(self.place.text()).expanduser()
        self._settings.setValue(_FOLDER, str(path.parent))
        self._settings.setValue(_FORMAT, self.format.name)
        self.outcome.show_text("")
        self._show.hide()
        some = self.part.isVisible() and self.part.isChecked()
        self._exporter.write(self.format, path, self._exporter.selection if some else ALL)
        self._show_state()

    def _ask_place(self) -> None:
        format_ = self.format
        dialog = QFileDialog(self, f"Export: {format_.title}", str(Path(self.place.text()).parent))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # What is there already is said beside the place, where it is seen before it is done.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        if format_.suffix:
            suffix = format_.suffix.removeprefix(".")
            dialog.setNameFilter(f"{format_.title} (*.{suffix})")
            dialog.setDefaultSuffix(suffix)
        dialog.selectFile(Path(self.place.text()).name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.place.setText)
        dialog.open()

    def _show_in_folder(self) -> None:
        if self._written is not None:
            folder = self._written if self._written.is_dir() else self._written.parent
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    # --- what is shown

    def _show_format(self) -> None:
        document = self._exporter.document
        last = self._settings.value(_FOLDER, "")
        known = isinstance(last, str) and bool(last) and Path(last).is_dir()
        folder = Path(str(last)) if known else Path(start_folder(document))
        self.place.setText(str(suggested(self.format, document, folder)))
        self.outcome.show_text("")
        self._show.hide()
        self._show_state()

    def _show_state(self) -> None:
        format_, busy = self.format, self._exporter.busy
        obstacle, command = self._exporter.obstacle(format_)
        fault, replaces = self._judged_place()
        chosen = self._exporter.selection
        self.part.setText(f"Only the selection: {words(self._exporter.document.shown, *chosen)}")
        self.part.setVisible(format_.group == "Pictures" and any(chosen))
        said = [self._exporter.weights(format_)]
        if replaces and not obstacle:
            said.append(f"{Path(self.place.text()).name} is there already and will be replaced.")
        self._about.setText(" ".join(said).strip())
        self._about.setVisible(bool(self._about.text()))
        self._obstacle.show_text(obstacle or fault, "warning")
        for part in (self._command, self._copy, self._again):
            part.setVisible(bool(command))
        self._command.setText(command)
        self._command.setCursorPosition(0)
        fields: tuple[QWidget, ...] = (self.tree, self.place, self._browse, self.part)
        for field in fields:
            field.setEnabled(not busy)
        self._bar.setVisible(busy)
        self._stage.setVisible(busy)
        self.go.setText("Replace" if replaces else "Export")
        self.go.setEnabled(not busy and not obstacle and not fault)
        self._close.setText("Cancel" if busy else "Close")

    def _judged_place(self) -> tuple[str, bool]:
        """What is wrong with the place, and whether something is there that would go."""
        path = Path(self.place.text()).expanduser()
        if not self.place.text().strip():
            return "Say where to write it.", False
        if not path.is_absolute():
            return "Give the whole path, or press Browse.", False
        if fault := self._exporter.place_fault(self.format, path):
            return fault, False
        return "", path.is_file() or (path.is_dir() and any(path.iterdir()))

    def _show_stage(self, text: str) -> None:
        self._stage.setText(f"{text} …")
        self._show_state()

    def _show_done(self, said: str, path: Path) -> None:
        self._written = path
        self._end(f"{said}\nWrote {path}", "ok")
        self._show.show()

    def _show_failed(self, said: str) -> None:
        self._end(said, "error")

    def _show_cancelled(self) -> None:
        self._end("Cancelled. Nothing was written.", "plain")

    def _end(self, said: str, tone: Tone) -> None:
        self._show_state()
        # It was just written, so that it is there is no news.
        if tone == "ok":
            self._about.hide()
        self.outcome.show_text(said, tone)
        self._stage.setText("")
        if self._close.hasFocus():
            self.go.setFocus()

    def _colour(self) -> None:
        quiet = QBrush(QColor(current_theme().secondary))
        for item in self._items.values():
            item.setForeground(1, quiet)


def export_actions(view: QWidget, exporter: Exporter, settings: QSettings) -> list[QAction | None]:
    """The entries of the Export menu, None between its groups; each opens the dialog at it."""

    def open_at(name: str) -> None:
        ExportDialog(view.window(), exporter, settings, name).open()

    every = QAction("Export…", exporter)
    every.setShortcut(QKeySequence("Ctrl+Alt+E"))
    every.setToolTip("Choose what the network is written as, and where")
    every.triggered.connect(lambda: open_at(""))
    entries: list[QAction | None] = [every]
    group = ""
    for format_ in FORMATS:
        if format_.group != group:
            entries.append(None)
            group = format_.group
        title = f"{group} {format_.title.lower()}" if group == "Python" else format_.title
        action = QAction(f"{title}…", exporter)
        action.setToolTip(format_.about)
        action.triggered.connect(partial(lambda name, _checked=False: open_at(name), format_.name))
        entries.append(action)
    return entries
