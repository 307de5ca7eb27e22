"""What was made of a value, remembered for as long as it is the very same value.

Values are frozen, and an edit shares all that it did not touch: of a network of a thousand
layers, one is written anew after an edit.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Made = TypeVar("Made")

_MOST = 20_000


class Memory(Generic[Key, Made]):
    """Results by the identity of what they were made of; holds on to both. Forgets all when full."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Key, Made]] = {}

    def of(
        self, key: Key, make: Callable[[Key], Made], fits: Callable[[Made], bool] | None = None
    ) -> Made:
        """What `make` gives for a key; it is asked once, and again when what it gave no more `fits`.

        What it raises is not remembered.
        """
        known = self._known.get(id(key))
        if known is not None and known[0] is key and (fits is None or fits(known[1])):
            return known[1]
        made = make(key)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[id(key)] = (key, made)
        return made

    def forget(self) -> None:
        self._known.clear()
