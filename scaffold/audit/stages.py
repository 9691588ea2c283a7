"""The stages between what the rules find and what `check` shows: each leaves out some findings, which are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from scaffold.audit.exceptions import Exceptions
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding, Rule, Severity, Violation
from scaffold.audit.identity import Identity, compare, identity
from scaffold.audit.ignore_comments import apply, ignore_comments
from scaffold.audit.path_ignores import PathIgnore, outside
from scaffold.audit.rules.inputs import invalid_ignore, unused_exception, unused_ignore
from scaffold.audit.settings import CheckSettings

# In the order of the stages: what the JSON of `check` calls the number of findings that each has left out.
STAGES = PATH, COMMENT, EXCEPTION, SINCE, BASELINE, SEVERITY = (
    "ignored_by_path",
    "ignored_in_comments",
    "exceptions",
    "existing",
    "baseline",
    "below_severity",
)
UNUSED_EXCEPTION, UNUSED_IGNORE, INVALID_IGNORE = "unused-exception", "unused-ignore", "invalid-ignore"


class Left(NamedTuple):
    """What a stage leaves. added: findings about the stage itself. gone: what it knows of that is no longer found."""

    violations: list[Violation]
    added: Sequence[Violation] = ()
    gone: Sequence[Identity] = ()


class Stage(NamedTuple):
    """A stage. name: what it leaves out is counted under that."""

    name: str
    apply: Callable[[Facts, Sequence[Violation]], Left]


def through(
    facts: Facts,
    violations: Sequence[Violation],
    accepted: Iterable[Stage],
    comparisons: Sequence[Stage],
    last: Stage,
) -> tuple[list[Violation], dict[str, int], tuple[Identity, ...]]:
    """What is left after all stages, how many each has left out, and what is gone.

    Each of the comparisons sees all that the team does not accept. If the first one took something away, the next one
    would take something else at the same place for it.
    """
    counts: dict[str, int] = {}
    gone: list[Identity] = []
    left = list(violations)
    for group in (*((stage,) for stage in accepted), comparisons, (last,)):
        results = [stage.apply(facts, left) for stage in group]
        absent = [finding for result in results for finding in result.gone]
        gone += _without_accepted(facts, absent, violations, left)
        for stage, result in zip(group, results, strict=True):
            kept = {id(violation) for violation in result.violations}
            remaining = [violation for violation in left if id(violation) in kept]
            counts[stage.name] = len(left) - len(remaining)
            left = remaining
        left += [violation for result in results for violation in result.added]
    return left, counts, tuple(gone)


def _without_accepted(
    facts: Facts, gone: Sequence[Identity], found: Sequence[Violation], left: Sequence[Violation]
) -> list[Identity]:
    """What a stage does not find any more, without what is still found but was left out before that stage."""
    if not gone:
        return []
    kept = {id(violation) for violation in left}
    accepted = [identity(violation, facts) for violation in found if id(violation) not in kept]
    return [gone[position] for position in compare(gone, accepted, facts.checkout).gone]


def accepting(settings: CheckSettings, ran: Mapping[str, Rule], complete: bool) -> tuple[Stage, ...]:
    """The stages for what the team accepts, in the settings and in comments.

    ran: the rules that ran, by name. complete: whether they ran on everything, so that what no finding needs is unused.
    """
    return (
        Stage(PATH, partial(_by_path, settings.path_ignores)),
        Stage(COMMENT, partial(_in_comments, ran, complete)),
        Stage(EXCEPTION, partial(_in_exceptions, settings.exceptions, ran, complete)),
    )


def at_least(lowest: Severity) -> Stage:
    """The stage for what is less severe than that."""

    def shown(facts: Facts, violations: Sequence[Violation]) -> Left:
        return Left([violation for violation in violations if violation.rule.severity.rank <= lowest.rank])

    return Stage(SEVERITY, shown)


def _by_path(path_ignores: Sequence[PathIgnore], facts: Facts, violations: Sequence[Violation]) -> Left:
    return Left(outside(path_ignores, violations))


def _in_comments(ran: Mapping[str, Rule], complete: bool, facts: Facts, violations: Sequence[Violation]) -> Left:
    files = facts.checkout.files_read if complete else {violation.finding.path for violation in violations}
    comments = ignore_comments(facts.checkout, [*files])
    ignored = apply(comments, violations)
    added = list(_added(INVALID_IGNORE, invalid_ignore.invalid(comments), ran))
    if complete:
        added += _added(UNUSED_IGNORE, unused_ignore.unused(facts, comments, ignored, ran), ran)
    return Left(ignored.left, added)


def _in_exceptions(
    exceptions: Exceptions, ran: Mapping[str, Rule], complete: bool, facts: Facts, violations: Sequence[Violation]
) -> Left:
    left, used = exceptions.apply(violations)
    if not complete:
        return Left(left)
    return Left(left, list(_added(UNUSED_EXCEPTION, unused_exception.unused(exceptions, used, ran), ran)))


def _added(name: str, findings: Iterable[Finding], ran: Mapping[str, Rule]) -> Iterable[Violation]:
    return [Violation(ran[name], finding) for finding in findings] if name in ran else []
