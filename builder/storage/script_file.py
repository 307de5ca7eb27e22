"""Python scripts of others: their text, and what names it when the user is asked to trust it."""

import tokenize
from pathlib import Path

SUFFIX = ".py"
LARGEST = 4_000_000


class ScriptError(Exception):
    """A script could not be read; the message is a sentence."""


def read_script(path: Path) -> str:
    """The text of a script, in the encoding that it names. Raises ScriptError."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device has no end
            raise ScriptError(f"“{path.name}” is not a file. Choose a {SUFFIX} file.")
        if path.stat().st_size > LARGEST:
            raise ScriptError(
                f"“{path.name}” is larger than {LARGEST // 1_000_000} MB, which no script is."
            )
        with tokenize.open(path) as file:
            return file.read()
    except OSError as error:
        raise ScriptError(f"“{path.name}” cannot be read: {error.strerror}.") from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ScriptError(f"“{path.name}” is no Python text: {error}.") from error


def beside(path: Path, name: str) -> str:
    """The text of a file beside a script; empty where there is none that can be read."""
    other = path.with_name(name)
    try:
        return read_script(other) if other != path and other.is_file() else ""
    except ScriptError:
        return ""


def short_hash(text: str) -> str:
    """The first digits of the SHA-256 of a text."""
    import hashlib  # brings OpenSSL, which the first paint need not wait for

    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
