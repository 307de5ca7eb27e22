"""A write that fails leaves the old file, whatever made it fail."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.storage.atomic import write_atomically


def test_writes_and_replaces(tmp_path: Path) -> None:
    file = tmp_path / "a.knet"
    write_atomically(file, b"one")
    write_atomically(file, b"two")
    assert file.read_bytes() == b"two"
    assert os.listdir(tmp_path) == ["a.knet"]


def test_long_names_are_no_trouble(tmp_path: Path) -> None:
    file = tmp_path / ("n" * 250)
    write_atomically(file, b"x")
    assert file.read_bytes() == b"x"


@pytest.mark.skipif(os.name == "nt", reason="permissions and links as on Unix")
def test_keeps_permissions_and_links(tmp_path: Path) -> None:
    real = tmp_path / "real.knet"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link.knet"
    link.symlink_to(real)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    write_atomically(tmp_path / "atomic", b"")
    assert (tmp_path / "atomic").stat().st_mode == plain.stat().st_mode


def test_a_missing_folder_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "gone" / "a.knet", b"x")


def test_a_folder_in_the_files_place_stays(tmp_path: Path) -> None:
    (tmp_path / "a.knet").mkdir()
    with pytest.raises(OSError, match=r"a\.knet"):
        write_atomically(tmp_path / "a.knet", b"x")
    assert os.listdir(tmp_path) == ["a.knet"]


@pytest.mark.skipif(sys.platform != "linux", reason="a size limit stands in for a full disk")
def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """A process may write 1,000 bytes a file; the 100,000 it is asked for do not fit."""
    file = tmp_path / "a.knet"
    file.write_bytes(b"old")
    program = (
        "import resource, signal, sys, pathlib\n"
        "from builder.storage.atomic import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_atomically(pathlib.Path(sys.argv[1]), b'n' * 100_000)\n"
        "except OSError as error:\n"
        "    sys.exit(error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(file)], check=False)
    assert done.returncode == errno.EFBIG
    assert file.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.knet"]
