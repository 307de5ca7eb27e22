"""The command line itself: what it lists, how it refuses, what it prints where."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from builder.cli import main
from builder.cli.arguments import command_names, parser
from builder.cli.output import number, plain
from tests.cli.running import COMMAND, run


def test_every_command_is_listed_with_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run("--help")
    assert end.value.code == 0
    text = capsys.readouterr().out
    assert all(f"\n    {name} " in text for name in command_names())


def test_the_names_of_commands_are_those_of_the_parser() -> None:
    (commands,) = (action.choices for action in parser()._actions if action.dest == "command")
    assert commands is not None
    assert tuple(commands) == command_names()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["trian"], "There is no file or command “trian”. Did you mean “train”?"),
        (["nowhere.knet"], "There is no file or command “nowhere.knet”."),
        (["train"], "The following arguments are required: FILE. See:  keras-builder train --help"),
        (["train", "a.knet", "--epochs", "0"], "expected a whole number from 1, received '0'"),
        (["check", "nowhere.knet"], "There is no file “"),
        (["export", "a.knet", "--to", "pdf", "-o", "b"], "Argument --to: invalid choice: 'pdf'"),
        (["new", "nothing", "-o", "a.knet"], "There is no example “nothing”. There are: "),
        (["runs", "a.knet", "--colour"], "--colour"),
    ],
)
def test_bad_usage_is_one_sentence_and_exit_code_2(
    words: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_a_damaged_file_is_exit_code_2(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.write_bytes(project.read_bytes()[:100])
    assert run("check", project, "--json") == 2
    captured = capsys.readouterr()
    assert "“small.knet” cannot be read: it is damaged or cut off" in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("words", [["--debug", "runs", "{}"], ["runs", "{}", "--debug"]])
def test_debug_adds_the_traceback_and_keeps_the_exit_code(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word.format(tmp_path / "no.knet") for word in words]) == 2
    error = capsys.readouterr().err
    assert "Traceback" in error
    assert error.splitlines()[-1].startswith("There is no file")


def test_control_characters_never_reach_the_terminal() -> None:
    assert plain("a\x1b]0;title\x07\nb\u202e") == "a\\x1b]0;title\\x07\nb\\u202e"


def test_numbers_keep_four_places_that_matter() -> None:
    assert [number(v) for v in (0.98765, 58.41239, 0.0, 1e-7, 1e9, None)] == [
        "0.9877",
        "58.4124",
        "0.0000",
        "1e-07",
        "1e+09",
        "–",
    ]


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as it:
        assert it.stdout is not None
        assert it.stderr is not None
        it.stdout.close()
        assert it.stderr.read() == b""
        assert it.wait() == 0


def test_a_terminal_without_our_signs_is_no_obstacle() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "builder", "examples"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )
    assert done.returncode == 0, done.stderr
    assert rb"8 \xd7 8" in done.stdout
