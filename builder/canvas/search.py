"""Finding a layer by what people type: its name, the start of a word in it, initials, a keyword.

Ops are found in the same way and stand behind the layers that match as well.
"""

import re

from msgspec import Struct

from builder.catalog.spec import Catalog, LayerSpec

_KNOWN_AS = {
    "linear": "Dense",
    "fully connected": "Dense",
    "fc": "Dense",
    "skip": "Add",
    "residual": "Add",
    "sum": "Add",
    "concat": "Concatenate",
    "merge": "Concatenate",
    "bn": "BatchNormalization",
    "norm": "BatchNormalization",
    "pool": "MaxPooling2D",
    "gap": "GlobalAveragePooling2D",
    "mha": "MultiHeadAttention",
    "self attention": "MultiHeadAttention",
    "scale": "Rescaling",
    "standardize": "Normalization",
    "upsample": "UpSampling2D",
    "deconv": "Conv2DTranspose",
    "target": "Output",
}
_FAVOURITES = [
    "Dense",
    "Conv2D",
    "MaxPooling2D",
    "Dropout",
    "BatchNormalization",
    "Flatten",
    "Input",
    "Output",
    "Add",
    "Concatenate",
    "GlobalAveragePooling2D",
    "LSTM",
    "GRU",
    "Embedding",
    "MultiHeadAttention",
    "LayerNormalization",
    "Normalization",
    "Rescaling",
    "Reshape",
    "Activation",
    "ReLU",
    "Conv1D",
]
_INDEX = "_search_index"


class _Entry(Struct, frozen=True):
    spec: LayerSpec
    name: str
    words: tuple[str, ...]
    initials: str
    keywords: tuple[str, ...]
    category: str
    text: str
    rank: tuple[int, int, str]
    further: int


def search(catalog: Catalog, text: str) -> list[LayerSpec]:
    """The layers that match, the most obvious first. No text finds all, the usual ones first."""
    entries = _index(catalog)
    words = text.lower().split()
    if not words:
        return [entry.spec for entry in sorted(entries, key=lambda entry: entry.rank)]
    known = _KNOWN_AS.get(" ".join(words))
    found = []
    for entry in entries:
        score = 0 if entry.spec.name == known else _score(entry, "".join(words), words)
        if score is not None:
            found.append((score + entry.further, entry.rank, entry.spec))
    return [spec for _, _, spec in sorted(found, key=lambda hit: hit[:2])]


def _score(entry: _Entry, joined: str, words: list[str]) -> int | None:
    """How far a layer is from what was typed: 0 is its name, more is further, None is no match.

    The name of a layer of the user's own comes before all.
    """
    if entry.name == joined:
        return -1 if entry.spec.category == "Custom" else 0
    if entry.name.startswith(joined):
        return 1
    if entry.initials.startswith(joined):
        return 2
    each = [_word_score(entry, word) for word in words]
    if all(score is not None for score in each):
        return max(score for score in each if score is not None)
    return 8 if len(joined) > 2 and _scattered(joined, entry.name) else None


def _word_score(entry: _Entry, word: str) -> int | None:
    if any(part.startswith(word) for part in entry.words):
        return 2
    if word in entry.keywords:
        return 3
    if word in entry.name:
        return 4
    if any(keyword.startswith(word) for keyword in entry.keywords):
        return 5
    if entry.category.startswith(word):
        return 6
    return 7 if len(word) > 2 and f" {word}" in entry.text else None


def _scattered(letters: str, name: str) -> bool:
    """Whether the letters stand in the name in this order, with others between."""
    rest = iter(name)
    return name[:1] == letters[:1] and all(letter in rest for letter in letters)


def _index(catalog: Catalog) -> tuple[_Entry, ...]:
    found: tuple[_Entry, ...] | None = catalog.__dict__.get(_INDEX)
    if found is None:
        found = catalog.__dict__[_INDEX] = tuple(map(_entry, catalog.layers.values()))
    return found


def _entry(spec: LayerSpec) -> _Entry:
    words = re.findall(r"[A-Z]+(?![a-z])\d*D?|[A-Z][a-z]+\d*D?|\d+D?|[a-z]+", spec.name)
    favourite = _FAVOURITES.index(spec.name) if spec.name in _FAVOURITES else len(_FAVOURITES)
    further = 1 if spec.type.startswith("keras.ops.") else 0
    return _Entry(
        spec,
        spec.name.lower(),
        tuple(word.lower() for word in words),
        "".join(word[0] for word in words).lower(),
        tuple(keyword.lower() for keyword in spec.keywords),
        spec.category.lower(),
        f" {spec.summary.lower()}",
        (favourite, (0 if spec.common else 2) + further, spec.name),
        further,
    )
