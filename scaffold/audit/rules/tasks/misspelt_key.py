"""A misspelled or missing key of an environment variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.variables import VariableEntry, written_variables
from scaffold.audit.finding import Finding

WHY = "ECS knows name, value and valueFrom only, so it rejects the task definition and the deploy fails."
HOW = "Write each variable as { name, value }, and each secret as { name, valueFrom }, with exactly these keys."
_NAME, _VALUE, _FROM = _KEYS = ("name", "value", "valueFrom")


def check(facts: Facts) -> Iterator[Finding]:
    for variable in facts.once(written_variables):
        problem = _problem(variable)
        if problem and all(re.fullmatch(r"[\w-]+", key) for key in variable.fields):
            message, instead = problem
            yield Finding(variable.subject, message, instead, variable.path, variable.offset, variable.task)


def _problem(variable: VariableEntry) -> tuple[str, str] | None:
    """What is wrong, and what to do. Any further keys are ignored, so they are not wrong."""
    if _VALUE in variable.fields and _FROM in variable.fields:
        both = f"{variable.title} has both {_VALUE} and {_FROM}, but it is either a plain variable or a secret"
        return both, f"Remove {_FROM} for a plain variable, or {_VALUE} for a secret."
    missing = [] if _NAME in variable.fields else [_NAME]
    missing += [] if variable.content else [_VALUE, _FROM]
    if not missing:
        return None
    unknown = [key for key in variable.fields if key not in _KEYS]
    for key in unknown:
        if meant := _meant(key, missing):
            return f"the key {key} of {variable.title} is not one that ECS knows", f"Write {meant}."
    what = f"{variable.title} has no {' or '.join(missing)}, so ECS rejects the task definition"
    return what, f"Add {'it' if len(missing) == 1 else 'one of them'}{_instead_of(unknown)}."


def _instead_of(unknown: list[str]) -> str:
    return f" instead of {unknown[0]}" if unknown else ""


def _meant(key: str, candidates: list[str]) -> str:
    from difflib import get_close_matches

    plain = re.sub(r"[_-]", "", key.lower())
    by_plain = {candidate.lower(): candidate for candidate in candidates}
    near = get_close_matches(plain, by_plain, 1, 0.6)
    return by_plain[near[0]] if near else ""
