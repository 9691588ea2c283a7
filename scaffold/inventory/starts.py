"""What starts a task by itself: its schedules and S3 triggers, the toggles that guard them, and where each is on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.aws.schedules.words import Reading, in_summer, in_winter
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.alarms import alarm_names
from scaffold.pfml.environments import environment_names, values_in
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.schedules import arguments_of, schedule_name, task_of
from scaffold.pfml.triggers import MODULE as TRIGGER
from scaffold.pfml.triggers import NOTIFICATION, Filter, bucket_name, filters, guard
from scaffold.terraform.conditions import alternatives, decide_all, gate, one_line
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known, literal

_PAIR = ("schedule_expression_standard", "schedule_expression_daylight_savings")
_ONE = "schedule_expression"


@dataclass(frozen=True, slots=True)
class TimingListing:
    """When a schedule runs in some environments: by one expression in winter and by one in summer."""

    environments: tuple[str, ...]
    winter: Reading
    summer: Reading


@dataclass(frozen=True, slots=True)
class Schedule:
    """A module that starts a task by the clock.

    module: its label. written: its expression, or the two for winter and summer, as they are written. arguments: the
    whole command that it passes, () where it passes none. conditions: as they are written, all of which have to hold.
    on: the environments where they do. undecided: those where it cannot be told. alarm: `file:line` of its name among
    the alarms, "" where there is none.
    """

    name: str
    module: str
    place: str
    written: tuple[str, ...]
    timings: tuple[TimingListing, ...]
    arguments: tuple[str, ...]
    conditions: tuple[str, ...]
    on: tuple[str, ...]
    undecided: tuple[str, ...]
    alarm: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """A module that starts a task when an object arrives.

    bucket: its resource in Terraform. bucket_name: its name, with * for what differs between environments. prefix and
    suffix: as they are written. conditions, on, undecided: as for a schedule. notification: `file:line` of the filter,
    "" where no notification calls the module.
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
    """What a variable is set to in one environment, as it is written."""

    environment: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Toggle:
    """A variable that guards a schedule or a trigger. default: as it is written. place: "" where it is not declared."""

    variable: str
    place: str
    default: str
    on: tuple[str, ...]
    undecided: tuple[str, ...]
    settings: tuple[Setting, ...]


class Starts:
    """The schedules and triggers of a checkout. What holds in an environment is worked out once, for all tasks."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.folder = Folder.of(checkout)
        calls = ((name, _call(checkout, name)) for name in environment_names(checkout))
        self.calls = {name: call for name, call in calls if call is not None}
        self.values = {name: values_in(name, checkout) for name in self.calls}
        self.schedulers = list(self.folder.modules(SCHEDULER))
        self.triggers = list(self.folder.modules(TRIGGER))
        self.notifications = [
            (found, item)
            for found in self.folder.blocks("resource", NOTIFICATION)
            for item in filters(self.folder, found)
        ]
        self.alarms = _alarms(checkout)

    @property
    def environments(self) -> tuple[str, ...]:
        """Those that have the tasks at all."""
        return tuple(self.values)

    def schedules_of(self, key: str) -> tuple[Schedule, ...]:
        return tuple(self._schedule(found) for found in self.schedulers if task_of(self.folder, found) == key)

    def triggers_of(self, key: str) -> tuple[Trigger, ...]:
        mine = (found for found in self.triggers if task_of(self.folder, found) == key)
        return tuple(trigger for found in mine for trigger in self._triggers(found))

    def toggles_of(self, starts: Iterable[Schedule | Trigger]) -> tuple[Toggle, ...]:
        texts = [condition for start in starts for condition in start.conditions]
        names = dict.fromkeys(name for text in texts for name in re.findall(r"\bvar\.(\w+)", text))
        return tuple(toggle for name in names if (toggle := self._toggle(name)) is not None)

    def strays(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The schedules and triggers of tasks that locals.tasks does not have, a sentence each."""
        known = set(keys)
        kinds = [(found, "schedule") for found in self.schedulers] + [(found, "trigger") for found in self.triggers]
        return tuple(
            f"{self.place(found)}: a {kind} of {task_of(self.folder, found)}, which is not in locals.tasks"
            for found, kind in kinds
            if task_of(self.folder, found) not in known
        )

    def place(self, found: PlacedBlock) -> str:
        return self.checkout.place(found.path, found.block.start)

    # --- schedules

    def _schedule(self, found: PlacedBlock) -> Schedule:
        name = schedule_name(self.folder, found)
        enabled = self.folder.attribute_text(found, "is_enabled") or self._default_of(SCHEDULER, "is_enabled")
        conditions = [one_line(enabled)] if enabled else []
        conditions += self._gates(found)
        on, undecided = self._where(conditions)
        return Schedule(
            name=name,
            module=_label(found),
            place=self.place(found),
            written=tuple(filter(None, (self.folder.attribute_text(found, name) for name in (*_PAIR, _ONE)))),
            timings=self._timings(found),
            arguments=_arguments(self.folder, found),
            conditions=tuple(conditions),
            on=on,
            undecided=undecided,
            alarm=self.alarms.get(name, ""),
        )

    def _timings(self, found: PlacedBlock) -> tuple[TimingListing, ...]:
        """The expressions, each pair once, with the environments where it is the one."""
        groups: dict[tuple[Reading, Reading], list[str]] = {}
        # Without an environment the expression is at least as it is written.
        for name, values in (self.values or {"": Values(self.folder, {})}).items():
            winter, summer = (_expression(values, found, argument) for argument in _PAIR)
            pair = _reading(winter, in_winter), _reading(summer, in_summer)
            groups.setdefault(pair, []).append(name)
        return tuple(TimingListing(tuple(filter(None, names)), *pair) for pair, names in groups.items())

    # --- triggers

    def _triggers(self, found: PlacedBlock) -> Iterator[Trigger]:
        """One for each filter that calls the module."""
        called = [(other, item) for other, item in self.notifications if self._calls(other, item, _label(found))]
        if not called:
            attribute = found.block.attributes.get("s3_bucket_arn")
            bucket = self._bucket(found, attribute)
            yield Trigger(_label(found), self.place(found), *bucket, "", "", (), (), (), (), "")
        for other, item in called:
            bucket = self._bucket(other, other.block.attributes.get("bucket"))
            own = guard(self.folder, other, item)
            # A gate that holds wherever the filter's own condition does says nothing of this filter.
            gates = [
                text for text in (*self._gates(found), *self._gates(other)) if own not in (alternatives(text) or [])
            ]
            conditions = [*dict.fromkeys([*gates, *([own] if own else [])])]
            yield Trigger(
                _label(found),
                self.place(found),
                *bucket,
                item.prefix,
                item.suffix,
                item.events,
                tuple(conditions),
                *self._where(conditions),
                self.checkout.place(other.path, item.outer.start),
            )

    def _calls(self, found: PlacedBlock, item: Filter, label: str) -> bool:
        target = self.folder.attribute_text(PlacedBlock(found.path, item.block), "lambda_function_arn")
        return re.match(rf"module\.{re.escape(label)}\b(?!-)", target) is not None

    def _bucket(self, found: PlacedBlock, attribute: hcl.Attribute | None) -> tuple[str, str]:
        if attribute is None:
            return "", ""
        text = self.folder.text(found.path, attribute.value)
        match = re.match(r"(?:data\.)?aws_s3_bucket\.[\w-]+", text)
        return match[0] if match else text, bucket_name(self.folder, found.path, attribute.value)

    # --- where they are on

    def _gates(self, found: PlacedBlock) -> list[str]:
        """The condition of a block's `count`, and that its `for_each` is not empty."""
        counted = gate(self.folder, found)
        each = found.block.attributes.get("for_each")
        conditions = [counted[0]] if counted else []
        return conditions + ([f"length({one_line(self.folder.text(found.path, each.value))}) > 0"] if each else [])

    def _where(self, conditions: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The environments where all conditions hold, and those where it cannot be told."""
        decided = {name: decide_all(conditions, values) for name, values in self.values.items()}
        on = tuple(name for name, holds in decided.items() if holds)
        return on, tuple(name for name, holds in decided.items() if holds is None)

    def _toggle(self, name: str) -> Toggle | None:
        """None for a variable that is no bool, such as the environment's name."""
        found = self.folder.block("variable", name)
        type, default = (self.folder.attribute_text(found, which) if found else "" for which in ("type", "default"))
        if found is not None and type != "bool" and default not in ("true", "false"):
            return None
        settings = []
        for environment, call in self.calls.items():
            attribute = call.block.attributes.get(name)
            if attribute is not None:
                text = one_line(self.folder.text(call.path, attribute.value))
                settings.append(Setting(environment, text, self.checkout.place(call.path, attribute.start)))
        place = self.place(found) if found else ""
        return Toggle(name, place, default, *self._where([f"var.{name}"]), tuple(settings))

    def _default_of(self, module: str, argument: str) -> str:
        folder = Folder.of(self.checkout, f"infra/modules/{module}")
        found = folder.block("variable", argument)
        return folder.attribute_text(found, "default") if found else ""


def _call(checkout: Checkout, environment: str) -> PlacedBlock | None:
    """The module of an environment that has the tasks."""
    return next(Folder.of(checkout, f"{ENVIRONMENTS}/{environment}").modules("template"), None)


def _alarms(checkout: Checkout) -> dict[str, str]:
    """The names of schedules that have an alarm, each with its place."""
    found = alarm_names(checkout)
    if found is None:
        return {}
    path, names = found
    return {Folder.of(checkout).expand(path, item, {}): checkout.place(path, item.start) for item in names.items}


def _label(found: PlacedBlock) -> str:
    return found.block.labels[0] if found.block.labels else ""


def _expression(values: Values, found: PlacedBlock, argument: str) -> str:
    """What an argument comes to; before November 2021 one expression stood for both seasons."""
    attributes = found.block.attributes
    attribute = attributes.get(argument) or attributes.get(_ONE)
    if attribute is None:
        return ""
    text = values.of(found.path, values.chosen(found.path, attribute.value))
    return literal(text) if is_known(text) else text


def _reading(expression: str, read: Callable[[str], Reading]) -> Reading:
    if not expression:
        return Reading("", "", "", "no expression")
    if not is_known(expression):
        return Reading(expression, "", "", "only Terraform knows what it comes to")
    return read(expression)


def _arguments(folder: Folder, found: PlacedBlock) -> tuple[str, ...]:
    """The command of a schedule's `input`, its interpolations as they are written; the text of one that is no JSON."""
    attribute = found.block.attributes.get("input")
    if attribute is None or folder.text(found.path, attribute.value) == "null":
        return ()
    words = arguments_of(folder, found)
    return tuple(words) if words is not None else (one_line(folder.text(found.path, attribute.value)),)
