"""What a person does with blocks and shared layers: each method is one undo step."""

from collections.abc import Callable

from builder.canvas.document import Document
from builder.canvas.geometry import COLUMN_GAP, WIDTH, free_place, position_of
from builder.canvas.holding import held, words
from builder.canvas.levels import block_of
from builder.document import blocks, edits, framing
from builder.document.edits import EditRefused


class BlockCommands:
    """Edits of one document's blocks. `refuse` is told the sentence when one cannot be done."""

    def __init__(self, document: Document, refuse: Callable[[str], None]) -> None:
        self._document = document
        self._refuse = refuse

    def make(self) -> str | None:
        """Make a block of the selection. Returns its id; it is selected then.

        Selected frames and notes go into it, and what stands in the frames.
        """
        document = self._document
        going = held(document.shown, document.selection, document.selected_marks)
        try:
            project, block = blocks.group(document.project, going.nodes)
        except EditRefused as refusal:
            self._refuse(str(refusal))
            return None
        project = framing.lowered(project, going.marks, block)
        document.apply("Make block", project, merge=_new(block))
        document.select(frozenset((block,)))
        return block

    def name(self, block: str, name: str) -> str | None:
        """Give a block that was just made its name: no step of its own.

        Returns why that is not possible, or nothing.
        """
        try:
            project = edits.rename(self._document.project, block, name)
        except EditRefused as refusal:
            return str(refusal)
        self._document.apply("Make block", project, merge=_new(block))
        return None

    def ungroup(self) -> None:
        """Dissolve the selected blocks; their layers are selected then."""
        document, freed = self._document, set[str]()
        project = document.project
        chosen = [i for i in document.selection if block_of(project.graph, i) is not None]
        title = f"Ungroup {words(project, chosen, ())}"
        try:
            for block in chosen:
                project, inner = blocks.ungroup(project, block)
                freed |= set(inner)
        except EditRefused as refusal:
            self._refuse(str(refusal))
            return
        if chosen:
            document.apply(title, project)
            document.select(frozenset(freed))

    def use_again(self, node: str) -> str | None:
        """A second node with the same weights, beside the first. Returns its id; it is selected."""
        document, project = self._document, self._document.project
        x, y = position_of(project, node)
        beside = (x + WIDTH + COLUMN_GAP, y)
        place = free_place(document.shown, beside, project.layout.direction)
        title = f"Use {project.graph.nodes[node].name} again"
        try:
            project, again = blocks.use_again(project, node, place)
        except EditRefused as refusal:
            self._refuse(str(refusal))
            return None
        document.apply(title, project)
        document.select(frozenset((again,)))
        return again


def _new(block: str) -> str:
    """What joins making a block and naming it into one step."""
    return f"new block {block}"
