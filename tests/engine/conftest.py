"""What several tests of the engine begin with."""

from types import ModuleType

import pytest

from builder.catalog.spec import Catalog, LayerSpec
from tests.engine import networks
from tests.engine.inspected import Inspector, fresh


@pytest.fixture
def inspector() -> Inspector:
    return fresh()


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    import keras

    return keras


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return networks.catalog()


@pytest.fixture(scope="session")
def layers(catalog: Catalog) -> list[LayerSpec]:
    """The layers that keras.layers holds."""
    return [s for s in catalog.layers.values() if s.type.startswith("keras.layers.")]
