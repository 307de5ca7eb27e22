"""How well a text fits what somebody types: beginnings, parts, initials, scattered letters."""

import re


def fit(text: str, wish: str) -> tuple[int, int] | None:
    """How far a text is from what was typed: less is nearer, None is no match at all."""
    text, wish = text.lower(), " ".join(wish.lower().split())
    if not wish:
        return (0, 0)
    words = re.findall(r"\w+", text)
    joined = wish.replace(" ", "")
    each = wish.split()
    if text.startswith(wish):
        tier = 0
    elif all(any(word.startswith(part) for word in words) for part in each):
        tier = 1
    elif "".join(word[0] for word in words).startswith(joined):
        tier = 2
    elif all(part in text for part in each):
        tier = 3
    elif len(joined) > 2 and text[:1] == joined[0] and _scattered(joined, text):
        tier = 4
    else:
        return None
    return (tier, len(text))


def _scattered(letters: str, text: str) -> bool:
    """Whether the letters stand in the text in this order, with others between."""
    rest = iter(text)
    return all(letter in rest for letter in letters)
