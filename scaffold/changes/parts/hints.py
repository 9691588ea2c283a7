"""What to do about a part that exists and is different: the command that changes it."""

from __future__ import annotations

from scaffold.rendering.literals import shell


def to_change(task: str, *words: str) -> str:
    """The hint of a refusal: the command line that makes an existing task as it was asked for."""
    return f"To change it: pfml-scaffold change {shell(task, *words)}"


def option(name: str, value: str) -> tuple[str, ...]:
    """An option with its value, which may begin with a hyphen, as words of a command line."""
    return (f"{name}={value}",) if value.startswith("-") else (name, value)
