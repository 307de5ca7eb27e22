"""Which layers of a large network a source makes in one call of a function, or one turn of a loop.

A source that says `x = encoder_block(x, 64)` tells by itself what belongs together. Nothing made
elsewhere can stand between the layers of one call, so each can be drawn as one node.
"""

import ast
from collections import Counter
from collections.abc import Mapping, Sequence

from builder.document.graph import INPUT, OUTPUT, Graph
from builder.reading.collapse import FROM
from builder.reading.python_values import Call

_SMALLEST = 3
"""Layers that are worth a block."""
_LARGEST = 16
"""Layers from which on a block is shown in parts."""

Turn = tuple[ast.AST, int]


def groups(graph: Graph, calls: Mapping[str, Call]) -> dict[str, tuple[str, ...]]:
    """For nodes of the outermost level the names of the blocks to put around each.

    `calls` are those of the source by the nodes that they became.
    """
    level = graph.level()
    if len(level.nodes) < FROM:
        return {}
    turns = {id_: _turns(calls[id_]) for id_ in level.nodes if id_ in calls}
    sizes = Counter(turn for path in turns.values() for turn in path)
    barred = {turn for id_ in _fixed(level) for turn in turns.get(id_, ())}
    fit = {
        turn
        for turn, size in sizes.items()
        if _SMALLEST <= size <= len(level.nodes) // 2 and turn not in barred
    }
    # Functions have names, loops have none: they count where nothing in them is a function's.
    called = {turn for turn in fit if isinstance(turn[0], ast.Call)}
    for path in turns.values():
        if called.intersection(path):
            fit -= {turn for turn in path if turn not in called}
    kept = {id_: _kept(path, fit, sizes) for id_, path in turns.items()}
    names = _names([turn for path in kept.values() for turn in path])
    return {id_: tuple(names[turn] for turn in path) for id_, path in kept.items() if path}


def _turns(call: Call) -> list[Turn]:
    """The calls of functions and the turns of loops around one, outermost first."""
    return [
        (node, number)
        for node, number in call.loops
        if isinstance(node, ast.For)
        or (isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    ]


def _fixed(level: Graph) -> set[str]:
    """What stands in no block: ends, and layers that several nodes share."""
    sharing = {
        id_ for node in level.nodes.values() if node.shares for id_ in (node.id, node.shares)
    }
    ends = {node.id for node in (*level.of_type(INPUT), *level.of_type(OUTPUT))}
    return ends | sharing


def _kept(path: Sequence[Turn], fit: set[Turn], sizes: Mapping[Turn, int]) -> list[Turn]:
    """The outermost call that makes a block, and those inside as long as they are large."""
    found: list[Turn] = []
    for turn in path:
        if turn in fit and (not found or _LARGEST < sizes[found[-1]] > sizes[turn]):
            found.append(turn)
    return found


def _names(turns: Sequence[Turn]) -> dict[Turn, str]:
    """The name of the function for each call, numbered where there are several; loops have none."""
    order = list(dict.fromkeys(turns))
    stems = {
        turn: ast.unparse(turn[0].func) if isinstance(turn[0], ast.Call) else "block"
        for turn in order
    }
    count = Counter(stems.values())
    seen: Counter[str] = Counter()
    found: dict[Turn, str] = {}
    for turn, stem in stems.items():
        seen[stem] += 1
        found[turn] = stem if count[stem] == 1 else f"{stem}_{seen[stem]}"
    return found
