"""Runs rules over a checkout, applies a team's exceptions, and plans the fixes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from scaffold.audit.choice import UNPARSED, Selection
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Finding, Rule, Severity, Violation, by_severity
from scaffold.audit.identity import Identity, identity
from scaffold.audit.rules.inputs.unparsed_file import saw_everything
from scaffold.audit.stages import accepting, at_least, through
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.hcl import HclError
from scaffold.pfml.tasks import task_names
from scaffold.terraform.alignment import keep_comments


class Fixes(NamedTuple):
    """What `--fix` did, or would do: the number of findings that it fixed, and of those that remain."""

    fixed: int
    remaining: int
    dry_run: bool


class Audit(NamedTuple):
    """findings: what is shown, ordered by severity, file and line. left_out: the number of findings that each stage has
    left out, by its name. gone: what a stage knows of that is no longer found. not_checked: one sentence for each check
    that was skipped because of the checkout's layout. unfiltered: what the rules found, also what is left out. choice:
    what was asked for. fixes: None without `--fix`.
    """

    facts: Facts
    choice: Selection
    findings: tuple[Violation, ...]
    left_out: Mapping[str, int]
    gone: tuple[Identity, ...]
    not_checked: tuple[str, ...]
    unfiltered: tuple[Violation, ...]
    fixes: Fixes | None = None

    @property
    def counts(self) -> dict[Severity, int]:
        counts = Counter(violation.rule.severity for violation in self.findings)
        return {severity: counts[severity] for severity in Severity}


def audit(checkout: Checkout, choice: Selection) -> Audit:
    """The findings of the rules on all tasks, or on some. Raises Refusal for a task that the checkout does not have."""
    facts = Facts(TolerantCheckout.of(checkout), choice.tasks)
    known = task_names(facts.template) if facts.once(known_tasks) else []
    for name in choice.tasks:
        if known and name not in known:
            raise unknown("task", name, known, option="TASK", where=facts.template.path)
    violations = _run(facts, choice.rules)
    accepted = accepting(choice.settings, {rule.name: rule for rule in choice.rules}, saw_everything(facts))
    left, left_out, gone = through(facts, violations, accepted, choice.comparisons, at_least(choice.lowest))
    not_checked = (*facts.not_checked, *facts.checkout.budget.notes)
    findings = tuple(sorted(left, key=by_severity))
    return Audit(facts, choice, findings, left_out, gone, not_checked, tuple(violations))


def _run(facts: Facts, rules: Sequence[Rule]) -> list[Violation]:
    """The findings of the rules; those about files that a rule could not read come last."""
    violations: list[Violation] = []
    for rule in sorted(rules, key=lambda rule: rule.name == UNPARSED):
        facts.checkout.budget.refill()
        try:
            violations += rule.violations(facts)
        except (Refusal, HclError) as error:
            facts.skip(f"{rule.name}: {error}")
        except RecursionError:
            facts.skip(f"{rule.name}: something is nested too deeply, or local values refer to each other in a circle")
    return [violation for violation in violations if _is_reported(violation, violations, facts)]


def _is_reported(violation: Violation, violations: Sequence[Violation], facts: Facts) -> bool:
    if violation.rule.name == UNPARSED:
        return not _is_explained(violation, violations)
    return facts.in_focus(violation.finding.task)


def _is_explained(unparsed: Violation, violations: Sequence[Violation]) -> bool:
    """Whether another rule reports at the same byte why a file does not parse."""
    place = (unparsed.finding.path, unparsed.finding.offset)
    findings = [violation.finding for violation in violations if violation is not unparsed]
    return any((finding.path, finding.offset) == place for finding in findings)


# --- fixes


def fix(audit: Audit, selected: Collection[str]) -> Plan:
    """The proven plan that fixes all fixable findings. `selected`: the rules that were selected by name."""
    from scaffold.changes.proof import proven

    fixable = [violation for violation in audit.findings if is_fixable(violation, selected)]
    return proven(audit.facts.checkout, fixes(audit.facts, fixable))


def fixes(facts: Facts, violations: Iterable[Violation]) -> list[Edit]:
    """The edits that fix findings of rules that have a fix, in the order of their places."""
    by_fix: dict[Callable[[Facts, Sequence[Finding]], list[Edit]], list[Finding]] = {}
    for rule, finding in violations:
        if rule.fix:
            by_fix.setdefault(rule.fix, []).append(finding)
    edits = [edit for fix_of, findings in by_fix.items() for edit in fix_of(facts, findings)]
    edits += keep_comments(facts.checkout, edits)
    return sorted(edits, key=lambda edit: (edit.path, edit.start, edit.end))


def outcome_of_fix(before: Audit, after: Audit, dry_run: bool) -> Fixes:
    """What a plan of `fix` did, by the findings before and after it."""
    earlier, later = (Counter(identity(shown, audit.facts) for shown in audit.findings) for audit in (before, after))
    return Fixes((earlier - later).total(), later.total(), dry_run)


def is_fixable(violation: Violation, selected: Collection[str]) -> bool:
    rule = violation.rule
    return violation.finding.fixable and (not rule.selected_only or rule.name in selected)
