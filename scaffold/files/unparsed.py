"""Why a file does not parse: usually a typing error, but sometimes a merge that was never finished."""

from __future__ import annotations

import re

from scaffold.errors import Refusal

_START = re.compile(rb"(?m)^<{7}(?: |\r?$)")
_END = re.compile(rb"(?m)^>{7}(?: |\r?$)")


def unparsed(data: bytes, path: str, what: str, line: object = "") -> Refusal:
    """The refusal of a file that does not parse. what, line: the parser's message, and where it gave up."""
    place = f"{path}:{line}" if line else path
    return _conflict(data, path) or Refusal(what, place=place, instead="Fix the file first.")


def check_merged(data: bytes, path: str) -> None:
    """Raise Refusal for the markers of a merge conflict in a file that has no parser, such as a Makefile."""
    if refusal := _conflict(data, path):
        raise refusal


def _conflict(data: bytes, path: str) -> Refusal | None:
    start = _START.search(data)
    if start is None or _END.search(data, start.end()) is None:
        return None
    line = data.count(b"\n", 0, start.start()) + 1
    return Refusal("merge conflict markers", place=f"{path}:{line}", instead="Resolve the conflict first.")
