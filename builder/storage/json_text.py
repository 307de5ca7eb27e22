"""JSON for people and for git: sorted keys, one thing per line where it fits, else opened up.

The text depends on the value alone, so a file saved twice is the same file, and an edit changes
the lines of what it edited.
"""

import json
from typing import Any

WIDTH = 100
OPEN_LEVELS = 3

_flat = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False).encode


def json_text(value: Any, level: int = 0) -> str:
    """The text of a JSON value, without a final newline.

    The outermost levels (document, section, list of nodes) are always opened, one entry per line.
    Raises ValueError for nan and infinity, TypeError for what is no JSON value.
    """
    if not isinstance(value, dict | list | tuple) or not value:
        return _flat(value)
    if level >= OPEN_LEVELS:
        flat = _flat(value)
        if level * 2 + len(flat) <= WIDTH:
            return flat
    inner = "  " * (level + 1)
    if isinstance(value, dict):
        entries = [
            f"{inner}{_flat(key)}: {json_text(value[key], level + 1)}" for key in sorted(value)
        ]
    else:
        entries = [inner + json_text(item, level + 1) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opening, ",\n".join(entries), "  " * level + closing])
