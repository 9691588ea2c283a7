"""How much a team's template may take: steps, since loops can be nested, and memory, since texts can double."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

# The packaged templates take fewer than 1,000 steps each.
_MOST_STEPS = 100_000
_MOST_MEMORY = 2**27


class TooManyStepsError(Exception):
    def __init__(self) -> None:
        super().__init__(f"it takes more than {_MOST_STEPS:,} steps")


@contextmanager
def bounded(folder: str) -> Iterator[None]:
    """Raise TooManyStepsError when templates of a folder have run too many lines, and MemoryError for large values."""
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
        with _little_memory():
            yield
    finally:
        sys.settrace(before)


@contextmanager
def _little_memory() -> Iterator[None]:
    """Limit the memory of this process to a little more than it has now, where the system tells and limits it."""
    try:
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    known = [limit for limit in (used + _MOST_MEMORY, *before) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(known), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
