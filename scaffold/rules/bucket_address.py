"""A bucket's ARN for a variable that holds an s3:// address, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold.audit.environment_lists import Container, Given
from scaffold.audit.facts import Facts
from scaffold.audit.finding import Finding, Severity
from scaffold.environment_values import Values

SEVERITY = Severity.WARNING
WHY = "The program opens what it is given, and takes an ARN for a file of that name on its own disk."
_ADDRESSES = ("_PATH", "_FOLDER", "_URI", "_URL", "_DIRECTORY")
_ARN = ("arn:aws:s3:::", "${aws_s3_bucket.", "${data.aws_s3_bucket.")
_S3 = "s3://"


@dataclass(frozen=True, slots=True)
class _Variable:
    """A variable, what it comes to with the environment where it does ("" for all), and who gets it."""

    given: Given
    values: tuple[tuple[str, str], ...]
    containers: tuple[Container, ...]


def check(facts: Facts) -> Iterator[Finding]:
    found = _variables(facts)
    addresses = {one.given.entry.name: one for one in found if any(text.startswith(_S3) for text, _ in one.values)}
    for one in found:
        name = one.given.entry.name
        for text, environment in one.values:
            wants_address = name.endswith(_ADDRESSES) or name in addresses
            if (_is_arn(text) and wants_address) or (text.startswith(_S3) and name.endswith("_ARN")):
                yield _finding(facts, one, text, environment, addresses.get(name))
                break


def _variables(facts: Facts) -> list[_Variable]:
    """Each once, whichever tasks get it through a group."""
    found: dict[tuple[str, int], tuple[Given, list[Container]]] = {}
    for container in facts.containers:
        for given in container.given:
            if not given.entry.secret:
                found.setdefault((given.entry.path, given.entry.start), (given, []))[1].append(container)
    return [_Variable(given, tuple(_values(facts, given)), tuple(where)) for given, where in found.values()]


def _values(facts: Facts, given: Given) -> list[tuple[str, str]]:
    """What the variable comes to, and in which environment, "" for all."""
    plain = Values(facts.template, {}).of_text(given.entry.value)
    if "${var." not in plain.partition("/")[0]:
        return [(plain, "")]
    return [(one.values.of_text(given.entry.value), one.name) for one in facts.environments]


def _is_arn(text: str) -> bool:
    return text.startswith(_ARN[0]) or (text.startswith(_ARN[1:]) and text.partition("}")[0].endswith(".arn"))


def _finding(facts: Facts, one: _Variable, text: str, environment: str, other: _Variable | None) -> Finding:
    entry, subjects = one.given.entry, {container.subject for container in one.containers}
    what, instead = "an s3:// address, and its name says ARN", "Give the ARN."
    if not text.startswith(_S3):
        what, instead = "an ARN, and the program wants an s3:// address", "Write s3://BUCKET/FOLDER."
        if other:
            what += f" as at {facts.checkout.place(other.given.entry.path, other.given.entry.start)}"
    return Finding(
        subject=one.given.groups[-1] if one.given.groups else one.containers[0].subject,
        message=f"{entry.name} is {text!r}{' in ' + environment if environment else ''}, {what}",
        instead=instead,
        path=entry.path,
        offset=entry.start,
        task=one.containers[0].task if len(subjects) == 1 else "",
    )
