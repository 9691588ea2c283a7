"""A condition that compares a wildcard literally."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import Reached, reached_policies
from scaffold.audit.finding import Finding
from scaffold.files.edit import Edit
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.policies import Condition, Text
from scaffold.pfml.iam.rights import expand, with_wildcards
from scaffold.terraform.values import Values

WHY = "StringEquals knows no wildcards, so the condition never holds, and what it guards is never allowed."
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
    """Those with an operator that knows no wildcards."""
    for reached in facts.once(reached_policies):
        for statement in reached.document.statements:
            for condition in statement.conditions:
                if _instead(condition.test.inner):
                    yield reached, condition


def _instead(test: str) -> str:
    """The operator that knows wildcards, with the prefix and the suffix that the other has; "" for any other."""
    prefix, name = next(
        ((test[: len(each)], test[len(each) :]) for each in _SETS if test.lower().startswith(each)), ("", test)
    )
    exists = name.lower().endswith("ifexists")
    like = _LIKE.get(name[: -len("IfExists")].lower() if exists else name.lower(), "")
    return f"{prefix}{like}{'IfExists' if exists else ''}" if like else ""


def _findings(facts: Facts, reached: Reached, condition: Condition) -> Iterator[Finding]:
    for text in condition.values.items:
        shown = next(
            filter(None, (_wildcard(text, values) for values in values_by_environment(facts.checkout).values())), ""
        )
        if shown:
            test = condition.test.inner
            yield Finding(
                subject=reached.subject,
                message=(f"{test} compares {shown} of {condition.variable.inner} literally, {_effect(test)}"),
                instead=f"Use {_instead(test)}.",
                path=text.path,
                offset=text.start,
                task=reached.task,
                fixable=_is_quoted(facts, condition),
            )


def _is_quoted(facts: Facts, condition: Condition) -> bool:
    """Whether the operator is a string of its own, and no key of an object."""
    data, test = facts.checkout.require(condition.test.path), condition.test
    return data.startswith(f'"{test.inner}"'.encode(), test.start)


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    edits = []
    for reached, condition in _conditions(facts):
        if _is_quoted(facts, condition) and any(one in findings for one in _findings(facts, reached, condition)):
            test = condition.test
            start, end = test.start + 1, test.start + 1 + len(test.inner)
            edits.append(facts.checkout.replace(test.path, start, end, _instead(test.inner), "IAM role"))
    return edits


def _wildcard(text: Text, values: Values) -> str:
    """A value with `*` or `?` as it is in an environment; "" for one without. What a name comes to at deploy, a
    variable of IAM and an escaped `${*}` do not count."""
    shown = expand(text, values)
    marked = shown.replace("*", "\ue000").replace("?", "\ue001")
    return shown if {"\ue000", "\ue001"} & set(with_wildcards(marked)) else ""


def _effect(test: str) -> str:
    if "not" in test.lower():
        return "so the condition always holds"
    return "so the condition does not hold for what it is meant for"
