"""What several tests of the engine begin with."""

import pytest

from tests.engine.inspected import Inspector, fresh


@pytest.fixture
def inspector() -> Inspector:
    return fresh()
