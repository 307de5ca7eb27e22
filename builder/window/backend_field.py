"""The project's backend as a field: those that are installed, and how to get the others."""

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel

from builder.catalog.spec import ParamSpec
from builder.document.project import BACKENDS
from builder.window.fields import ChoiceField

BACKEND = ParamSpec("backend", "choice", required=True, doc="The library that Keras computes with.")


def installed(backend: str) -> bool:
    return find_spec(backend) is not None


class BackendField(ChoiceField):
    """A choice of backends. One that is missing is shown, and its tooltip says what to install."""

    def __init__(self, available: Callable[[str], bool] = installed) -> None:
        super().__init__(BACKEND, tuple((title, name) for name, title in BACKENDS.items()))
        self.missing = tuple(name for name in BACKENDS if not available(name))

    def show_value(self, value: Any, mixed: bool = False) -> None:
        super().show_value(value, mixed)
        model = self.combo.model()
        for place, name in enumerate(BACKENDS):
            if name in self.missing and isinstance(model, QStandardItemModel):
                model.item(place).setEnabled(False)
                self.combo.setItemText(place, f"{BACKENDS[name]}: pip install {name}")
                self.combo.setItemData(place, how_to_get(name), Qt.ItemDataRole.ToolTipRole)


def how_to_get(backend: str) -> str:
    python = Path(sys.executable).name
    return (
        f"{BACKENDS[backend]} is not installed. Run “{python} -m pip install {backend}” in the "
        "environment of Keras Builder, then start it again."
    )
