"""Why no code can be written: CannotGenerate, and the sentence's parts."""


class CannotGenerate(Exception):
    """No code can be written for a project; `message` says why, `node` is the id of the culprit."""

    def __init__(self, message: str, node: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


class Unwritable(Exception):
    """A value that has no place in the code. The message is the second half of a sentence."""
