"""Projects, runs and recovery copies on disk. Every write is atomic."""

SUFFIX = ".knet"
"""What the name of a project file ends with."""
