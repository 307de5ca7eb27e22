"""What stands between the brackets: read strictly, written one way, and never run."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.catalog.indexing import Item, NoIndex, parse, spelled

NUMBERS = st.integers(-(2**31) + 1, 2**31 - 1)
SLICES = st.tuples(st.none() | NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS.filter(bool))
ITEMS = st.lists(NUMBERS | SLICES | st.none(), min_size=1, max_size=6)


@given(ITEMS, st.booleans())
def test_what_is_written_reads_as_the_same(items: list[Item], rest: bool) -> None:
    given_ = (*items, "...") if rest else tuple(items)
    text = spelled(given_)
    assert parse(text) == given_
    assert spelled(parse(text)) == text


@given(st.text(max_size=30) | st.text("0123456789:,. -+None[]()x", max_size=20))
def test_any_text_is_an_index_of_plain_numbers_or_refused(text: str) -> None:
    try:
        items = parse(text)
    except NoIndex:
        return
    tree = ast.parse(f"x[{spelled(items)}]", mode="eval")
    allowed = (
        ast.Expression,
        ast.Subscript,
        ast.Name,
        ast.Load,
        ast.Slice,
        ast.Tuple,
        ast.Constant,
        ast.UnaryOp,
        ast.USub,
    )
    assert all(isinstance(node, allowed) for node in ast.walk(tree))


@pytest.mark.parametrize(
    ("text", "shown"),
    [(":,0", ":, 0"), (" : , ::-1 ,", ":, ::-1"), ("…,1", "..., 1"), ("None", "None"), ("+3", "3")],
)
def test_however_it_is_typed_it_is_written_one_way(text: str, shown: str) -> None:
    assert spelled(parse(text)) == shown


@pytest.mark.parametrize(
    "text", ["", ",", "x", "1.5", "a:b", "1:2:3:4", "::0", "..., ...", "0x10", "1_0", "9" * 20]
)
def test_all_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(NoIndex, match=r"received|once|cannot"):
        parse(text)
