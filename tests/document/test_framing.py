"""Frames and notes as values: added, moved, taken away, and what edits of blocks do with them."""

from builder.document import blocks, edits, framing
from builder.document.frames import Frame, Note, box_of
from builder.storage.project_file import decode, encode
from tests.build import chain

PROJECT = chain("Input", "Dense", "Dense", "Output")


def test_ids_are_never_given_twice() -> None:
    project, first = framing.add(PROJECT, Frame("Encoder", (0, 0, 100, 80)))
    project, second = framing.add(project, Frame("Decoder", (0, 100, 100, 80)))
    project, note = framing.add(project, Note("Why", (5.0, 5.0), (120.0, 40.0)))
    assert (first, second, note) == ("f1", "f2", "t1")
    project = framing.remove(project, {"f1"})
    assert framing.add(project, Frame("x", (0, 0, 1, 1)))[1] == "f3"
    assert list(framing.marks_of(project.layout)) == ["f2", "t1"]


def test_moved() -> None:
    frame, note = Frame("a", (0, 0, 10, 20), "Core"), Note("b", (1, 2), (3, 4))
    assert framing.moved(frame, (5, -5)) == Frame("a", (5, -5, 10, 20), "Core")
    assert box_of(framing.moved(note, (1, 1))) == (2, 3, 3, 4)


def test_they_survive_the_file() -> None:
    project, _ = framing.add(PROJECT, Frame("Größe", (0.0, 0.5, 100.0, 80.0), "Core"))
    project, _ = framing.add(project, Note("two\nlines", (5.0, 5.0), (120.0, 40.0)))
    assert decode(encode(project)) == project
    assert b"frames" not in encode(PROJECT)


def test_a_block_that_goes_takes_its_frames_along() -> None:
    ids = [node.id for node in PROJECT.graph.nodes.values() if node.name.startswith("dense")]
    project, block = blocks.group(PROJECT, ids)
    project, inner = framing.add(project, Frame("in", (0, 0, 10, 10), level=block))
    project, outer = framing.add(project, Note("out", (0, 0), (10, 10)))
    gone = edits.remove(project, {block})
    assert framing.marks_of(gone.layout).keys() == {outer}
    freed, _ = blocks.ungroup(project, block)
    assert freed.layout.frames[inner].level == ""
    assert decode(encode(freed)) == freed
