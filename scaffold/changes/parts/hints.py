"""What to do about a part that exists and is different: the command that changes it."""

from __future__ import annotations

from scaffold.rendering.literals import shell

_BEGIN = "To change it: pfml-scaffold change "


def to_change(task: str, *words: str) -> str:
    """The hint of a refusal, without a period: the command line that makes an existing task as it was asked for."""
    return _BEGIN + shell(task, *words)


def without_others(hint: str) -> str:
    """Only the command of a hint; "" if it has none."""
    return _BEGIN + hint.partition(_BEGIN)[2] if _BEGIN in hint else ""


def option(name: str, value: str) -> tuple[str, ...]:
    """An option and its value, which may begin with a hyphen, as words of a command line."""
    return (f"{name}={value}",) if value.startswith("-") else (name, value)
