from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.files.transaction.commit import commit
from tests.files.transaction.files import TARGETS, Snapshot, build, fresh, snapshot


@pytest.fixture
def root() -> Iterator[Path]:
    with fresh() as path:
        yield path


@pytest.fixture(scope="session")
def after() -> Snapshot:
    """The files after the commit of TARGETS."""
    with fresh() as root:
        build(root)
        commit(root, TARGETS)
        return snapshot(root)
