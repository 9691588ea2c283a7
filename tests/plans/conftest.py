from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.plans.core import Core


@pytest.fixture(scope="session")
def core() -> Iterator[Core]:
    with Core() as core:
        yield core
