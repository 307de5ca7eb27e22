"""The key of an indexing op as the text between the brackets: `:, 0, ::2, ...`."""

from collections.abc import Mapping
from typing import Any

from builder.reading.values import Unread


def index_text(key: Any) -> str:
    """A key of a config as Python types it. Raises Unread for one that is no constant."""
    if isinstance(key, Mapping) and key.get("class_name") == "__tuple__":
        key = (key.get("config") or {}).get("value", [])
    if isinstance(key, list):
        if not key:
            raise Unread("takes an empty index, which changes nothing")
        return ", ".join(_part(part) for part in key) + ("," if len(key) == 1 else "")
    return _part(key)


def _part(part: Any) -> str:
    if part is None or type(part) is int:
        return str(part)
    if isinstance(part, Mapping):
        if part.get("class_name") == "__ellipsis__":
            return "..."
        config = part.get("config")
        if part.get("class_name") == "__slice__" and isinstance(config, Mapping):
            ends = [config.get(name) for name in ("start", "stop", "step")]
            if all(end is None or type(end) is int for end in ends):
                start, stop, step = ("" if end is None else str(end) for end in ends)
                return f"{start}:{stop}" + (f":{step}" if step else "")
    raise Unread("is indexed with a tensor, which has no place on the canvas. Use ops.take instead")
