"""From the words on the command line to one command, and from its end to an exit code."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

from builder.cli.arguments import command_names, open_parser, parser
from builder.cli.failure import FAILED, OK, UNUSABLE, CommandFailed
from builder.cli.output import note, take_any_sign

INTERRUPTED = 130


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says. Returns the exit code: 0 done, 1 failed, 2 unusable."""
    words = sys.argv[1:] if words is None else words
    take_any_sign()
    debug = "--debug" in words
    try:
        return _run(words)
    except CommandFailed as failure:
        if debug and failure.__cause__ is not None:
            traceback.print_exception(failure)
        note(str(failure))
        return failure.code
    except KeyboardInterrupt:
        note("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does. Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:  # noqa: BLE001 - the last net: users see a sentence, not a traceback
        if debug:
            traceback.print_exception(error)
            return FAILED
        note(f"Something went wrong inside Keras Builder ({error}). Add --debug to see where.")
        return FAILED


def _run(words: Sequence[str]) -> int:
    options = _parsed(words)
    # `import` is no name that a module of Python can have.
    name = "import_model" if options.command == "import" else options.command
    module = import_module(f"builder.cli.{name}")
    code: int = module.run(options)
    return code


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    """The options, with the module of the command: the window's where a file is named, or nothing."""
    first = next((word for word in words if not word.startswith("-")), None)
    if first in command_names() or {"-h", "--help", "--version"} & set(words):
        return parser().parse_args(words)
    options = open_parser().parse_args(words)
    options.command = "open_window"
    if first is not None and not os.path.exists(first):
        near = get_close_matches(first, command_names(), n=1)
        hint = f" Did you mean “{near[0]}”?" if near else ""
        raise CommandFailed(f"There is no file or command “{first}”.{hint}", UNUSABLE)
    return options
