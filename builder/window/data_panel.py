"""The data dock: where rows come from, what each column is for, and what the rows look like.

What a plan means only the worker can say, so a choice goes there first as a candidate; the plan
that comes back completed (columns, features, targets) is then applied as one undo step.
"""

import os
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from builder.canvas.document import Document
from builder.document.fitting import fit_to_data
from builder.document.plan import Bundled, Csv, DataPlan, Missing
from builder.document.project import Project
from builder.engine.messages import Described, Fault
from builder.window import numbers
from builder.window.columns_table import ColumnsTable
from builder.window.data_edits import relative, started, summary, with_column
from builder.window.data_views import ClassBars, ContactSheet, RowsModel
from builder.window.fields import CalmCombo
from builder.window.files import start_folder
from builder.window.notice import Notice
from builder.window.number_box import NumberBox
from builder.window.style import label, mark
from builder.window.trainer import Trainer

BUNDLED = {
    "digits": "Digits: 8 × 8 images, 10 classes",
    "breast_cancer": "Breast cancer: 30 numbers, 2 classes",
    "diabetes": "Diabetes: 10 numbers, one to predict",
    "iris": "Iris: 4 numbers, 3 classes",
    "wine": "Wine: 13 numbers, 3 classes",
}
CSV_CHOICE = "CSV file…"

_PROBLEMS_SHOWN = 2

_MISSING: tuple[tuple[Missing, str], ...] = (
    ("refuse", "do not train"),
    ("drop", "leave the row out"),
    ("median", "fill them in"),
)


class DataPanel(QScrollArea):
    """Shows the document's data plan and edits it."""

    def __init__(self, document: Document, trainer: Trainer) -> None:
        super().__init__()
        self._document = document
        self._trainer = trainer
        self._asked = 0
        self._title = ""
        self._described: DataPlan | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        document.changed.connect(self._follow)
        trainer.described.connect(self._take)
        trainer.describe_failed.connect(self._say_failed)
        self._show_plan(document.project.data)

    # --- building

    def _build(self) -> None:
        self.source = CalmCombo()
        self.source.setAccessibleName("Where the rows come from")
        self.source.setPlaceholderText("Choose data")
        for name, text in BUNDLED.items():
            self.source.addItem(text, name)
        self.source.insertSeparator(self.source.count())
        self.source.addItem(CSV_CHOICE, "")
        self.source.activated.connect(self._choose_source)
        self.summary = label("", "secondary")
        self.summary.setWordWrap(True)
        self.notice = Notice()
        self.classes = ClassBars()
        self.target = CalmCombo()
        self.target.setAccessibleName("Target column")
        self.target.activated.connect(self._choose_target)
        self.columns = ColumnsTable()
        self.columns.chosen.connect(self._set_column)
        self.missing = CalmCombo()
        for value, text in _MISSING:
            self.missing.addItem(text, value)
        self.missing.setToolTip(
            "What a row with empty cells is for. Filled in, a number is the median of its column, "
            "a category none of them, a text without words."
        )
        self.missing.activated.connect(self._choose_missing)
        self.images = ContactSheet()
        self.rows = RowsModel()
        self.preview = QTableView()
        self.preview.setModel(self.rows)
        self.preview.setMinimumHeight(180)
        self.preview.setStyleSheet("QTableView::item { padding: 0 6px; }")
        self.preview.verticalHeader().setDefaultSectionSize(24)
        self.preview.verticalHeader().setMinimumWidth(34)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        column.addWidget(self.source)
        column.addWidget(self.summary)
        column.addWidget(self.notice)
        column.addLayout(self._build_choices())
        column.addLayout(self._build_network())
        self._classes_head = label("Rows by class", "strong")
        self._columns_head = label("Columns", "strong")
        self._preview_head = label("First rows", "strong")
        for head, widget in (
            (self._classes_head, self.classes),
            (self._columns_head, self.columns),
            (self._preview_head, self.preview),
        ):
            column.addSpacing(4)
            column.addWidget(head)
            column.addWidget(widget)
        column.addWidget(self.images)
        column.addStretch(1)
        self.setWidget(page)

    def _build_choices(self) -> QFormLayout:
        self._choices = QFormLayout()
        self._choices.setHorizontalSpacing(12)
        self._choices.setVerticalSpacing(7)
        self._choices.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._choices.addRow("Predict", self.target)
        self._choices.addRow("Empty cells", self.missing)
        self.validation, self.test = self._share("validation"), self._share("test")
        self.seed = NumberBox(0, 2**31 - 1, "")
        self.seed.setToolTip("The start of the random numbers that split the rows")
        self.seed.valueChanged.connect(lambda value: self._set_split("seed", value))
        self._choices.addRow("Validation", self.validation)
        self._choices.addRow("Test", self.test)
        self._choices.addRow("Split seed", self.seed)
        return self._choices

    def _share(self, name: str) -> QSpinBox:
        box = NumberBox(1, 60, " % of rows")
        box.setAccessibleName(f"Share of rows for {name}")
        box.valueChanged.connect(lambda value: self._set_split(name, value / 100))
        return box

    def _build_network(self) -> QHBoxLayout:
        self.fit = QPushButton("Fit the network", autoDefault=False)
        self.fit.setToolTip(
            "Give inputs, outputs and last layers the shapes that this data asks for"
        )
        self.fit.clicked.connect(self._fit)
        self.start = QPushButton("Start a network", autoDefault=False)
        self.start.setToolTip("Draw a small network for this data in place of the present one")
        self.start.clicked.connect(self._start)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.fit)
        row.addWidget(self.start)
        row.addStretch(1)
        return row

    # --- showing

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who was led here to choose data finds the choices open."""
        super().focusInEvent(event)
        self.source.setFocus(event.reason())
        led = event.reason() == Qt.FocusReason.ShortcutFocusReason
        if led and self._document.project.data.source is None:
            self.source.showPopup()

    def refresh(self) -> None:
        """Ask what is in the data of the present project, if that is looked at and not known."""
        plan = self._document.project.data
        if plan.source is not None and self.isVisible() and not self._same_rows(plan):
            self._ask("", plan)

    def _follow(self, old: Project, new: Project) -> None:
        if old.data != new.data:
            self._show_plan(new.data)
            self.refresh()
        self._show_buttons(new)

    def _same_rows(self, plan: DataPlan) -> bool:
        """Whether what is shown of the data is still true: only the split differs."""
        shown = self._described
        return shown is not None and replace(plan, split=shown.split) == shown

    def _show_plan(self, plan: DataPlan) -> None:
        source = plan.source
        index = -1
        if isinstance(source, Bundled):
            index = self.source.findData(source.name)
        csv = self.source.findData("")
        self.source.setItemText(csv, CSV_CHOICE)
        if isinstance(source, Csv):
            self.source.setItemText(csv, os.path.basename(source.path))
            index = csv
        self.source.setCurrentIndex(index)
        self.target.clear()
        for column in plan.columns:
            self.target.addItem(column.name)
        chosen = next((c.name for c in plan.columns if c.role == "target"), None)
        self.target.setCurrentIndex(-1 if chosen is None else self.target.findText(chosen))
        self.target.setPlaceholderText("choose the target column")
        self.missing.setCurrentIndex(self.missing.findData(plan.missing))
        for box, value in (
            (self.validation, round(plan.split.validation * 100)),
            (self.test, round(plan.split.test * 100)),
            (self.seed, plan.split.seed),
        ):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        self._show_details(None if not self._same_rows(plan) else self._last)
        self._show_buttons(self._document.project)

    _last: Described | None = None

    def _show_details(self, event: Described | None) -> None:
        """What the worker said of the rows; without it only what the plan itself says."""
        plan = self._document.project.data
        chosen = plan.source is not None
        empty_cells = plan.missing != "refuse" or (
            event is not None and any(column.missing for column in event.columns)
        )
        for field, shown in (
            (self.target, bool(plan.columns)),
            (self.missing, chosen and empty_cells),
            (self.validation, chosen),
            (self.test, chosen),
            (self.seed, chosen),
        ):
            self._choices.setRowVisible(field, shown)
        self.columns.show_columns(plan.columns, event.columns if event else ())
        self._columns_head.setVisible(bool(plan.columns))
        self.classes.show_counts(event.class_counts if event else {})
        self._classes_head.setVisible(bool(event and event.class_counts))
        self.images.show_images(
            event.images if event else None, event.image_labels if event else ()
        )
        rows = event.preview if event and self.images.count == 0 else ()
        self.rows.show_rows(event.header if event else (), rows)
        self.preview.resizeColumnsToContents()
        self.preview.setVisible(bool(rows))
        shown_rows = numbers.plural(len(rows), "row")
        self._preview_head.setText(f"First {shown_rows}" if rows else "Examples")
        self._preview_head.setVisible(bool(rows) or self.images.count > 0)
        if not chosen:
            self.summary.setText(
                "Choose one of the data sets that come along, or a CSV file of your own. Classes, "
                "columns and first rows are shown here."
            )
        elif event is None:
            self.summary.setText("Reading the data …")
        else:
            self.summary.setText(summary(event))

    def _show_buttons(self, project: Project) -> None:
        ready = bool(project.data.features and project.data.targets)
        self.fit.setVisible(ready and bool(project.graph.nodes))
        self.start.setVisible(ready)
        mark(self.start, "kind", "" if project.graph.nodes else "primary")

    # --- asking the worker

    def _ask(self, title: str, plan: DataPlan) -> None:
        """Have a plan completed. With a title the answer becomes an edit."""
        self._title = title
        self.notice.show_text("")
        source = plan.source
        what = os.path.basename(source.path) if isinstance(source, Csv) else "the data"
        self.summary.setText(f"Reading {what} …")
        self._asked = self._trainer.describe(plan)

    def _take(self, event: Described) -> None:
        if event.id != self._asked:
            return
        title, self._title = self._title, ""
        self._described, self._last = event.plan, event
        if title:
            self._document.apply(title, replace(self._document.project, data=event.plan))
        else:
            self._described = self._document.project.data
        self._show_plan(self._document.project.data)
        self._show_problems(event)

    def _show_problems(self, event: Described) -> None:
        """What is to be done about the data; first of all the choice that all else depends on."""
        if event.plan.columns and not any(c.role == "target" for c in event.plan.columns):
            self.notice.show_text("Choose the column to predict.")
            return
        lines = list(event.problems[:_PROBLEMS_SHOWN])
        if len(event.problems) > _PROBLEMS_SHOWN:
            lines.append(f"and {numbers.count(len(event.problems) - _PROBLEMS_SHOWN)} more")
        self.notice.show_text("\n".join(lines), "error" if event.fatal else "warning")
        self.notice.setToolTip("\n".join(event.problems) if len(lines) > _PROBLEMS_SHOWN else "")

    def _say_failed(self, number: int, fault: Fault) -> None:
        if number != self._asked:
            return
        self._title = ""
        self._show_plan(self._document.project.data)
        if not self._same_rows(self._document.project.data):
            self.summary.setText("")
        self.notice.show_text(fault.message, "error")

    # --- editing

    def _choose_source(self, index: int) -> None:
        name = self.source.itemData(index)
        self._show_plan(self._document.project.data)  # until the worker has answered
        if name:
            fresh = DataPlan(Bundled(name), split=self._document.project.data.split)
            self._ask("Choose data", fresh)
        else:
            self.choose_file()

    def choose_file(self) -> None:
        """Let the user pick a CSV file."""
        filters = "Tables (*.csv *.tsv *.txt);;All files (*)"
        dialog = QFileDialog(self, "Choose a table", start_folder(self._document), filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.use_file(Path(path)))
        dialog.open()

    def use_file(self, path: Path) -> None:
        """Take a table as the source of rows, by a relative path where it can be."""
        separator = "\t" if path.suffix.lower() == ".tsv" else ","
        source = Csv(relative(path, self._document.path), separator)
        self._ask("Choose data", DataPlan(source, split=self._document.project.data.split))

    def _choose_target(self, index: int) -> None:
        self._set_column(self.target.itemText(index), "role", "target")

    def _set_column(self, name: str, field: str, value: str) -> None:
        """Give a column another use or kind. There is one target; the one before becomes a feature."""
        plan = self._document.project.data
        fresh = with_column(plan, name, field, value)
        if fresh.columns != plan.columns:
            title = f"Predict {name}" if value == "target" else f"Change column {name}"
            self._ask(title, fresh)

    def _choose_missing(self, index: int) -> None:
        value: Missing = self.missing.itemData(index)
        plan = self._document.project.data
        if value != plan.missing:
            self._ask("Set what happens to empty cells", replace(plan, missing=value))

    def _set_split(self, name: str, value: float) -> None:
        project = self._document.project
        split = replace(project.data.split, **{name: value})
        fresh = replace(project, data=replace(project.data, split=split))
        self._document.apply("Set split", fresh, f"data.split.{name}")

    def _fit(self) -> None:
        self._edit(
            "Fit the network to the data", fit_to_data, "The network already fits this data."
        )

    def _start(self) -> None:
        self._edit("Start a network", started, "The network is the one for this data already.")

    def _edit(self, title: str, edit: Callable[[Project], Project], unchanged: str) -> None:
        fresh = edit(self._document.project)
        if fresh == self._document.project:
            self.notice.show_text(unchanged, "ok")
        else:
            self._document.apply(title, fresh)
