"""Questions about data that are on their way to a worker, and which worker each was asked of."""

from collections.abc import Callable

from builder.engine.messages import Describe
from builder.window.workers import Link


class Descriptions:
    """The descriptions that are not answered yet, by their numbers."""

    def __init__(self) -> None:
        self._asked: dict[int, Link] = {}

    def ask(self, request: Describe, ask: Callable[[Describe], Link]) -> None:
        """Send a question by `ask`, and remember of whom it was asked."""
        self._asked[request.id] = ask(request)

    def close(self, number: int) -> bool:
        """A question is answered, or has failed. False for a number that was not asked."""
        return self._asked.pop(number, None) is not None

    def lose(self, link: Link | None) -> list[int]:
        """Close all that were asked of a worker which answers no more. Returns their numbers."""
        lost = [number for number, asked in self._asked.items() if asked is link]
        for number in lost:
            del self._asked[number]
        return lost
