"""How long a team's template may take: in steps, since loops can be nested."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

# The packaged templates take fewer than 100 steps.
_MOST_STEPS = 100_000


class TooManyStepsError(Exception):
    def __init__(self) -> None:
        super().__init__(f"it takes more than {_MOST_STEPS:,} steps")


@contextmanager
def bounded(folder: str) -> Iterator[None]:
    """Raise TooManyStepsError when templates of a folder have run too many lines."""
    left = _MOST_STEPS

    def step(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooManyStepsError
        return step

    def call(frame: FrameType, event: str, argument: Any) -> Any:
        return step if frame.f_code.co_filename.startswith(folder) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(before)
