"""Where something is on: the environments in which all of its conditions hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from scaffold.files.checkout import Checkout
from scaffold.files.printable import listed
from scaffold.pfml.environments import environments, names_with_tasks
from scaffold.pfml.notifications import Destination
from scaffold.pfml.schedules import Schedule
from scaffold.pfml.triggers import Trigger
from scaffold.terraform.conditions import decide_all

_FEW = 3


@dataclass(frozen=True, slots=True)
class Enabled:
    """The environments in which something is on, is off, or in which that is only known at deployment.

    conditions: as they are written, all of which have to hold.
    """

    on: tuple[str, ...]
    off: tuple[str, ...]
    undecided: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def environments(self) -> tuple[str, ...]:
        """All environments that have the tasks."""
        return tuple(sorted((*self.on, *self.off, *self.undecided)))


def enabled_by(conditions: Iterable[str], checkout: Checkout) -> Enabled:
    """Where all of some conditions hold."""
    conditions = tuple(conditions)
    if all(condition == "true" for condition in conditions):  # most often: without working out any values
        return Enabled(names_with_tasks(checkout), (), (), conditions)
    decided = {environment.name: decide_all(conditions, environment.values) for environment in environments(checkout)}
    return _enabled(decided, conditions)


def where_enabled(start: Schedule | Trigger) -> Enabled:
    """Where a schedule is on, or a trigger by any destination that calls it; it is off without one."""
    checkout = start.folder.checkout
    if isinstance(start, Schedule):
        return enabled_by(start.conditions, checkout)
    return either([destination_enabled(start, destination) for destination in start.destinations], checkout)


def destination_enabled(trigger: Trigger, destination: Destination) -> Enabled:
    """Where one destination of a notification starts the task of a trigger."""
    return enabled_by(trigger.conditions(destination), trigger.folder.checkout)


def either(several: Sequence[Enabled], checkout: Checkout) -> Enabled:
    """Where at least one of several is on."""
    if len(several) == 1:
        return several[0]
    decided: dict[str, bool | None] = {}
    for environment in environments(checkout):
        name = environment.name
        is_on = any(name in enabled.on for enabled in several)
        decided[name] = True if is_on else None if any(name in enabled.undecided for enabled in several) else False
    written = " or ".join(dict.fromkeys(" and ".join(enabled.conditions) for enabled in several))
    return _enabled(decided, (written,) if written else ())


def _enabled(decided: Mapping[str, bool | None], conditions: tuple[str, ...]) -> Enabled:
    on, off, undecided = (tuple(name for name in decided if decided[name] is holds) for holds in (True, False, None))
    return Enabled(on, off, undecided, conditions)


# --- words


def in_words(enabled: Enabled) -> str:
    """Where it is on, such as "on in test and prod, off in the other 9"."""
    if not enabled.environments:
        return "on nowhere: no environment has the tasks"
    parts = _decided_in_words(enabled)
    if enabled.undecided:
        condition = " and ".join(enabled.conditions)
        parts.append(f"in {some_of(enabled.undecided, enabled.environments)} on if {condition}")
    return ", ".join(parts)


def _decided_in_words(enabled: Enabled) -> list[str]:
    """The smaller side first, by name."""
    on, off, every = ("on", enabled.on), ("off", enabled.off), enabled.environments
    smaller, larger = (on, off) if len(on[1]) <= len(off[1]) else (off, on)
    if not smaller[1]:
        return [f"{larger[0]} in {some_of(larger[1], every)}"] if larger[1] else []
    rest = f"the other {len(larger[1])}" if len(larger[1]) > _FEW and not enabled.undecided else listed(larger[1])
    return [f"{smaller[0]} in {listed(smaller[1])}", f"{larger[0]} in {rest}"]


def some_of(names: Sequence[str], every: Sequence[str]) -> str:
    """Environments by name, or "all" and their number."""
    return f"all {len(every)} environments" if len(names) == len(every) > 1 else listed(names)
