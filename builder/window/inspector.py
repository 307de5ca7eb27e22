"""The inspector: a form for the chosen layers, derived from the catalogue; else the project."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QFrame,
    QScrollArea,
)

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.document.graph import Node
from builder.document.project import Project
from builder.window.analyst import Analysis
from builder.window.form import Form, ParamRow
from builder.window.inspector_pages import MixedPage, Page, ProjectPage
from builder.window.layer_page import LayerPage


class Inspector(QScrollArea):
    """Shows what is selected and edits it. One entered value is one undo step.

    Signal `entering()`: a block is about to be looked into.
    """

    entering = Signal()

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._base = catalog
        self._page: Page | None = None
        self._of_marks = False
        self._analysis = Analysis(0)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Inspector")
        document.selection_changed.connect(lambda _: self._rebuild())
        document.marks_selected.connect(self._mark_selected)
        document.changed.connect(self._follow)
        self._rebuild()

    def show_analysis(self, analysis: Analysis) -> None:
        self._analysis = analysis
        if self._page is not None:
            self._page.show_analysis(analysis)

    @property
    def form(self) -> Form | None:
        """The form of the selected layers' parameters."""
        return self._page.form if isinstance(self._page, LayerPage) else None

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Who brings the keyboard here wants the first field."""
        super().focusInEvent(event)
        first = self._page.findChild(ParamRow) if self._page is not None else None
        if isinstance(first, ParamRow) and event.reason() == Qt.FocusReason.ShortcutFocusReason:
            first.field.setFocus(event.reason())

    @property
    def _catalog(self) -> Catalog:
        """All layers that the open project can have."""
        return self._document.including(self._base)

    def _nodes(self) -> list[Node]:
        graph = self._document.project.graph
        return [node for id_, node in graph.nodes.items() if id_ in self._document.selection]

    def _follow(self, old: Project, new: Project) -> None:
        fits = self._page is not None and self._page.fits(self._nodes())
        if not fits or old.data is not new.data or old.custom != new.custom:
            self._rebuild()
        elif self._page is not None:
            self._page.refresh()

    def _mark_selected(self) -> None:
        """Frames and notes have a page of their own, while no layer is selected."""
        if self._of_marks or not self._document.selection:
            self._rebuild()

    def _rebuild(self) -> None:
        nodes = self._nodes()
        self._of_marks = not nodes and bool(self._document.selected_marks)
        if self._of_marks:
            from builder.window.mark_page import MarkPage  # not needed before the first paint

            page: Page = MarkPage(self._document)
        elif not nodes:
            page = ProjectPage(self._document)
        elif len({node.type for node in nodes}) > 1:
            page = MixedPage(self._document, self._catalog, nodes)
        else:
            page = layers = LayerPage(self._document, self._catalog, nodes)
            layers.entering.connect(self.entering)
        old = self.takeWidget()
        if old is not None:
            old.hide()
            old.deleteLater()
        self._page = page
        self.setWidget(page)
        page.refresh()
        page.show_analysis(self._analysis)
