"""How many examples a property is tried on: few each time, many when somebody wants to know."""

import os

# THOROUGH=20 tries twenty times as many, other ones each time.
TIMES = int(os.environ.get("THOROUGH", "1"))


def some(count: int) -> int:
    return count * TIMES
