"""Commands as a terminal starts them."""

import sys
from pathlib import Path

from builder.cli import main

COMMAND = [sys.executable, "-m", "builder"]


def run(*words: str | Path) -> int:
    return main([str(word) for word in words])
