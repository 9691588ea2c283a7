"""The guard before a write: what `check` would report because of a plan. A plan that adds errors is refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from scaffold.audit import registry
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Rule, Severity, Violation, by_severity
from scaffold.audit.identity import compare, identity
from scaffold.audit.settings import CheckSettings, settings_or_defaults
from scaffold.audit.stages import accepting
from scaffold.aws.names import slug
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import CREATE, DELETE, INSERT, REMOVE, REPLACE, Edit
from scaffold.files.plan import Plan
from scaffold.hcl import HclError

_ADDING = (CREATE, INSERT, REPLACE)
_WORD = re.compile(rb"[\w-]+")


class Added(NamedTuple):
    """The warnings and notes that a plan adds, by severity and place. facts: the checkout after the plan. rule_pages:
    the address of the folder of the rules' pages."""

    facts: Facts
    findings: tuple[Violation, ...]
    rule_pages: str = ""


def added(checkout: Checkout, plan: Plan, task: str, was: str = "", stated: Collection[str] = ()) -> Added:
    """What the plan of a task adds. Raises Refusal for an error. What was there before does not count.

    was: the task's old name, if the plan renames it. stated: rules that are left out, since the command itself states
    what they report.
    """
    after = Facts(TolerantCheckout(checkout, plan), [task], _written(plan), whole=True)
    settings = settings_or_defaults(checkout)
    left_out = {*registry.RULES} - settings.selected | {*stated}
    rules = settings.load(name for name in registry.guards(_parts(plan)) if name not in left_out)
    violations = list(_violations(rules, after))
    if violations:
        before = Facts(TolerantCheckout(checkout), [was or task], whole=True)
        names = both_names(was, task) if was else []
        broken = list({violation.rule.name: violation.rule for violation in violations}.values())
        old = [identity(violation, before).without(names) for violation in _violations(broken, before)]
        new = [identity(violation, after).without(names) for violation in violations]
        difference = compare(old, new, after.checkout, before.checkout)
        violations = [violations[position] for position in difference.new]
    violations = _not_accepted(violations, after, settings)
    _refuse_error(violations, after)
    return Added(after, tuple(sorted(violations, key=by_severity)), settings.rule_pages)


def both_names(was: str, task: str) -> list[str]:
    """The old and the new name with hyphens and with underscores, the longest first."""
    return sorted((form for name in (was, task) for form in (name, slug(name))), key=len, reverse=True)


def _parts(plan: Plan) -> set[str]:
    """The parts that a plan changes, with REMOVAL if something may be left over."""
    parts = {edit.part for edit in plan.edits if edit.changes}
    return parts | {registry.REMOVAL} if any(_removes(edit, plan) for edit in plan.edits) else parts


def _removes(edit: Edit, plan: Plan) -> bool:
    """Whether an edit may take the last use of something: it removes text, or a word that its file has nowhere else."""
    if edit.action != REPLACE:
        return edit.action in (DELETE, REMOVE) and edit.end > edit.start
    words = _WORD.findall(plan.before[edit.path] or b"", edit.start, edit.end)
    return not {*words} <= {*_WORD.findall(plan.after(edit.path) or b"")}


def _written(plan: Plan) -> dict[str, list[tuple[int, int]]] | None:
    """The spans that a plan writes; None if it removes something, since any file may refer to that."""
    if any(edit.changes and edit.action not in _ADDING for edit in plan.edits):
        return None
    return {path: plan.spans_after(path) for path in plan.paths}


def _violations(rules: Iterable[Rule], facts: Facts) -> Iterator[Violation]:
    for rule in rules:
        try:
            yield from rule.violations(facts)
        except (Refusal, HclError, RecursionError):
            continue


def _refuse_error(violations: Iterable[Violation], after: Facts) -> None:
    for rule, finding in violations:
        if rule.severity is Severity.ERROR:
            place = after.checkout.place(finding.path, finding.offset)
            raise Refusal(f"{rule.name}: {finding.message}", place=place, instead=finding.instead)


def _not_accepted(violations: list[Violation], facts: Facts, settings: CheckSettings) -> list[Violation]:
    """The findings that the team does not accept in advance, in the settings or in a comment."""
    for stage in accepting(settings, {}, complete=False) if violations else ():
        violations = stage.apply(facts, violations).violations
    return violations
