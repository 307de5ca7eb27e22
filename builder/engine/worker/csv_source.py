"""CSV files as chunks of rows: how the file is written, and what is wrong when it is no table."""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import pandas as pd
from msgspec.structs import replace

from builder.document.plan import Csv
from builder.engine.worker.faults import JobError, plain

CHUNK = 50_000
_SAMPLE = 65_536
_SEPARATORS = ("\t", ";", ",")  # of equals the first: commas are found inside cells as well
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


def resolve(path: str, folder: str) -> Path:
    """Where a data file is; a relative path starts at the project's folder."""
    return Path(folder, path) if folder else Path(path)


def sniffed(source: Csv, folder: str) -> Csv:
    """The source with separator, decimal sign and encoding as the file itself suggests.

    Raises JobError when the file cannot be opened or is no text.
    """
    data = _head(resolve(source.path, folder))
    encoding: Literal["utf-8", "latin-1"] = "utf-8"
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter of several bytes may be cut at the end of the sample.
        if error.start < len(data) - 4 or len(data) < _SAMPLE:
            encoding = "latin-1"
        text = data.decode(encoding, "ignore")
    text = text.removeprefix("\ufeff")
    lines = text.splitlines()
    if len(data) == _SAMPLE:
        lines = lines[:-1] or lines
    separator = _separator(lines[:100])
    return replace(
        source, separator=separator, decimal=_decimal(lines, separator), encoding=encoding
    )


def chunks(source: Csv, folder: str, texts: Iterable[str] = ()) -> Iterator[pd.DataFrame]:
    """The table in pieces of `CHUNK` rows; the columns `texts` are read as they stand.

    Raises JobError with a sentence for what is no table.
    """
    path = resolve(source.path, folder)
    _head(path)
    try:
        with pd.read_csv(
            path,
            sep=source.separator,
            decimal=source.decimal,
            encoding=source.encoding,
            chunksize=CHUNK,
            low_memory=False,
            dtype=dict.fromkeys(texts, str),
        ) as reader:
            yield from reader
    except pd.errors.EmptyDataError:
        raise _empty(path) from None
    except pd.errors.ParserError as error:
        sentence = _not_a_table(path, source, str(error))
        raise JobError(sentence, unreadable=True) from error
    except UnicodeDecodeError as error:
        raise JobError(
            f"“{path.name}” is not text in {source.encoding}: byte {error.start:,} is no letter. "
            "Save it as UTF-8, or choose the file again.",
            unreadable=True,
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


# --- inner parts


def _head(path: Path) -> bytes:
    """The file's first bytes. Raises JobError when there is nothing to read or it is no text."""
    try:
        # A pipe or a device would let us wait for ever.
        if path.exists() and not path.is_file() and not path.is_dir():
            raise JobError(f"“{path}” is no file. Choose a CSV file.", unreadable=True)
        with path.open("rb") as stream:
            data = stream.read(_SAMPLE)
    except ValueError:  # a name with a null byte in it
        raise JobError(
            "The data file's path holds a sign that no path can have. Choose the data file again.",
            unreadable=True,
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    if not data.strip():
        raise _empty(path)
    if b"\0" in data:
        raise JobError(
            f"“{path.name}” is not a text file. Expected a table with commas, semicolons or tabs "
            "between its columns; save it as CSV first.",
            unreadable=True,
        )
    return data


def _empty(path: Path) -> JobError:
    sentence = f"“{path.name}” is empty. Choose a file with a table in it."
    return JobError(sentence, unreadable=True)


def _unreadable(path: Path, error: OSError) -> JobError:
    # The way from a run folder to the data leads up and down again; people want the place.
    shown = os.path.normpath(path)
    if isinstance(error, FileNotFoundError):
        sentence = f"There is no file “{_shortened(shown)}”. Choose the data file again."
    elif isinstance(error, IsADirectoryError) or os.path.isdir(path):
        sentence = f"“{shown}” is a folder. Choose a CSV file."
    else:
        sentence = f"“{_shortened(shown)}” cannot be opened: {error.strerror}."
    return JobError(sentence, unreadable=True)


def _shortened(text: str, longest: int = 200) -> str:
    return text if len(text) <= longest else f"…{text[-longest:]}"


def _separator(lines: list[str]) -> str:
    """The sign that cuts most lines into the same number of cells, more than one."""

    def worth(sign: str) -> tuple[float, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        if not counts:
            return (0.0, 0)
        width, often = counts.most_common(1)[0]
        return (often / counts.total() if width > 1 else 0.0, width)

    best = max(_SEPARATORS, key=worth)
    return best if worth(best)[0] else ","


def _decimal(lines: list[str], separator: str) -> str:
    if separator == ",":
        return "."
    cells = [cell.strip() for row in csv.reader(lines, delimiter=separator) for cell in row]
    commas = sum(bool(re.fullmatch(r"[-+]?\d*,\d+", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"[-+]?\d*\.\d+", cell)) for cell in cells)
    return "," if commas > points else "."


def _not_a_table(path: Path, source: Csv, said: str) -> str:
    found = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", said)
    if found is None:
        return f"“{path.name}” is not a table: {plain(said)}."
    expected, line, saw = found.groups()
    return (
        f"“{path.name}” is not a table: line {line} has {saw} cells where {expected} are expected "
        f"(with a {_NAMES.get(source.separator, source.separator)} between cells). "
        "Mend that line, or choose another separator."
    )
