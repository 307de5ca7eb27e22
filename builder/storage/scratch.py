"""Folders for what is not finished yet, in the system's place for temporary files."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from builder.storage.claim import LOCK, claim, is_claimed

PREFIX = "keras-builder-"
_YOUNG = 60.0


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is gone after the block. Those that killed processes left go with it."""
    _sweep(Path(tempfile.gettempdir()))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        with claim(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove folders of processes that are gone. One just made may not be claimed yet."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):  # another sweeps too, or it is somebody else's
            lock = folder / LOCK
            old = time.time() - lock.stat().st_mtime > _YOUNG
            if old and not is_claimed(folder):
                shutil.rmtree(folder, ignore_errors=True)
