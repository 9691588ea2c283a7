"""One run at a time in a checkout, and no signal in the middle of it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from scaffold.files.transaction.disk import descriptor_of
from scaffold.files.transaction.problems import AGAIN, CommitError, Problem


@contextmanager
def only_run(base: Path) -> Iterator[None]:
    """Lock the root directory itself: that leaves no lock file, and ends with the process.

    Windows and some network shares have no such lock; there, only the content of files is checked again.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with descriptor_of(base) as descriptor:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            busy = "another pfml-scaffold process is running in this checkout"
            raise CommitError(f"{busy}; wait until it ends, then {AGAIN}") from None
        except OSError:
            pass
        yield


@contextmanager
def signals_held() -> Iterator[Callable[[], None]]:
    """Hold signals back, and deliver the first at the end; yields a function that raises if there was one."""
    received: list[int] = []
    previous = {}

    def stop_if_any() -> None:
        if received:
            raise Problem(f"interrupted by {signal.Signals(received[0]).name}", AGAIN)

    try:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP; nohup ignores it
            if number and signal.getsignal(number) not in (signal.SIG_IGN, None):
                with suppress(ValueError):  # only the main thread can handle signals
                    previous[number] = signal.signal(number, lambda number, _: received.append(number))
        yield stop_if_any
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        for number in received[:1]:
            signal.raise_signal(number)
