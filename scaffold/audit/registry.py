"""The rules of `check`: each with its folder, its severity, and the parts of a task whose change can bring it about.

A rule is a module of `rules/`: its name with hyphens is the rule's, the first line of its docstring its title. It has
WHY, one sentence on what happens at run time, and `check(facts)`, which yields the findings. Where a finding has one
right answer, `fix(facts, findings)` returns the edits, and SELECTED_ONLY says that it does so only for a rule that was
named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from importlib import import_module

from scaffold.audit.finding import Rule, Severity
from scaffold.spec.part_names import ALARM, ROLE, SCHEDULE, SCRIPT, TASK, TOGGLE, TRIGGER

ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION
ANY_PART = None
NO_PART: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisteredRule:
    """A rule as the registry knows it, without its module.

    folder: that of its module in `rules/`. parts: those whose change can bring the error about, ANY_PART for all of
    them, NO_PART where no command changes what it is about. Only errors are looked for before a write.
    """

    folder: str
    name: str
    severity: Severity
    parts: tuple[str, ...] | None = ANY_PART

    @property
    def module(self) -> str:
        return f"{__package__}.rules.{self.folder}.{self.name.replace('-', '_')}"


RULES = {
    entry.name: entry
    for entry in (
        RegisteredRule("alarms", "alarm-dimension", ERROR, NO_PART),
        RegisteredRule("alarms", "ignored-failure", WARNING),
        RegisteredRule("alarms", "misnamed-alarm", ERROR, (ALARM, SCHEDULE)),
        RegisteredRule("alarms", "missing-alarm", WARNING),
        RegisteredRule("alarms", "repeated-alarm", INFORMATION),
        RegisteredRule("alarms", "stale-alarm", WARNING),
        RegisteredRule("declarations", "duplicate-label", ERROR, (ROLE, SCHEDULE, TRIGGER, TOGGLE)),
        RegisteredRule("declarations", "long-name", ERROR, ANY_PART),
        RegisteredRule("declarations", "missing-variable", ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        RegisteredRule("declarations", "undeclared-variable", ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        RegisteredRule("declarations", "undefined-reference", ERROR, ANY_PART),
        RegisteredRule("declarations", "unused-local", INFORMATION),
        RegisteredRule("declarations", "unused-variable", WARNING),
        RegisteredRule("declarations", "variable-type", ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        RegisteredRule("entrypoints", "decorator-name", WARNING),
        RegisteredRule("entrypoints", "duplicate-script", ERROR, (SCRIPT,)),
        RegisteredRule("entrypoints", "makefile-script", ERROR, NO_PART),
        RegisteredRule("entrypoints", "missing-decorator", WARNING),
        RegisteredRule("entrypoints", "package-without-init", INFORMATION),
        RegisteredRule("entrypoints", "refused-arguments", ERROR, ANY_PART),
        RegisteredRule("entrypoints", "unknown-entrypoint", ERROR, ANY_PART),
        RegisteredRule("entrypoints", "unknown-script", ERROR, ANY_PART),
        RegisteredRule("entrypoints", "unused-script", INFORMATION),
        RegisteredRule("environments", "environment-identity", ERROR, NO_PART),
        RegisteredRule("environments", "environment-map", ERROR, NO_PART),
        RegisteredRule("environments", "partly-set-toggle", INFORMATION),
        RegisteredRule("environments", "unmonitored-environment", WARNING),
        RegisteredRule("policies", "action-resource", ERROR, (ROLE,)),
        RegisteredRule("policies", "literal-wildcard", ERROR, (ROLE,)),
        RegisteredRule("policies", "lost-policy", ERROR, (ROLE,)),
        RegisteredRule("policies", "misattached-policy", WARNING),
        RegisteredRule("policies", "not-an-arn", ERROR, (ROLE, TRIGGER)),
        RegisteredRule("policies", "unknown-action", ERROR, (ROLE,)),
        RegisteredRule("policies", "unused-policy", WARNING),
        RegisteredRule("roles", "duplicate-role-name", ERROR, (ROLE,)),
        RegisteredRule("roles", "needless-role", INFORMATION),
        RegisteredRule("roles", "role-by-arn", WARNING),
        RegisteredRule("roles", "start-role", ERROR, (SCHEDULE, TRIGGER, TASK, ROLE)),
        RegisteredRule("roles", "unassumable-role", ERROR, (ROLE, TASK)),
        RegisteredRule("roles", "unknown-role", ERROR, (TASK, ROLE, SCHEDULE, TRIGGER)),
        RegisteredRule("roles", "unreadable-secret", ERROR, (TASK, ROLE)),
        RegisteredRule("roles", "unused-role", WARNING),
        RegisteredRule("schedules", "daylight-pair", WARNING),
        RegisteredRule("schedules", "duplicate-schedule", ERROR, (SCHEDULE,)),
        RegisteredRule("schedules", "invalid-input", ERROR, (SCHEDULE,)),
        RegisteredRule("schedules", "mixed-task", ERROR, (SCHEDULE,)),
        RegisteredRule("schedules", "never-enabled", INFORMATION),
        RegisteredRule("schedules", "odd-schedule", WARNING),
        RegisteredRule("schedules", "refused-schedule", ERROR, (SCHEDULE,)),
        RegisteredRule("schedules", "schedule-comment", INFORMATION),
        RegisteredRule("schedules", "unknown-task", ERROR, ANY_PART),
        RegisteredRule("tasks", "bucket-address", WARNING),
        RegisteredRule("tasks", "command-form", ERROR, ANY_PART),
        RegisteredRule("tasks", "container-name", WARNING),
        RegisteredRule("tasks", "duplicate-environment-name", ERROR, (TASK,)),
        RegisteredRule("tasks", "duplicate-task", ERROR, (TASK,)),
        RegisteredRule("tasks", "environment-name", ERROR, (TASK,)),
        RegisteredRule("tasks", "fargate-size", ERROR, (TASK,)),
        RegisteredRule("tasks", "misspelt-attribute", ERROR, (TASK,)),
        RegisteredRule("tasks", "override-container", ERROR, ANY_PART),
        RegisteredRule("tasks", "task-name-form", INFORMATION),
        RegisteredRule("tasks", "unread-attribute", WARNING),
        RegisteredRule("triggers", "duplicate-trigger", ERROR, (TRIGGER,)),
        RegisteredRule("triggers", "narrow-notification", WARNING),
        RegisteredRule("triggers", "overlapping-filters", ERROR, (TRIGGER, TOGGLE)),
        RegisteredRule("triggers", "second-notification", ERROR, (TRIGGER,)),
        RegisteredRule("triggers", "trigger-bucket", ERROR, (TRIGGER,)),
        RegisteredRule("triggers", "trigger-without-role", ERROR, (TRIGGER, TASK, ROLE)),
        RegisteredRule("triggers", "uncalled-trigger", WARNING),
        RegisteredRule("triggers", "unmade-trigger", ERROR, (TRIGGER, TOGGLE)),
        RegisteredRule("triggers", "unreached-trigger", ERROR, (TRIGGER, TOGGLE)),
    )
}


def names() -> list[str]:
    """The names of all rules, in alphabetical order."""
    return sorted(RULES)


def guards(parts: Collection[str]) -> list[str]:
    """The names of the errors that a change of some parts of a task can bring about."""
    return [name for name in names() if RULES[name].severity is ERROR and _concerns(RULES[name], parts)]


def _concerns(entry: RegisteredRule, parts: Collection[str]) -> bool:
    return entry.parts is ANY_PART or any(part in entry.parts for part in parts)


def load(wanted: Iterable[str]) -> list[Rule]:
    """The rules of these names."""
    return [_rule(RULES[name]) for name in wanted]


def _rule(entry: RegisteredRule) -> Rule:
    module = import_module(entry.module)
    return Rule(
        name=entry.name,
        severity=entry.severity,
        title=(module.__doc__ or "").split("\n", 1)[0].rstrip("."),
        why=module.WHY,
        check=module.check,
        fix=getattr(module, "fix", None),
        selected_only=getattr(module, "SELECTED_ONLY", False),
    )
