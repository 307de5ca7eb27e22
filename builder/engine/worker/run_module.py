"""The module of a run as a living Python module, and the node that an error in it belongs to."""

import errno
import itertools
import linecache
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec.structs import replace

from builder.document.graph import Graph
from builder.engine.messages import Fault
from builder.engine.worker import custom_code
from builder.engine.worker.faults import JobError, fault_of, line_of, own_words, plain

_numbers = itertools.count(1)


def run_source(source: str, path: str) -> ModuleType:
    """Run a module's text and return the module. `path` is what its tracebacks say.

    Each call makes a module of its own; nothing is written beside the file.
    """
    module = ModuleType(f"keras_builder_run_{next(_numbers)}")
    module.__file__ = path
    lines = source.splitlines(keepends=True)
    linecache.cache[path] = (len(source), None, lines, path)
    sys.modules[module.__name__] = module
    try:
        exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - written by codegen
    finally:
        del sys.modules[module.__name__]
    return module


def node_of(error: BaseException, path: str, nodes: Sequence[str | None]) -> str | None:
    """The node of the innermost line of the module that the error came through."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        at = (frame.lineno or 0) - 1
        if frame.filename == path and 0 <= at < len(nodes) and nodes[at] is not None:
            return nodes[at]
    return None


def node_named_in(text: str, graph: Graph) -> str | None:
    """The node whose layer an error message speaks of, when it names exactly one.

    TensorFlow writes the path of an operation (`model_1/conv/Conv2D`), Keras the layer's name in
    quotes.
    """
    named = {
        node.id
        for node in graph.nodes.values()
        if f"/{node.name}_1/" in text or f"/{node.name}/" in text or f'"{node.name}"' in text
    }
    # The path of a layer in a block names the block too.
    named -= {block for id_ in named for block in graph.path(id_)}
    return named.pop() if len(named) == 1 else None


def run_fault(error: BaseException, path: str, nodes: Sequence[str | None], graph: Graph) -> Fault:
    """The fault that an error out of a run's module means, with its node."""
    fault = fault_of(error)
    node = fault.node or node_of(error, path, nodes) or node_named_in(str(error), graph)
    if isinstance(error, JobError):
        return replace(fault, node=node)
    kind, text = type(error).__name__, str(error)
    if line_of(error) is not None:
        named = graph.level().by_name.get(custom_code.layer_of(error) or "")
        of = f"“{named.name}”: " if named is not None else ""
        message = f"{of}{own_words(error)}"
        return Fault(message, node if named is None else named.id, fault.detail)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        message = f"There is no room left on the disk of {Path(path).parent}. Make room, then train again."
    elif kind == "ResourceExhaustedError" or "out of memory" in text.lower():
        message = (
            "Memory ran out while training. Lower the batch size, or make the network smaller."
        )
    elif node is not None:
        message = f"“{graph.nodes[node].name}”: {plain(_cause(text)) or kind}"
    elif text.startswith("Graph execution error"):
        message = f"Training broke off: {plain(_cause(text))}"
    else:
        message = fault.message
    return Fault(message, node, fault.detail)


def _cause(text: str) -> str:
    """What TensorFlow says after the list of places where an operation was defined."""
    if not text.startswith("Graph execution error"):
        return text
    lines = [line.strip() for line in text.splitlines()]
    ends = [place for place, line in enumerate(lines) if line.startswith("[[{{")]
    return lines[ends[0] - 1] if ends and ends[0] else text


def function(module: ModuleType, name: str) -> Any:
    """A function of the module. Raises JobError when the project had no data and so none."""
    found = getattr(module, name, None)
    if found is None:
        raise JobError(
            f"This network has no data to {name.replace('_', ' ')} from: its module has no "
            f"{name}(). Choose data and a target, then train again."
        )
    return found


Data = Mapping[str, tuple[Any, Any]]


def arrays(part: Any, name: str = "") -> dict[str, Any]:
    """One array, or a mapping of them, as a mapping; a single one goes by `name`."""
    return dict(part) if isinstance(part, Mapping) else {name: part}


def row_count(part: Any) -> int:
    """How many rows the inputs (or targets) of a part of the data hold."""
    return len(next(iter(arrays(part).values())))
