"""A policy condition that compares a wildcard literally."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import Reached, reached_policies
from scaffold.audit.finding import Finding
from scaffold.files.edit import Edit
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.policies import Condition, Text
from scaffold.pfml.iam.rights import expand, with_wildcards
from scaffold.spec.part_names import ROLE
from scaffold.terraform.values import Values

WHY = "StringEquals does not support wildcards, so the condition never matches, and its statement has no effect."
HOW = "Use the operator that supports wildcards, such as StringLike instead of StringEquals."
_SETS = ("forallvalues:", "foranyvalue:")
# "IAM JSON policy elements: Condition operators"; ArnEquals and ArnNotEquals do match wildcards.
_LIKE = {
    "stringequals": "StringLike",
    "stringnotequals": "StringNotLike",
    "stringequalsignorecase": "StringLike",
    "stringnotequalsignorecase": "StringNotLike",
}


def check(facts: Facts) -> Iterator[Finding]:
    for reached, condition in _conditions(facts):
        yield from _findings(facts, reached, condition)


def _conditions(facts: Facts) -> Iterator[tuple[Reached, Condition]]:
    """The conditions whose operator does not support wildcards."""
    for reached in facts.once(reached_policies):
        for statement in reached.document.statements:
            for condition in statement.conditions:
                if _instead(condition.test.inner):
                    yield reached, condition


def _instead(test: str) -> str:
    """The same operator with wildcards, with the same prefix and suffix; "" if there is none."""
    prefix, name = next(
        ((test[: len(word)], test[len(word) :]) for word in _SETS if test.lower().startswith(word)), ("", test)
    )
    exists = name.lower().endswith("ifexists")
    like = _LIKE.get(name[: -len("IfExists")].lower() if exists else name.lower(), "")
    return f"{prefix}{like}{'IfExists' if exists else ''}" if like else ""


def _findings(facts: Facts, reached: Reached, condition: Condition) -> Iterator[Finding]:
    for text in condition.values.texts:
        shown = next(
            filter(None, (_wildcard(text, values) for values in values_by_environment(facts.checkout).values())), ""
        )
        if shown:
            test = condition.test.inner
            yield Finding(
                subject=reached.subject,
                message=(
                    f"{test} compares {condition.variable.inner} with {shown} literally, not as a wildcard, "
                    f"{_effect(test)}"
                ),
                instead=f"Use {_instead(test)}.",
                path=text.path,
                offset=text.start,
                task=reached.task,
                fixable=_is_quoted(facts, condition),
            )


def _is_quoted(facts: Facts, condition: Condition) -> bool:
    """Whether the operator is written as a string, not as the bare key of an object."""
    data, test = facts.checkout.require(condition.test.path), condition.test
    return data.startswith(f'"{test.inner}"'.encode(), test.start)


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for reached, condition in _conditions(facts):
        own = _findings(facts, reached, condition)
        if _is_quoted(facts, condition) and any(finding in findings for finding in own):
            test = condition.test
            start, end = test.start + 1, test.start + 1 + len(test.inner)
            edits.append(facts.checkout.replace(test.path, start, end, _instead(test.inner), ROLE))
    return edits


def _wildcard(text: Text, values: Values) -> str:
    """A value with `*` or `?` as it is in an environment; "" if it has none. Values known only at deploy, IAM
    variables and an escaped `${*}` do not count."""
    shown = expand(text, values)
    marked = shown.replace("*", "\ue000").replace("?", "\ue001")
    return shown if {"\ue000", "\ue001"} & set(with_wildcards(marked)) else ""


def _effect(test: str) -> str:
    if "not" in test.lower():
        return "so the condition always matches"
    return "so the condition does not match the values that it is meant for"
