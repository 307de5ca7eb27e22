"""Describing data: what is in it, and every way in which it is not fit to train on."""

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from builder.document.plan import Bundled, Column, Csv, DataPlan, Feature, Split, Target
from builder.engine.messages import Describe, Described, decode_event, encode
from builder.engine.worker.data import describe
from tests.engine.recording import Recording


@pytest.fixture(autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def described(plan: DataPlan, folder: Path | str = "") -> Described:
    recording = Recording()
    describe(Describe(1, plan, str(folder)), recording.context)
    answer = recording.only(Described)
    assert decode_event(encode(answer)) == answer
    return answer


def csv(tmp_path: Path, text: str | bytes, **plan: object) -> Described:
    data = text.encode() if isinstance(text, str) else text
    (tmp_path / "my data.csv").write_bytes(data)
    return described(DataPlan(source=Csv("my data.csv"), **plan), tmp_path)  # type: ignore[arg-type]


def rows(*columns: list[object]) -> str:
    return "\n".join(",".join(map(str, row)) for row in zip(*columns, strict=True))


def flowers(count: int = 60) -> str:
    """A table of two numbers, a category and a class, `count` rows long."""
    lines = [f"{i * 0.7:.2f},{i % 13},{'red' if i % 3 else 'blue'},k{i % 2}" for i in range(count)]
    return "length,width,colour,kind\n" + "\n".join(lines) + "\n"


def asking(name: str, *others: Column) -> tuple[Column, ...]:
    return (*others, Column(name, "target"))


# --- bundled


@pytest.mark.parametrize(
    ("name", "count", "feature", "target"),
    [
        ("digits", 1797, Feature("image", (8, 8, 1)), ("digit", "multiclass", 10)),
        ("breast_cancer", 569, Feature("table", (30,)), ("diagnosis", "binary", 2)),
        ("diabetes", 442, Feature("table", (10,)), ("progression", "regression", 0)),
        ("iris", 150, Feature("table", (4,)), ("species", "multiclass", 3)),
        ("wine", 178, Feature("table", (13,)), ("cultivar", "multiclass", 3)),
    ],
)
def test_every_bundled_set(
    name: str, count: int, feature: Feature, target: tuple[str, str, int]
) -> None:
    answer = described(DataPlan(source=Bundled(name)))
    assert not answer.fatal
    assert (answer.rows, answer.plan.features) == (count, (feature,))
    (found,) = answer.plan.targets
    assert (found.name, found.task, len(found.classes)) == target
    assert sum(answer.class_counts.values()) == (count if found.classes else 0)


def test_digits_come_with_pictures() -> None:
    answer = described(DataPlan(source=Bundled("digits")))
    assert answer.images is not None
    images = np.load(answer.images, allow_pickle=False)
    assert images.shape == (64, 8, 8)
    assert (images.min(), images.max()) == (0.0, 1.0)
    assert answer.white == 16.0
    assert answer.image_labels[:3] == ("0", "1", "2")


def test_a_bundled_table_shows_its_columns() -> None:
    answer = described(DataPlan(source=Bundled("iris")))
    assert answer.header[0] == "sepal length (cm)"
    assert len(answer.preview) == 150
    assert answer.columns[0].minimum == pytest.approx(4.3)
    assert sum(answer.columns[0].histogram) == 150
    assert answer.columns[-1].values == ("setosa", "versicolor", "virginica")


def test_an_unknown_set_and_none_at_all() -> None:
    assert "digits" in described(DataPlan(source=Bundled("mnist"))).problems[0]
    assert described(DataPlan()).fatal


# --- a good table


def test_columns_are_suggested(tmp_path: Path) -> None:
    answer = csv(tmp_path, flowers())
    assert answer.plan.columns == (
        Column("length"),
        Column("width"),
        Column("colour", "feature", "category", ("blue", "red")),
        Column("kind", "feature", "category", ("k0", "k1")),
    )
    assert answer.plan.features == (Feature("table", (6,)),)
    assert answer.plan.targets == ()
    assert answer.fatal
    assert "target" in answer.problems[0]
    assert answer.preview[0] == ("0", "0", "blue", "k0")


def test_choosing_a_target_completes_the_plan(tmp_path: Path) -> None:
    first = csv(tmp_path, flowers()).plan
    columns = (*first.columns[:3], replace(first.columns[3], role="target"))
    answer = described(replace(first, columns=columns), tmp_path)
    assert answer.problems == ()
    assert not answer.fatal
    assert answer.plan.features == (Feature("table", (4,)),)
    assert answer.plan.targets == (Target("kind", "binary", ("k0", "k1")),)
    assert answer.class_counts == {"k0": 30, "k1": 30}
    assert described(answer.plan, tmp_path) == answer


def test_a_number_is_a_regression_a_few_whole_ones_are_classes(tmp_path: Path) -> None:
    columns = asking("length", Column("width"))
    assert csv(tmp_path, flowers(), columns=columns).plan.targets == (
        Target("length", "regression"),
    )
    answer = csv(tmp_path, flowers(), columns=asking("width", Column("length")))
    assert answer.plan.targets[0].classes == tuple(map(str, range(13)))
    wished = (Target("width", "regression"),)
    columns = asking("width", Column("length"))
    assert csv(tmp_path, flowers(), columns=columns, targets=wished).plan.targets == wished


def test_whole_numbers_stay_whole_beside_an_empty_cell(tmp_path: Path) -> None:
    text = "x,grade\n" + rows(list(range(40)), [i % 3 for i in range(40)]) + "\n5,\n"
    answer = csv(tmp_path, text, columns=asking("grade", Column("x")), missing="drop")
    assert answer.plan.targets[0].classes == ("0", "1", "2")
    assert not answer.fatal
    assert "1 of 41 rows" in answer.problems[0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("decimal", [".", ","])
def test_separators_and_decimal_commas_are_seen(
    tmp_path: Path, separator: str, decimal: str
) -> None:
    if separator == decimal:
        pytest.skip("no such file can be told apart")
    lines = [f"{i}.25{separator}{i * 2}.5{separator}word{i % 3}" for i in range(30)]
    text = separator.join(["a", "b", "c"]) + "\n" + "\n".join(lines).replace(".", decimal)
    answer = csv(tmp_path, text)
    assert answer.plan.source == Csv("my data.csv", separator, decimal)
    assert [column.kind for column in answer.columns] == ["number", "number", "category"]
    assert answer.columns[0].maximum == 29.25


def test_encodings(tmp_path: Path) -> None:
    text = "größe,farbe\n" + "\n".join(f"{i}.5,{'grün' if i % 2 else 'weiß'}" for i in range(20))
    for encoding, data in (
        ("utf-8", text.encode()),
        ("utf-8", b"\xef\xbb\xbf" + text.encode()),
        ("latin-1", text.encode("latin-1")),
    ):
        answer = csv(tmp_path, data)
        assert isinstance(answer.plan.source, Csv)
        assert answer.plan.source.encoding == encoding
        assert answer.header == ("größe", "farbe")
        assert answer.columns[1].values == ("weiß", "grün")


def test_an_absolute_path_needs_no_folder(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(flowers())
    assert described(DataPlan(source=Csv(str(tmp_path / "t.csv")))).rows == 60


# --- tables with problems


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"a,b,c\n", "header and no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
        (b"a,b\n1,2\n" * 3 + b"1,2,3,4\n", "line 7 has 4 cells where 2"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    answer = csv(tmp_path, content)
    assert answer.fatal
    assert words in answer.problems[0]
    assert answer.rows == 0


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert "There is no file" in described(DataPlan(source=Csv("gone.csv")), tmp_path).problems[0]
    assert "is a folder" in described(DataPlan(source=Csv(".")), tmp_path).problems[0]


def test_missing_values_prevent_training_until_one_chooses(tmp_path: Path) -> None:
    ages = ["" if i % 12 == 0 else 20 + i / 2 for i in range(150)]
    text = "age,sick\n" + rows(ages, ["yes" if i % 2 else "no" for i in range(150)])
    columns = asking("sick", Column("age"))
    answer = csv(tmp_path, text, columns=columns)
    assert answer.fatal
    assert answer.problems[0] == (
        "13 of 150 rows have no value in “age”. Choose in the data panel to leave such rows out "
        "or to fill them in."
    )
    for missing in ("drop", "median"):
        answer = csv(tmp_path, text, columns=columns, missing=missing)
        assert not answer.fatal
        assert "13" in answer.problems[0]


def test_columns_that_tell_nothing_are_ignored_with_a_sentence(tmp_path: Path) -> None:
    count = 40
    text = "id,same,note,empty,x\n" + rows(
        list(range(1, count + 1)),
        [7] * count,
        [f"a long story {i}" for i in range(count)],
        [""] * count,
        [i % 7 + 0.5 for i in range(count)],
    )
    answer = csv(tmp_path, text)
    roles = {column.name: column.role for column in answer.plan.columns}
    assert roles == {
        "id": "ignore",
        "same": "ignore",
        "note": "ignore",
        "empty": "ignore",
        "x": "feature",
    }
    notes = {column.name: column.note for column in answer.columns}
    for name in ("id", "same", "note", "empty"):
        assert notes[name] in answer.problems
        assert f"“{name}”" in notes[name]
    assert notes["x"] == ""


@pytest.mark.parametrize("form", ["2024-{:02}-{:02}", "{:02}/{:02}/24", "2024-{:02}-{:02}T08:00"])
def test_dates_are_told_apart_from_texts(tmp_path: Path, form: str) -> None:
    days = [form.format(1 + i % 12, 1 + i % 28) for i in range(84)]
    answer = csv(tmp_path, "day,x\n" + rows(days, [i % 7 for i in range(84)]))
    assert answer.columns[0].note.startswith("“day” holds dates")


def test_what_stands_in_for_empty_cells_is_told_by_kind(tmp_path: Path) -> None:
    count = 60
    text = "size,heating,price\n" + rows(
        ["" if i % 20 == 0 else i / 3 for i in range(count)],
        ["" if i % 10 == 0 else f"h{i % 3}" for i in range(count)],
        [i * 1.5 for i in range(count)],
    )
    heating = Column("heating", "feature", "category", ("h0", "h1", "h2"))
    columns = asking("price", Column("size"), heating)
    answer = csv(tmp_path, text, columns=columns)
    assert answer.problems[0].startswith(
        "3 of 60 rows have no value in “size”, 6 in “heating”. Choose in the data panel"
    )
    answer = csv(tmp_path, text, columns=columns, missing="median")
    assert answer.problems == (
        "3 empty cells get the median of their column, 6 count as no category.",
    )


def test_a_word_among_numbers_is_named_with_its_row(tmp_path: Path) -> None:
    values = [f"{i}.5" for i in range(100)]
    values[41] = "about 12"
    text = "x,y\n" + rows(values, list(range(100)))
    answer = csv(tmp_path, text)
    assert any("row 42 has “about 12”" in sentence for sentence in answer.problems)
    columns = asking("y", Column("x"))
    answer = csv(tmp_path, text, columns=columns)
    assert answer.fatal
    assert "row 42" in answer.problems[0]


def test_a_rare_class_and_a_single_one(tmp_path: Path) -> None:
    kinds = ["rare" if i < 3 else f"k{i % 2}" for i in range(50)]
    text = "x,kind\n" + rows([i / 3 for i in range(50)], kinds)
    answer = csv(tmp_path, text, columns=asking("kind", Column("x")))
    assert any("Only 3 rows have the class “rare”" in sentence for sentence in answer.problems)
    assert not answer.fatal
    kinds[0] = "k1"
    kinds[1] = "k1"
    text = "x,kind\n" + rows([i / 3 for i in range(50)], kinds)
    answer = csv(tmp_path, text, columns=asking("kind", Column("x")))
    assert answer.fatal
    assert "Only 1 row has the class “rare”" in answer.problems[0]
    text = "x,kind\n" + rows([i / 3 for i in range(50)], ["one"] * 50)
    answer = csv(tmp_path, text, columns=asking("kind", Column("x")))
    assert answer.fatal
    assert "same value in all rows" in answer.problems[0]


def test_more_classes_than_test_rows(tmp_path: Path) -> None:
    text = "x,kind\n" + rows([i / 3 for i in range(60)], [f"k{i % 12}" for i in range(60)])
    answer = csv(tmp_path, text, columns=asking("kind", Column("x")))
    assert answer.fatal
    assert "15% of 60 rows are fewer than the 12 classes" in answer.problems[0]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "is no file" in described(DataPlan(source=Csv("pipe.csv")), tmp_path).problems[0]


def test_commas_inside_cells_do_not_separate(tmp_path: Path) -> None:
    text = "a,b;c\n" + "\n".join(f"{i},5;{i}" for i in range(20))
    assert csv(tmp_path, text).header == ("a,b", "c")
    assert csv(tmp_path, "lonely\n" + "1\n2\n" * 20).header == ("lonely",)


def test_free_text_is_no_target(tmp_path: Path) -> None:
    text = "x,story\n" + rows(list(range(0, 90, 3)), [f"story {i}" for i in range(30)])
    answer = csv(tmp_path, text, columns=asking("story", Column("x")))
    assert answer.fatal
    assert "too many to be classes" in answer.problems[0]


def test_columns_that_left_the_file(tmp_path: Path) -> None:
    columns = asking("price", Column("length"), Column("depth"))
    answer = csv(tmp_path, flowers(), columns=columns)
    assert answer.fatal
    assert any("no column “price”" in sentence for sentence in answer.problems)
    assert any("no column “depth”" in sentence for sentence in answer.problems)
    assert {c.name for c in answer.plan.columns} >= {"price", "depth", "width"}


def test_infinity_few_rows_and_a_bad_split(tmp_path: Path) -> None:
    text = "x,y\n" + rows([1.5] * 5 + ["inf", 2, 2.5], [i / 2 for i in range(8)])
    answer = csv(tmp_path, text, columns=asking("y", Column("x")))
    assert any("infinity in 1 of 8 rows" in sentence for sentence in answer.problems)
    assert any("Only 8 rows" in sentence for sentence in answer.problems)
    answer = described(DataPlan(source=Bundled("iris"), split=Split(0.6, 0.6)))
    assert answer.fatal


def test_a_table_without_a_header_is_doubted(tmp_path: Path) -> None:
    text = "\n".join(f"{i},{i * i % 11},{i / 4}" for i in range(30))
    assert any("looks like a row of values" in s for s in csv(tmp_path, text).problems)


def test_a_header_that_tries_to_be_code_is_a_name(tmp_path: Path) -> None:
    name = 'd"); evil() #'
    text = f'"{name.replace(chr(34), chr(34) * 2)}",y\n' + rows(
        [i / 3 for i in range(30)], list(range(0, 60, 2))
    )
    assert csv(tmp_path, text).plan.columns[0] == Column(name)


@pytest.mark.slow
def test_a_long_table_is_read_in_little_memory(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    block = "\n".join(
        f"{a:.6f},{b:.6f},{c},{'yes' if a > b else 'no'}"
        for a, b, c in zip(
            generator.normal(size=50_000),
            generator.normal(size=50_000),
            generator.integers(0, 9, 50_000),
            strict=True,
        )
    )
    file = tmp_path / "long.csv"
    with file.open("w") as stream:
        stream.write("a,b,c,larger\n")
        for _ in range(4):
            stream.write(block + "\n")
    tracemalloc.start()
    answer = described(DataPlan(source=Csv("long.csv")), tmp_path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer.rows == 200_000
    assert len(answer.preview) == 200
    assert answer.columns[0].mean == pytest.approx(0.0, abs=0.02)
    assert peak < 15e6  # its cells as Python's strings would take three times as much


def test_a_stopped_reading_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(flowers())
    recording = Recording()
    recording.context.stopping.set()
    describe(Describe(1, DataPlan(source=Csv("t.csv")), str(tmp_path)), recording.context)
    assert recording.events == []
