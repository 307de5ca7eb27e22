"""A project's own code in the worker: run when it is trusted, told when it fails, else never run."""

from pathlib import Path
from typing import Any

import pytest

from builder.document import edits
from builder.document.project import Project
from builder.engine.messages import (
    Evaluate,
    Evaluated,
    Export,
    Exported,
    Failed,
    NodeReport,
    Predict,
    RunEnded,
    Train,
)
from builder.engine.worker.faults import JobError
from tests.build import chain
from tests.customs import SCALE, catalog_of, trust_in, with_custom
from tests.engine.networks import catalog
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import run_of, starting_with

pytestmark = pytest.mark.keras


def built(*names: Any, source: str = SCALE) -> Project:
    return with_custom(chain(*names, catalog=catalog_of(source)), source)


@pytest.fixture
def inspector() -> Any:
    from builder.engine.worker.inspector import Inspector

    return Inspector(catalog())


def inspected(
    inspector: Any, project: Project, trusted: str | None = None
) -> dict[str, NodeReport]:
    from builder.engine.worker.inspector import OwnCode

    trusted = trust_in(project) if trusted is None else trusted
    reports = inspector.inspect(project.graph, own=OwnCode(project.custom, trusted))
    return {project.graph.nodes[id_].name: report for id_, report in reports.items()}


def trace_of(folder: Path) -> tuple[Path, str]:
    """A folder, and an expression that makes it."""
    trace = folder / "it-ran"
    return trace, f"__import__('os').mkdir(bytes.fromhex('{str(trace).encode().hex()}'))"


ENTRY = ("Input", {"shape": [4]})


def test_a_custom_layer_is_inspected_once_it_is_trusted(inspector: Any) -> None:
    project = built(ENTRY, ("Scale", {"start": 2.0}), ("Dense", {"units": 3}), "Output")
    before = inspected(inspector, project, "")
    assert before["scale"] == before["dense"] == NodeReport()
    after = inspected(inspector, project)
    assert after["scale"].outputs["output"].shape == (None, 4)
    assert (after["scale"].parameters, after["dense"].parameters) == (1, 15)


def test_a_lambda_and_a_function_of_the_file(inspector: Any) -> None:
    project = built(
        ENTRY,
        ("Lambda", {"function": "lambda x: ops.concatenate([x, -x], axis=-1)"}),
        ("Lambda", {"function": "custom_layers.halved"}),
        ("TimeDistributed", {"layer": {"type": "custom_layers.Scale"}}),
        "Output",
    )
    project = edits.set_params(project, {next(iter(project.graph.nodes)): {"shape": [5, 4]}})
    reports = inspected(inspector, project)
    assert [r.fault for r in reports.values() if r.fault] == []
    assert reports["time_distributed"].outputs["output"].shape == (None, 5, 8)
    assert reports["time_distributed"].parameters == 1


def test_a_changed_source_makes_its_layers_anew(inspector: Any) -> None:
    project = built(ENTRY, "Scale", "Output")
    assert inspected(inspector, project)["scale"].parameters == 1
    wider = with_custom(project, SCALE.replace("shape=()", "shape=(4,)").replace("1.0", "2.0"))
    assert inspected(inspector, project)["scale"].parameters == 1
    assert inspected(inspector, wider)["scale"].parameters == 4
    assert inspected(inspector, project)["scale"].parameters == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise KeyError('no such thing')", "custom_layers.py, line 7 raised KeyError"),
        ("raise ValueError", "custom_layers.py, line 7 raised ValueError"),
        ("raise SystemExit(3)", "ends the program"),
        ("import sys; sys.exit()", "ends the program"),
        ("print('hello'); return inputs.nothing", "line 7 raised AttributeError"),
        ("return 'text'", ""),
        ("return [inputs, inputs]", "gives 2 tensors in a row; its source says 1"),
        ("return {'a': inputs}", "no tensor"),
    ],
)
def test_what_goes_wrong_in_a_layer_stands_at_its_node(
    inspector: Any, body: str, words: str
) -> None:
    source = f"import keras\n\n\nclass Bad(keras.Layer):\n    def call(self, inputs):\n\n        {body}\n"
    project = built(ENTRY, "Bad", "Output", source=source)
    fault = inspected(inspector, project)["bad"].fault
    assert fault is not None
    assert words in fault.message
    assert "\n" not in fault.message


def test_a_module_that_fails_stands_at_its_nodes(inspector: Any) -> None:
    project = built(ENTRY, "Scale", "Output", source=SCALE + "\n\n1 / 0\n")
    for _ in range(2):
        fault = inspected(inspector, project)["scale"].fault
        assert fault is not None
        assert "line 30 raised ZeroDivisionError" in fault.message


def test_a_layer_that_never_ends_is_ended(inspector: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from builder.engine.worker import custom_code

    monkeypatch.setattr(custom_code, "PATIENCE", 0.2)
    source = "import keras\n\n\nclass Bad(keras.Layer):\n    def call(self, inputs):\n        while True:\n            pass\n"
    project = built(ENTRY, "Bad", "Output", source=source)
    fault = inspected(inspector, project)["bad"].fault
    assert fault is not None
    assert "without coming to an end" in fault.message


HOSTILE = (
    "{trace}\nimport keras\nclass Scale(keras.Layer):\n    pass\n",
    "import keras\nclass Scale(keras.Layer):\n    def __init__(self, a={trace}): pass\n",
    "import keras\n@(lambda c: {trace})\nclass Scale(keras.Layer):\n    pass\n",
    "import keras\nclass Scale(keras.Layer, metaclass=({trace}) or type):\n    pass\n",
    "import keras\nclass Scale(keras.Layer):\n    x: ({trace}) = 1\n",
    'import keras\nclass Scale(keras.Layer):\n    """\\"\\"\\" {trace}"""\n    def call(self, x): {trace}\n',
)


@pytest.mark.parametrize("place", range(len(HOSTILE)))
def test_nothing_is_run_before_it_is_trusted(inspector: Any, tmp_path: Path, place: int) -> None:
    from builder.engine.worker.exporter import export

    trace, code = trace_of(tmp_path)
    source = HOSTILE[place].replace("{trace}", code)
    project = built(
        ENTRY, "Scale", ("Lambda", {"function": f"lambda x: {code.replace('__', '_')}"}), "Output",
        source=source,
    )  # fmt: skip
    other = trust_in(with_custom(project))
    for trusted in ("", other, "0" * 64):
        inspected(inspector, project, trusted)
        with pytest.raises(JobError, match=r"custom_layers\.py.*--trust"):
            export(
                Export(1, project, "keras", str(tmp_path / "m.keras"), trusted=trusted),
                Recording().context,
            )
    assert not trace.exists()
    exec(compile(code, "", "exec"))
    assert trace.exists(), "it would have shown"


def behind_dense(source: str, *layers: tuple[str, str, dict[str, Any]]) -> Project:
    """Iris through layers, each a type, a name and parameters."""
    project = with_custom(starting_with("iris"), source)
    dense = next(n for n in project.graph.nodes.values() if n.name.startswith("dense"))
    (wire,) = project.graph.out_of(dense.id)
    for type_, name, params in layers:
        project, node = edits.add(project, type_, (0, 0), name=name, params=params)
        project = edits.insert(project, node, wire, catalog_of(source).ports_of)
        (wire,) = project.graph.out_of(node)
    return project


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("raise ValueError('boom')", "line 7 raised ValueError: boom."),
        ("raise SystemExit(3)", "line 7 raised SystemExit: 3."),
    ],
)
def test_what_goes_wrong_while_training_stands_at_its_node(
    tmp_path: Path, body: str, words: str
) -> None:
    from builder.engine.worker.train import train

    head = "import keras\n\n\nclass Bad(keras.Layer):\n    def call(self, x, training=None):\n"
    source = f"{head}        if training:\n            {body}\n        return x\n"
    project = behind_dense(source, ("custom_layers.Bad", "mine", {}))
    recording = Recording()
    folder = run_of(project, tmp_path)
    train(Train(2, str(folder), 2, trust_in(project)), recording.context)
    fault = recording.only(Failed).fault
    assert fault.message == f"“mine”: custom_layers.py, {words} Mend it there."
    assert fault.node == project.graph.by_name["mine"].id


def test_what_goes_wrong_in_any_job_has_its_line() -> None:
    from builder.engine.worker.custom_code import provide
    from builder.engine.worker.faults import fault_of

    module = provide("def lost():\n    return open('/no/such/file')\n")
    assert module is not None
    with pytest.raises(FileNotFoundError) as caught:
        module.lost()
    said = fault_of(caught.value).message
    assert said.startswith("custom_layers.py, line 2 raised FileNotFoundError")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of iris through a custom layer and a Lambda."""
    from builder.engine.worker.train import train

    project = behind_dense(
        SCALE,
        ("custom_layers.Scale", "factor", {}),
        ("keras.layers.Lambda", "own", {"function": "lambda x: ops.relu(x) + 1"}),
    )
    folder = run_of(project, tmp_path_factory.mktemp("own"))
    refused = Recording()
    train(Train(1, str(folder)), refused.context)
    assert "--trust" in refused.only(Failed).fault.message
    recording = Recording()
    train(Train(2, str(folder), 2, trust_in(project)), recording.context)
    recording.only(RunEnded)
    return folder


def test_a_trained_model_is_read_evaluated_asked_and_exported(run: Path, tmp_path: Path) -> None:
    from builder.engine.worker.evaluate import evaluate
    from builder.engine.worker.exporter import export
    from builder.engine.worker.predict import predict
    from builder.engine.worker.trained import forget, trained
    from builder.storage.project_file import load
    from builder.storage.runs import PROJECT

    project = load(run / PROJECT)
    assert (run / "custom_layers.py").read_text() == project.custom
    trusted = trust_in(project)
    first = trained(run, trusted).model
    forget()
    with pytest.raises(JobError, match="--trust"):
        evaluate(Evaluate(3, str(run)), Recording().context)
    with pytest.raises(JobError, match="--trust"):
        predict(Predict(4, str(run), rows={}), Recording().context)
    recording = Recording()
    evaluate(Evaluate(3, str(run), trusted), recording.context)
    assert recording.only(Evaluated).rows
    again = trained(run, trusted).model
    assert again is not first
    learned = [float(model.get_layer("factor").factor) for model in (first, again)]
    assert learned[0] == learned[1] != 1.0
    request = Export(5, project, "keras", str(tmp_path / "own.keras"), str(run), str(run), trusted)
    with pytest.raises(JobError, match=r"the lambda of “own”.*custom_layers\.NAME"):
        export(request, Recording().context)
    assert not list(tmp_path.iterdir())


def test_a_file_with_custom_layers_answers_in_a_fresh_process(tmp_path: Path) -> None:
    from builder.engine.worker.exporter import export

    project = built(ENTRY, "Scale", ("Lambda", {"function": "custom_layers.halved"}), "Output")
    output = str(tmp_path / "own.keras")
    recording = Recording()
    export(Export(5, project, "keras", output, trusted=trust_in(project)), recording.context)
    assert recording.only(Exported).difference == 0
