"""A name that is longer than AWS allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scaffold.audit.facts.declarations.lengths import EACH_KEY, Lengths, Long, Name, gates
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import listed
from scaffold.aws.names import APPENDED, LIMITS, shorten
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import deployed_names
from scaffold.pfml.iam.roles import role_resource
from scaffold.pfml.limits import KINDS
from scaffold.pfml.starts import Start
from scaffold.pfml.tasks import DEFINITION

WHY = "AWS rejects the resource, so the deploy fails, often only in the environments whose own names are long."
HOW = (
    "Shorten the part of the name that is yours, so that the whole name fits in the environment with the longest name."
)
_ROLE = "aws_iam_role"


def check(facts: Facts) -> Iterator[Finding]:
    lengths = Lengths(facts)
    yield from _definitions(facts, lengths)
    yield from of_resources(facts, lengths, prefixes=False)
    for start in all_starts(facts.checkout):
        if facts.in_focus(start.task_name):
            yield from _start(facts, lengths, start)
    if not facts.focus:
        yield from _alarms(facts, lengths)


# --- resources of the template


def _definitions(facts: Facts, lengths: Lengths) -> Iterator[Finding]:
    """The families, of which each task has one."""
    for name in lengths.of_template(DEFINITION):
        if EACH_KEY in name.variables and facts.template.attribute_text(name.placed, "for_each") == "local.tasks":
            for task in facts.once(tasks_in_focus):
                key = facts.template.expand_text(task.key, {})
                if long := lengths.long(name, _everywhere(facts, EACH_KEY, key), EACH_KEY, ()):
                    yield _finding(facts, long, task.name, task.path, task.entry.start, task.name)


def of_resources(facts: Facts, lengths: Lengths, prefixes: bool) -> Iterator[Finding]:
    """Names, or prefixes of names, that are written in the template."""
    owners = _owners(facts)
    if facts.focus and not owners:
        return
    for type in dict.fromkeys(type for type, _ in LIMITS):
        for name in lengths.of_template(type):
            task = _task(facts, name, owners)
            if name.variables or not facts.in_focus(task) or _is_prefix(name) != prefixes:
                continue
            if long := lengths.long(name, {}, "", gates(facts.template, name.placed)):
                yield _finding(facts, long, name.placed.block.labels[1], name.placed.path, name.attribute.start, task)


def _owners(facts: Facts) -> dict[str, set[str]]:
    """The names of the tasks that have a role, by the role's label."""
    owners: dict[str, set[str]] = {}
    for task in facts.once(tasks_in_focus):
        for attribute in ("task_role", "execution_role"):
            if label := role_resource(task.text(facts.template, attribute)):
                owners.setdefault(label, set()).add(task.name)
    return owners


def _task(facts: Facts, name: Name, owners: Mapping[str, set[str]]) -> str:
    """The task that a role or a role's policy belongs to, "" if there is none or more than one."""
    label = name.placed.block.labels[1]
    if name.type != _ROLE:
        label = role_resource(facts.template.attribute_text(name.placed, "role"))
    tasks = owners.get(label, set())
    return next(iter(tasks)) if len(tasks) == 1 else ""


# --- resources of modules


def _start(facts: Facts, lengths: Lengths, start: Start) -> Iterator[Finding]:
    module = lengths.of_module(start)
    argument = start.block.attributes.get("task_name")
    if module is None or argument is None or "for_each" in start.block.attributes:
        return
    folder, names = module
    given = lengths.arguments(start, folder, {variable for name in names for variable in name.variables})
    too_long = [lengths.long(name, given, "task_name", gates(facts.template, start)) for name in names]
    tightest = _tightest(too_long)
    if tightest:
        yield _finding(facts, tightest, start.name, start.path, argument.start, start.task_name)


def _alarms(facts: Facts, lengths: Lengths) -> Iterator[Finding]:
    alarms = facts.once(Alarms)
    if alarms.resource is None or not alarms.listed:
        return
    for name in lengths.names(alarms.folder):
        if name.placed == alarms.resource:
            for alarm in alarms.listed:
                given = {
                    environment: {EACH_KEY: alarm.name, "each.value": alarm.name}
                    for environment in deployed_names(facts.checkout)
                }
                if long := lengths.long(name, given, EACH_KEY, ()):
                    yield _finding(facts, long, alarm.name, alarm.path, alarm.node.start, "")


def _tightest(too_long: Iterable[Long | None]) -> Long | None:
    """The name that leaves the least room: what fits there fits in all of them."""
    return min((long for long in too_long if long), key=lambda long: long.room, default=None)


def _is_prefix(name: Name) -> bool:
    return name.attribute.name.endswith("_prefix")


def _everywhere(facts: Facts, variable: str, value: str) -> dict[str, dict[str, str]]:
    return {environment: {variable: value} for environment in deployed_names(facts.checkout)}


# --- findings


def _finding(facts: Facts, long: Long, subject: str, path: str, offset: int, task: str) -> Finding:
    first, *others = long.environments
    everywhere = len(long.environments) == len(deployed_names(facts.checkout))
    also = f" (and too many in {'all others' if everywhere else listed(others)})" if others else ""
    kind, attribute = KINDS.get(long.name.type, long.name.type), long.name.attribute.name
    prefix = _is_prefix(long.name)
    what = f"the {attribute} of the {kind}" if prefix else f"the name of the {kind}"
    allowed = f"only {long.name.limit} are allowed, since Terraform appends {APPENDED}"
    return Finding(
        subject=subject,
        message=(
            f"{what} {long.text!r} has {len(long.text)} characters in {first}{also}, but "
            + (f"{allowed}, so the plan fails" if prefix else f"AWS allows {long.name.limit}, so the deploy fails")
        ),
        instead=_instead(long),
        path=path,
        offset=offset,
        task=task,
    )


def _instead(long: Long) -> str:
    if not long.given:
        return f"Shorten it by {_characters(long.over)}."
    if long.room < 1:
        return f"Shorten it by {_characters(long.over)}; it is too long even without {long.given!r}."
    fits = shorten(long.given, long.room)
    return f"Shorten {long.given!r} from {len(long.given)} to {_characters(long.room)} or fewer, such as {fits}."


def _characters(count: int) -> str:
    return f"{count} character{'' if count == 1 else 's'}"
