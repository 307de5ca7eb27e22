"""What a person chose in the preferences, as the settings keep it."""

from PySide6.QtCore import QSettings

from builder.document.project import Layout, Project

WHEEL = "wheel_pans"
DIRECTION = "direction"


def wheel_pans(settings: QSettings) -> bool:
    """Whether the mouse wheel moves the view; else it zooms."""
    return bool(settings.value(WHEEL, False, type=bool))


def reads_right(settings: QSettings) -> bool:
    """Whether new networks read from left to right; else from top to bottom."""
    return settings.value(DIRECTION, "down") == "right"


def new_project(settings: QSettings) -> Project:
    """An empty project that reads in the direction that was chosen."""
    return Project(layout=Layout(direction="right")) if reads_right(settings) else Project()
