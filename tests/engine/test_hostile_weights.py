"""Archives that promise more than they hold are refused before room is made for it."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from builder.document import edits
from builder.engine.messages import Evaluate, Export, Failed, Fault, Train
from builder.engine.worker import limits
from builder.engine.worker.context import Context
from builder.engine.worker.faults import JobError
from builder.storage import runs
from tests.codegen.networks import Sketch
from tests.engine.models import chain, run_module_of
from tests.engine.recording import Recording
from tests.engine.runs_for_tests import FAST, run_of, starting_with

pytestmark = pytest.mark.keras
WEIGHTS = "model.weights.h5"
BILLION = 10**9


def altered(
    path: Path,
    target: Path,
    *,
    config: Callable[[dict[str, Any]], None] = lambda _: None,
    weights: Callable[[Any], None] | None = None,
    packed: int = zipfile.ZIP_STORED,
    without: str = "",
) -> Path:
    """A copy of a .keras file with another description or other weights."""
    import h5py

    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist() if name != without}
    described = json.loads(entries["config.json"])
    config(described)
    entries["config.json"] = json.dumps(described).encode()
    if weights is not None:
        stream = io.BytesIO(entries[WEIGHTS])
        with h5py.File(stream, "r+") as file:
            weights(file)
        entries[WEIGHTS] = stream.getvalue()
    with zipfile.ZipFile(target, "w", packed) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target


def wider(layer: str) -> Callable[[dict[str, Any]], None]:
    def widen(config: dict[str, Any]) -> None:
        for one in config["config"]["layers"]:
            if one["config"].get("name") == layer:
                one["config"]["units"] = BILLION

    return widen


def huge(file: Any) -> None:
    """An array of eight billion numbers of which none is stored."""
    file.create_dataset("layers/more/vars/0", (2 * BILLION, 4), "f4", chunks=(1024, 4))


def many(file: Any) -> None:
    """Each too small to be looked at alone."""
    for place in range(200):
        file.create_dataset(f"layers/more/vars/{place}", (2**17,), "f4", chunks=(2**17,))


def elsewhere(file: Any) -> None:
    file.create_dataset("x", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def virtual(file: Any) -> None:
    import h5py

    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    file.create_virtual_dataset("x", layout)


def zeros(file: Any) -> None:
    file.create_dataset("x", data=np.zeros(2**22, "f4"))


TRAPS: Mapping[str, tuple[dict[str, Any], str]] = {
    "wide": (
        {"config": wider("b")},
        r"cannot hold the weights of its network: “b” alone has 4,000,000,000 numbers, and the "
        r"file has 19\.",
    ),
    "huge": ({"weights": huge}, r"“/layers/more/vars/0” .* takes 32,000,000,000 bytes and holds 0"),
    "many": ({"weights": many}, r"its weights say that they take 104,\d+,\d+ bytes; the file has"),
    "external": ({"weights": elsewhere}, "“x” keeps its numbers in another file"),
    "virtual": ({"weights": virtual}, "“x” keeps its numbers in another file"),
    "packed": ({"weights": zeros, "packed": zipfile.ZIP_DEFLATED}, "would unpack to 16,"),
    "empty": ({"without": WEIGHTS}, f"holds no {WEIGHTS}"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "net.keras"
    chain().save(path)
    return path


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_gets_a_sentence(trap: str, sound: Path, tmp_path: Path) -> None:
    from builder.engine.worker.unsound import refuse_unsound

    options, said = TRAPS[trap]
    with pytest.raises(JobError, match=said):
        refuse_unsound(altered(sound, tmp_path / "net.keras", **options), {})


def test_what_is_sound_is_let_in(sound: Path, tmp_path: Path) -> None:
    """As Keras writes it, and packed by somebody else."""
    from builder.engine.worker.stored import numbers_in
    from builder.engine.worker.unsound import refuse_unsound

    packed = altered(sound, tmp_path / "net.keras", packed=zipfile.ZIP_DEFLATED)
    for path in (sound, packed):
        refuse_unsound(path, {})
        assert numbers_in(path) == 19


def test_weights_cut_off_or_changed_anywhere_get_a_sentence(sound: Path, tmp_path: Path) -> None:
    from builder.engine.worker.stored import numbers_in

    with zipfile.ZipFile(sound) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    whole, path = entries[WEIGHTS], tmp_path / "net.keras"
    said: list[str] = []
    for place in range(0, len(whole), len(whole) // 40):
        for broken in (whole[:place], whole[:place] + b"\xff" * 8 + whole[place + 8 :]):
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(WEIGHTS, broken)
            try:
                numbers_in(path)
            except JobError as error:
                said.append(str(error))
    assert len(said) > 20
    assert all("Get the file again" in one or "trap" in one for one in said)


def test_a_trap_is_sprung_nowhere(sound: Path, tmp_path: Path) -> None:
    """Neither where training starts from it, nor where it lies in a run's folder."""
    from builder.engine.worker.evaluate import evaluate
    from builder.engine.worker.exporter import export
    from builder.engine.worker.train import train

    recording = Recording()
    for trap in ("wide", "huge"):
        options, said = TRAPS[trap]
        altered(sound, tmp_path / "start.keras", **options)
        begun = starting_with("iris", replace(FAST, start="start.keras"))
        train(Train(1, str(run_of(begun, tmp_path))), recording.context)
        assert re.search(said, recording.all(Failed)[-1].fault.message)
    run = run_of(starting_with("iris"), tmp_path)
    altered(sound, run / runs.MODEL, **TRAPS["wide"][0])
    with pytest.raises(
        JobError, match=rf"The model of the run {run.name} cannot be read, so train again\. .*“b”"
    ):
        evaluate(Evaluate(1, str(run)), recording.context)
    altered(sound, run / runs.MODEL, **TRAPS["huge"][0])
    with pytest.raises(JobError, match="holds 0"):
        export(
            Export(1, starting_with("iris"), "keras", str(tmp_path / "x.keras"), str(run)),
            Context(recording.context.send),
        )


def fault_of_training(units: int, folder: Path) -> tuple[str, Fault]:
    """The name of the layer that training a network of a wide layer blames, and its fault."""
    from builder.engine.worker.train import train

    project = starting_with("iris")
    dense = project.graph.by_name["dense"].id
    recording = Recording()
    wide = edits.set_params(project, {dense: {"units": units}})
    train(Train(1, str(run_of(wide, folder))), recording.context)
    fault = recording.only(Failed).fault
    assert fault.node is not None
    return project.graph.nodes[fault.node].name, fault


def test_a_network_beyond_any_machine_is_not_begun(tmp_path: Path) -> None:
    name, fault = fault_of_training(3 * BILLION, tmp_path)
    assert f"“{name}” would have" in fault.message
    assert "At most 10,000,000,000 are possible here" in fault.message


def test_a_network_beyond_this_machine_is_not_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from builder.engine.worker import unsound

    memory = unsound.memory()
    assert memory is None or memory > 2**28
    monkeypatch.setattr(unsound, "memory", lambda: 2**20)
    name, fault = fault_of_training(200_000, tmp_path)
    assert "this computer has" in fault.message
    assert f"first of all in “{name}”" in fault.message


def test_a_network_that_was_looked_at_is_built_with_the_same_names() -> None:
    from builder.engine.worker.unsound import refuse_heavy

    sketch = Sketch()
    sketch.add("steps", "keras.Input", shape=[6, 2])
    inner = {"type": "keras.layers.LSTM", "params": {"units": 3}}
    sketch.add("both", "Bidirectional", "steps", layer=inner)
    project = sketch.add("output", "output", "both").project("both ways")
    build = run_module_of(project).build_model
    made = []
    for _ in range(2):
        refuse_heavy(build, project.graph)
        made.append(build().to_json())
    assert made[0] == made[1]
    assert "forward_lstm_1" not in made[0]


def test_memory_is_told_in_words() -> None:
    assert limits.too_heavy("a", 2**30, 2**30) is None
    assert limits.too_heavy("a", 2**30, None) is None
    told = limits.too_heavy("a", 2**36, 2**34)
    assert told is not None
    assert "take 64 GB; this computer has 16 GB" in told
