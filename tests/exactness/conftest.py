"""Keras and an Inspector, once for all examples; how many there are."""

from collections.abc import Iterator
from types import ModuleType

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from tests.exactness.growing import CATALOG, Inspect
from tests.thorough import some

# A smaller seed is another project, not a smaller one: nothing is gained by shrinking.
SEEDS, SIZES = st.integers(0, 2**31), st.integers(1, 12)
EXAMPLES = settings(
    max_examples=some(12),
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    import keras

    return keras


@pytest.fixture(scope="session")
def inspect(keras: ModuleType) -> Iterator[Inspect]:
    """What the canvas says of a graph."""
    from builder.engine.worker.inspector import Inspector

    yield Inspector(CATALOG).inspect
    keras.backend.clear_session()
