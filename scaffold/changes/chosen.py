"""Which schedule or trigger of a task `unschedule` and `untrigger` remove, or `change` changes.

Nothing is chosen for the user: if several are possible, they are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.errors import Refusal, unknown
from scaffold.files.edit import Place
from scaffold.pfml.enabled import Enabled, destination_enabled, in_words, where_enabled
from scaffold.pfml.filters import decoded
from scaffold.pfml.notifications import Destination
from scaffold.pfml.schedules import Schedule
from scaffold.pfml.triggers import Trigger
from scaffold.spec.buckets import bucket_label


class TriggerChoice(NamedTuple):
    """What a trigger has to be like: its bucket, its name, its filters and events; "", None and () are any.

    prefix and suffix: as typed, "" for a trigger without one. all: whether several may be meant.
    """

    bucket: str = ""
    name: str = ""
    prefix: str | None = None
    suffix: str | None = None
    events: tuple[str, ...] = ()
    all: bool = False


def chosen_schedule(task_name: str, schedules: Sequence[Schedule], name: str, command: str = "unschedule") -> Schedule:
    """The schedule with that name or label, or without a name the only one. Raises Refusal."""
    if not schedules:
        raise Refusal("the task has no schedule", option="TASK", value=task_name)
    matching = [schedule for schedule in schedules if not name or schedule.name == name]
    matching = matching if len(matching) == 1 else [known for known in schedules if known.label == name] or matching
    if not matching:
        names = [schedule.name for schedule in schedules]
        raise unknown(f"schedule of {task_name}", name, names, option="--schedule-name", where="its Terraform")
    if len(matching) > 1:
        raise Refusal(
            f"the task has {len(matching)} schedules{name and ' with that name'} (local times in {_zone()})",
            option="TASK",
            value=task_name,
            choices=_aligned(_names(matching), map(_schedule_in_words, matching)),
            instead=f"Choose one by its name, in the form pfml-scaffold {command} {task_name} --schedule-name NAME.",
        )
    return matching[0]


def _zone() -> str:
    from scaffold.aws.schedules.zones import NEW_YORK

    return NEW_YORK


def _schedule_in_words(schedule: Schedule) -> str:
    from scaffold.pfml.local_times import local_times

    timings = local_times(schedule)
    several = len(timings) > 1
    times = [times.in_words + (f" in {', '.join(times.environments)}" if several else "") for times in timings]
    return f"{'; '.join(times) or 'no expression'}; {in_words(where_enabled(schedule))}"


# --- triggers


class _Candidate(NamedTuple):
    """A destination that starts the task by a trigger; None for a trigger that no notification calls."""

    trigger: Trigger
    destination: Destination | None

    @property
    def buckets(self) -> tuple[str, ...]:
        """The label of the bucket whose notification it is, and that of the trigger itself."""
        own = (self.trigger.bucket_label,)
        return (bucket_label(self.destination.notification.bucket_address), *own) if self.destination else own

    @property
    def enabled(self) -> Enabled:
        return destination_enabled(self.trigger, self.destination) if self.destination else where_enabled(self.trigger)

    def has(self, filter: str, typed: str | None) -> bool:
        """Whether its `prefix` or `suffix` is one that was typed, as it is written or as keys have it; None is any."""
        written: str = getattr(self.destination, filter) if self.destination else ""
        return typed in (None, written, decoded(written))

    def __str__(self) -> str:
        if self.destination is None:
            return f"bucket {self.buckets[0]}, no notification calls it"
        filters = [(name, decoded(getattr(self.destination, name))) for name in ("prefix", "suffix")]
        parts = [f"bucket {self.buckets[0]}", *(f"{name} {text}" for name, text in filters if text)]
        events = " ".join(self.destination.events) or "unknown events"
        return f"{', '.join(parts)}, {events}; {in_words(self.enabled)}"


def chosen_triggers(
    task_name: str, triggers: Sequence[Trigger], choice: TriggerChoice, instead: str = ""
) -> frozenset[Place]:
    """The triggers that are removed, and single destinations of triggers that have others. Raises Refusal.

    instead: what to do if there are several; by default, how `untrigger` chooses.
    """
    if not triggers:
        raise Refusal("the task has no trigger", option="TASK", value=task_name)
    every = [
        _Candidate(trigger, destination) for trigger in triggers for destination in trigger.destinations or (None,)
    ]
    matching = _matching(task_name, every, choice)
    if len(matching) > 1 and not choice.all:
        raise Refusal(
            f"the task has {len(matching)} {'' if len(matching) == len(every) else 'matching '}triggers",
            option="TASK",
            value=task_name,
            choices=_listed(matching),
            instead=instead
            or f"Choose one by its bucket, --trigger-name, --s3-prefix, --s3-suffix or --s3-event, in the form "
            f"pfml-scaffold untrigger {task_name} BUCKET --s3-prefix PREFIX; --all removes all of them.",
        )
    return frozenset(_places(every, matching))


def _matching(task_name: str, every: Sequence[_Candidate], choice: TriggerChoice) -> list[_Candidate]:
    kind, where = f"trigger of {task_name}", "its Terraform"
    of_bucket = [known for known in every if not choice.bucket or choice.bucket in known.buckets]
    if not of_bucket:
        raise unknown(kind, choice.bucket, (known.buckets[0] for known in every), option="BUCKET", where=where)
    named = [known for known in of_bucket if choice.name in ("", known.trigger.name, known.trigger.label)]
    if not named:
        names = (known.trigger.name for known in of_bucket)
        raise unknown(kind, choice.name, names, option="--trigger-name", where=where)
    matching = [known for known in named if _is_like(known, choice)]
    if not matching:
        raise Refusal(
            "none of its triggers matches; it has",
            option="TASK",
            value=task_name,
            choices=_listed(named),
            instead="Choose one of them by what is shown.",
        )
    return matching


def _is_like(known: _Candidate, choice: TriggerChoice) -> bool:
    has_filters = known.has("prefix", choice.prefix) and known.has("suffix", choice.suffix)
    return has_filters and set(choice.events) <= set(known.destination.events if known.destination else ())


def _places(every: Sequence[_Candidate], matching: Sequence[_Candidate]) -> Iterator[Place]:
    """The places of the triggers of which all destinations match, and of the destinations of the others."""
    left = [known.trigger for known in every if known not in matching]
    for known in matching:
        yield known.destination.location if known.destination and known.trigger in left else known.trigger.location


def _listed(candidates: Sequence[_Candidate]) -> list[str]:
    return _aligned([known.trigger.name for known in candidates], map(str, candidates))


# --- both


def _names(schedules: Sequence[Schedule]) -> list[str]:
    """Their names; the label of the module where several have the same name."""
    counts = Counter(schedule.name for schedule in schedules)
    return [schedule.name if counts[schedule.name] == 1 else schedule.label for schedule in schedules]


def _aligned(names: Sequence[str], texts: Iterator[str]) -> list[str]:
    width = max(map(len, names))
    return [f"{name:<{width}}  {text}" for name, text in zip(names, texts, strict=True)]
