"""Model files of others: each kind gives the same project, and what is hostile gets a sentence."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from builder.engine.worker.faults import JobError
from tests.engine.models import import_of, two_branches
from tests.exactness.models import answers, rows_for, same

pytestmark = pytest.mark.keras


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One trained network as .keras, .h5 and JSON."""
    folder = tmp_path_factory.mktemp("saved")
    model = two_branches()
    model.save(folder / "net.keras")
    model.save(folder / "net.h5")
    (folder / "net.json").write_text(model.to_json())
    return folder


@pytest.mark.parametrize("suffix", ["keras", "h5", "json"])
def test_every_kind_of_file_gives_the_same_project(
    saved: Path, tmp_path: Path, suffix: str
) -> None:
    import keras

    found = import_of(saved / f"net.{suffix}", tmp_path / "weights.keras")
    assert found.remarks == ()
    assert found.project.graph == import_of(saved / "net.json").project.graph
    start = found.project.training.start
    assert bool(start) == (suffix != "json")
    if start:
        model = keras.saving.load_model(saved / "net.keras", compile=False)
        kept = keras.saving.load_model(start, compile=False)
        rows = rows_for(model)
        assert same(*answers(model, rows), *answers(kept, rows))


def archive(path: Path, **entries: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in entries.items():
            file.writestr(name.replace("__", "/").replace("DOT", ".."), content)
    return path


_SUBCLASSED = {"class_name": "Net", "config": {}, "module": "mine", "registered_name": "mine>Net"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"readme": b"x"}, "no config.json"),
        ({"config.json": b"{"}, "its JSON has an error"),
        ({"config.json": b'{"a": NaN}'}, "its JSON has an error"),
        ({"config.json": b"[" * 100_000}, "nested too deep"),
        ({"config.json": b"{}", "DOT__evil": b"x"}, "leads out of the archive"),
        ({"config.json": b"{}", "CONFIG.json": b"{}"}, "twice"),
        ({"config.json": b"{}", ".__config.json": b"{}"}, "twice"),
        ({"config.json": b"{}", "assets__aux.txt": b""}, "Windows"),
        ({"config.json": b"{}", "model.weights.h5": b"\0" * 2**24}, "would unpack to"),
        ({"config.json": b"{}"}, "no model of Keras"),
        (
            {"config.json": json.dumps(_SUBCLASSED).encode()},
            "“Net” is a model of a class of its own",
        ),
    ],
)
def test_a_hostile_or_foreign_archive_gets_a_sentence(
    tmp_path: Path, content: dict[str, bytes], said: str
) -> None:
    path = archive(tmp_path / "net.keras", **content)
    with pytest.raises(JobError, match=said):
        import_of(path)


def test_a_file_cut_off_anywhere_gets_a_sentence(saved: Path, tmp_path: Path) -> None:
    for suffix in ("keras", "h5", "json"):
        whole = (saved / f"net.{suffix}").read_bytes()
        for part in range(0, len(whole) - 1, len(whole) // 9 + 1):
            path = tmp_path / f"cut.{suffix}"
            path.write_bytes(whole[:part])
            with pytest.raises(JobError):
                import_of(path)


def test_a_damaged_h5_file_gets_a_sentence(saved: Path, tmp_path: Path) -> None:
    whole = (saved / "net.h5").read_bytes()
    path = tmp_path / "net.h5"
    said = []
    for place in range(96, 2000, 24):
        path.write_bytes(whole[:place] + b"\xff\xff\xff\xff" + whole[place + 4 :])
        try:
            import_of(path)
        except JobError as error:
            said.append(str(error))
    assert said
    assert all("net.h5" in sentence for sentence in said)


def test_weights_that_no_file_of_its_size_holds_are_left_out(saved: Path, tmp_path: Path) -> None:
    import h5py

    path = tmp_path / "net.h5"
    path.write_bytes((saved / "net.h5").read_bytes())
    with h5py.File(path, "a") as file:
        config = json.loads(file.attrs["model_config"])
        dense = [one for one in config["config"]["layers"] if one["class_name"] == "Dense"]
        for layer in dense:
            layer["config"]["units"] = 2**31
        file.attrs["model_config"] = json.dumps(config)
    found = import_of(path, tmp_path / "weights.keras")
    assert "cannot hold" in found.remarks[-1].message


def test_what_never_ends_is_ended() -> None:
    source = (
        "from builder.engine.worker.archive import ending\nwith ending(0.1):\n while True: pass"
    )
    done = subprocess.run([sys.executable, "-c", source], check=False, timeout=100)
    assert done.returncode != 0


def test_a_file_that_leads_elsewhere_gives_no_weights(saved: Path, tmp_path: Path) -> None:
    import h5py

    path = tmp_path / "net.h5"
    path.write_bytes((saved / "net.h5").read_bytes())
    with h5py.File(path, "a") as file:
        file["model_weights/secret"] = h5py.ExternalLink("/etc/passwd", "/")
    found = import_of(path, tmp_path / "weights.keras")
    assert "leads to another file" in found.remarks[0].message
    assert not (tmp_path / "weights.keras").exists()


def test_a_network_that_keras_ships_is_named() -> None:
    assert import_of("keras.applications.MobileNetV2").project.name.startswith("mobilenetv2")
    with pytest.raises(JobError, match=r"has no keras\.applications\.Nothing"):
        import_of("keras.applications.Nothing")
