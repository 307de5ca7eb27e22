"""All that the catalogue offers can be made, and takes the values that it says."""

from types import ModuleType

import pytest

from builder.catalog.spec import Catalog, LayerSpec
from tests.engine.made import FOREIGN, find, make, samples

pytestmark = [pytest.mark.keras, pytest.mark.slow]


def test_every_layer_can_be_made_from_its_examples(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    for spec in layers:
        if spec.name in FOREIGN:
            assert spec.needs
            continue
        make(keras, spec, **{p.name: p.default for p in spec.params if not p.required})


def test_every_other_object_can_be_made_from_its_examples(
    keras: ModuleType, catalog: Catalog
) -> None:
    for group, specs in catalog.objects.items():
        for spec in specs.values():
            if group != "activations" and not spec.needs:
                make(keras, spec)


def test_keras_takes_every_short_string_for_what_the_catalogue_says(
    keras: ModuleType, catalog: Catalog
) -> None:
    for group, specs in catalog.objects.items():
        for spec in specs.values():
            for alias in (spec.alias, *spec.aliases):
                if alias in ("", "acc"):  # "acc" means something to compile only
                    continue
                target = find(keras, spec.type)
                found = find(keras, f"keras.{group}").get(alias)
                same = found is target or type(found) is target
                assert same or getattr(target(), "fn", None) is found, (group, alias)


def test_every_choice_is_one_that_keras_takes(
    keras: ModuleType, catalog: Catalog, layers: list[LayerSpec]
) -> None:
    objects = [s for specs in catalog.objects.values() for s in specs.values()]
    for spec in [*layers, *objects]:
        if spec.needs:
            continue
        for param in spec.params:
            if param.kind == "choice":
                for choice in (*param.choices, *([None] if param.nullable else [])):
                    make(keras, spec, **{param.name: choice})


# The values between which Keras decides by another parameter.
DEPENDENT = {
    "Conv1D.groups",
    "Conv2D.groups",
    "Conv3D.groups",
    "Conv1DTranspose.output_padding",
    "Conv2DTranspose.output_padding",
    "Conv3DTranspose.output_padding",
    "Discretization.bin_boundaries",
    "Discretization.num_bins",
    "Discretization.sparse",
    "GroupQueryAttention.num_key_value_heads",
    "GroupQueryAttention.num_query_heads",
    "Hashing.dtype",
    "Hashing.sparse",
    "IntegerLookup.idf_weights",
    "IntegerLookup.pad_to_max_tokens",
    "IntegerLookup.salt",
    "IntegerLookup.sparse",
    "Normalization.mean",
    "Normalization.variance",
    "STFTSpectrogram.fft_length",
    "StringLookup.idf_weights",
    "StringLookup.pad_to_max_tokens",
    "StringLookup.sparse",
    "TextVectorization.idf_weights",
    "TextVectorization.pad_to_max_tokens",
    "TextVectorization.sparse",
}


def test_every_kind_of_value_is_one_that_keras_takes(
    keras: ModuleType, layers: list[LayerSpec]
) -> None:
    refused = []
    for spec in layers:
        for param in spec.params:
            if spec.name in FOREIGN or f"{spec.name}.{param.name}" in DEPENDENT:
                continue
            values = [*samples(param), *([None] if param.nullable else [])]
            if (spec.name, param.name) == ("RandomZoom", "height_factor"):
                values = values[1:]
            for value in values:
                try:
                    make(keras, spec, **{param.name: value})
                except Exception as error:  # noqa: BLE001 - whatever Keras raises is the finding
                    refused.append(f"{spec.name}.{param.name}={value!r}: {error}"[:160])
    assert refused == []
