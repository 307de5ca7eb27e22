"""`keras-builder [FILE]`: the window; where there is no display, the demonstration instead."""

import argparse
import os
import sys
from pathlib import Path

from builder.cli.pictures import qt_missing


def run(options: argparse.Namespace) -> int:
    if not has_display():
        from builder.cli.demo import demonstrate

        return demonstrate(options.file, debug=options.debug)
    try:
        from builder.app import run_app
    except ImportError as error:
        raise qt_missing(error) from error
    return run_app(Path(options.file).absolute() if options.file else None)


def has_display() -> bool:
    """Whether a window could be shown; who set Qt's platform by hand knows what they want."""
    if sys.platform in ("win32", "darwin", "cygwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
