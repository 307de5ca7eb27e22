import shutil
import subprocess
import sys
from pathlib import Path

from builder import resources


def test_a_checkout_has_its_resources_beside_the_package() -> None:
    assert resources.resource("catalog.json").is_file()
    assert resources.resource("examples", "none.knet").parent.name == "examples"


def test_a_wheel_has_its_resources_inside_the_package(tmp_path: Path) -> None:
    """There the folder `builder/resources` stands beside the module of the same name."""
    package = tmp_path / "builder"
    (package / "resources").mkdir(parents=True)
    (package / "resources" / "catalog.json").write_text("here")
    (package / "__init__.py").touch()
    shutil.copy(resources.__file__, package / "resources.py")
    code = "from builder.resources import resource; print(resource('catalog.json').read_text())"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "here"
