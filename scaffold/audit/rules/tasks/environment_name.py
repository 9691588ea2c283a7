"""An invalid environment variable or secret name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import ContainerEnvironment, entries_with_containers
from scaffold.audit.finding import Finding
from scaffold.pfml.groups import Entry, Given

WHY = (
    "A name may have letters, digits and underscores, and must not start with a digit. Otherwise the deploy fails, or "
    "the program does not find the variable."
)
HOW = "Use only letters, digits and underscores, and start with a letter or an underscore."
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(facts: Facts) -> Iterator[Finding]:
    for given, containers in entries_with_containers(facts, _is_invalid):
        yield _finding(given, containers)


def _is_invalid(entry: Entry) -> bool:
    return "${" not in entry.name and not _NAME.fullmatch(entry.name)


def _finding(given: Given, containers: list[ContainerEnvironment]) -> Finding:
    name, group = given.entry.name, given.groups[-1] if given.groups else ""
    suggestion = re.sub(r"\W+", "_", name.strip(), flags=re.ASCII).upper()
    alone = len({container.subject for container in containers}) == 1
    return Finding(
        subject=group or containers[0].subject,
        message=f"{name!r} is not a valid variable name, so the deploy fails or the program does not find it",
        instead=f"Use {suggestion}." if _NAME.fullmatch(suggestion) else "Use letters, digits and underscores.",
        path=given.entry.path,
        offset=given.entry.start,
        task=containers[0].task if alone else "",
    )
