"""The window's docks around the canvas."""
