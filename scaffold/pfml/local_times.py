"""When schedules run by the clock in New York, in winter and in summer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scaffold.aws.schedules.words import Reading, in_summer, in_winter
from scaffold.pfml.environments import names_with_tasks
from scaffold.pfml.event_rules import ScheduledRule
from scaffold.pfml.schedules import Schedule
from scaffold.pfml.timing import Expression
from scaffold.terraform.values import is_known, literal


@dataclass(frozen=True, slots=True)
class LocalTimes:
    """When a schedule runs in some environments: by one expression in winter and by one in summer."""

    environments: tuple[str, ...]
    winter: Reading
    summer: Reading

    @property
    def in_words(self) -> str:
        """One line; the two times only if they are different."""
        winter, summer = _local(self.winter), _local(self.summer)
        if winter == summer:
            return winter
        (time, _, days), (other_time, _, other_days) = winter.partition(", "), summer.partition(", ")
        if days == other_days and time.startswith("At ") and other_time.startswith("At "):
            return f"{time} in winter, at {other_time.removeprefix('At ')} in summer{days and f', {days}'}"
        return f"winter: {winter}; summer: {summer}"


def local_times(schedule: Schedule | ScheduledRule) -> tuple[LocalTimes, ...]:
    """The expressions, each pair once, with the environments that have it."""
    every = names_with_tasks(schedule.folder.checkout)
    groups: dict[tuple[Reading, Reading], list[str]] = {}
    for environment, (winter, summer) in schedule.pairs.items():
        readings = _reading(winter, in_winter), _reading(summer, in_summer)
        groups.setdefault(readings, []).extend([environment] if environment else every)
    return tuple(LocalTimes(tuple(names), *readings) for readings, names in groups.items())


def _reading(expression: Expression | None, read: Callable[[str], Reading]) -> Reading:
    if expression is None or not expression.listed:
        return Reading("", "", "", "no expression")
    if not is_known(expression.listed):
        return Reading(expression.listed, "", "", "only Terraform knows its value")
    return read(literal(expression.listed))


def _local(reading: Reading) -> str:
    if not reading.problem:
        return reading.local
    return f"{reading.expression} ({reading.problem})" if reading.expression else reading.problem
