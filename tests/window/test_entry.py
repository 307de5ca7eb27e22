"""What a typed text means, and that what is shown reads as the same value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.catalog.spec import Kind, ParamSpec
from builder.window.entry import EntryError, as_text, parse


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("32", "int", 32),
        ("0.5", "number", 0.5),
        ("1e-3", "number", 0.001),
        ("3", "number", 3),
        ("3 × 3", "ints", [3, 3]),
        ("3x5", "ints", [3, 5]),
        ("(3, 5)", "ints", [3, 5]),
        ("3", "ints", 3),
        ("-1", "axis", -1),
        ("28 × 28 × 1", "shape", [28, 28, 1]),
        ("None, 8", "shape", [None, 8]),
        ("()", "shape", []),
        ("a, b", "texts", ["a", "b"]),
        ('["a, b"]', "texts", ["a, b"]),
        ("{'a': (1, 2)}", "literal", {"a": [1, 2]}),
        ("None", "literal", None),
        ("same", "text", "same"),
    ],
)
def test_texts_become_values(text: str, kind: Kind, value: Any) -> None:
    assert parse(text, ParamSpec("x", kind, length=2 if kind == "ints" else 0)) == value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "int"),
        ("3.5", "int"),
        ("nan", "number"),
        ("inf", "number"),
        ("3 × 3 × 3", "ints"),
        ("eight", "shape"),
        ("[1", "literal"),
        ("__import__('os')", "literal"),
        ("{1: 2}", "literal"),
        ("1e999", "literal"),
        ("[1, 2]", "texts"),
    ],
)
def test_other_texts_are_refused_with_a_sentence(text: str, kind: Kind) -> None:
    with pytest.raises(EntryError, match="received"):
        parse(text, ParamSpec("x", kind, length=2 if kind == "ints" else 0))


_numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False)


_values: dict[Kind, st.SearchStrategy[Any]] = {
    "int": st.integers(),
    "number": _numbers,
    "axis": st.integers(-9, 9) | st.lists(st.integers(-9, 9), min_size=2),
    "shape": st.lists(st.none() | st.integers(0, 4096)),
    "ints": st.lists(st.integers(1, 99), min_size=2, max_size=2),
    "numbers": st.lists(_numbers, min_size=2),
    "texts": st.lists(st.text(max_size=8)),
    "literal": st.recursive(
        st.none() | st.booleans() | _numbers | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=6,
    ),
}


@given(st.data())
def test_what_is_shown_reads_as_the_same_value(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(_values)))
    value = data.draw(_values[kind])
    spec = ParamSpec("x", kind, length=2 if kind == "ints" else 0)
    assert parse(as_text(value, spec), spec) == value
