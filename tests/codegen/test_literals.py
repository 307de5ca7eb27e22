"""Every JSON value becomes a literal that means the value, and nothing but a literal."""

import ast
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.codegen.expressions import flat
from builder.codegen.literals import literal, number, string
from builder.codegen.refusal import Unwritable

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(json_values)
def test_a_literal_means_its_value(value: Any) -> None:
    assert ast.literal_eval(flat(literal(value))) == value


@given(st.text())
def test_a_string_is_one_literal_on_one_line(text: str) -> None:
    written = string(text)
    assert ast.literal_eval(written) == text
    assert written.isprintable()


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value(value: float) -> None:
    assert eval(number(value), {"__builtins__": {}}) == value


def test_numbers_are_written_as_people_write_them() -> None:
    written = [number(value) for value in (32, 0.001, 1e-7, 1e20, 1 / 255, 1 / 3, -1 / 255, 0.0625)]
    assert written == ["32", "0.001", "1e-7", "1e20", "1 / 255", "1 / 3", "-1 / 255", "0.0625"]


def test_quotes_are_the_ones_that_need_fewer_escapes() -> None:
    assert string("relu") == '"relu"'
    assert string('d"); evil() #') == "'d\"); evil() #'"
    assert string('a "b" isn\'t') == "'a \"b\" isn\\'t'"


def test_what_fools_the_eye_is_escaped() -> None:
    assert string("a\u202eb\x1b\n") == '"a\\u202eb\\x1b\\n"'
    assert string("größer 隐藏层") == '"größer 隐藏层"'


def test_lists_are_tuples_where_keras_writes_tuples() -> None:
    assert flat(literal([8, None], tuples=True)) == "(8, None)"
    assert flat(literal([8], tuples=True)) == "(8,)"
    assert flat(literal([[1, 2], [3, 4]], tuples=True)) == "((1, 2), (3, 4))"


@pytest.mark.parametrize("value", [2**70, float("nan"), float("inf"), object(), {1: 2}])
def test_what_has_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(Unwritable):
        literal(value)


def test_deep_nesting_is_refused() -> None:
    value: Any = 1
    for _ in range(5000):
        value = [value]
    with pytest.raises(Unwritable, match="nested deeper"):
        literal(value)
