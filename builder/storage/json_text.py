"""JSON for people and for git: sorted keys, one thing per line where it fits, else opened up.

The text depends on the value alone, so a file saved twice is the same file, and an edit changes
the lines of what it edited.
"""

import json
from typing import Any

WIDTH = 100
OPEN_LEVELS = 3


def json_text(value: Any, level: int = 0) -> str:
    """The text of a JSON value, without a final newline.

    The outermost levels (document, section, list of nodes) are always opened, one entry per line.
    Raises ValueError for nan and infinity, TypeError for what is no JSON value.
    """
    flat = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    if not isinstance(value, dict | list | tuple) or not value:
        return flat
    if level >= OPEN_LEVELS and level * 2 + len(flat) <= WIDTH:
        return flat
    inner = "  " * (level + 1)
    if isinstance(value, dict):
        entries = [
            f"{inner}{json.dumps(key, ensure_ascii=False)}: {json_text(value[key], level + 1)}"
            for key in sorted(value)
        ]
    else:
        entries = [inner + json_text(item, level + 1) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return "\n".join([opening, ",\n".join(entries), "  " * level + closing])
