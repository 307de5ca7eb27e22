"""Fields for what has parameters of its own: an initializer, a loss, a layer in a layer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from builder.catalog.spec import Catalog, LayerSpec, ObjectSpec, ParamSpec
from builder.window.fields import MIXED, CalmCombo, Field, Rows
from builder.window.shelf import Shelf, Thing, title, words_of

MakeForm = Callable[[Sequence[ParamSpec], Collection[str], str], Rows]
"""Makes a form of parameters, some of them folded under one line with these words."""


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
    """The parameters of a chosen thing, those that nobody set folded into one line.

    Of a layer that stands alone in its parameter all are shown but the rare ones, as for a node;
    in a list (`brief`) only those that are set.

    Signals:
        changed(params): the thing's parameters are these now.
    """

    changed = Signal(object)

    def __init__(self, make_form: MakeForm, brief: bool = False) -> None:
        super().__init__()
        self._make_form = make_form
        self._brief = brief
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
                self._form = self._made(thing)
                self._form.edited.connect(self._edited)
                self._form.reset.connect(self._reset)
                self._column.addWidget(self._form)
        if self._form is not None:
            self._form.show_values(self._params, self._params.keys())
        self.setVisible(self._form is not None)

    def _made(self, thing: Thing) -> Rows:
        whole = isinstance(thing, LayerSpec) and not self._brief

        def first(spec: ParamSpec) -> bool:
            return spec.required or spec.name in self._params

        ordered = sorted(thing.params, key=lambda spec: not first(spec))
        folded = [p.name for p in ordered if not first(p) and (p.rare or not whole)]
        words = "more with their defaults" if whole else f"options of {title(thing)}"
        return self._make_form(ordered, folded, words)

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
        self._value: Any = None
        self._hold(self.combo)

    def below(self) -> QWidget | None:
        return self.options

    def show_value(self, value: Any, mixed: bool = False) -> None:
        self._value = None if mixed else value
        self._thing, params = self._shelf.read(self._value)
        # A default's options would be noise: choosing the thing brings them up.
        self.options.show_thing(self._thing if self.given else None, params)
        if value is None and not mixed and self.spec.nullable:
            self.combo.setPlaceholderText("")
            self.combo.setCurrentIndex(0)
        else:
            self.combo.show_thing(self._thing, MIXED if mixed else words_of(value))

    def _picked(self, thing: Thing | None) -> None:
        before = self._shelf.read(self._value)[1]
        self.committed.emit(None if thing is None else self._shelf.fresh(thing, before))

    def _tuned(self, params: Mapping[str, Any]) -> None:
        if self._thing is not None:
            self.committed.emit(self._shelf.write(self._thing, params))
