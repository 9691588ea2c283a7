"""An environment variable or secret whose name is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import ContainerEnvironment, container_environments
from scaffold.audit.finding import Finding
from scaffold.pfml.groups import Given

WHY = (
    "An environment variable is letters, digits and underscores, no digit first; with another name the deploy is "
    "refused or the program does not find what it looks for."
)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(facts: Facts) -> Iterator[Finding]:
    wrong: dict[tuple[str, int], tuple[Given, list[ContainerEnvironment]]] = {}
    for container in facts.once(container_environments):
        for given in container.given:
            name = given.entry.name
            if "${" not in name and not _NAME.fullmatch(name):
                wrong.setdefault((given.entry.path, given.entry.start), (given, []))[1].append(container)
    for given, found in wrong.values():
        yield _finding(given, found)


def _finding(given: Given, found: list[ContainerEnvironment]) -> Finding:
    name, group = given.entry.name, given.groups[-1] if given.groups else ""
    suggestion = re.sub(r"\W+", "_", name.strip(), flags=re.ASCII).upper()
    alone = len({container.subject for container in found}) == 1
    return Finding(
        subject=group or found[0].subject,
        message=(
            f"{name!r} is no name of an environment variable, so the deploy is refused or the program does not find it"
        ),
        instead=f"Use {suggestion}." if _NAME.fullmatch(suggestion) else "Use letters, digits and underscores.",
        path=given.entry.path,
        offset=given.entry.start,
        task=found[0].task if alone else "",
    )
