"""Which function does which request. Modules are imported when their first request comes."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from builder.engine.messages import (
    CatalogMade,
    Describe,
    Evaluate,
    Export,
    Import,
    Inspect,
    ListFormats,
    MakeCatalog,
    Predict,
    RunScript,
    Train,
)
from builder.engine.worker.context import Context
from builder.engine.worker.loop import Handler


def _in(module: str, name: str) -> Handler:
    def handle(request: Any, context: Context) -> None:
        handler: Handler = getattr(import_module(f"builder.engine.worker.{module}"), name)
        handler(request, context)

    return handle


def _make_catalog(request: MakeCatalog, context: Context) -> None:
    import_module("builder.engine.worker.catalogue").write_catalog(Path(request.output))
    context.send(CatalogMade(request.id, request.output))


HANDLERS: Mapping[type, Handler] = {
    Inspect: _in("inspector", "inspect"),
    Describe: _in("data", "describe"),
    Train: _in("train", "train"),
    Evaluate: _in("evaluate", "evaluate"),
    Predict: _in("predict", "predict"),
    Export: _in("exporter", "export"),
    ListFormats: _in("exporter", "list_formats"),
    Import: _in("importer", "import_model"),
    RunScript: _in("script", "run_script"),
    MakeCatalog: _make_catalog,
}
