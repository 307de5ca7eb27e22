"""The bundled examples, and one project for each kind of network, through all round trips."""

from pathlib import Path

import pytest

from builder.codegen import generate
from builder.document.project import Project
from builder.reading.python_source import read_source
from builder.resources import resource
from builder.storage.project_file import decode, encode
from tests.codegen.networks import GOLDEN
from tests.exactness.growing import CATALOG, Inspect
from tests.exactness.meaning import Meanings
from tests.exactness.models import answers, built, config, copy_variables, imported, rows_for, same
from tests.exactness.test_round_trips import counted, made, shown, weighed

pytestmark = [pytest.mark.keras, pytest.mark.slow]

EXAMPLES = tuple(sorted(path.stem for path in resource("examples").glob("*.knet")))


def project_of(name: str) -> Project:
    if name in GOLDEN:
        return GOLDEN[name]()
    return decode(resource("examples", f"{name}.knet").read_bytes())


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 4


@pytest.mark.parametrize("name", dict.fromkeys((*EXAMPLES, *GOLDEN)))
def test_an_example_makes_all_round_trips(inspect: Inspect, tmp_path: Path, name: str) -> None:
    project = project_of(name)
    assert decode(encode(project)) == project
    source = generate(project, CATALOG).source
    meanings = Meanings()
    assert meanings.of(read_source(source, CATALOG)) == meanings.of(project)
    model, reports = built(project), inspect(project.graph)
    assert made(project, model) == shown(project, reports)
    assert weighed(model) == counted(project, reports)
    model.save(tmp_path / f"{model.name}.keras")
    again, remarks = imported(tmp_path / f"{model.name}.keras")
    assert remarks == ()
    other = built(again)
    assert config(other) == config(model)
    copy_variables(model, other)
    rows = rows_for(model)
    if name == "reviews_csv":
        return  # a TimeDistributed Normalization computes only after it has learnt from data
    assert all(map(same, answers(model, rows), answers(other, rows)))
