"""A module whose import is put off is run when it is needed, once."""

import inspect
import sys
from pathlib import Path

import pytest

from builder.engine.worker.put_off import put_off


def test_a_module_is_run_when_something_in_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "told.py").write_text("runs = 0\n")
    (tmp_path / "slow_one.py").write_text("import told\ntold.runs += 1\nanswer = 42\n")
    (tmp_path / "prompt_one.py").write_text("import slow_one, told\nreached = slow_one.answer\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    with put_off("slow_one", "nowhere_at_all"):
        told, slow = __import__("told"), __import__("slow_one")
        with pytest.raises(ModuleNotFoundError):
            __import__("nowhere_at_all")
    assert sys.meta_path == before
    assert inspect.getmodule(slow) is slow
    assert slow.__file__ == str(tmp_path / "slow_one.py")
    assert told.runs == 0
    assert __import__("prompt_one").reached == 42
    assert not hasattr(slow, "question")
    assert told.runs == 1
    for name in ("told", "slow_one", "prompt_one"):
        monkeypatch.delitem(sys.modules, name)
