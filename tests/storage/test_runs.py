"""Run folders: made once each, listed newest first, and honest about what became of them."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from builder.document.plan import Csv, DataPlan
from builder.storage import runs
from builder.storage.claim import claim, is_claimed
from builder.storage.project_file import load
from tests.build import chain


class Generated(Struct):
    source: str = "import keras\n"


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    return tmp_path / "wine tasting.knet"


def test_a_new_run_holds_what_training_needs(project_path: Path) -> None:
    project = chain("Input", "Dense", "Output")
    folder = runs.create_run(project, Generated(), project_path)
    assert folder.parent.name == "wine tasting.runs"
    assert (folder / runs.SOURCE).read_text() == "import keras\n"
    assert load(folder / runs.PROJECT) == project
    (run,) = runs.list_runs(project_path)
    assert (run.status, run.id, run.has_model) == ("created", folder.name, False)


def test_runs_of_one_second_have_folders_of_their_own_that_sort(project_path: Path) -> None:
    project = chain("Input", "Dense", "Output")
    folders = [runs.create_run(project, Generated(), project_path) for _ in range(12)]
    assert sorted(folders) == folders
    assert [run.folder for run in runs.list_runs(project_path)] == folders[::-1]


def test_the_frozen_project_still_finds_its_data(
    project_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (project_path.parent / "wine.csv").write_text("a,b\n1,2\n")
    project = replace(chain("Input", "Output"), data=DataPlan(source=Csv("wine.csv")))
    folder = runs.create_run(project, Generated(), project_path)
    source = load(folder / runs.PROJECT).data.source
    assert isinstance(source, Csv)
    assert (folder / source.path).resolve() == (project_path.parent / "wine.csv").resolve()
    assert source.path == "../../wine.csv"
    elsewhere = Csv((tmp_path_factory.mktemp("data") / "wine.csv").as_posix())
    folder = runs.create_run(
        replace(project, data=DataPlan(source=elsewhere)), Generated(), project_path
    )
    assert load(folder / runs.PROJECT).data.source == elsewhere


def test_an_unsaved_project_keeps_its_runs_with_the_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    project = replace(chain("Input", "Output"), name="../../my net")
    folder = runs.create_run(project, Generated(), None)
    assert folder.is_relative_to(runs.runs_folder(None).parent)
    assert [run.folder for run in runs.list_runs(None, project.name)] == [folder]


def test_the_latest_run_is_one_with_a_model(project_path: Path) -> None:
    assert runs.latest_run(project_path) is None
    older, _newer = (runs.create_run(chain("Input"), Generated(), project_path) for _ in range(2))
    (older / runs.MODEL).write_bytes(b"weights")
    latest = runs.latest_run(project_path)
    assert latest is not None
    assert latest.folder == older


def test_record_changes_what_it_is_given(project_path: Path) -> None:
    folder = runs.create_run(chain("Input"), Generated(), project_path)
    runs.record(folder, status="failed", error="The data is gone.", scores={"loss": float("nan")})
    (run,) = runs.list_runs(project_path)
    assert (run.status, run.error, run.scores) == ("failed", "The data is gone.", {"loss": None})
    assert runs.read_record(folder).planned == 20


@pytest.mark.parametrize("content", [b"", b"{", b'{"status": "flying"}', b"[]", b"\xff"])
def test_a_broken_record_is_listed_as_interrupted(project_path: Path, content: bytes) -> None:
    folder = runs.create_run(chain("Input"), Generated(), project_path)
    (folder / runs.RECORD).write_bytes(content)
    (run,) = runs.list_runs(project_path)
    assert run.status == "interrupted"
    assert runs.RECORD in run.error
    runs.record(folder, status="failed")
    assert runs.list_runs(project_path)[0].status == "failed"


def test_strangers_in_the_folder_are_passed_over(project_path: Path) -> None:
    folder = runs.create_run(chain("Input"), Generated(), project_path)
    (folder.parent / "empty").mkdir()
    (folder.parent / "notes.txt").write_text("mine")
    assert len(runs.list_runs(project_path)) == 1


def test_history_is_read_up_to_a_cut_off_row(project_path: Path) -> None:
    folder = runs.create_run(chain("Input"), Generated(), project_path)
    assert runs.read_history(folder) == {}
    (folder / runs.HISTORY).write_text("epoch,loss,val_loss\n0,2.5,nan\n1,1.5,0.5\n2,1.")
    assert runs.read_history(folder) == {"loss": [2.5, 1.5], "val_loss": [None, 0.5]}


def test_a_claim_lasts_as_long_as_its_block(tmp_path: Path) -> None:
    assert not is_claimed(tmp_path)
    with claim(tmp_path) as free:
        assert free
        assert is_claimed(tmp_path)
        with claim(tmp_path) as again:
            assert not again
    assert not is_claimed(tmp_path)


def test_a_run_is_interrupted_once_its_process_is_killed(project_path: Path) -> None:
    folder = runs.create_run(chain("Input"), Generated(), project_path)
    runs.record(folder, status="running")
    program = (
        "import pathlib, sys\n"
        "from builder.storage.claim import claim\n"
        "with claim(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert runs.list_runs(project_path)[0].status == "running"
        process.kill()
        process.wait()
        assert runs.list_runs(project_path)[0].status == "interrupted"
