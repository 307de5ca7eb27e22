"""`keras-builder [FILE]`: the window; where there is no display, the demonstration instead."""

import argparse
import gc
import logging
import os
import sys
from pathlib import Path

from builder.cli.pictures import require_qt


def run(options: argparse.Namespace) -> int:
    if not has_display():
        from builder.cli.demo import demonstrate

        return demonstrate(options.file, debug=options.debug)
    # Until the window stands all that is made stays: looking for garbage took 8 % of the start.
    gc.disable()
    require_qt()
    from builder.app import run as run_window

    if options.debug:
        logging.basicConfig(level=logging.DEBUG)
    return run_window(Path(options.file).absolute() if options.file else None)


def has_display() -> bool:
    """Whether a window could be shown; who set Qt's platform by hand knows what they want."""
    if sys.platform in ("win32", "darwin", "cygwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
