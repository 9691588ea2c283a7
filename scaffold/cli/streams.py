"""Standard output and standard error, whose failures cannot stop a command half way.

A command writes the checkout before it prints. So a full disk or a closed pipe behind an output must not look as if the
command had failed: what cannot be printed is discarded, and reported at the end.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

INCOMPLETE = 3  # the exit status if the command did its work, but something failed after that
INTERRUPTED = 130  # as shells report a program that SIGINT ended


class _Output(io.RawIOBase):
    """An output that discards what cannot be written, and keeps the first error."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.error: OSError | None = None

    def write(self, data: Any, /) -> int:
        try:
            while self.error is None:
                count: int | None = self._raw.write(data)
                if count is not None:
                    return count
                select.select([], [self._raw], [])  # it is in non-blocking mode
        except OSError as error:
            self.error = error
        return memoryview(data).nbytes

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def isatty(self) -> bool:
        return bool(self._raw.isatty())


class _Text(io.TextIOWrapper):
    """Text for an output, with escapes for characters that its encoding does not have."""

    def __init__(self, output: _Output, like: io.TextIOWrapper) -> None:
        self.output, self.knows = output, like.encoding
        # click takes ASCII for a mistake, and replaces a stream that has it.
        encoding = "utf-8" if codecs.lookup(like.encoding).name == "ascii" else like.encoding
        super().__init__(
            io.BufferedWriter(output),
            encoding,
            "backslashreplace",
            line_buffering=like.line_buffering,
            write_through=like.write_through,
        )

    def write(self, text: str, /) -> int:
        super().write(text.encode(self.knows, "backslashreplace").decode(self.knows))
        return len(text)


def run(command: Callable[[], object], state: Callable[[], str]) -> int:
    """The exit status of a command, with outputs that cannot fail. A closed pipe is no error, any other failure is.

    state: a sentence on what the command has done, printed before the failure of the output.
    """
    _reserve_descriptors()
    with _replaced():
        status = _status_of(command)
        failure = _flushed_error(sys.stdout)
        if failure and failure.errno != errno.EPIPE:
            sys.stderr.write(f"error: {state()}the output could not be written: {failure.strerror}.\n")
            status = status or INCOMPLETE
        _flushed_error(sys.stderr)
    return status


def has_words_for(text: str) -> bool:
    """Whether standard output can encode a text."""
    stream = sys.stdout
    try:
        text.encode(stream.knows if isinstance(stream, _Text) else getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _status_of(command: Callable[[], object]) -> int:
    try:
        command()
    except SystemExit as end:
        return int(end.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _reserve_descriptors() -> None:
    """Open those of 0, 1 and 2 that are closed: else the next file would get that number, and what is printed."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


@contextmanager
def _replaced() -> Iterator[None]:
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (_reliable(stream) for stream in before)
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def _reliable(stream: TextIO | None) -> TextIO:
    if stream is None:  # it is closed
        return open(os.devnull, "w", encoding="utf-8")
    if not isinstance(stream, io.TextIOWrapper):  # a test captures it
        return stream
    return _Text(_Output(getattr(stream.buffer, "raw", stream.buffer)), stream)


def _flushed_error(stream: TextIO) -> OSError | None:
    if not isinstance(stream, _Text):
        return None
    stream.flush()
    return stream.output.error
