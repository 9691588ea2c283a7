"""A bucket's ARN or bare name instead of an s3:// address, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import ContainerEnvironment, entries_with_containers
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.pfml.buckets import bucket_blocks
from scaffold.pfml.environments import environments
from scaffold.pfml.groups import Given
from scaffold.pfml.schedules import schedules
from scaffold.terraform.values import Values

WHY = "The program opens the value, and treats anything but an s3:// address as the name of a local file."
HOW = "Use the form that the program reads: an s3:// address for a path, the bare name for a bucket."
_ADDRESSES = ("_PATH", "_FOLDER", "_URI", "_URL", "_DIRECTORY")
_ARN = ("arn:aws:s3:::", "${aws_s3_bucket.", "${data.aws_s3_bucket.")
_S3 = "s3://"
_INSTEAD = "Write s3://BUCKET/FOLDER."


class _Variable(NamedTuple):
    """A variable. values: its values, each with its environment ("" for all). containers: those that are given it."""

    given: Given
    values: tuple[tuple[str, str], ...]
    containers: tuple[ContainerEnvironment, ...]


def check(facts: Facts) -> Iterator[Finding]:
    yield from _of_variables(facts, _variables(facts))
    yield from _arguments(facts)


def _of_variables(facts: Facts, variables: list[_Variable]) -> Iterator[Finding]:
    addresses: dict[str, list[_Variable]] = {}
    for variable in variables:
        if any(text.startswith(_S3) for text, _ in variable.values):
            addresses.setdefault(variable.given.entry.name, []).append(variable)
    buckets = _buckets(facts) if variables else frozenset()
    for variable in variables:
        if not _is_new(facts, variable.given):
            continue
        name = variable.given.entry.name
        others = [address for address in addresses.get(name, ()) if address is not variable]
        for text, environment in variable.values:
            problem = _problem(name, text, bool(others), buckets)
            if problem:
                value = f"{text!r}{' in ' + environment if environment else ''}"
                yield _of_variable(facts, variable, value, problem, others)
                break


def _problem(name: str, text: str, is_address_elsewhere: bool, buckets: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    if _is_arn(text) and (name.endswith(_ADDRESSES) or is_address_elsewhere):
        return "an ARN, but the program expects an s3:// address", _INSTEAD
    # A name such as S3_EXPORT_BUCKET may mean different things in different programs.
    if text.partition("/")[0] in buckets and name.endswith(_ADDRESSES):
        return "a bucket's bare name, but the program expects an s3:// address", _INSTEAD
    if text.startswith(_S3) and name.endswith("_ARN"):
        return "an s3:// address, but its name ends in ARN", "Use the ARN."
    return None


def _buckets(facts: Facts) -> frozenset[str]:
    """The names of the template's buckets, as they are written and in each environment."""
    buckets = bucket_blocks(facts.template)
    attributes = [(placed.path, placed.block.attributes.get("bucket")) for placed in buckets]
    nodes = [(path, attribute.value) for path, attribute in attributes if attribute]
    everywhere = [Values(facts.template, {}), *(environment.values for environment in environments(facts.checkout))]
    return frozenset(values.of(path, node) for path, node in nodes for values in everywhere)


def _of_variable(
    facts: Facts, variable: _Variable, value: str, problem: tuple[str, str], others: list[_Variable]
) -> Finding:
    given, containers = variable.given, variable.containers
    entry, subjects = given.entry, {container.subject for container in containers}
    place = facts.checkout.place(others[0].given.entry.path, others[0].given.entry.start) if others else ""
    return Finding(
        subject=given.groups[-1] if given.groups else containers[0].subject,
        message=f"{entry.name} is {value}, {problem[0]}{f', as at {place}' if place else ''}",
        instead=problem[1],
        path=entry.path,
        offset=entry.start,
        task=containers[0].task if len(subjects) == 1 else "",
    )


# --- arguments


def _arguments(facts: Facts) -> Iterator[Finding]:
    """ARNs in the arguments of a command or a schedule, except after an option that expects an ARN."""
    for task in facts.once(tasks_in_focus):
        command = task.attribute(facts.template, "command")
        if command is None:
            continue
        words = [facts.template.text(task.path, word).strip('"') for word in command.value.children()]
        if word := _arn_among(words):
            name = task.name
            yield _of_argument(f"the command of {name}", name, name, word, task.path, command.start)
    for start in schedules(facts.checkout):
        if facts.in_focus(start.task_name):
            word = _arn_among(start.arguments or [])
            if word:
                path, offset = start.path, start.block.attributes["input"].start
                what = f"the input of the schedule {start.name}"
                yield _of_argument(what, start.name, start.task_name, word, path, offset)


def _arn_among(words: list[str]) -> str:
    for before, word in zip(["", *words], words, strict=False):
        if _is_arn(word) and "arn" not in before.lower():
            return word
    return ""


def _of_argument(what: str, subject: str, task: str, word: str, path: str, offset: int) -> Finding:
    return Finding(
        subject=subject,
        message=f"{what} has the argument {word!r}, an ARN, but the program expects an s3:// address",
        instead=_INSTEAD,
        path=path,
        offset=offset,
        task=task,
    )


# --- variables


def _variables(facts: Facts) -> list[_Variable]:
    """Each variable once, with all containers that are given it, also through a group."""
    by_place = entries_with_containers(facts, lambda entry: not entry.secret)
    if not any(_is_new(facts, given) for given, _ in by_place):
        return []
    return [_Variable(given, tuple(_values(facts, given)), tuple(containers)) for given, containers in by_place]


def _is_new(facts: Facts, given: Given) -> bool:
    return facts.is_new(given.entry.path, given.entry.start, given.entry.start + 1)


def _values(facts: Facts, given: Given) -> list[tuple[str, str]]:
    """The values of a variable, each with its environment, "" for all."""
    plain = Values(facts.template, {}).of_text(given.entry.value)
    if "${var." not in plain.partition("/")[0]:
        return [(plain, "")]
    return [
        (environment.values.of_text(given.entry.value), environment.name)
        for environment in environments(facts.checkout)
    ]


def _is_arn(text: str) -> bool:
    return text.startswith(_ARN[0]) or (text.startswith(_ARN[1:]) and text.partition("}")[0].endswith(".arn"))
