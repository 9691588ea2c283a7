"""A name that is longer than AWS allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scaffold.audit.facts.declarations.lengths import EACH, Lengths, Long, Name, gates
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.model import Start
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.finding import Finding
from scaffold.aws.names import LIMITS, shorten
from scaffold.pfml.environments import deployed_names
from scaffold.pfml.iam.roles import role_resource
from scaffold.pfml.limits import KINDS

WHY = "AWS refuses the resource, so the deploy fails: often in some environments alone, whose own names are longer."
_ROLE = "aws_iam_role"


def check(facts: Facts) -> Iterator[Finding]:
    lengths = Lengths(facts)
    yield from _definitions(facts, lengths)
    yield from _resources(facts, lengths)
    for start in (*facts.schedules, *facts.triggers):
        if not facts.focus or facts.task_name(start) in facts.focus:
            yield from _start(facts, lengths, start)
    yield from () if facts.focus else _alarms(facts, lengths)


# --- the template's own


def _definitions(facts: Facts, lengths: Lengths) -> Iterator[Finding]:
    """The families that are made for each task."""
    for name in lengths.of_template("aws_ecs_task_definition"):
        if EACH in name.variables and facts.template.attribute_text(name.placed, "for_each") == "local.tasks":
            for task in facts.tasks:
                key = facts.template.expand_text(task.key, {})
                if long := lengths.long(name, _everywhere(facts, EACH, key), EACH, ()):
                    yield _finding(facts, long, task.name, task.path, task.item.start, task.name)


def _resources(facts: Facts, lengths: Lengths) -> Iterator[Finding]:
    owners = _owners(facts)
    if facts.focus and not owners:
        return
    for type in dict.fromkeys(type for type, _ in LIMITS):
        for name in lengths.of_template(type):
            task = _task(facts, name, owners)
            if name.variables or (facts.focus and task not in facts.focus):
                continue
            if long := lengths.long(name, {}, "", gates(facts.template, name.placed)):
                yield _finding(facts, long, name.placed.block.labels[1], name.placed.path, name.attribute.start, task)


def _owners(facts: Facts) -> dict[str, set[str]]:
    """The tasks that have a role, by its label."""
    owners: dict[str, set[str]] = {}
    for task in facts.tasks:
        for attribute in ("task_role", "execution_role"):
            if label := role_resource(task.text(facts.template, attribute)):
                owners.setdefault(label, set()).add(task.name)
    return owners


def _task(facts: Facts, name: Name, owners: Mapping[str, set[str]]) -> str:
    """The one task that a role or a role's policy is for, "" where there is none or several."""
    label = name.placed.block.labels[1]
    if name.type != _ROLE:
        label = role_resource(facts.template.attribute_text(name.placed, "role"))
    tasks = owners.get(label, set())
    return next(iter(tasks)) if len(tasks) == 1 else ""


# --- what modules make


def _start(facts: Facts, lengths: Lengths, start: Start) -> Iterator[Finding]:
    made = lengths.of_module(start.placed)
    argument = start.placed.block.attributes.get("task_name")
    if made is None or argument is None or "for_each" in start.placed.block.attributes:
        return
    folder, names = made
    given = lengths.arguments(start.placed, folder, {variable for name in names for variable in name.variables})
    found = [lengths.long(name, given, "task_name", gates(facts.template, start.placed)) for name in names]
    tightest = _tightest(found)
    if tightest:
        yield _finding(facts, tightest, start.name, start.placed.path, argument.start, facts.task_name(start))


def _alarms(facts: Facts, lengths: Lengths) -> Iterator[Finding]:
    resource = facts.once(Alarms).resource
    names = [name for name in lengths.names(facts.once(Alarms).folder) if resource and name.placed == resource]
    for name in names if facts.once(Alarms).listed else ():
        for one in facts.once(Alarms).listed:
            given = {
                environment: {**values, "each.value": one.name}
                for environment, values in _everywhere(facts, EACH, one.name).items()
            }
            if long := lengths.long(name, given, EACH, ()):
                yield _finding(facts, long, one.name, one.path, one.node.start, "")


def _tightest(found: Iterable[Long | None]) -> Long | None:
    """The one that leaves the least room, so that what fits there fits in all of them."""
    return min((one for one in found if one), key=lambda one: one.room, default=None)


def _everywhere(facts: Facts, variable: str, value: str) -> dict[str, dict[str, str]]:
    return {environment: {variable: value} for environment in deployed_names(facts.checkout)}


# --- findings


def _finding(facts: Facts, long: Long, subject: str, path: str, offset: int, task: str) -> Finding:
    first, *others = long.environments
    everywhere = len(long.environments) == len(deployed_names(facts.checkout))
    also = f" (too many in {'all others' if everywhere else _and(others)} as well)" if others else ""
    kind = KINDS.get(long.name.type, long.name.type)
    return Finding(
        subject=subject,
        message=(
            f"the {kind} {long.text!r} has {len(long.text)} characters in {first}{also}, and AWS allows "
            f"{long.name.limit}, so its deploy fails"
        ),
        instead=_instead(long),
        path=path,
        offset=offset,
        task=task,
    )


def _instead(long: Long) -> str:
    if not long.given:
        return f"Make it shorter by {long.over}."
    if long.room < 1:
        return f"Make it shorter by {long.over}: even without {long.given!r} there is no room."
    fits = shorten(long.given, long.room)
    return f"There is room for {long.room} of the {len(long.given)} in {long.given!r}, such as {fits}."


def _and(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
