"""Why something cannot be read, and what was read with a remark."""

from msgspec import Struct


class CannotImport(Exception):
    """What was given is no network that the canvas can show; `message` is for the user."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Remark(Struct, frozen=True):
    """Something that was read in another way than it was written. `node` is its node's id."""

    message: str
    node: str | None = None
