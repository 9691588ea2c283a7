"""What to do after an audit: the last lines of its text."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.audit import Audit, is_fixable
from scaffold.audit.stages import SINCE
from scaffold.files.printable import printable

_MANY = 20


def next_steps(audit: Audit) -> Iterator[str]:
    """At most two lines; none for who selected rules, or if there is nothing to do."""
    if audit.gone:
        yield _gone(len(audit.gone))
    if not audit.findings or audit.choice.selected:
        return
    explain = f"pfml-scaffold check --explain {audit.findings[0].rule.name}"
    if _can_fix(audit):
        yield f"Next: {printable(audit.choice.fixing)}, or {explain}."
    else:
        yield f"Next: {explain}."
    if len(audit.findings) >= _MANY and _is_of_all(audit) and audit.choice.adopting:
        yield f"To see only new findings from now on: {printable(audit.choice.adopting)}."


def _can_fix(audit: Audit) -> bool:
    """Whether there is a command that would fix some of what is shown, and nothing else."""
    fixable = any(is_fixable(violation, audit.choice.selected) for violation in audit.findings)
    return fixable and bool(audit.choice.fixing) and (not audit.fixes or audit.fixes.dry_run)


def _is_of_all(audit: Audit) -> bool:
    return not audit.choice.tasks and SINCE not in audit.left_out


def _gone(count: int) -> str:
    if count == 1:
        return "1 finding in the baseline is fixed. Remove it with pfml-scaffold check --write-baseline."
    return f"{count} findings in the baseline are fixed. Remove them with pfml-scaffold check --write-baseline."
