"""Where the schedule and the trigger of an addition are on once its plan is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.changes.outcome import outcome_of
from scaffold.changes.parts.infra.notification import as_asked
from scaffold.changes.parts.requests import Addition
from scaffold.files.plan import Plan
from scaffold.pfml.all_starts import all_starts, starts_of
from scaffold.pfml.buckets import bucket_reference
from scaffold.pfml.enabled import Enabled, destination_enabled, either, in_words, where_enabled
from scaffold.pfml.schedules import find_by_name
from scaffold.pfml.triggers import triggers_of
from scaffold.rendering.literals import shell
from scaffold.spec.buckets import bucket_label
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.conditions import mentions
from scaffold.terraform.folder import Folder


class StartState(NamedTuple):
    """A schedule or trigger, and where it is on. turn_on: the command that turns it on, "" if there is none."""

    kind: str
    name: str
    enabled: Enabled
    turn_on: str

    def sentence(self) -> str:
        sentence = f"{self.kind.capitalize()} {self.name}: {in_words(self.enabled)}"
        is_off = not self.enabled.on and not self.enabled.undecided
        return f"{sentence}, until you turn it on: {self.turn_on}" if is_off and self.turn_on else sentence

    def as_object(self) -> dict[str, object]:
        enabled = self.enabled
        states = {"on": enabled.on, "off": enabled.off, "undecided": enabled.undecided}
        return {"kind": self.kind, "name": self.name} | {state: list(names) for state, names in states.items()}


def start_states(addition: Addition, plan: Plan) -> list[StartState]:
    return list(_states(addition, plan)) if addition.spec.schedule or addition.spec.trigger else []


def _states(addition: Addition, plan: Plan) -> Iterator[StartState]:
    spec = addition.spec
    folder = Folder.of(outcome_of(plan, addition.checkout))
    schedule = find_by_name(folder, spec.schedule.name) if spec.schedule else None
    if spec.schedule and schedule and schedule.task_key == addition.key:
        turn_on = _turn_on(addition, folder, spec.schedule.toggle, ("--schedule-name", schedule.name))
        yield StartState(schedule.kind, schedule.name, where_enabled(schedule), turn_on)
    if spec.trigger:
        yield from _trigger_states(addition, spec.trigger, folder)


def _trigger_states(addition: Addition, spec: TriggerSpec, folder: Folder) -> Iterator[StartState]:
    """The trigger by the destination that was asked for: the others may be on elsewhere."""
    bucket = bucket_reference(folder, spec.bucket)
    for trigger in triggers_of(folder, addition.key):
        destinations = [destination for destination in trigger.destinations if as_asked(spec, destination)]
        if trigger.text("s3_bucket_arn") == f"{bucket}.arn" and destinations:
            several = [destination_enabled(trigger, destination) for destination in destinations]
            turn_on = _turn_on(addition, folder, spec.toggle, ("--s3-bucket", bucket_label(bucket)))
            yield StartState(trigger.kind, trigger.name, either(several, folder.checkout), turn_on)


def _turn_on(addition: Addition, folder: Folder, toggle: str, choice: tuple[str, str]) -> str:
    """The command that turns a toggle on; "" for one that other tasks have, too. choice: an option that says which
    schedule or trigger, and its value, for a task with several."""
    if not toggle:
        return ""
    others = [start for start in all_starts(folder.checkout) if start.task_key != addition.key]
    if any(mentions(condition, f"var.{toggle}") for start in others for condition in where_enabled(start).conditions):
        return ""
    words = [addition.spec.name, *(choice if len(starts_of(folder.checkout, addition.key)) > 1 else ())]
    return f"pfml-scaffold change {shell(*words)} --enable-in ENVIRONMENT"


def environments_on(states: Sequence[StartState]) -> tuple[str, ...]:
    """The environments in which at least one of them is on, or may be."""
    on = {name for state in states for name in (*state.enabled.on, *state.enabled.undecided)}
    return tuple(sorted(on))
