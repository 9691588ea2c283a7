"""A bucket's ARN or bare name where an s3:// address is meant, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import ContainerEnvironment, container_environments
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments
from scaffold.pfml.groups import Given
from scaffold.pfml.schedules import arguments_of
from scaffold.terraform.values import Values

WHY = "The program opens what it is given, and takes all but s3:// for a file of that name on its own disk."
_ADDRESSES = ("_PATH", "_FOLDER", "_URI", "_URL", "_DIRECTORY")
_ARN = ("arn:aws:s3:::", "${aws_s3_bucket.", "${data.aws_s3_bucket.")
_S3 = "s3://"
_INSTEAD = "Write s3://BUCKET/FOLDER."


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable, what it comes to with the environment where it does ("" for all), and who gets it."""

    given: Given
    values: tuple[tuple[str, str], ...]
    containers: tuple[ContainerEnvironment, ...]


def check(facts: Facts) -> Iterator[Finding]:
    found = _variables(facts)
    addresses: dict[str, list[_Variable]] = {}
    for one in found:
        if any(text.startswith(_S3) for text, _ in one.values):
            addresses.setdefault(one.given.entry.name, []).append(one)
    buckets = _buckets(facts)
    for one in found:
        name = one.given.entry.name
        others = [other for other in addresses.get(name, ()) if other is not one]
        for text, environment in one.values:
            problem = _problem(name, text, bool(others), buckets)
            if problem:
                yield _of_variable(
                    facts, one, f"{text!r}{' in ' + environment if environment else ''}", problem, others
                )
                break
    yield from _arguments(facts)


def _problem(name: str, text: str, is_address_elsewhere: bool, buckets: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    if _is_arn(text) and (name.endswith(_ADDRESSES) or is_address_elsewhere):
        return "an ARN, and the program wants an s3:// address", _INSTEAD
    # Two programs may mean different things by one name such as S3_EXPORT_BUCKET.
    if text.partition("/")[0] in buckets and name.endswith(_ADDRESSES):
        return "a bucket's bare name, and the program wants an s3:// address", _INSTEAD
    if text.startswith(_S3) and name.endswith("_ARN"):
        return "an s3:// address, and its name says ARN", "Give the ARN."
    return None


def _buckets(facts: Facts) -> frozenset[str]:
    """The names of the template's buckets, as they are written and in each environment."""
    found = [one for kind in ("data", "resource") for one in facts.template.blocks(kind, "aws_s3_bucket")]
    nodes = [(one.path, one.block.attributes["bucket"].value) for one in found if "bucket" in one.block.attributes]
    everywhere = [Values(facts.template, {}), *(environment.values for environment in environments(facts.checkout))]
    return frozenset(values.of(path, node) for path, node in nodes for values in everywhere)


def _of_variable(
    facts: Facts, one: _Variable, value: str, problem: tuple[str, str], others: list[_Variable]
) -> Finding:
    entry, subjects = one.given.entry, {container.subject for container in one.containers}
    place = facts.checkout.place(others[0].given.entry.path, others[0].given.entry.start) if others else ""
    return Finding(
        subject=one.given.groups[-1] if one.given.groups else one.containers[0].subject,
        message=f"{entry.name} is {value}, {problem[0]}{f', as at {place}' if place else ''}",
        instead=problem[1],
        path=entry.path,
        offset=entry.start,
        task=one.containers[0].task if len(subjects) == 1 else "",
    )


# --- arguments


def _arguments(facts: Facts) -> Iterator[Finding]:
    """ARNs among the arguments of a command or a schedule, but behind an option that asks for one."""
    for task in facts.tasks:
        item = task.attribute(facts.template, "command")
        words = [facts.template.text(task.path, word).strip('"') for word in item.value.children()] if item else []
        if item and (word := _arn_among(words)):
            name = task.name
            yield _of_argument(f"the command of {name}", name, name, word, task.path, item.start)
    for start in facts.schedules:
        if not facts.focus or facts.task_name(start) in facts.focus:
            word = _arn_among(arguments_of(facts.template, start.placed) or [])
            if word:
                path, offset = start.placed.path, start.placed.block.attributes["input"].start
                what = f"the input of the schedule {start.name}"
                yield _of_argument(what, start.name, facts.task_name(start), word, path, offset)


def _arn_among(words: list[str]) -> str:
    for before, word in zip(["", *words], words, strict=False):
        if _is_arn(word) and "arn" not in before.lower():
            return word
    return ""


def _of_argument(what: str, subject: str, task: str, word: str, path: str, offset: int) -> Finding:
    return Finding(
        subject=subject,
        message=f"{what} has the argument {word!r}, an ARN, and the program wants an s3:// address",
        instead=_INSTEAD,
        path=path,
        offset=offset,
        task=task,
    )


# --- variables


def _variables(facts: Facts) -> list[_Variable]:
    """Each once, whichever tasks get it through a group."""
    found: dict[tuple[str, int], tuple[Given, list[ContainerEnvironment]]] = {}
    for container in facts.once(container_environments):
        for given in container.given:
            if not given.entry.secret:
                found.setdefault((given.entry.path, given.entry.start), (given, []))[1].append(container)
    return [_Variable(given, tuple(_values(facts, given)), tuple(where)) for given, where in found.values()]


def _values(facts: Facts, given: Given) -> list[tuple[str, str]]:
    """What the variable comes to, and in which environment, "" for all."""
    plain = Values(facts.template, {}).of_text(given.entry.value)
    if "${var." not in plain.partition("/")[0]:
        return [(plain, "")]
    return [(one.values.of_text(given.entry.value), one.name) for one in environments(facts.checkout)]


def _is_arn(text: str) -> bool:
    return text.startswith(_ARN[0]) or (text.startswith(_ARN[1:]) and text.partition("}")[0].endswith(".arn"))
