"""Weights of imported models wait for the first file of their project, but not for ever."""

import os
from pathlib import Path

import pytest

from builder.document.plan import TrainingPlan
from builder.document.project import Project
from builder.storage import imported_weights


def test_imported_weights_wait_for_the_first_file_and_move_beside_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project_path = tmp_path / "wine tasting.knet"
    monkeypatch.setattr(
        imported_weights.platformdirs, "user_data_path", lambda _: tmp_path / "data"
    )
    waiting = imported_weights.waiting_place("a net/of mine")
    waiting.parent.mkdir(parents=True)
    waiting.write_bytes(b"weights")
    forgotten = waiting.with_name("old.keras")
    forgotten.write_bytes(b"x")
    os.utime(forgotten, (0, 0))
    assert imported_weights.waiting_place("other") != waiting
    assert not forgotten.exists()
    project = Project(training=TrainingPlan(start=waiting.as_posix()))
    moved = imported_weights.adopted(project, project_path)
    assert Path(moved.training.start) == project_path.with_suffix(".keras")
    assert Path(moved.training.start).read_bytes() == b"weights"
    assert imported_weights.adopted(moved, project_path) is moved
