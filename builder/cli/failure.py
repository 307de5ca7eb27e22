"""How a command ends when it cannot do its job: a sentence for stderr and an exit code."""

OK = 0
FAILED = 1
"""A project with errors, or a job that failed."""
UNUSABLE = 2
"""Bad usage, or input that cannot be read."""


class CommandFailed(Exception):
    """The command ends here. The message says what, where and what to do."""

    def __init__(self, sentence: str, code: int = FAILED) -> None:
        super().__init__(sentence)
        self.code = code
