"""What several tests of the command line begin with."""

from pathlib import Path

import pytest

from builder.storage.project_file import save
from tests.build import chain


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project without data: four layers in a row."""
    path = tmp_path / "small.knet"
    save(path, chain("Input", "Flatten", ("Dense", {"units": 3}), "Output"))
    return path
