"""Where the files of `resources/` are: beside the package in a checkout, inside it in a wheel."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root() -> Path:
    inside = _PACKAGE / "resources"
    return inside if inside.is_dir() else _PACKAGE.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of a file or folder that the program ships: `resource("examples", "digits.knet")`.

    The path need not exist; who opens it says so.
    """
    return _root().joinpath(*parts)
