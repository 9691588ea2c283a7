"""The schedules, triggers and toggles of tasks as `list` and `show` print them, and where each is on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scaffold.files.checkout import Checkout
from scaffold.pfml.alarms import alarm_list
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.enabled import destination_enabled, enabled_by, where_enabled
from scaffold.pfml.environments import names_with_tasks
from scaffold.pfml.event_rules import ScheduledRule
from scaffold.pfml.local_times import LocalTimes, local_times
from scaffold.pfml.schedules import Schedule, schedules_of
from scaffold.pfml.toggles import Toggle, toggles_in
from scaffold.pfml.triggers import Trigger, triggers_of
from scaffold.terraform.conditions import one_line
from scaffold.terraform.folder import Folder, PlacedBlock


@dataclass(frozen=True, slots=True)
class ScheduleListing:
    """A module that starts a task at certain times.

    module: its label. written: its expression, or the two for winter and summer, as they are written. arguments: the
    whole command that it passes, () if it passes none. conditions: as they are written; all must hold. on: the
    environments where they do. undecided: those where that is not known. alarm: `file:line` of its name in the list of
    alarms, "" if it has no alarm.
    """

    name: str
    module: str
    place: str
    written: tuple[str, ...]
    timings: tuple[LocalTimes, ...]
    arguments: tuple[str, ...]
    conditions: tuple[str, ...]
    on: tuple[str, ...]
    undecided: tuple[str, ...]
    alarm: str


@dataclass(frozen=True, slots=True)
class TriggerListing:
    """A module that starts a task when an object arrives.

    bucket: its resource in Terraform. bucket_name: its name, with * for the parts that differ between environments.
    prefix and suffix: as they are written. conditions, on, undecided: as for a schedule. notification: `file:line` of
    the filter, "" if no notification calls the module.
    """

    module: str
    place: str
    bucket: str
    bucket_name: str
    prefix: str
    suffix: str
    events: tuple[str, ...]
    conditions: tuple[str, ...]
    on: tuple[str, ...]
    undecided: tuple[str, ...]
    notification: str


@dataclass(frozen=True, slots=True)
class Setting:
    """The value of a variable in one environment, as it is written."""

    environment: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class ToggleListing:
    """A variable that turns a schedule or a trigger on. default: as it is written. place: "" if it is not declared."""

    variable: str
    place: str
    default: str
    on: tuple[str, ...]
    undecided: tuple[str, ...]
    settings: tuple[Setting, ...]


class Starts:
    """The listings of the schedules and triggers of a checkout. environments: those that have the tasks."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.folder = Folder.of(checkout)
        self.environments = names_with_tasks(checkout)
        self.alarms = {
            alarm.name: checkout.place(alarm.path, alarm.node.start) for alarm in alarm_list(checkout).alarms
        }

    def schedules_of(self, key: str) -> tuple[ScheduleListing, ...]:
        return tuple(self.schedule(schedule) for schedule in schedules_of(self.folder, key))

    def triggers_of(self, key: str) -> tuple[TriggerListing, ...]:
        return tuple(listing for trigger in triggers_of(self.folder, key) for listing in self._trigger(trigger))

    def toggles_of(self, starts: Iterable[ScheduleListing | TriggerListing]) -> tuple[ToggleListing, ...]:
        conditions = [condition for start in starts for condition in start.conditions]
        return tuple(self._toggle(toggle) for toggle in toggles_in(self.checkout, conditions))

    def strays(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The schedules and triggers of tasks that locals.tasks does not have, a sentence each."""
        known = set(keys)
        return tuple(
            f"{self.place(start)}: a {start.kind} of {start.task_key}, which is not in locals.tasks"
            for start in all_starts(self.checkout)
            if start.task_key not in known
        )

    def place(self, placed: PlacedBlock) -> str:
        return self.checkout.place(*placed.location)

    def schedule(self, schedule: Schedule) -> ScheduleListing:
        enabled = where_enabled(schedule)
        return ScheduleListing(
            name=schedule.given_name,
            module=schedule.label,
            place=self.place(schedule),
            written=schedule.written,
            timings=local_times(schedule),
            arguments=_arguments(schedule),
            conditions=schedule.conditions,
            on=enabled.on,
            undecided=enabled.undecided,
            alarm=self.alarms.get(schedule.given_name, ""),
        )

    def rule(self, rule: ScheduledRule) -> ScheduleListing:
        """A rule of EventBridge's own, which has no module."""
        enabled = enabled_by(rule.conditions, self.checkout)
        return ScheduleListing(
            name=rule.name,
            module="",
            place=self.place(rule),
            written=(rule.written,),
            timings=local_times(rule),
            arguments=(),
            conditions=rule.conditions,
            on=enabled.on,
            undecided=enabled.undecided,
            alarm=next((place for name, place in self.alarms.items() if rule.is_watched_by(name)), ""),
        )

    def _trigger(self, trigger: Trigger) -> Iterator[TriggerListing]:
        """One for each destination that calls it."""
        label, place = trigger.label, self.place(trigger)
        if not trigger.destinations:
            bucket = trigger.bucket_address, trigger.bucket_name
            yield TriggerListing(label, place, *bucket, "", "", (), (), (), (), "")
        for destination in trigger.destinations:
            enabled = destination_enabled(trigger, destination)
            yield TriggerListing(
                label,
                place,
                destination.notification.bucket_address,
                destination.notification.bucket,
                destination.prefix,
                destination.suffix,
                destination.events,
                enabled.conditions,
                enabled.on,
                enabled.undecided,
                self.checkout.place(destination.path, destination.outer.start),
            )

    def _toggle(self, toggle: Toggle) -> ToggleListing:
        settings = [
            Setting(
                setting.environment.name,
                setting.value,
                self.checkout.place(setting.environment.call.path, setting.argument.start),
            )
            for setting in toggle.settings
        ]
        place = self.place(toggle.variable) if toggle.variable else ""
        enabled = enabled_by([f"var.{toggle.name}"], self.checkout)
        return ToggleListing(toggle.name, place, toggle.default, enabled.on, enabled.undecided, tuple(settings))


def _arguments(schedule: Schedule) -> tuple[str, ...]:
    """The command in `input`, its interpolations as they are written; the whole `input` if that cannot be read."""
    text = schedule.text("input")
    if text in ("", "null"):
        return ()
    return tuple(schedule.arguments) if schedule.arguments is not None else (one_line(text),)
