"""`list environments`: how much is on in each environment, and what it sets its toggles to."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from scaffold.files.checkout import Checkout
from scaffold.inventory.lists.contents import Listing, Row, counted, entries
from scaffold.pfml.enabled import Enabled, enabled_by, where_enabled
from scaffold.pfml.environments import Environment, environment_names, environments
from scaffold.pfml.schedules import schedules
from scaffold.pfml.tasks import all_tasks
from scaffold.pfml.toggles import Toggle, toggles
from scaffold.pfml.triggers import triggers
from scaffold.terraform.folder import Folder

_COLUMNS = (
    *("environment", "tasks", "schedules on", "triggers on", "undecided"),
    *("toggles on", "toggles off", "toggles not set", "place"),
)


@dataclass(frozen=True, slots=True)
class ToggleValue:
    """A toggle in one environment. value: as it is written, or its default. place: "" if the environment does not set
    it. on: None if that is only known at deployment."""

    variable: str
    value: str
    place: str
    on: bool | None


@dataclass(frozen=True, slots=True)
class ListedEnvironment:
    """An environment. place: of its call of the template, "" if it does not have the tasks. tasks: how many it has.
    schedules and triggers: the names of those that are on. undecided: those of which that is only known at deployment.
    """

    name: str
    place: str
    tasks: int
    schedules: tuple[str, ...]
    triggers: tuple[str, ...]
    undecided: tuple[str, ...]
    toggles: tuple[ToggleValue, ...]


class _Reader:
    """What is on where, worked out once for all environments."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout
        self.tasks = len(all_tasks(Folder.of(checkout)))
        self.schedules = [(schedule.name, where_enabled(schedule)) for schedule in schedules(checkout)]
        self.triggers = [(trigger.name, where_enabled(trigger)) for trigger in triggers(checkout)]
        self.toggles = [(toggle, enabled_by([f"var.{toggle.name}"], checkout)) for toggle in toggles(checkout)]
        self.calls = {environment.name: environment for environment in environments(checkout)}

    def environment(self, name: str) -> ListedEnvironment:
        call = self.calls.get(name)
        if call is None:
            return ListedEnvironment(name, "", 0, (), (), (), ())
        starts = [*self.schedules, *self.triggers]
        return ListedEnvironment(
            name,
            self.checkout.place(*call.call.location),
            self.tasks,
            tuple(schedule for schedule, enabled in self.schedules if name in enabled.on),
            tuple(trigger for trigger, enabled in self.triggers if name in enabled.on),
            tuple(start for start, enabled in starts if name in enabled.undecided),
            tuple(self._value(toggle, enabled, call) for toggle, enabled in self.toggles),
        )

    def _value(self, toggle: Toggle, enabled: Enabled, environment: Environment) -> ToggleValue:
        name = environment.name
        on = True if name in enabled.on else None if name in enabled.undecided else False
        for setting in toggle.settings:
            if setting.environment.name == name:
                place = self.checkout.place(environment.call.path, setting.argument.start)
                return ToggleValue(toggle.name, setting.value, place, on)
        return ToggleValue(toggle.name, toggle.default, "", on)


def read(checkout: Checkout) -> Listing:
    reader = _Reader(checkout)
    known = [reader.environment(name) for name in environment_names(checkout)]
    return Listing(
        {
            "tasks": reader.tasks,
            "schedules": [name for name, _ in reader.schedules],
            "triggers": [name for name, _ in reader.triggers],
            "environments": [asdict(environment) for environment in known],
        },
        _COLUMNS,
        [_row(environment) for environment in known],
        f"{counted(len(known), 'environment')} with {counted(reader.tasks, 'task')}, "
        f"{counted(len(reader.schedules), 'schedule')} and {counted(len(reader.triggers), 'trigger')}. Toggles are the "
        "template's variables of type bool; those that an environment does not set have their default.",
        ("ENVIRONMENT\n  file:line", "WHAT IS ON", "TOGGLES"),
        [_text_row(environment, reader) for environment in known],
    )


def _named(environment: ListedEnvironment, is_set: bool, on: bool | None) -> list[str]:
    toggles = environment.toggles
    return [toggle.variable for toggle in toggles if bool(toggle.place) == is_set and toggle.on is on]


def _row(environment: ListedEnvironment) -> Row:
    unset = [f"{toggle.variable} = {toggle.value}" for toggle in environment.toggles if not toggle.place]
    return (
        [environment.name],
        [str(environment.tasks)],
        environment.schedules,
        environment.triggers,
        environment.undecided,
        _named(environment, True, True),
        _named(environment, True, False),
        unset,
        [environment.place],
    )


def _text_row(environment: ListedEnvironment, reader: _Reader) -> Row:
    if not environment.place:
        return [environment.name], ["does not have the tasks"], []
    on = [
        counted(environment.tasks, "task"),
        f"{len(environment.schedules)} of {counted(len(reader.schedules), 'schedule')}",
        f"{len(environment.triggers)} of {counted(len(reader.triggers), 'trigger')}",
        *entries("undecided:", environment.undecided),
    ]
    states = [("true:", True, True), ("false:", True, False), ("undecided:", True, None)]
    states += [("true by default:", False, True), ("false by default:", False, False)]
    toggles = [line for label, is_set, value in states for line in entries(label, _named(environment, is_set, value))]
    return [environment.name, f"  {environment.place}"], on, toggles
