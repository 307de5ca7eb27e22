"""Which function does which request. Modules are imported when their first request comes."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from builder.engine.messages import (
    Describe,
    Evaluate,
    Export,
    Inspect,
    MakeCatalog,
    Predict,
    Train,
)
from builder.engine.worker.context import Context
from builder.engine.worker.loop import Handler


def _in(module: str, name: str) -> Handler:
    def handle(request: Any, context: Context) -> None:
        handler: Handler = getattr(import_module(f"builder.engine.worker.{module}"), name)
        handler(request, context)

    return handle


HANDLERS: Mapping[type, Handler] = {
    Inspect: _in("inspector", "inspect"),
    Describe: _in("data", "describe"),
    Train: _in("train", "train"),
    Evaluate: _in("evaluate", "evaluate"),
    Predict: _in("predict", "predict"),
    Export: _in("exporter", "export"),
    MakeCatalog: _in("catalogue", "make_catalog"),
}
