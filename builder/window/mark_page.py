"""The inspector's page for frames and notes."""

from collections.abc import Sequence
from typing import Any

from builder.canvas.document import Document
from builder.canvas.holding import inside, words
from builder.canvas.mark_commands import COLOURS, MarkCommands
from builder.catalog.spec import ParamSpec
from builder.document.frames import Frame, Mark
from builder.document.framing import marks_of
from builder.document.graph import BLOCK, INPUT, OUTPUT, Node
from builder.window.analyst import Analysis
from builder.window.fields import ChoiceField, LineField
from builder.window.form import ParamRow
from builder.window.inspector_pages import Page, sums
from builder.window.style import label
from builder.window.words import count

_TITLE = ParamSpec("title", "text", required=True, doc="What the frame is about.")
_COLOUR = ParamSpec("colour", "choice", default="", doc="The colour of the frame.")


class MarkPage(Page):
    """One frame with what it holds, one note, or several of them."""

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._analysis = Analysis(0)
        self._ids = document.selected_marks
        self._commands = MarkCommands(document)
        marks = self._marks()
        self._frames = [id_ for id_, mark in marks.items() if isinstance(mark, Frame)]
        alone = len(marks) == 1
        kinds = words(document.project, (), marks)
        self._title(kinds[:1].upper() + kinds[1:], "")
        self.name = ParamRow(_TITLE, LineField(_TITLE, _judge_title))
        self.name.edited.connect(self._rename)
        self.colour = ParamRow(_COLOUR, ChoiceField(_COLOUR, tuple(COLOURS.items())))
        self.colour.edited.connect(self._paint)
        self.colour.reset.connect(lambda: self._paint(""))
        self.text = label("")
        self.text.setWordWrap(True)
        hint = label("Press F2, or double-click the note, to write it anew.", "secondary")
        hint.setWordWrap(True)
        for widget, wanted in (
            (self.name, alone and self._frames),
            (self.colour, self._frames),
            (self.text, alone and not self._frames),
            (hint, alone and not self._frames),
        ):
            widget.setVisible(bool(wanted))
            self.column.addWidget(widget)
        if alone and self._frames:
            self._finish()
        else:
            self.column.addStretch(1)

    def _marks(self) -> dict[str, Mark]:
        return {i: m for i, m in marks_of(self._document.project.layout).items() if i in self._ids}

    def fits(self, nodes: Sequence[Node]) -> bool:
        return not nodes and self._document.selected_marks == self._ids

    def refresh(self) -> None:
        self._show_facts()
        for mark in self._marks().values():
            if isinstance(mark, Frame):
                self.name.show_value(mark.title, True, False)
            else:
                self.text.setText(mark.text)
        colours = {m.colour for m in self._marks().values() if isinstance(m, Frame)}
        if colours:
            self.colour.show_value(min(colours), colours != {""}, len(colours) > 1)

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._show_facts()

    def _show_facts(self) -> None:
        """What the one frame holds, where it stands now."""
        if len(self._ids) > 1 or not self._frames or self._frames[0] not in self._marks():
            return
        graph = self._document.project.graph
        held = inside(self._document.shown, self._frames[0]).nodes
        layers = sum(graph.nodes[id_].type not in (INPUT, OUTPUT, BLOCK) for id_ in held)
        known = [self._analysis.reports.get(id_) for id_ in held]
        self.facts.show_facts({"layers": count(layers), **sums(known)})

    def _rename(self, title: Any) -> None:
        self._commands.write(self._frames[0], str(title))

    def _paint(self, colour: Any) -> None:
        self._commands.paint(self._frames, str(colour or ""))


def _judge_title(title: str) -> str:
    return "" if title.strip() else "A frame needs a title."
