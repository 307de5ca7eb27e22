"""Sizes in words: bytes, FLOPs, counts with their nouns."""

from builder.window.numbers import count, plural

__all__ = ["count", "flops", "plural", "size"]

FLOAT_BYTES = 4


def flops(number: int) -> str:
    """38000 -> 38 k; 680000 -> 0.68 M."""
    for limit, unit in ((1e9, "G"), (1e5, "M"), (1e3, "k")):
        if number >= limit:
            divisor = {"G": 1e9, "M": 1e6, "k": 1e3}[unit]
            value = number / divisor
            return f"{value:,.0f} {unit}" if value >= 10 else f"{value:.2g} {unit}"
    return count(number)


def size(number: int) -> str:
    """43816 -> 43 KB; in powers of 1024, as memory is counted."""
    value = float(number)
    for unit in ("bytes", "KB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            digits = 0 if unit == "bytes" or value >= 10 else 1
            return f"{value:,.{digits}f} {unit}"
        value /= 1024
    return ""
