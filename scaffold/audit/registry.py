"""The registry of `check`'s rules: the folder, the severity and the parts of each.

A rule is a module of `rules/`. Its name is the module's name with hyphens, and its title is the first line of the
module's docstring. The module defines WHY, one sentence on what happens at deploy or at run time, HOW, how to mend it,
and `check(facts)`, which yields the findings. If a finding can be fixed automatically, it also defines
`fix(facts, findings)`, which returns the edits. With SELECTED_ONLY = True, the fix is applied only if the rule was
selected by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib import import_module
from typing import NamedTuple

from scaffold.audit.finding import Rule, Severity
from scaffold.spec.part_names import ALARM, ENTRYPOINT, ROLE, SCHEDULE, SCRIPT, TASK, TOGGLE, TRIGGER

Parts = tuple[str, ...] | None
ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
ANY_PART = None
NO_PART: tuple[str, ...] = ()
INPUTS = "inputs"  # the folder of the rules on what `check` itself is given
REMOVAL = "removal"  # instead of a part: whatever removes or replaces text

# By folder of `rules/`: the severity of each rule, and the parts that can introduce what it reports: before a write,
# only the rules of the parts that change run.
_BY_FOLDER: dict[str, dict[str, tuple[Severity, Parts]]] = {
    "alarms": {
        "alarm-dimension": (ERROR, NO_PART),
        "ignored-failure": (WARNING, (TASK,)),
        "misnamed-alarm": (ERROR, (ALARM, SCHEDULE)),
        "missing-alarm": (WARNING, (SCHEDULE, ALARM)),
        "repeated-alarm": (NOTE, (ALARM,)),
        "stale-alarm": (WARNING, (REMOVAL,)),
        "unmatched-pattern": (WARNING, NO_PART),
    },
    "declarations": {
        "duplicate-label": (ERROR, (ROLE, SCHEDULE, TRIGGER, TOGGLE)),
        "long-name": (ERROR, ANY_PART),
        # How many characters are appended depends on the provider, which says so before anything is deployed.
        "long-name-prefix": (WARNING, (TASK, ROLE, SCHEDULE, TRIGGER)),
        "missing-template-variable": (ERROR, NO_PART),
        "missing-variable": (ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        "premature-lookup": (WARNING, NO_PART),
        "undeclared-variable": (ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        "undefined-reference": (ERROR, ANY_PART),
        "unused-template-variable": (NOTE, NO_PART),
        "unused-local": (NOTE, (REMOVAL,)),
        "unused-variable": (WARNING, (REMOVAL, TOGGLE)),
        "variable-type": (ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
    },
    "entrypoints": {
        "decorator-name": (WARNING, (ENTRYPOINT, SCRIPT, TASK)),
        "duplicate-script": (ERROR, (SCRIPT,)),
        "ignored-script": (WARNING, (SCRIPT,)),
        "makefile-script": (ERROR, NO_PART),
        "missing-decorator": (WARNING, (ENTRYPOINT, SCRIPT, TASK)),
        "package-without-init": (NOTE, (ENTRYPOINT, SCRIPT)),
        "refused-arguments": (ERROR, ANY_PART),
        "unbound-name": (ERROR, ANY_PART),
        "unimported-submodule": (ERROR, (ENTRYPOINT, SCRIPT)),
        "unknown-entrypoint": (ERROR, ANY_PART),
        "unknown-script": (ERROR, ANY_PART),
        "unused-script": (NOTE, (REMOVAL,)),
    },
    "environments": {
        "deviating-value": (WARNING, NO_PART),
        "environment-identity": (ERROR, NO_PART),
        "environment-map": (ERROR, NO_PART),
        "partly-set-toggle": (NOTE, (TOGGLE,)),
        "partly-set-variable": (WARNING, NO_PART),
        "shared-name": (ERROR, (ROLE,)),
        "unmonitored-environment": (WARNING, NO_PART),
    },
    INPUTS: {
        "invalid-ignore": (WARNING, NO_PART),
        "unparsed-file": (ERROR, NO_PART),
        "unused-exception": (WARNING, NO_PART),
        "unused-ignore": (WARNING, NO_PART),
    },
    "policies": {
        "action-resource": (ERROR, (ROLE,)),
        "literal-wildcard": (ERROR, (ROLE,)),
        "lost-policy": (ERROR, (ROLE,)),
        "misattached-policy": (WARNING, (ROLE, TASK)),
        "not-an-arn": (ERROR, (ROLE, TRIGGER)),
        "unknown-action": (ERROR, (ROLE,)),
        "unused-policy": (WARNING, (REMOVAL,)),
    },
    "roles": {
        "denied-start": (ERROR, NO_PART),
        "duplicate-role-name": (ERROR, (ROLE,)),
        "needless-role": (NOTE, (TASK, SCHEDULE, TRIGGER)),
        "role-by-arn": (WARNING, (TASK, ROLE, SCHEDULE, TRIGGER)),
        "start-role": (ERROR, (SCHEDULE, TRIGGER, TASK, ROLE)),
        "unassumable-role": (ERROR, (ROLE, TASK)),
        "unknown-role": (ERROR, (TASK, ROLE, SCHEDULE, TRIGGER)),
        "unpassable-role": (ERROR, (TASK, ROLE, TRIGGER)),
        "unreadable-secret": (ERROR, (TASK, ROLE)),
        "unused-role": (WARNING, (REMOVAL,)),
        "vpc-lambda-role": (ERROR, NO_PART),
    },
    "schedules": {
        "daylight-pair": (WARNING, (SCHEDULE,)),
        "duplicate-schedule": (ERROR, (SCHEDULE,)),
        "invalid-input": (ERROR, (SCHEDULE,)),
        "mixed-task": (ERROR, (SCHEDULE,)),
        "never-enabled": (NOTE, (SCHEDULE, TOGGLE)),
        "odd-schedule": (WARNING, (SCHEDULE,)),
        "refused-schedule": (ERROR, (SCHEDULE,)),
        "schedule-comment": (NOTE, (SCHEDULE,)),
        "unknown-task": (ERROR, ANY_PART),
    },
    "step_functions": {
        "invalid-definition": (ERROR, NO_PART),
        "unknown-state": (ERROR, NO_PART),
    },
    "tasks": {
        "bucket-address": (WARNING, (TASK, SCHEDULE)),
        "command-form": (ERROR, ANY_PART),
        "container-name": (WARNING, NO_PART),
        "documented-task-run": (NOTE, NO_PART),
        "duplicate-environment-name": (ERROR, (TASK,)),
        "duplicate-task": (ERROR, (TASK,)),
        "environment-name": (ERROR, (TASK,)),
        "fargate-size": (ERROR, (TASK,)),
        "literal-placeholder": (ERROR, (TASK, SCHEDULE)),
        "invalid-container-template": (ERROR, NO_PART),
        "literal-image-tag": (WARNING, NO_PART),
        "missing-environment-variable": (ERROR, (TASK, ENTRYPOINT)),
        "misspelt-attribute": (ERROR, (TASK,)),
        "misspelt-key": (ERROR, (TASK,)),
        "name-as-value": (WARNING, (TASK,)),
        "override-container": (ERROR, ANY_PART),
        "secret-form": (ERROR, (TASK,)),
        "task-name-form": (NOTE, (TASK,)),
        "unknown-task-run": (ERROR, NO_PART),
        "unread-attribute": (WARNING, (TASK,)),
    },
    "triggers": {
        "duplicate-trigger": (ERROR, (TRIGGER,)),
        "narrow-notification": (WARNING, (TRIGGER, TOGGLE)),
        "overlapping-filters": (ERROR, (TRIGGER, TOGGLE)),
        "repeated-event": (WARNING, (TRIGGER,)),
        "second-notification": (ERROR, (TRIGGER,)),
        "trigger-bucket": (ERROR, (TRIGGER,)),
        "trigger-without-role": (ERROR, (TRIGGER, TASK, ROLE)),
        "uncalled-trigger": (WARNING, (TRIGGER,)),
        "unknown-event": (ERROR, (TRIGGER,)),
        "unmade-trigger": (ERROR, (TRIGGER, TOGGLE)),
        "unmatched-filter": (ERROR, (TRIGGER,)),
        "unreached-trigger": (ERROR, (TRIGGER, TOGGLE)),
    },
}


class RegisteredRule(NamedTuple):
    """A rule whose module is not loaded.

    parts: the parts whose edits can introduce a finding. ANY_PART: all of them. NO_PART: no command can introduce it.
    """

    folder: str
    name: str
    severity: Severity
    parts: Parts

    @property
    def module(self) -> str:
        return f"{__package__}.rules.{self.folder}.{self.name.replace('-', '_')}"


RULES = {
    name: RegisteredRule(folder, name, severity, parts)
    for folder, rules in _BY_FOLDER.items()
    for name, (severity, parts) in rules.items()
}


def names() -> list[str]:
    """The names of all rules, in alphabetical order."""
    return sorted(RULES)


def choices() -> list[str]:
    """What can be selected or ignored: the rules, and the folders of rules."""
    return sorted({*RULES, *_BY_FOLDER})


def is_group(name: str) -> bool:
    """Whether a name is that of a folder of rules, and not of a rule."""
    return name in _BY_FOLDER and name not in RULES


def named(name: str) -> list[str]:
    """The rules that a name from `choices` stands for."""
    return [name] if name in RULES else [*_BY_FOLDER[name]]


def guards(parts: Collection[str]) -> list[str]:
    """The names of the rules whose finding a change of these parts can introduce."""
    return [name for name in names() if _concerns(RULES[name], parts)]


def _concerns(entry: RegisteredRule, parts: Collection[str]) -> bool:
    return entry.parts is ANY_PART or any(part in entry.parts for part in parts)


def load(wanted: Iterable[str]) -> list[Rule]:
    """The rules with these names. Only their modules are imported."""
    return [_rule(RULES[name]) for name in wanted]


def _rule(entry: RegisteredRule) -> Rule:
    module = import_module(entry.module)
    return Rule(
        name=entry.name,
        severity=entry.severity,
        title=(module.__doc__ or "").split("\n", 1)[0].rstrip("."),
        why=module.WHY,
        how=module.HOW,
        check=module.check,
        fix=getattr(module, "fix", None),
        selected_only=getattr(module, "SELECTED_ONLY", False),
    )
