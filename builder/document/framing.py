"""Edits of frames and notes. Frames are called `f1`, `f2` ..., notes `t1`, `t2` ..."""

from collections.abc import Collection, Iterable, Mapping

from msgspec.structs import replace

from builder.document.frames import Frame, Mark, Note
from builder.document.project import Layout, Point, Project


def marks_of(layout: Layout) -> dict[str, Mark]:
    """Frames and notes by id, frames first: they lie below."""
    return {**layout.frames, **layout.notes}


def add(project: Project, mark: Mark) -> tuple[Project, str]:
    """Put a frame or a note on the canvas. Returns its id as well."""
    layout = project.layout
    letter, taken = ("f", layout.frames) if isinstance(mark, Frame) else ("t", layout.notes)
    id_ = f"{letter}{_free_number(taken)}"
    return put(project, {id_: mark}), id_


def add_all(project: Project, marks: Collection[Mark]) -> tuple[Project, dict[str, Mark]]:
    """Put many on the canvas at once. Returns them by their ids as well."""
    frames = [mark for mark in marks if isinstance(mark, Frame)]
    notes = [mark for mark in marks if isinstance(mark, Note)]
    first, one = _free_number(project.layout.frames), _free_number(project.layout.notes)
    new: dict[str, Mark] = {f"f{number}": mark for number, mark in enumerate(frames, first)}
    new |= {f"t{number}": mark for number, mark in enumerate(notes, one)}
    return (put(project, new) if new else project), new


def put(project: Project, marks: Mapping[str, Mark]) -> Project:
    """Give frames and notes other values, by id."""
    frames = {i: mark for i, mark in marks.items() if isinstance(mark, Frame)}
    notes = {i: mark for i, mark in marks.items() if isinstance(mark, Note)}
    layout = project.layout
    return replace(
        project,
        layout=replace(layout, frames={**layout.frames, **frames}, notes={**layout.notes, **notes}),
    )


def remove(project: Project, ids: Collection[str]) -> Project:
    """Take frames and notes away; what stands in a frame stays."""
    layout = project.layout
    return replace(
        project,
        layout=replace(
            layout,
            frames={i: frame for i, frame in layout.frames.items() if i not in ids},
            notes={i: note for i, note in layout.notes.items() if i not in ids},
        ),
    )


def moved(mark: Mark, way: Point) -> Mark:
    """A frame or note so far from where it was."""
    if isinstance(mark, Frame):
        left, top, width, height = mark.box
        return replace(mark, box=(left + way[0], top + way[1], width, height))
    return replace(mark, at=(mark.at[0] + way[0], mark.at[1] + way[1]))


def within(layout: Layout, blocks: Collection[str]) -> Layout:
    """The layout without the frames and notes of blocks that are gone; `blocks` are still there."""
    gone = [
        id_ for id_, mark in marks_of(layout).items() if mark.level and mark.level not in blocks
    ]
    if not gone:
        return layout
    return remove(Project(layout=layout), gone).layout


def lifted(layout: Layout, block: str, level: str, way: Point) -> Layout:
    """The layout with a block's frames and notes taken out of it, to another level."""
    inner = _at(marks_of(layout).items(), block)
    marks = {id_: replace(moved(mark, way), level=level) for id_, mark in inner}
    return put(Project(layout=layout), marks).layout if marks else layout


def lowered(project: Project, ids: Collection[str], block: str) -> Project:
    """The project with frames and notes put into a block, where they stand."""
    every = marks_of(project.layout)
    marks = {id_: replace(every[id_], level=block) for id_ in ids}
    return put(project, marks) if marks else project


def _free_number(taken: Collection[str]) -> int:
    return 1 + max((int(id_[1:]) for id_ in taken if id_[1:].isdecimal()), default=0)


def _at(marks: Iterable[tuple[str, Mark]], level: str) -> Iterable[tuple[str, Mark]]:
    return [(id_, mark) for id_, mark in marks if mark.level == level]
