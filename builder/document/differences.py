"""What differs between two projects, in a few words: "2 layers added, 1 changed, data changed"."""

from collections.abc import Iterator

from builder.document.project import Project


def differences(old: Project, new: Project) -> str:
    """How `new` differs from `old`. Empty when they are equal, and only then."""
    if old == new:
        return ""
    return ", ".join(_parts(old, new)) or "layout changed"


def _parts(old: Project, new: Project) -> Iterator[str]:
    before, after = old.graph.nodes, new.graph.nodes
    counts = (
        ("added", len(after.keys() - before.keys())),
        ("removed", len(before.keys() - after.keys())),
        ("changed", sum(before[i] != after[i] for i in before.keys() & after.keys())),
    )
    noun = True
    for what, count in counts:
        if count:
            layers = ("layer " if count == 1 else "layers ") if noun else ""
            yield f"{count:,} {layers}{what}"
            noun = False
    if set(old.graph.wires) != set(new.graph.wires):
        added = len(set(new.graph.wires) - set(old.graph.wires))
        gone = len(set(old.graph.wires) - set(new.graph.wires))
        yield f"{added + gone:,} {'wire' if added + gone == 1 else 'wires'} changed"
    elif old.graph != new.graph and noun:
        yield "order of layers or wires changed"
    kept = before.keys() & after.keys()
    places, others = new.layout.positions, old.layout.positions
    moved = sum(places.get(i) != others.get(i) for i in kept)
    if moved:
        yield f"{moved:,} moved"
    for what, same in (
        ("reading direction changed", old.layout.direction == new.layout.direction),
        ("frames changed", old.layout.frames == new.layout.frames),
        ("notes changed", old.layout.notes == new.layout.notes),
        ("data changed", old.data == new.data),
        ("training plan changed", old.training == new.training),
        ("name changed", old.name == new.name),
        ("backend changed", old.backend == new.backend),
        ("custom layers changed", old.custom == new.custom),
        ("inputs as a dict changed", old.dict_inputs == new.dict_inputs),
    ):
        if not same:
            yield what
