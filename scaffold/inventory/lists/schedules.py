"""`list schedules`: what runs when, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from scaffold.aws.schedules.zones import NEW_YORK
from scaffold.files.checkout import Checkout
from scaffold.inventory import listing
from scaffold.inventory.lists.contents import Listing, Row, counted
from scaffold.inventory.starts import ScheduleListing, Starts
from scaffold.pfml.event_rules import event_rules
from scaffold.pfml.local_times import LocalTimes
from scaffold.pfml.schedules import schedules

_COLUMNS = (
    *("schedule", "starts", "local times", "winter expression", "summer expression", "where", "on", "undecided"),
    *("alarm", "place"),
)


@dataclass(frozen=True, slots=True)
class _Scheduled:
    """A schedule, or a rule of EventBridge's own.

    task: the task that it starts; if that is not in locals.tasks, the expression as it is written; "" for a rule.
    target: the address of what a rule starts, such as `aws_sfn_state_machine.x`.
    """

    task: str
    target: str
    listing: ScheduleListing

    @property
    def starts(self) -> str:
        return self.task or self.target

    @property
    def name(self) -> str:
        return self.listing.name or self.listing.module


def read(checkout: Checkout) -> Listing:
    starts = Starts(checkout)
    known = [
        _Scheduled(schedule.task_name or schedule.task_key, "", starts.schedule(schedule))
        for schedule in schedules(checkout)
    ]
    known += [_Scheduled("", ", ".join(rule.targets), starts.rule(rule)) for rule in event_rules(starts.folder)]
    count = len(starts.environments)
    return Listing(
        {
            "time_zone": NEW_YORK,
            "environments": starts.environments,
            "schedules": [
                {"task": schedule.task, "target": schedule.target, **asdict(schedule.listing)} for schedule in known
            ],
        },
        _COLUMNS,
        [_row(schedule, starts.environments) for schedule in known],
        f"{counted(len(known), 'schedule')} in {counted(count, 'environment')}. Local times are in {NEW_YORK}, the "
        "same in winter and in summer unless both are shown; expressions are in UTC.",
        ("SCHEDULE\n  what it starts\n  file:line", "LOCAL TIMES\n  expressions", "WHERE\n  alarm"),
        [_text_row(schedule, starts.environments) for schedule in known],
        of_csv=frozenset(["on", "undecided"]),
    )


def _row(scheduled: _Scheduled, environments: tuple[str, ...]) -> Row:
    schedule = scheduled.listing
    return (
        [scheduled.name],
        [scheduled.starts],
        [_in_words(timing, schedule) for timing in schedule.timings],
        list(dict.fromkeys(timing.winter.expression for timing in schedule.timings)),
        list(dict.fromkeys(timing.summer.expression for timing in schedule.timings)),
        [listing.where_on(schedule, environments)],
        schedule.on,
        schedule.undecided,
        [schedule.alarm or "none"],
        [schedule.place],
    )


def _text_row(scheduled: _Scheduled, environments: tuple[str, ...]) -> Row:
    schedule = scheduled.listing
    starts = [] if scheduled.starts == scheduled.name else [f"  {scheduled.starts}"]
    times = [line for timing in schedule.timings for line in (_in_words(timing, schedule), *_expressions(timing))]
    alarm = "alarm" if schedule.alarm else "no alarm"
    return (
        [scheduled.name, *starts, f"  {schedule.place}"],
        times,
        [listing.where_on(schedule, environments), f"  {alarm}"],
    )


def _in_words(timing: LocalTimes, schedule: ScheduleListing) -> str:
    only = f", in {', '.join(timing.environments)}" if len(schedule.timings) > 1 else ""
    return f"{timing.in_words}{only}"


def _expressions(timing: LocalTimes) -> Iterator[str]:
    winter, summer = timing.winter.expression, timing.summer.expression
    if winter == summer:
        yield f"  {winter}"
    else:
        yield from (f"  winter {winter}", f"  summer {summer}")
