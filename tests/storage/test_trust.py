"""Trust in code outlives the program, and a broken file trusts nothing."""

import json
from pathlib import Path

from builder.storage.trust import NAME, Trust

A, B = ("custom_layers.py", "a"), ("“one”", "lambda x: x")


def test_trust_is_remembered_piece_by_piece(tmp_path: Path) -> None:
    trust = Trust(tmp_path / "deep")
    assert trust.covers(())
    assert not trust.covers((A,))
    trust.add((A, B))
    trust.add((A,))
    again = Trust(tmp_path / "deep")
    assert again.covers((A,))
    assert again.covers((B, A))
    assert not again.covers((A, ("“one”", "lambda x: 2 * x")))
    assert len(json.loads((tmp_path / "deep" / NAME).read_text())) == 2
    trust.forget()
    assert not trust.covers((A,))


def test_a_broken_file_trusts_nothing(tmp_path: Path) -> None:
    for text in ("", "{", '{"a": 1}', "[1, null]", "\xff", '["\xff"]', "[" * 100_000):
        (tmp_path / NAME).write_text(text, encoding="latin-1")
        assert not Trust(tmp_path).covers((A,))
    trust = Trust(tmp_path)
    trust.add((A,))
    assert trust.covers((A,))
