"""Before a write: the errors that a plan would add."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scaffold.audit import registry
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Finding, Rule
from scaffold.aws.names import slug
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import CREATE, INSERT, REPLACE
from scaffold.files.plan import Plan
from scaffold.hcl import HclError

_ADDING = (CREATE, INSERT, REPLACE)
_LINE = re.compile(r":\d+\b")
Said = tuple[str, ...]


def refuse_added(checkout: Checkout, made: Plan, task: str, was: str = "") -> None:
    """Raise Refusal for an error that a task's plan would add; what a checkout has already is in nobody's way.

    was: the name that the task had, where the plan gives it another.
    """
    if not made.paths:
        return
    errors = registry.load(registry.guards({edit.part for edit in made.edits if edit.changes}))
    after = Facts(TolerantCheckout(checkout, made), [task], _written(made))
    found = list(_findings(errors, after))
    if not found:
        return
    before = Facts(TolerantCheckout(checkout), [was or task])
    breaking = list({rule.name: rule for rule, _ in found}.values())
    names = sorted((name for each in (was, task) if was for name in (each, slug(each))), key=len, reverse=True)
    old = {_said(rule, finding, names) for rule, finding in _findings(breaking, before)}
    for rule, finding in found:
        if _said(rule, finding, names) not in old:
            place = after.checkout.place(finding.path, finding.offset)
            raise Refusal(f"{rule.name}: {finding.message}", place=place, instead=finding.instead)


def _written(made: Plan) -> dict[str, list[tuple[int, int]]] | None:
    """The spans that a plan writes; None where it takes something away, which may be missed anywhere."""
    if any(edit.changes and edit.action not in _ADDING for edit in made.edits):
        return None
    return {path: made.spans_after(path) for path in made.paths}


def _findings(which: Iterable[Rule], facts: Facts) -> Iterator[tuple[Rule, Finding]]:
    for rule in which:
        try:
            yield from [(rule, finding) for finding in rule.check(facts)]
        except (Refusal, HclError, RecursionError):
            continue


def _said(rule: Rule, finding: Finding, names: Iterable[str]) -> Said:
    """A finding without the lines that it names, which the change may have moved, and without the task's two names."""
    texts = [finding.subject, _LINE.sub("", finding.message)]
    for name in names:
        word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
        texts = [word.sub("…", text) for text in texts]
    return (rule.name, *texts)
