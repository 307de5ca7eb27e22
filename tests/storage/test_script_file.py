"""Scripts of others as text: what is no script gets a sentence, whatever lies at the path."""

import os
from pathlib import Path

import pytest

from builder.storage.script_file import LARGEST, ScriptError, read_script


def test_a_script_is_read_in_the_encoding_that_it_names(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes("# coding: latin-1\nx = 'é'\n".encode("latin-1"))
    assert read_script(path) == "# coding: latin-1\nx = 'é'\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "no Python text"),
        (b"# coding: none\n", "no Python text"),
        (b"#" * (LARGEST + 1), "larger than"),
    ],
)
def test_what_is_no_script_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(content)
    with pytest.raises(ScriptError, match=said):
        read_script(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are of Unix")
def test_what_has_no_end_is_not_begun(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "zero.py").symlink_to("/dev/zero")
    for path in (tmp_path / "pipe.py", tmp_path / "zero.py", tmp_path):
        with pytest.raises(ScriptError, match="is not a file"):
            read_script(path)
    with pytest.raises(ScriptError, match="cannot be read"):
        read_script(tmp_path / ("a" * 300 + ".py"))
