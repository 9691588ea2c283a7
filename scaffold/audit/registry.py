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
class Entry:
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
        Entry("alarms", "alarm-dimension", ERROR, NO_PART),
        Entry("alarms", "ignored-failure", WARNING),
        Entry("alarms", "misnamed-alarm", ERROR, (ALARM, SCHEDULE)),
        Entry("alarms", "missing-alarm", WARNING),
        Entry("alarms", "repeated-alarm", INFORMATION),
        Entry("alarms", "stale-alarm", WARNING),
        Entry("declarations", "duplicate-label", ERROR, (ROLE, SCHEDULE, TRIGGER, TOGGLE)),
        Entry("declarations", "long-name", ERROR, ANY_PART),
        Entry("declarations", "missing-variable", ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        Entry("declarations", "undeclared-variable", ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        Entry("declarations", "undefined-reference", ERROR, ANY_PART),
        Entry("declarations", "unused-local", INFORMATION),
        Entry("declarations", "unused-variable", WARNING),
        Entry("declarations", "variable-type", ERROR, (SCHEDULE, TRIGGER, TOGGLE)),
        Entry("entrypoints", "decorator-name", WARNING),
        Entry("entrypoints", "duplicate-script", ERROR, (SCRIPT,)),
        Entry("entrypoints", "makefile-script", ERROR, NO_PART),
        Entry("entrypoints", "missing-decorator", WARNING),
        Entry("entrypoints", "package-without-init", INFORMATION),
        Entry("entrypoints", "refused-arguments", ERROR, ANY_PART),
        Entry("entrypoints", "unknown-entrypoint", ERROR, ANY_PART),
        Entry("entrypoints", "unknown-script", ERROR, ANY_PART),
        Entry("entrypoints", "unused-script", INFORMATION),
        Entry("environments", "environment-identity", ERROR, NO_PART),
        Entry("environments", "environment-map", ERROR, NO_PART),
        Entry("environments", "partly-set-toggle", INFORMATION),
        Entry("environments", "unmonitored-environment", WARNING),
        Entry("policies", "action-resource", ERROR, (ROLE,)),
        Entry("policies", "literal-wildcard", ERROR, (ROLE,)),
        Entry("policies", "lost-policy", ERROR, (ROLE,)),
        Entry("policies", "misattached-policy", WARNING),
        Entry("policies", "not-an-arn", ERROR, (ROLE, TRIGGER)),
        Entry("policies", "unknown-action", ERROR, (ROLE,)),
        Entry("policies", "unused-policy", WARNING),
        Entry("roles", "duplicate-role-name", ERROR, (ROLE,)),
        Entry("roles", "needless-role", INFORMATION),
        Entry("roles", "role-by-arn", WARNING),
        Entry("roles", "start-role", ERROR, (SCHEDULE, TRIGGER, TASK, ROLE)),
        Entry("roles", "unassumable-role", ERROR, (ROLE, TASK)),
        Entry("roles", "unknown-role", ERROR, (TASK, ROLE, SCHEDULE, TRIGGER)),
        Entry("roles", "unreadable-secret", ERROR, (TASK, ROLE)),
        Entry("roles", "unused-role", WARNING),
        Entry("schedules", "daylight-pair", WARNING),
        Entry("schedules", "duplicate-schedule", ERROR, (SCHEDULE,)),
        Entry("schedules", "invalid-input", ERROR, (SCHEDULE,)),
        Entry("schedules", "mixed-task", ERROR, (SCHEDULE,)),
        Entry("schedules", "never-enabled", INFORMATION),
        Entry("schedules", "odd-schedule", WARNING),
        Entry("schedules", "refused-schedule", ERROR, (SCHEDULE,)),
        Entry("schedules", "schedule-comment", INFORMATION),
        Entry("schedules", "unknown-task", ERROR, ANY_PART),
        Entry("tasks", "bucket-address", WARNING),
        Entry("tasks", "command-form", ERROR, ANY_PART),
        Entry("tasks", "container-name", WARNING),
        Entry("tasks", "duplicate-environment-name", ERROR, (TASK,)),
        Entry("tasks", "duplicate-task", ERROR, (TASK,)),
        Entry("tasks", "environment-name", ERROR, (TASK,)),
        Entry("tasks", "fargate-size", ERROR, (TASK,)),
        Entry("tasks", "misspelt-attribute", ERROR, (TASK,)),
        Entry("tasks", "override-container", ERROR, ANY_PART),
        Entry("tasks", "task-name-form", INFORMATION),
        Entry("tasks", "unread-attribute", WARNING),
        Entry("triggers", "duplicate-trigger", ERROR, (TRIGGER,)),
        Entry("triggers", "narrow-notification", WARNING),
        Entry("triggers", "overlapping-filters", ERROR, (TRIGGER, TOGGLE)),
        Entry("triggers", "second-notification", ERROR, (TRIGGER,)),
        Entry("triggers", "trigger-bucket", ERROR, (TRIGGER,)),
        Entry("triggers", "trigger-without-role", ERROR, (TRIGGER, TASK, ROLE)),
        Entry("triggers", "uncalled-trigger", WARNING),
        Entry("triggers", "unmade-trigger", ERROR, (TRIGGER, TOGGLE)),
        Entry("triggers", "unreached-trigger", ERROR, (TRIGGER, TOGGLE)),
    )
}


def names() -> list[str]:
    """The names of all rules, in alphabetical order."""
    return sorted(RULES)


def guards(parts: Collection[str]) -> list[str]:
    """The names of the errors that a change of some parts of a task can bring about."""
    return [name for name in names() if RULES[name].severity is ERROR and _concerns(RULES[name], parts)]


def _concerns(entry: Entry, parts: Collection[str]) -> bool:
    return entry.parts is ANY_PART or any(part in entry.parts for part in parts)


def load(wanted: Iterable[str]) -> list[Rule]:
    """The rules of these names."""
    return [_rule(RULES[name]) for name in wanted]


def _rule(entry: Entry) -> Rule:
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
