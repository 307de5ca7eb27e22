"""Fields for what has parameters of its own: an initializer, a loss, metrics, a layer in a layer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.document.plan import object_of
from builder.window.fields import MIXED, CalmCombo, Field, Rows
from builder.window.style import label, make_tiny

Thing = ObjectSpec | LayerSpec
MakeForm = Callable[[Sequence[ParamSpec], Collection[str], str], Rows]
"""Makes a form of parameters, some of them folded under one line with these words."""


class Shelf:
    """The things that one parameter may hold, and how they stand in a project."""

    def __init__(self, spec: ParamSpec, catalog: Catalog) -> None:
        self._group = spec.group
        self._catalog = catalog
        if spec.group is not None:
            self.things: tuple[Thing, ...] = tuple(catalog.objects.get(spec.group, {}).values())
        else:
            layers = tuple(s for t, s in catalog.layers.items() if t.startswith("keras.layers."))
            cells = tuple(s for s in layers if s.name.endswith(("Cell", "Cells")))
            wants_cells = spec.name in ("cell", "cells")
            self.things = (cells or layers) if wants_cells else layers

    def read(self, value: Any) -> tuple[Thing | None, Mapping[str, Any]]:
        """The thing a value means, with its parameters; None for no thing or an unknown one."""
        if isinstance(value, str):
            return self._find(value), {}
        found = object_of(value)
        return (self._find(found.type), found.params) if found else (None, {})

    def write(self, thing: Thing, params: Mapping[str, Any]) -> Any:
        """The value for a thing: the short string that Keras takes where that says it all."""
        if not params and isinstance(thing, ObjectSpec) and thing.alias:
            return thing.alias
        return {"type": thing.type, "params": dict(params)}

    def fresh(self, thing: Thing) -> Any:
        """A thing just chosen: examples for its required parameters, defaults for the others."""
        return self.write(
            thing, {p.name: p.example for p in thing.params if p.required and p.example is not None}
        )

    def _find(self, name: str) -> Thing | None:
        if self._group is None:
            return self._catalog.layer(name)
        return self._catalog.object(self._group, name)


def title(thing: Thing) -> str:
    """What people call it: `relu`, `glorot_uniform`, `LSTM`."""
    return (thing.alias or thing.name) if isinstance(thing, ObjectSpec) else thing.name


def explain(combo: QComboBox, index: int, thing: Thing) -> None:
    """Say what a thing is; one that cannot be used as it is says why and is not offered."""
    needs = thing.needs if isinstance(thing, ObjectSpec) else ""
    combo.setItemData(index, needs or thing.summary, Qt.ItemDataRole.ToolTipRole)
    model = combo.model()
    if needs and isinstance(model, QStandardItemModel):
        model.item(index).setEnabled(False)


class ThingCombo(CalmCombo):
    """A combo of things, the common ones first. Signal `picked(thing)`: one, or None."""

    picked = Signal(object)

    def __init__(self, shelf: Shelf, none: str | None) -> None:
        super().__init__()
        if none is not None:
            self.addItem(none, None)
        common = [t for t in shelf.things if t.common]
        rest = [t for t in shelf.things if not t.common]
        for group in (common, rest):
            if group is rest and common and rest:
                self.insertSeparator(self.count())
            for thing in group:
                self.addItem(title(thing), thing)
                explain(self, self.count() - 1, thing)
        self.activated.connect(lambda index: self.picked.emit(self.itemData(index)))

    def show_thing(self, thing: Thing | None, otherwise: str) -> None:
        """Show a thing, or these words."""
        index = next(
            (i for i in range(self.count()) if thing is not None and self.itemData(i) == thing), -1
        )
        self.setPlaceholderText(otherwise if index < 0 else "")
        self.setCurrentIndex(index)


class Options(QWidget):
    """The parameters of a chosen thing, folded into one line until one of them is set.

    Signals:
        changed(params): the thing's parameters are these now.
    """

    changed = Signal(object)

    def __init__(self, make_form: MakeForm) -> None:
        super().__init__()
        self._make_form = make_form
        self._thing: Thing | None = None
        self._params: dict[str, Any] = {}
        self._form: Rows | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 0, 0, 0)

    def show_thing(self, thing: Thing | None, params: Mapping[str, Any]) -> None:
        self._params = dict(params)
        if thing is not self._thing:
            self._thing = thing
            if self._form is not None:
                self._form.hide()
                self._form.deleteLater()
                self._form = None
            if thing is not None and thing.params:
                shown = {p.name for p in thing.params if p.required or p.name in params}
                folded = [p.name for p in thing.params if p.name not in shown]
                self._form = self._make_form(thing.params, folded, f"options of {title(thing)}")
                self._form.edited.connect(self._edited)
                self._form.reset.connect(self._reset)
                self._column.addWidget(self._form)
        if self._form is not None:
            self._form.show_values(self._params, self._params.keys())
        self.setVisible(self._form is not None)

    def _edited(self, name: str, value: Any) -> None:
        self.changed.emit({**self._params, name: value})

    def _reset(self, name: str) -> None:
        self.changed.emit({k: v for k, v in self._params.items() if k != name})


class ObjectField(Field):
    """One thing by name, with its own parameters below."""

    def __init__(self, spec: ParamSpec, catalog: Catalog, make_form: MakeForm) -> None:
        super().__init__(spec)
        self._shelf = Shelf(spec, catalog)
        self.combo = ThingCombo(self._shelf, "None" if spec.nullable else None)
        self.combo.picked.connect(self._picked)
        self.options = Options(make_form)
        self.options.changed.connect(self._tuned)
        self.options.hide()
        self._thing: Thing | None = None
        self._hold(self.combo)

    def below(self) -> QWidget | None:
        return self.options

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self._thing, params = (None, {}) if mixed else self._shelf.read(value)
        # A default's options would be noise: choosing the thing brings them up.
        self.options.show_thing(self._thing if self.given else None, params)
        if value is None and not mixed and self.spec.nullable:
            self.combo.setPlaceholderText("")
            self.combo.setCurrentIndex(0)
        else:
            self.combo.show_thing(self._thing, MIXED if mixed else _words(value))

    def _picked(self, thing: Thing | None) -> None:
        self.committed.emit(None if thing is None else self._shelf.fresh(thing))

    def _tuned(self, params: Mapping[str, Any]) -> None:
        if self._thing is not None:
            self.committed.emit(self._shelf.write(self._thing, params))


class ObjectsField(Field):
    """A list of things, one line each: add at the top, tune below, take away at the right."""

    def __init__(self, spec: ParamSpec, catalog: Catalog, make_form: MakeForm) -> None:
        super().__init__(spec)
        self._shelf = Shelf(spec, catalog)
        self._make_form = make_form
        self._values: list[Any] = []
        self.combo = ThingCombo(self._shelf, None)
        self.combo.picked.connect(self._add)
        self._list = QWidget()
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(12, 0, 0, 0)
        self._column.setSpacing(3)
        self._hold(self.combo)

    def below(self) -> QWidget | None:
        return self._list

    def show_value(self, value: Any, mixed: bool = False) -> None:
        values = list(value) if isinstance(value, list) and not mixed else []
        if values != self._values or self._column.count() != len(values):
            self._values = values
            self._refill()
        self._list.setVisible(bool(values))
        self.combo.show_thing(None, MIXED if mixed else "Add")

    def _refill(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            chip = item.widget()
            if chip is not None:
                chip.hide()
                chip.deleteLater()
        for place, value in enumerate(self._values):
            self._column.addWidget(self._chip(place, value))

    def _chip(self, place: int, value: Any) -> QWidget:
        thing, params = self._shelf.read(value)
        name = title(thing) if thing is not None else _words(value)
        away = QToolButton()
        away.setText("✕")
        away.setObjectName("take away")
        away.setAutoRaise(True)
        make_tiny(away)
        away.setToolTip(f"Take {name} away")
        away.setAccessibleName(f"Take {name} away")
        away.clicked.connect(lambda: self._replace(place, None))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label(name))
        line.addStretch(1)
        line.addWidget(away)
        chip = QWidget()
        column = QVBoxLayout(chip)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        if thing is not None and thing.params:
            options = Options(self._make_form)
            options.show_thing(thing, params)
            options.changed.connect(self._tuning(place, thing))
            column.addWidget(options)
        return chip

    def _tuning(self, place: int, thing: Thing) -> Callable[[Mapping[str, Any]], None]:
        return lambda params: self._replace(place, self._shelf.write(thing, params))

    def _add(self, thing: Thing | None) -> None:
        if thing is not None:
            self.committed.emit([*self._values, self._shelf.fresh(thing)])

    def _replace(self, place: int, value: Any | None) -> None:
        values = list(self._values)
        values[place : place + 1] = [] if value is None else [value]
        self.committed.emit(values)


def _words(value: Any) -> str:
    """A value that is no known thing, as well as it can be said."""
    if value is None:
        return "choose"
    found = object_of(value)
    return found.type if found else str(value)
