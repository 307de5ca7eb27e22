"""What Keras 2 wrote makes models with as many weights as it had there."""

import json
from pathlib import Path

import pytest

from builder.reading.keras_config import read_config
from tests.exactness import models
from tests.exactness.growing import CATALOG

pytestmark = [pytest.mark.keras, pytest.mark.usefixtures("keras")]

KEPT = Path(__file__).parents[1] / "reading" / "keras2"
# As tf-keras 2.21 counted them.
WEIGHTS = {
    "attention_additive": 8,
    "bidirectional_text": 1054,
    "functional_resnet": 1819,
    "gru_state": 430,
    "multi_io_dict": 86,
    "nested_shared": 78,
    "rnn_cells": 221,
    "seq2seq": 536,
    "sequential": 545,
    "sequential_no_name": 53,
    "stateful_batch": 133,
    "tfops": 42,
    "time_distributed": 1262,
    "transformer": 618,
}


def test_models_of_keras_2_have_their_weights() -> None:
    for name, weights in WEIGHTS.items():
        reading = read_config(json.loads((KEPT / f"{name}.json").read_text()), CATALOG)
        model = models.built(reading.project)
        assert model.count_params() == weights, name
