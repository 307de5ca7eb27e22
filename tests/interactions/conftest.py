"""The canvas of tests/canvas, for gestures that cross rooms."""

from tests.canvas.conftest import canvas, opened

__all__ = ["canvas", "opened"]
