"""The schedules and triggers of a task in one environment, as a runbook shows them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.aws.schedules.words import in_summer, in_winter
from scaffold.pfml.filters import decoded
from scaffold.pfml.notifications import notifications_in
from scaffold.pfml.schedules import Schedule, module_folder, module_rule, schedules_of
from scaffold.pfml.tasks import Task
from scaffold.pfml.timing import Expression
from scaffold.pfml.triggers import triggers_of
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import Values, is_known, literal


@dataclass(frozen=True, slots=True)
class RunbookSchedule:
    """A schedule in one environment; "" for what is only known to Terraform.

    arguments: a whole command, or (). standard, daylight: its two expressions, "" if it has only one, or they are the
    same. in_winter, in_summer: its local times in words. switch: what chooses between two expressions, as it is
    written. switch_place: `file:line` of that.
    """

    name: str
    rule: str
    description: str
    expression: str
    enabled: str
    arguments: tuple[str, ...]
    standard: str
    daylight: str
    in_winter: str
    in_summer: str
    switch: str
    switch_place: str


@dataclass(frozen=True, slots=True)
class RunbookTrigger:
    """The keys of a bucket that start the task."""

    bucket: str
    prefix: str
    suffix: str


def runbook_schedules(task: Task, environment: str, values: Values) -> Iterator[RunbookSchedule]:
    checkout = values.folder.checkout
    rule = module_rule(checkout)
    switch, switch_place = _switch(values, rule)
    for schedule in schedules_of(values.folder, task.key):
        arguments = schedule.block.attributes.values()
        given = {argument.name: values.of(schedule.path, argument.value) for argument in arguments}
        module = Values(module_folder(checkout), values.variables | given)
        standard, daylight = _expressions(schedule, environment)
        yield RunbookSchedule(
            name=schedule.given_name,
            rule=attribute_text(module, rule, "name"),
            description=attribute_text(module, rule, "description"),
            expression=attribute_text(module, rule, "schedule_expression"),
            enabled=attribute_text(module, rule, "is_enabled"),
            arguments=tuple(literal(values.of_template(word)) for word in schedule.arguments or ()),
            standard=standard if standard != daylight else "",
            daylight=daylight if standard != daylight else "",
            in_winter=in_winter(standard).local if standard else "",
            in_summer=in_summer(daylight).local if daylight else "",
            switch=switch if standard != daylight else "",
            switch_place=switch_place,
        )


def _expressions(schedule: Schedule, environment: str) -> tuple[str, str]:
    """For winter and for summer; "" if one is only known to Terraform."""
    winter, summer = schedule.pairs.get(environment) or schedule.pairs.get("") or (None, None)
    return _text(winter), _text(summer)


def _text(expression: Expression | None) -> str:
    return expression.text if expression and expression.is_known else ""


def _switch(values: Values, rule: PlacedBlock | None) -> tuple[str, str]:
    """What the module's rule chooses an expression by, as it is written, and `file:line` of it."""
    attribute = rule.block.attributes.get("schedule_expression") if rule else None
    if rule is None or attribute is None or not isinstance(attribute.value, hcl.Conditional):
        return "", ""
    folder = module_folder(values.folder.checkout)
    condition = attribute.value.condition
    text = folder.text(rule.path, condition)
    local = folder.local(text.removeprefix("local.")) if text.startswith("local.") else None
    path, offset = (local.path, local.value.start) if local else (rule.path, condition.start)
    return text, folder.checkout.place(path, offset)


def attribute_text(values: Values, placed: PlacedBlock | None, name: str) -> str:
    attribute = placed.block.attributes.get(name) if placed else None
    if placed is None or attribute is None:
        return ""
    text = values.of(placed.path, values.chosen(placed.path, attribute.value))
    return literal(text) if is_known(text) else ""


def runs_of(schedules: list[RunbookSchedule]) -> list[tuple[list[str], tuple[str, ...]]]:
    """The distinct commands of schedules, each with the names of its schedules."""
    runs: dict[tuple[str, ...], list[str]] = {}
    for schedule in schedules:
        if schedule.arguments:
            runs.setdefault(schedule.arguments, []).append(schedule.name)
    return [(names, arguments) for arguments, names in runs.items()]


def runbook_triggers(task: Task, values: Values) -> Iterator[RunbookTrigger]:
    labels = {trigger.label for trigger in triggers_of(values.folder, task.key)}
    for notification in notifications_in(values.folder):
        for destination in notification.destinations:
            if destination.module in labels:
                bucket = attribute_text(values, notification, "bucket")
                prefix, suffix = (
                    decoded(destination.value(name, values)) for name in ("filter_prefix", "filter_suffix")
                )
                yield RunbookTrigger(bucket, prefix, suffix)
