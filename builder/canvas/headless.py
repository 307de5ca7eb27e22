"""Pictures without a window: Qt paints offscreen, in the light theme, for files."""

import os
from collections.abc import Mapping
from pathlib import Path

from PySide6.QtWidgets import QApplication

from builder.canvas.theme import STYLE, apply_theme
from builder.catalog.spec import Catalog
from builder.document.project import Project
from builder.engine.messages import NodeReport


def application() -> QApplication:
    """The process's Qt application, made for painting offscreen if there is none."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    made = QApplication(["keras-builder", *STYLE])
    apply_theme(made, "light")
    return made


def save_diagram(
    project: Project, catalog: Catalog, reports: Mapping[str, NodeReport], path: Path
) -> None:
    """Draw a network into a PNG or SVG file, with the shapes that `reports` know. Raises OSError."""
    _keep = application()
    from builder.canvas.document import Document
    from builder.canvas.picture import save_picture
    from builder.canvas.scene import GraphScene

    document = Document(project)
    scene = GraphScene(document, catalog)
    scene.show_reports(reports)
    save_picture(scene, path)
