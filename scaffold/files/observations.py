"""What a checkout was seen to hold, so that a commit can look again: a plan rests on all of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from scaffold.errors import Refusal

P = ParamSpec("P")
Answer = TypeVar("Answer")
Reader = TypeVar("Reader")
Observations = dict[tuple[Callable[..., Any], tuple[Any, ...]], Any]
_REFUSED = "refused"


def observed(look: Callable[Concatenate[Reader, P], Answer]) -> Callable[Concatenate[Reader, P], Answer]:
    """A method that looks at the disk, whose first argument is the path, and that records what it saw."""

    @wraps(look)
    def record(reader: Reader, /, *arguments: P.args, **named: P.kwargs) -> Answer:
        assert not named, f"positional arguments only: {named}"
        observations: Observations = reader.observations  # type: ignore[attr-defined]
        try:
            answer = look(reader, *arguments, **named)
        except Refusal:
            observations.setdefault((look, arguments), _REFUSED)
            raise
        observations.setdefault((look, arguments), _frozen(answer))  # the plan rests on the first one
        return answer

    return record


def first_difference(reader: object, observations: Observations) -> str | None:
    """The path of something that a reader does not see as it was observed, None if there is nothing."""
    for (look, arguments), before in observations.items():
        try:
            now = _frozen(look(reader, *arguments))
        except Refusal:
            now = _REFUSED
        if now != before:
            return _place(arguments[0], before, now)
    return None


def _frozen(answer: Any) -> Any:
    """An answer that its caller cannot change."""
    return tuple(answer) if isinstance(answer, list) else answer


def _place(path: str, before: Any, now: Any) -> str:
    """The path itself or, if the answers are lists, the first entry that only one of them has."""
    if not (isinstance(before, tuple) and isinstance(now, tuple)):
        return path
    entry: str = min({*before} ^ {*now}, default=path)
    return entry if "/" in entry or path in ("", entry) else f"{path}/{entry}"
