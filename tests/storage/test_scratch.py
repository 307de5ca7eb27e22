"""Temporary folders: gone when they are done with, also when the process that made them died."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from builder.storage.claim import LOCK
from builder.storage.scratch import PREFIX, scratch_folder


def test_what_the_dead_left_is_swept_and_what_is_held_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead, young, foreign = (tmp_path / f"{PREFIX}{name}" for name in ("dead", "young", "foreign"))
    for folder in (dead, young, foreign):
        folder.mkdir()
    (dead / LOCK).touch()
    (young / LOCK).touch()
    long_ago = time.time() - 3600
    os.utime(dead / LOCK, (long_ago, long_ago))
    with scratch_folder() as held:
        os.utime(held / LOCK, (long_ago, long_ago))
        with scratch_folder() as inner:
            assert set(tmp_path.iterdir()) == {young, foreign, held, inner}
    assert set(tmp_path.iterdir()) == {young, foreign}
