"""What to do after an audit: the last lines of its text."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.audit import Audit, is_fixable
from scaffold.audit.stages import BASELINE, SINCE

_MANY = 20


def next_steps(audit: Audit) -> Iterator[str]:
    """At most two lines; none for who selected rules, or if there is nothing to do."""
    if audit.gone:
        yield _gone(len(audit.gone))
    if not audit.findings or audit.choice.selected:
        return
    explain = f"pfml-scaffold check --explain {audit.findings[0].rule.name}"
    fixable = any(is_fixable(violation, audit.choice.selected) for violation in audit.findings)
    if fixable and not audit.fixes:
        yield f"Next: pfml-scaffold check --fix, or {explain}."
    else:
        yield f"Next: {explain}."
    if len(audit.findings) >= _MANY and not audit.gone and not {SINCE, BASELINE} & {*audit.left_out}:
        yield "To be shown only what is new from now on: pfml-scaffold check --write-baseline."


def _gone(count: int) -> str:
    if count == 1:
        return "1 finding in the baseline is fixed. Remove it with pfml-scaffold check --write-baseline."
    return f"{count} findings in the baseline are fixed. Remove them with pfml-scaffold check --write-baseline."
