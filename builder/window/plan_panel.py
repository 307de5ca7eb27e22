"""The training plan: epochs, batch size, optimizer and callbacks, each edit one undo step."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.catalog.fitting import COMPILE, FIT
from builder.catalog.spec import Catalog, ObjectSpec
from builder.document.plan import KerasObject, TrainingPlan, object_of
from builder.document.plan_checks import (
    EARLY_STOPPING,
    REDUCE,
    complaints,
    has_schedule,
    monitors,
)
from builder.document.project import Project
from builder.window.fields import CalmCombo
from builder.window.form import LABEL_WIDTH, Form, ParamRow, field_for
from builder.window.notice import Notice
from builder.window.object_field import explain
from builder.window.plan_specs import BASICS, MORE_CALLBACKS, SCHEDULE, START
from builder.window.start_field import StartField
from builder.window.style import label, mark

_DEFAULTS = TrainingPlan()
_RATE, _INITIAL = "learning_rate", "initial_learning_rate"

_WORDS = {
    "epochs": "Set epochs",
    "batch_size": "Set batch size",
    "seed": "Set seed",
    "start": "Set weights to start from",
}

_CALLBACKS: Mapping[str, tuple[str, Sequence[str], Mapping[str, Any]]] = {
    EARLY_STOPPING: (
        "Stop early when it no longer improves",
        ("monitor", "patience", "restore_best_weights"),
        {"monitor": "val_loss", "patience": 10, "restore_best_weights": True},
    ),
    REDUCE: (
        "Lower the learning rate on a plateau",
        ("monitor", "factor", "patience", "min_lr"),
        {"monitor": "val_loss", "factor": 0.5, "patience": 5},
    ),
}


class CallbackRow(QWidget):
    """A callback's switch, and its parameters while it is on."""

    def __init__(self, text: str, spec: ObjectSpec) -> None:
        super().__init__()
        self.spec = spec
        self.box = QCheckBox(text)
        self.box.setToolTip(spec.summary or spec.doc)
        self.form: Form | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(7)
        self._column.addWidget(self.box)

    def hold(self, form: Form | None) -> None:
        """Put another form in the place of the present one."""
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.deleteLater()
        self.form = form
        if form is not None:
            self._column.addWidget(form)


class TrainingPlanPanel(QScrollArea):
    """How to train. Shows the document's plan and edits it."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        self._optimizers = _common_first(catalog.objects.get("optimizers", {}))
        self.rows: dict[str, CallbackRow] = {}
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._build()
        document.changed.connect(self._follow)
        self._show(document.project, None)

    # --- building

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(14, 12, 14, 14)
        column.setSpacing(8)
        self.basics = Form(BASICS, self._catalog, self._document.project)
        self.basics.edited.connect(self._set_basic)
        self.basics.reset.connect(lambda name: self._set_basic(name, getattr(_DEFAULTS, name)))
        column.addWidget(self.basics)
        self.start = ParamRow(START, StartField(START, self._document))
        self.start.edited.connect(lambda value: self._set_basic(START.name, value))
        self.start.reset.connect(lambda: self._set_basic(START.name, _DEFAULTS.start))
        column.addWidget(self.start)
        column.addSpacing(8)
        column.addWidget(label("Optimizer", "strong"))
        self.optimizer = CalmCombo()
        self.optimizer.setAccessibleName("Optimizer")
        for spec in self._optimizers:
            self.optimizer.addItem(spec.name, spec.type)
            explain(self.optimizer, self.optimizer.count() - 1, spec)
        self.optimizer.activated.connect(self._choose_optimizer)
        line = QHBoxLayout()
        name = self._method = label("method", "secondary")
        name.setFixedWidth(LABEL_WIDTH)
        name.setBuddy(self.optimizer)
        line.setSpacing(6)
        line.addWidget(name)
        line.addSpacing(16)  # where the form's rows have their reset button
        line.addWidget(self.optimizer, 1)
        column.addLayout(line)
        self._optimizer_place = QVBoxLayout()
        self.optimizer_form: Form | None = None
        column.addLayout(self._optimizer_place)
        column.addSpacing(8)
        column.addWidget(label("While it trains", "strong"))
        for type_, (text, _, _) in _CALLBACKS.items():
            spec_ = self._catalog.object("callbacks", type_)
            if spec_ is not None:
                row = self.rows[type_] = CallbackRow(text, spec_)
                row.box.clicked.connect(lambda on, type_=type_: self._toggle(type_, on))
                column.addWidget(row)
        self._more_place = QVBoxLayout()
        self.more: ParamRow | None = None
        column.addLayout(self._more_place)
        column.addSpacing(8)
        self.options = Form(
            (*FIT.params, *COMPILE.params),
            self._catalog,
            self._document.project,
            [param.name for param in (*FIT.params, *COMPILE.params)],
            "more options of fit and compile",
        )
        self.options.edited.connect(self._set_option)
        self.options.reset.connect(self._reset_option)
        column.addWidget(self.options)
        self.notice = Notice()
        column.addSpacing(4)
        column.addWidget(self.notice)
        column.addStretch(1)
        self.setWidget(page)

    # --- showing

    def _follow(self, old: Project, new: Project) -> None:
        self._show(new, old)

    def _show(self, project: Project, old: Project | None) -> None:
        plan = project.training
        values = {name: getattr(plan, name) for name in _WORDS}
        self.basics.show_values(values, [n for n, v in values.items() if v != _default(n)])
        self.start.show_value(plan.start, bool(plan.start), mixed=False)
        self._show_optimizer(project, old)
        watchable = monitors(project)
        for type_, row in self.rows.items():
            callback = _callback(plan, type_)
            row.box.setChecked(callback is not None)
            was = None if old is None else _callback(old.training, type_)
            if (callback is None) != (was is None) or old is None or monitors(old) != watchable:
                row.hold(None if callback is None else self._callback_form(row.spec, project))
            if callback is not None and row.form is not None:
                row.form.show_values(callback.params, list(callback.params))
        self._show_more(project, old)
        given = {**plan.fit, **plan.compile}
        self.options.show_values(given, list(given))
        self.notice.show_text("\n".join(complaints(project)), "warning")

    def _show_more(self, project: Project, old: Project | None) -> None:
        """Show the callbacks that have no switch of their own."""
        if self.more is None or old is None or monitors(old) != monitors(project):
            if self.more is not None:
                self._more_place.removeWidget(self.more)
                self.more.deleteLater()
            self.more = ParamRow(MORE_CALLBACKS, field_for(MORE_CALLBACKS, self._catalog, project))
            self.more.edited.connect(self._set_more)
            self.more.reset.connect(lambda: self._set_more([]))
            self._more_place.addWidget(self.more)
        values = [_as_value(c) for c in project.training.callbacks if c.type not in _CALLBACKS]
        self.more.show_value(values, bool(values), mixed=False)

    def _show_optimizer(self, project: Project, old: Project | None) -> None:
        chosen = project.training.optimizer
        index = self.optimizer.findData(chosen.type)
        if index < 0:
            self.optimizer.addItem(chosen.type.rpartition(".")[2], chosen.type)
            index = self.optimizer.count() - 1
        self.optimizer.setCurrentIndex(index)
        usual = chosen.type == _DEFAULTS.optimizer.type
        mark(self._method, "kind", "secondary" if usual else "")
        mark(self.optimizer, "default", usual)
        scheduled = has_schedule(project.training)
        if (
            old is None
            or old.training.optimizer.type != chosen.type
            or has_schedule(old.training) != scheduled
        ):
            if self.optimizer_form is not None:
                self._optimizer_place.removeWidget(self.optimizer_form)
                self.optimizer_form.deleteLater()
                self.optimizer_form = None
            spec = self._catalog.object("optimizers", chosen.type)
            if spec is not None:
                self.optimizer_form = self._optimizer_form(spec, project, scheduled)
                self._optimizer_place.addWidget(self.optimizer_form)
        if self.optimizer_form is not None:
            values = dict(chosen.params)
            if scheduled:
                values[SCHEDULE.name] = values.pop(_RATE)
            self.optimizer_form.show_values(values, list(values))

    def _optimizer_form(self, spec: ObjectSpec, project: Project, scheduled: bool) -> Form:
        """The rate as a number, or the schedule that it follows; then all else, folded."""
        rest = [param for param in spec.params if param.name != _RATE]
        rate = spec.param(_RATE)
        front = [] if rate is None else [SCHEDULE] if scheduled else [rate, SCHEDULE]
        params = [*front, *rest]
        folded = [param.name for param in rest]
        form = Form(params, self._catalog, project, folded)
        form.edited.connect(self._set_optimizer)
        form.reset.connect(self._reset_optimizer)
        return form

    def _callback_form(self, spec: ObjectSpec, project: Project) -> Form:
        front = _CALLBACKS[spec.type][1]
        params = []
        for name in front:
            param = spec.param(name)
            if param is not None and name == "monitor":
                param = replace(param, kind="choice", choices=monitors(project))
            if param is not None:
                params.append(param)
        form = Form(params, self._catalog, project)
        form.edited.connect(lambda n, v: self._set_callback(spec.type, n, v))
        form.reset.connect(lambda n: self._reset_callback(spec.type, n))
        return form

    # --- editing

    def _set_basic(self, name: str, value: Any) -> None:
        plan = replace(self._document.project.training, **{name: value})
        self._apply(_WORDS[name], plan, f"training.{name}")

    def _choose_optimizer(self, index: int) -> None:
        """Take another optimizer; a learning rate that was set stays."""
        plan = self._document.project.training
        type_ = self.optimizer.itemData(index)
        spec = self._catalog.object("optimizers", type_)
        if spec is None or type_ == plan.optimizer.type:
            return
        kept = {k: v for k, v in plan.optimizer.params.items() if k == "learning_rate"}
        kept = {k: v for k, v in kept.items() if spec.param(k) is not None}
        self._apply("Choose optimizer", replace(plan, optimizer=KerasObject(type_, kept)))

    def _set_optimizer(self, name: str, value: Any) -> None:
        plan = self._document.project.training
        if name == SCHEDULE.name:
            self._set_schedule(plan, value)
            return
        chosen = replace(plan.optimizer, params={**plan.optimizer.params, name: value})
        self._apply(f"Set {name}", replace(plan, optimizer=chosen), f"training.optimizer.{name}")

    def _set_schedule(self, plan: TrainingPlan, value: Any) -> None:
        """Let the rate follow a schedule, which begins at the rate that it was; None ends it."""
        params = dict(plan.optimizer.params)
        before, schedule = params.pop(_RATE, None), object_of(value)
        if schedule is not None:
            spec = self._catalog.object("schedules", schedule.type)
            begins = isinstance(before, int | float) and spec is not None
            if begins and spec is not None and spec.param(_INITIAL) is not None:
                schedule = replace(schedule, params={**schedule.params, _INITIAL: before})
            params[_RATE] = _as_value(schedule)
        chosen = replace(plan.optimizer, params=params)
        self._apply("Set schedule", replace(plan, optimizer=chosen), "training.optimizer.schedule")

    def _reset_optimizer(self, name: str) -> None:
        plan = self._document.project.training
        name = _RATE if name == SCHEDULE.name else name
        kept = {k: v for k, v in plan.optimizer.params.items() if k != name}
        self._apply(f"Reset {name}", replace(plan, optimizer=replace(plan.optimizer, params=kept)))

    def _toggle(self, type_: str, on: bool) -> None:
        plan = self._document.project.training
        others = tuple(c for c in plan.callbacks if c.type != type_)
        name = type_.rpartition(".")[2]
        if not on:
            self._apply(f"Switch {name} off", replace(plan, callbacks=others))
            return
        params = dict(_CALLBACKS[type_][2])
        watchable = monitors(self._document.project)
        if params["monitor"] not in watchable:
            params["monitor"] = watchable[0]
        fresh = KerasObject(type_, params)
        self._apply(f"Switch {name} on", replace(plan, callbacks=(*others, fresh)))

    def _set_callback(self, type_: str, name: str, value: Any) -> None:
        self._change_callback(type_, f"Set {name}", lambda params: {**params, name: value})

    def _reset_callback(self, type_: str, name: str) -> None:
        self._change_callback(
            type_,
            f"Reset {name}",
            lambda params: {k: v for k, v in params.items() if k != name},
        )

    def _change_callback(self, type_: str, title: str, change: Any) -> None:
        plan = self._document.project.training
        changed = tuple(
            replace(c, params=change(c.params)) if c.type == type_ else c for c in plan.callbacks
        )
        self._apply(title, replace(plan, callbacks=changed))

    def _set_more(self, values: Sequence[Any]) -> None:
        plan = self._document.project.training
        switched = tuple(c for c in plan.callbacks if c.type in _CALLBACKS)
        others = tuple(found for value in values if (found := object_of(value)) is not None)
        self._apply("Change callbacks", replace(plan, callbacks=(*switched, *others)))

    def _set_option(self, name: str, value: Any) -> None:
        plan = self._document.project.training
        if FIT.param(name) is not None:
            changed = replace(plan, fit={**plan.fit, name: value})
        else:
            changed = replace(plan, compile={**plan.compile, name: value})
        self._apply(f"Set {name}", changed, f"training.option.{name}")

    def _reset_option(self, name: str) -> None:
        plan = self._document.project.training
        fit = {k: v for k, v in plan.fit.items() if k != name}
        compile_ = {k: v for k, v in plan.compile.items() if k != name}
        self._apply(f"Reset {name}", replace(plan, fit=fit, compile=compile_))

    def _apply(self, title: str, plan: TrainingPlan, merge: str | None = None) -> None:
        project = replace(self._document.project, training=plan)
        self._document.apply(title, project, merge)


def _as_value(described: KerasObject) -> dict[str, Any]:
    return {"type": described.type, "params": dict(described.params)}


def _default(name: str) -> Any:
    return getattr(_DEFAULTS, name)


def _callback(plan: TrainingPlan, type_: str) -> KerasObject | None:
    return next((c for c in plan.callbacks if c.type == type_), None)


def _common_first(specs: Mapping[str, ObjectSpec]) -> list[ObjectSpec]:
    return sorted(specs.values(), key=lambda spec: (not spec.common, spec.name))
