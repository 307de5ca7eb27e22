"""From an exception to a Fault: a sentence for the user, and the whole story for the log."""

import re
import traceback

from builder.catalog.custom import FILE
from builder.document.problems import Fix
from builder.engine.messages import Fault

OWN_PATH = f"<{FILE}>"
"""What tracebacks call the source of a project's own layers."""


class JobError(Exception):
    """A job cannot be done for a reason that the user can mend. Its text is the sentence.

    `unreadable` says that the reason is a file that cannot be read as what it should be. `fixes`
    would mend it.
    """

    def __init__(
        self,
        message: str,
        node: str | None = None,
        *,
        unreadable: bool = False,
        fixes: tuple[Fix, ...] = (),
    ) -> None:
        super().__init__(message)
        self.node = node
        self.unreadable = unreadable
        self.fixes = fixes


def fault_of(error: BaseException) -> Fault:
    """The fault that an exception out of a job means."""
    detail = "".join(traceback.format_exception(error))
    if isinstance(error, JobError):
        return Fault(str(error), error.node, detail, error.unreadable, error.fixes)
    if isinstance(error, MemoryError):
        return Fault("Memory ran out. Try a smaller batch size or a smaller network.", None, detail)
    if line_of(error) is not None:
        return Fault(own_words(error), None, detail)
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        return Fault(f"There is no file {error.filename}.", None, detail)
    if isinstance(error, OSError) and error.filename is not None:
        return Fault(f"{error.filename} cannot be used: {error.strerror}.", None, detail)
    text = plain(str(error))
    kind = type(error).__name__
    return Fault(f"{kind}: {text}" if text else f"Keras raised {kind}.", None, detail)


def line_of(error: BaseException) -> int | None:
    """The innermost line of custom_layers.py that an error came through."""
    if isinstance(error, SyntaxError) and error.filename == OWN_PATH:
        return error.lineno
    frames = reversed(traceback.extract_tb(error.__traceback__))
    return next((frame.lineno for frame in frames if frame.filename == OWN_PATH), None)


def own_words(error: BaseException) -> str:
    """What an error out of a project's own code says, with the line."""
    line = line_of(error)
    where = f"{FILE}, line {line}" if line else FILE
    text = plain(str(error))
    said = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"{where} raised {said}{'' if said.endswith(('.', '!', '…')) else '.'} Mend it there."


def plain(text: str, longest: int = 300) -> str:
    """The first words of an exception's text: no colours, no reprs, no list of arguments.

    Keras ends many texts with "Arguments received by Dense.call(): ..." and begins them with
    "Exception encountered when calling Dense.call().", which say nothing about the cause.
    """
    text = re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", text)
    text = re.split(r"\n\s*(?:Arguments received by|Call arguments received by)\b", text)[0]
    text = re.sub(r"^Exception encountered when calling [^\n]*\n+", "", text.strip())
    text = re.sub(r"<KerasTensor shape=(\([^)]*\))[^>]*>", r"\1", text)
    text = re.sub(r"<(?:[\w.]+\.)?(\w+)(?: [^<>]*)? at 0x[0-9a-f]+>", r"\1", text)
    text = re.sub(r"<class '(?:[\w.]+\.)?(\w+)'>", r"\1", text)
    text = re.sub(r"<(\w+) name=[^<>]*>", r"\1", text)
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[:longest].rsplit(" ", 1)[0] + " …"
    return text
