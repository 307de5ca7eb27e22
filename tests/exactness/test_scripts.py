"""Scripts of other people, read without running them, make the models that running them makes."""

import sys
from types import ModuleType
from typing import Any

import pytest

from builder.codegen import generate
from builder.document.project import Project
from builder.reading.python_own import read_script
from tests.exactness import models
from tests.exactness.growing import CATALOG
from tests.exactness.scripts import SCRIPTS

pytestmark = [pytest.mark.keras, pytest.mark.usefixtures("keras")]


def ran(text: str) -> Any:
    from keras.src.utils.naming import reset_uids

    reset_uids()
    module = ModuleType("custom_layers")  # where a project has layers of its own
    exec(compile(text, "<script>", "exec"), module.__dict__)
    return module.__dict__["model"]


def built(project: Project, monkeypatch: pytest.MonkeyPatch) -> Any:
    own = ModuleType("custom_layers")
    exec(compile(project.custom, "<own>", "exec"), own.__dict__)
    monkeypatch.setitem(sys.modules, "custom_layers", own)
    return models.built(project)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_read_as_it_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    project = read_script(SCRIPTS[name], CATALOG)
    one, other = ran(SCRIPTS[name]), built(project, monkeypatch)
    models.copy_variables(one, other)
    assert other.count_params() == one.count_params()
    assert layers_of(other) == layers_of(one)
    ends = models.config(one)["config"].get("output_layers")
    if isinstance(ends, dict):
        assert models.config(other)["config"]["output_layers"] == ends
    rows = models.rows_for(other)
    for made, known in zip(models.answers(other, rows), models.answers(one, rows), strict=True):
        assert models.same(made, known)
    source = generate(project, CATALOG).source
    again = read_script(source, CATALOG, project.custom)
    assert generate(again, CATALOG).source == source


def layers_of(model: Any) -> Any:
    """The layers with their configs and calls; a project's model is functional in any case."""
    config = models.config(model)["config"]["layers"]
    return [
        {part: layer[part] for part in ("class_name", "config")}
        for layer in config
        if layer["class_name"] not in ("Functional", "Sequential")
    ]
