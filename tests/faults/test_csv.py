"""Tables as people have them, through the real data panel and the real terminal.

What is said of every kind of table stands in tests/engine/test_data.py.
"""

from pathlib import Path

import pytest
from msgspec.structs import replace

from builder.document.plan import Csv, DataPlan
from builder.document.project import Project
from builder.document.starter import starter
from builder.storage.project_file import load, save
from builder.storage.runs import list_runs
from tests.engine.runs_for_tests import FAST, completed
from tests.faults.conftest import Terminal
from tests.faults.desk import Desk

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def table(rows: int = 60, header: str = "size,weight,kind") -> str:
    lines = [f"{i % 7 + 0.5},{i % 5 + 0.25},{'ab'[i % 2]}" for i in range(rows)]
    return "\n".join([header, *lines, ""])


def with_cell(row: int, cell: str) -> str:
    """The table with another first cell in one row."""
    lines = table().splitlines()
    lines[row] = ",".join([cell, *lines[row].split(",")[1:]])
    return "\n".join(lines) + "\n"


ONE_CLASS = "size,weight,kind\n" + "1.5,2.5,a\n2.5,3.5,a\n" * 20

# What the file holds when it is chosen; what of it is said. None: there is no file.
UNREADABLE: dict[str, tuple[bytes | None, str]] = {
    "gone": (None, "There is no file"),
    "empty": (b"", "is empty"),
    "only a header": (b"size,weight,kind\n", "a header and no rows"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), "is not a text file"),
    "ragged": (table().encode() + b"1,2,3,4,5\n", "line 62 has 5 cells where 3 are expected"),
}
UNFIT: dict[str, tuple[str, str]] = {
    "missing values": (with_cell(3, ""), "1 of 60 rows has no value in “size”"),
    "a word among numbers": (with_cell(3, "big"), "row 3 has “big”"),
    "one row": (table(1), "row"),
    "one class": (ONE_CLASS, "same value in all rows"),
    "duplicate names": (table(header="size,size,kind"), "“weight”"),
    "gone column": (table(header="length,weight,kind"), "no column “size”"),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project on table(), as the data panel makes it."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "own.csv").write_text(table())
    plan = completed(DataPlan(source=Csv("own.csv")), folder)
    columns = tuple(
        replace(column, role="target" if column.name == "kind" else "feature")
        for column in plan.columns
    )
    plan = completed(replace(plan, columns=columns), folder)
    return replace(starter(plan, "own"), training=FAST)


def write(path: Path, content: bytes | str | None) -> None:
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(("content", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_the_data_panel_says_why_a_file_cannot_be_used(
    desk: Desk, tmp_path: Path, content: bytes | None, words: str
) -> None:
    write(tmp_path / "own.csv", content)
    desk.window.show_later("right.Data")
    desk.data.use_file(tmp_path / "own.csv")
    desk.wait(lambda: desk.data.notice.text)
    assert words in desk.data.notice.text
    assert desk.data.notice.tone == "error"
    assert "Traceback" not in desk.data.notice.text


@pytest.mark.parametrize(
    ("content", "words"), [UNREADABLE["gone"], UNFIT["missing values"]], ids=["gone", "missing"]
)
def test_a_table_that_changed_since_is_told_when_training(
    desk: Desk, good: Project, tmp_path: Path, content: bytes | str | None, words: str
) -> None:
    path = tmp_path / "own.knet"
    save(path, good)
    write(tmp_path / "own.csv", content)
    desk.window.show_later("right.Layer")  # the data panel would have told before
    assert desk.open(path)
    with desk.qtbot.waitSignal(desk.trainer.failed):
        desk.press_train()
    assert words in desk.said_of_run
    assert "Traceback" not in desk.said_of_run
    assert desk.document.project == good
    assert load(path) == good
    (run,) = list_runs(path)
    assert run.status == "failed"
    assert words in run.error


@pytest.mark.parametrize(("content", "words"), UNREADABLE.values(), ids=UNREADABLE)
def test_the_terminal_exits_with_2_for_a_table_that_cannot_be_read(
    keras_terminal: Terminal, good: Project, tmp_path: Path, content: bytes | None, words: str
) -> None:
    path = tmp_path / "own.knet"
    save(path, good)
    write(tmp_path / "own.csv", content)
    code, said = keras_terminal.run("train", path, "--json")
    assert code == 2
    assert words in said
    assert said.count("\n") == 1
    assert keras_terminal.out == ""


@pytest.mark.parametrize(("content", "words"), UNFIT.values(), ids=UNFIT)
def test_the_terminal_exits_with_1_for_a_table_that_does_not_fit(
    keras_terminal: Terminal, good: Project, tmp_path: Path, content: str, words: str
) -> None:
    path = tmp_path / "own.knet"
    save(path, good)
    write(tmp_path / "own.csv", content)
    code, said = keras_terminal.run("train", path, "--json")
    assert code == 1
    assert words in said
    assert said.count("\n") == 1
    code, said = keras_terminal.run("check", path)
    assert code == 1
    assert "error: " in keras_terminal.out
    assert words in keras_terminal.out


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("n" * 300 + ".csv", "cannot be opened: File name too long"),
        ("deep/" * 900 + "a.csv", "cannot be opened: File name too long"),
        ("a\0b.csv", "a sign that no path can have"),
        (".", "is a folder"),
    ],
    ids=["long name", "long path", "null byte", "folder"],
)
def test_a_path_that_no_file_can_have(
    keras_terminal: Terminal, good: Project, desk: Desk, tmp_path: Path, name: str, words: str
) -> None:
    path = tmp_path / "own.knet"
    data = replace(good.data, source=Csv(name))
    save(path, replace(good, data=data))
    code, said = keras_terminal.run("check", path)
    assert (code, said) == (1, "")
    assert words in keras_terminal.out
    assert max(map(len, keras_terminal.out.splitlines())) < 400
    code, said = keras_terminal.run("train", path, "--json")
    assert code == 2
    assert said.count("\n") == 1
    desk.window.show_later("right.Data")
    assert desk.open(path)
    desk.wait(lambda: desk.data.notice.text)
    assert desk.data.notice.tone == "error"


def test_predicting_files_that_cannot_be_used(
    keras_terminal: Terminal, good: Project, tmp_path: Path
) -> None:
    path, rows, out = tmp_path / "own.knet", tmp_path / "rows.csv", tmp_path / "out.csv"
    save(path, good)
    write(tmp_path / "own.csv", table())
    assert keras_terminal.run("train", path, "--epochs", "1", "--json")[0] == 0
    for name, (content, _) in UNREADABLE.items():
        rows.unlink(missing_ok=True)
        write(rows, content)
        code, said = keras_terminal.run("predict", path, "--input", rows, "-o", out)

        assert code == 2, name
        assert said.count("\n") == 1
    for content in (with_cell(3, "big"), table(header="length,weight,kind")):
        write(rows, content)
        code, said = keras_terminal.run("predict", path, "--input", rows, "-o", out)

        assert code == 1
        assert said.count("\n") == 1
    assert not out.exists()
