"""Training plan: the dock."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from builder.canvas.document import Document
from builder.catalog.spec import Catalog
from builder.window.notice import EmptyState


class TrainingPlanPanel(QWidget):
    """How the network is trained."""

    def __init__(self, document: Document, catalog: Catalog) -> None:
        super().__init__()
        self._document = document
        self._catalog = catalog
        QVBoxLayout(self).addWidget(EmptyState("Training plan", "How the network is trained."))
