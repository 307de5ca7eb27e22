"""A module as a Jupyter notebook (nbformat 4.5): a cell for each part, and cells that use them.

It executes top to bottom and does what the script's `main` does, in the same order.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from builder.catalog.custom import FILE
from builder.codegen.module import Module
from builder.codegen.names import markdown
from builder.codegen.parts import Kind, Part, of_kind

_TITLES: dict[Kind, tuple[str, str]] = {
    "imports": ("Imports", ""),
    "settings": ("Settings", "What to change first: epochs, batch size, seed."),
    "block": ("Blocks", "Parts of the network that it uses as one; each makes a model."),
    "model": ("Model", "The network, still untrained, and its layers."),
    "data": ("Data", "Rows to train on, to validate with, and to test on."),
    "train": ("Training", "Fits the model; the curves are in `history.history`."),
    "evaluate": ("Evaluation", "Scores on the test rows, which the model has not seen."),
    "predict": ("Prediction", "Answers for the first rows of the test set."),
}
_SEEDED = "keras.utils.set_random_seed(SEED)\n"
_BUILD = "model = build_model()\nmodel.summary()"
_USES: dict[Kind, str] = {
    "data": "data = load_data()",
    "train": "history = train(model, data)",
    "evaluate": "evaluate(model, data)",
}
_PREDICT = 'inputs, targets = data["test"]\npredict(model, {rows})'
_SAVE = 'model.save("model.keras")'


def notebook(module: Module, title: str) -> bytes:
    """The notebook's file."""
    cells = [
        _markdown(
            "title",
            f"# {markdown(title)}\n\nA network in Keras. It needs:\n\n"
            f"```\npip install {' '.join(module.packages)}\n```",
        ),
        *_own(module.custom),
        *_cells(module.parts, module.inputs),
    ]
    book = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return msgspec.json.format(msgspec.json.encode(book), indent=1) + b"\n"


def _own(custom: str) -> Iterator[dict[str, Any]]:
    """Cells that write custom_layers.py beside the notebook."""
    if custom:
        yield _markdown("about-custom", f"## Custom layers\n\nThis cell writes them to {FILE}.")
        yield _code("custom", f"%%writefile {FILE}\n{custom.rstrip()}\n")


def _cells(parts: Sequence[Part], inputs: int) -> Iterator[dict[str, Any]]:
    trained = bool(of_kind(parts, "train"))
    for kind, (heading, about) in _TITLES.items():
        own = of_kind(parts, kind)
        if not own:
            continue
        yield _markdown(f"about-{kind}", f"## {heading}\n\n{about}".strip())
        for place, part in enumerate(own, 1):
            text = part.text
            if kind == "imports":
                # Only the script reads arguments.
                text = text.replace("import argparse\n", "", 1).lstrip("\n")
            yield _code(f"{kind}-{place}", text)
        if kind == "model":
            yield _code("use-model", _SEEDED * trained + _BUILD)
        elif kind == "predict":
            rows = "{name: rows[:5] for name, rows in inputs.items()}"
            use = _PREDICT.format(rows=rows if inputs > 1 else "inputs[:5]")
            yield _code("use-predict", use)
        elif kind in _USES:
            yield _code(f"use-{kind}", _USES[kind])
    if trained:
        yield _markdown("about-save", "## Saving\n\nThe trained model as one file.")
        yield _code("save", _SAVE)


def _markdown(id_: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id_, "metadata": {}, "source": _lines(text)}


def _code(id_: str, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": id_,
        "metadata": {},
        "outputs": [],
        "source": _lines(text),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)
