"""The commands and their arguments."""

import argparse
from typing import NoReturn

from builder import __version__
from builder.cli.failure import UNUSABLE, CommandFailed
from builder.engine.formats import FORMATS

_DEBUG = "show tracebacks and what Keras prints"

OVERVIEW = """\
Build, train and export Keras networks.

  keras-builder [FILE]      open the window; without a display, train in the terminal
"""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise CommandFailed(f"{sentence}. See:  {self.prog} --help", UNUSABLE)


def parser() -> argparse.ArgumentParser:
    """Everything but `keras-builder [FILE]`, see `open_parser`."""
    top = _Parser(
        "keras-builder",
        description=OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="keras-builder [FILE]\n       keras-builder COMMAND ... [--debug]",
    )
    top.add_argument("--version", action="version", version=f"Keras Builder {__version__}")
    top.add_argument("--debug", action="store_true", help=_DEBUG)
    commands = top.add_subparsers(
        dest="command",
        metavar="COMMAND",
        title="commands",
        parser_class=_Parser,
        prog="keras-builder",
    )

    def command(name: str, about: str, *, file: bool = True, json: bool = False) -> _Parser:
        added = commands.add_parser(
            name, help=about, description=f"{about[:1].upper()}{about[1:]}."
        )
        if file:
            added.add_argument("file", metavar="FILE", help="a project (.knet)")
        if json:
            added.add_argument("--json", action="store_true", help="print one JSON object")
        # Without a default of its own, so that `keras-builder --debug COMMAND` is heard as well.
        added.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=_DEBUG)
        return added

    command("examples", "list the bundled examples", file=False, json=True)

    new = command("new", "write a bundled example to a file", file=False)
    new.add_argument("example", metavar="EXAMPLE", help="its name, see `keras-builder examples`")
    _output(new, "the project to write (.knet)")

    importing = command("import", "read a model of Keras into a project", file=False)
    importing.add_argument(
        "source",
        metavar="SOURCE",
        help="a .keras, .h5 or .json file, a Python script, or keras.applications.NAME",
    )
    importing.add_argument(
        "--run", action="store_true", help="run the script, which you trust, and take its models"
    )
    importing.add_argument("--model", metavar="NAME", help="which of the models that it makes")
    _output(importing, "the project to write (.knet)")

    check = command("check", "check wires, shapes and data; exit 1 if there is an error", json=True)

    export = command("export", "write the network as code, model or picture", json=True)
    names = [format_.name for format_ in FORMATS]
    export.add_argument(
        "--to", required=True, choices=names, metavar="FORMAT", help=", ".join(names)
    )
    export.epilog = "formats:\n" + "\n".join(f"  {one.name:13} {one.about}" for one in FORMATS)
    export.formatter_class = argparse.RawDescriptionHelpFormatter
    _output(export, "the file, or for folder and saved-model the folder, to write")
    _run(
        export,
        "with the weights of this run (a name, latest or none; default: the newest of this network)",
    )

    train = command("train", "train; Ctrl+C stops and keeps the model", json=True)
    train.add_argument("--epochs", type=_positive, metavar="N", help="instead of the project's")

    for one in (train, export, check):
        _trust(one)

    evaluate = command("evaluate", "score a trained model on the test rows", json=True)
    _run(evaluate, "the run to score (default: the newest with a model)")
    _trust(evaluate)

    predict = command("predict", "predict the rows of a file")
    predict.add_argument("--input", required=True, metavar="DATA", help="a .csv or .npy file")
    _output(predict, "the CSV file to write")
    _run(predict, "the run to use (default: the newest with a model)")
    _trust(predict)

    command("runs", "list the trainings of a project", json=True)
    command(
        "catalog", "list layers, losses, optimizers and all else on offer", file=False, json=True
    )
    command("schema", "print the JSON Schema of project files", file=False)
    return top


def open_parser() -> argparse.ArgumentParser:
    """`keras-builder [FILE]`."""
    only = _Parser("keras-builder")
    only.add_argument("file", nargs="?", metavar="FILE")
    only.add_argument("--debug", action="store_true")
    return only


def command_names() -> tuple[str, ...]:
    """The commands in the order of `--help`, known without making the parser."""
    return (
        "examples",
        "new",
        "import",
        "check",
        "export",
        "train",
        "evaluate",
        "predict",
        "runs",
        "catalog",
        "schema",
    )


def _output(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("-o", "--output", required=True, metavar="OUT", help=about)


def _run(command: argparse.ArgumentParser, about: str) -> None:
    command.add_argument("--run", metavar="ID", help=about)


def _trust(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--trust", action="store_true", help="run the Python code that the project carries"
    )


def _positive(text: str) -> int:
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1, received {text!r}")
    return value
