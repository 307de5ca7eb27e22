"""A field for a list of things: metrics, the steps of a Pipeline, the cells of a recurrent layer."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from builder.catalog.spec import Catalog, ParamSpec
from builder.window.fields import MIXED, Field
from builder.window.object_field import MakeForm, Options, ThingCombo
from builder.window.shelf import Shelf, Thing, title, words_of
from builder.window.style import label, make_tiny


class Chip(QWidget):
    """One thing of a list: its name, buttons, and its parameters below.

    Signals:
        tuned(params): its parameters are these now.
        moved(steps): it is to go that many places down.
        removed(): it is to go away.
    """

    tuned = Signal(object)
    moved = Signal(int)
    removed = Signal()

    def __init__(self, thing: Thing | None, name: str, make_form: MakeForm, ordered: bool) -> None:
        super().__init__()
        self.thing = thing
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(label(name))
        line.addStretch(1)
        self.up = self._button("↑", f"Move {name} up", lambda: self.moved.emit(-1))
        self.down = self._button("↓", f"Move {name} down", lambda: self.moved.emit(1))
        away = self._button("✕", f"Take {name} away", self.removed.emit)
        away.setObjectName("take away")
        for button in (self.up, self.down, away) if ordered else (away,):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(line)
        self._options = Options(make_form, brief=True)
        self._options.changed.connect(self.tuned)
        column.addWidget(self._options)

    def show_place(self, params: Mapping[str, Any], first: bool, last: bool) -> None:
        """Show its parameters, and which ways there are to go."""
        self._options.show_thing(self.thing, params)
        self.up.setEnabled(not first)
        self.down.setEnabled(not last)

    def _button(self, sign: str, words: str, clicked: Any) -> QToolButton:
        button = QToolButton(self)
        button.setText(sign)
        button.setAutoRaise(True)
        make_tiny(button)
        button.setToolTip(words)
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(clicked)
        return button


class ObjectsField(Field):
    """A list of things: add at the top, tune below, take away at the right; move where order counts."""

    def __init__(self, spec: ParamSpec, catalog: Catalog, make_form: MakeForm) -> None:
        super().__init__(spec)
        self._shelf = Shelf(spec, catalog)
        self._make_form = make_form
        self._ordered = spec.kind == "layers"
        self._values: list[Any] = []
        self._chips: list[Chip] = []
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
        self._values = list(value) if isinstance(value, list) and not mixed else []
        read = [self._shelf.read(value) for value in self._values]
        if [thing for thing, _ in read] != [chip.thing for chip in self._chips] or any(
            thing is None for thing, _ in read
        ):
            self._refill()
        for place, (chip, (_, params)) in enumerate(zip(self._chips, read, strict=True)):
            chip.show_place(params, place == 0, place == len(read) - 1)
        self._list.setVisible(bool(read))
        self.combo.show_thing(None, MIXED if mixed else "Add")

    def _refill(self) -> None:
        for chip in self._chips:
            self._column.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(place, value) for place, value in enumerate(self._values)]
        for chip in self._chips:
            self._column.addWidget(chip)

    def _chip(self, place: int, value: Any) -> Chip:
        thing, _ = self._shelf.read(value)
        name = title(thing) if thing is not None else words_of(value)
        chip = Chip(thing, name, self._make_form, self._ordered)
        chip.removed.connect(lambda: self._put(place, []))
        chip.moved.connect(lambda steps: self._move(place, steps))
        if thing is not None:
            chip.tuned.connect(lambda params: self._put(place, [self._shelf.write(thing, params)]))
        return chip

    def _add(self, thing: Thing | None) -> None:
        if thing is not None:
            self.committed.emit([*self._values, self._shelf.fresh(thing)])

    def _put(self, place: int, values: list[Any]) -> None:
        self.committed.emit([*self._values[:place], *values, *self._values[place + 1 :]])

    def _move(self, place: int, steps: int) -> None:
        """Put one elsewhere; the keyboard stays with it."""
        values = list(self._values)
        values.insert(place + steps, values.pop(place))
        self.committed.emit(values)
        chip = self._chips[place + steps]
        wished, other = (chip.up, chip.down) if steps < 0 else (chip.down, chip.up)
        (wished if wished.isEnabled() else other).setFocus()
