"""Trust in code outlives the program, and a broken file trusts nothing."""

from pathlib import Path

from builder.storage.trust import NAME, Trust


def test_trust_is_remembered(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "deep")
    assert trust.knows("")
    assert not trust.knows("a")
    trust.add("a")
    trust.add("b")
    trust.add("a")
    assert Trust(tmp_path / "deep").knows("a")
    assert (tmp_path / "deep" / NAME).read_text() == '["b", "a"]'
    trust.forget()
    assert not trust.knows("a")


def test_a_broken_file_trusts_nothing(tmp_path: Path) -> None:
    for text in ("", "{", '{"a": 1}', "[1, null]", "\xff"):
        (tmp_path / NAME).write_text(text, encoding="latin-1")
        assert not Trust(tmp_path).knows("a")
    trust = Trust(tmp_path)
    trust.add("a")
    assert trust.knows("a")
