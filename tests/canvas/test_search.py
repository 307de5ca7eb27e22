"""The obvious layer comes first, at once."""

import pytest

from builder.canvas.search import search
from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog()


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("dense", "Dense"),
        ("conv", "Conv2D"),
        ("Conv2D", "Conv2D"),
        ("conv1", "Conv1D"),
        ("drop", "Dropout"),
        ("bn", "BatchNormalization"),
        ("batch", "BatchNormalization"),
        ("maxpool", "MaxPooling2D"),
        ("max pool", "MaxPooling2D"),
        ("pool", "MaxPooling2D"),
        ("relu", "ReLU"),
        ("lstm", "LSTM"),
        ("mha", "MultiHeadAttention"),
        ("attention", "Attention"),
        ("flat", "Flatten"),
        ("concat", "Concatenate"),
        ("add", "Add"),
        ("emb", "Embedding"),
        ("input", "Input"),
        ("out", "Output"),
        ("fully connected", "Dense"),
        ("global average", "GlobalAveragePooling2D"),
        ("gap", "GlobalAveragePooling2D"),
        ("norm", "BatchNormalization"),
    ],
)
def test_the_obvious_hit_is_first(catalog: Catalog, text: str, first: str) -> None:
    assert [spec.name for spec in search(catalog, text)][:1] == [first]


def test_no_text_finds_all_and_nonsense_nothing(catalog: Catalog) -> None:
    assert len(search(catalog, "  ")) == len(catalog.layers)
    assert search(catalog, "")[0].name == "Dense"
    assert search(catalog, "zzzz") == []
