"""Where the schedule and the trigger of an addition are on once its plan is carried out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.changes.parts.infra.notification import as_asked
from scaffold.changes.parts.requests import Addition
from scaffold.files.plan import Plan
from scaffold.pfml.buckets import bucket_reference
from scaffold.pfml.enabled import Enabled, destination_enabled, either, in_words, where_enabled
from scaffold.pfml.schedules import find_by_name
from scaffold.pfml.triggers import triggers_of
from scaffold.spec.specs import TriggerSpec
from scaffold.terraform.folder import Folder


class StartState(NamedTuple):
    """A schedule or trigger, and where it is on. toggle: the variable that was asked for, "" for none."""

    kind: str
    name: str
    enabled: Enabled
    toggle: str

    def sentence(self, task_name: str) -> str:
        sentence = f"{self.kind.capitalize()} {self.name}: {in_words(self.enabled)}"
        if self.toggle and not self.enabled.on and not self.enabled.undecided:
            sentence += f", until you turn it on: pfml-scaffold change {task_name} --enable-in ENVIRONMENT"
        return sentence

    def as_object(self) -> dict[str, object]:
        enabled = self.enabled
        states = {"on": enabled.on, "off": enabled.off, "undecided": enabled.undecided}
        return {"kind": self.kind, "name": self.name} | {state: list(names) for state, names in states.items()}


def start_states(addition: Addition, plan: Plan) -> list[StartState]:
    return list(_states(addition, plan)) if addition.spec.schedule or addition.spec.trigger else []


def _states(addition: Addition, plan: Plan) -> Iterator[StartState]:
    spec = addition.spec
    folder = Folder.of(addition.checkout.after(plan.outcome()))
    schedule = find_by_name(folder, spec.schedule.name) if spec.schedule else None
    if spec.schedule and schedule and schedule.task_key == addition.key:
        yield StartState(schedule.kind, schedule.name, where_enabled(schedule), spec.schedule.toggle)
    if spec.trigger:
        yield from _trigger_states(spec.trigger, folder, addition.key)


def _trigger_states(spec: TriggerSpec, folder: Folder, key: str) -> Iterator[StartState]:
    """The trigger by the destination that was asked for: the others may be on elsewhere."""
    bucket = bucket_reference(folder, spec.bucket)
    for trigger in triggers_of(folder, key):
        destinations = [destination for destination in trigger.destinations if as_asked(spec, destination)]
        if trigger.text("s3_bucket_arn") == f"{bucket}.arn" and destinations:
            several = [destination_enabled(trigger, destination) for destination in destinations]
            yield StartState(trigger.kind, trigger.name, either(several, folder.checkout), spec.toggle)


def environments_on(states: Sequence[StartState]) -> tuple[str, ...]:
    """The environments in which at least one of them is on, or may be."""
    on = {name for state in states for name in (*state.enabled.on, *state.enabled.undecided)}
    return tuple(sorted(on))
