"""Do the parts of a project file fit together? Every reference in it is followed, once.

The schema says what each part looks like; here is what they owe each other: nodes that exist,
blocks that hold their parts, wires and shared layers that stay on one level.
"""

from collections.abc import Iterator, Mapping

from builder.document.blocks import DICT_INPUTS, DICT_OUTPUTS, KIND, KINDS, MOST_COPIES, has_layer
from builder.document.frames import Mark, box_of
from builder.document.graph import BLOCK, DEEPEST, OUTPUT, Node
from builder.storage.schema import FileProject, FileWire

FARTHEST = 1e9


def graph_faults(document: FileProject) -> Iterator[str]:
    """What does not fit together. Ask for the first only: what comes after relies on it."""
    nodes: dict[str, Node] = {}
    for node in document.graph.nodes:
        if not node.id:
            yield f"“{node.name}” has an empty id. Give it one that no other layer has."
        if node.id in nodes:
            yield (
                f"“{nodes[node.id].name}” and “{node.name}” have the same id “{node.id}”. "
                "Give one of them another id in the file."
            )
        nodes[node.id] = node
    yield from _parent_faults(nodes)
    for node in document.graph.nodes:
        yield from _sharing_faults(node, nodes)
        if node.type == BLOCK:
            yield from _block_faults(node)
    yield from _wire_faults(document.graph.wires, nodes)
    layout = document.layout
    for id_, position in layout.positions.items():
        if id_ not in nodes:
            yield f"the layout places a layer “{id_}” that does not exist. Remove that line."
        if not all(abs(number) <= FARTHEST for number in position):
            yield f"the layout places “{nodes[id_].name}” too far away. Change its position."
    yield from _mark_faults({**(layout.frames or {}), **(layout.notes or {})}, nodes)


def _mark_faults(marks: Mapping[str, Mark], nodes: dict[str, Node]) -> Iterator[str]:
    for id_, mark in marks.items():
        block = nodes.get(mark.level)
        if mark.level and (block is None or block.type != BLOCK):
            yield (
                f"the layout has a frame or note “{id_[:60]}” in a block “{mark.level[:60]}” that "
                "does not exist. Remove it from the file."
            )
        box = box_of(mark)
        if not all(abs(number) <= FARTHEST for number in box) or min(box[2:]) <= 0:
            yield (
                f"the layout has a frame or note “{id_[:60]}” that is too far away or has no "
                "size. Correct it in the file."
            )


def _parent_faults(nodes: dict[str, Node]) -> Iterator[str]:
    for node in nodes.values():
        if not node.parent:
            continue
        block = nodes.get(node.parent)
        if block is None:
            yield (
                f"“{node.name}” stands in a block “{node.parent}”, which does not exist. "
                "Remove its “parent”."
            )
        elif block.type != BLOCK or block.shares is not None:
            yield (
                f"“{node.name}” stands in “{block.name}”, which is no block of its own. Name a "
                f"node of the type {BLOCK} in “parent”."
            )
    depths = {"": 0}
    for node in nodes.values():
        way: dict[str, None] = {}
        place = node.id
        while place not in depths:
            if place in way:
                yield (
                    f"the block “{nodes[place].name}” stands inside itself. Change its “parent” "
                    "in the file."
                )
            way[place] = None
            place = nodes[place].parent
        for inner in reversed(way):
            depths[inner] = depths[nodes[inner].parent] + 1
        if depths[node.id] > DEEPEST:
            yield (
                f"“{node.name}” stands in more than {DEEPEST - 1} blocks inside each other, which "
                "no project does. Open an older copy of it."
            )


def _block_faults(node: Node) -> Iterator[str]:
    for name, value in node.params.items():
        if name == KIND:
            if value not in KINDS:
                yield (
                    f"the block “{node.name}” is of a kind that is not known; there are "
                    f"{', '.join(KINDS)}. Correct it in the file."
                )
        elif name in (DICT_INPUTS, DICT_OUTPUTS):
            if not isinstance(value, bool):
                yield f"“{name}” of the block “{node.name}” is true or false. Correct it in the file."
        elif name != "repeat":
            yield (
                f"the block “{node.name}” has a parameter “{name[:60]}”; a block has only “repeat”, "
                f"“{KIND}”, “{DICT_INPUTS}” and “{DICT_OUTPUTS}”. Remove it from the file."
            )
        elif not isinstance(value, int) or isinstance(value, bool):
            yield f"“repeat” of the block “{node.name}” is no whole number. Correct it in the file."
        elif not 1 <= value <= MOST_COPIES:
            yield (
                f"the block “{node.name}” is repeated 1 to {MOST_COPIES:,} times; its “repeat” "
                "is outside of that. Correct it in the file."
            )


def _sharing_faults(node: Node, nodes: dict[str, Node]) -> Iterator[str]:
    if node.shares is None:
        return
    owner = nodes.get(node.shares)
    if owner is None:
        yield (
            f"“{node.name}” shares the layer of “{node.shares}”, which does not exist. "
            "Remove its “shares”."
        )
    elif owner.shares is not None or owner is node:
        yield (
            f"“{node.name}” shares the layer of “{owner.name}”, which has none of its own. "
            "Name the layer that owns it in “shares”."
        )
    elif owner.type != node.type or not has_layer(owner):
        yield (
            f"“{node.name}” shares the layer of “{owner.name}”, which is of another type or has "
            "no layer. Remove its “shares”."
        )
    elif owner.parent != node.parent:
        yield (
            f"“{node.name}” shares the layer of “{owner.name}”, which stands in another block. "
            "Remove its “shares”."
        )


def _wire_faults(wires: tuple[FileWire, ...], nodes: dict[str, Node]) -> Iterator[str]:
    for number, wire in enumerate(wires, start=1):
        for end in (wire.from_, wire.to):
            if end not in nodes:
                yield (
                    f"wire {number} ends at a layer “{end}” that does not exist. "
                    "Remove that wire from the file."
                )
        source, target = nodes[wire.from_], nodes[wire.to]
        if source is target:
            yield f"“{source.name}” feeds itself. Remove wire {number} from the file."
        if source.parent != target.parent:
            yield (
                f"wire {number} from “{source.name}” to “{target.name}” crosses the edge of a "
                "block. Remove that wire from the file."
            )
        if source.type == OUTPUT:
            yield (
                f"wire {number} starts at “{source.name}”, an output of the model; nothing "
                "comes after it. Remove that wire from the file."
            )
