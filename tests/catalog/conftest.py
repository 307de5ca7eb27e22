"""The shipped catalogue, decoded once for all tests of this room."""

import pytest

from builder.catalog.load import load_catalog
from builder.catalog.spec import Catalog
from builder.resources import resource


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(resource("catalog.json"))
