"""The guard before a write: refuses a plan that would introduce errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaffold.audit import registry
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Rule, Violation
from scaffold.aws.names import slug
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import CREATE, INSERT, REPLACE
from scaffold.files.plan import Plan
from scaffold.hcl import HclError

_ADDING = (CREATE, INSERT, REPLACE)
_LINE = re.compile(r":\d+\b")


def refuse_added(checkout: Checkout, plan: Plan, task: str, was: str = "") -> None:
    """Raise Refusal for an error that a task's plan would introduce. Existing errors do not block the change.

    was: the task's old name, if the plan renames it.
    """
    if not plan.paths:
        return
    rules = registry.load(registry.guards({edit.part for edit in plan.edits if edit.changes}))
    after = Facts(TolerantCheckout(checkout, plan), [task], _written(plan))
    errors = list(_violations(rules, after))
    if not errors:
        return
    before = Facts(TolerantCheckout(checkout), [was or task])
    broken = list({violation.rule.name: violation.rule for violation in errors}.values())
    names = _both_names(was, task) if was else []
    existing = {_identity(violation, names) for violation in _violations(broken, before)}
    for violation in errors:
        if _identity(violation, names) not in existing:
            finding = violation.finding
            place = after.checkout.place(finding.path, finding.offset)
            raise Refusal(f"{violation.rule.name}: {finding.message}", place=place, instead=finding.instead)


def _both_names(was: str, task: str) -> list[str]:
    """The old and the new name with hyphens and with underscores, the longest first."""
    return sorted((form for name in (was, task) for form in (name, slug(name))), key=len, reverse=True)


def _written(plan: Plan) -> dict[str, list[tuple[int, int]]] | None:
    """The spans that a plan writes; None if it removes something, since any file may refer to that."""
    if any(edit.changes and edit.action not in _ADDING for edit in plan.edits):
        return None
    return {path: plan.spans_after(path) for path in plan.paths}


def _violations(rules: Iterable[Rule], facts: Facts) -> Iterator[Violation]:
    for rule in rules:
        try:
            yield from [Violation(rule, finding) for finding in rule.check(facts)]
        except (Refusal, HclError, RecursionError):
            continue


def _identity(violation: Violation, names: Iterable[str]) -> tuple[str, ...]:
    """A finding without line numbers, which the change may have moved, and without the task's two names."""
    finding = violation.finding
    texts = [finding.subject, _LINE.sub("", finding.message)]
    for name in names:
        word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
        texts = [word.sub("…", text) for text in texts]
    return (violation.rule.name, *texts)
