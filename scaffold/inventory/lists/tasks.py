"""`list tasks` in CSV and Markdown; its text and JSON are those of the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from scaffold.files.checkout import Checkout
from scaffold.inventory import inventory, listing
from scaffold.inventory.inventory import TaskListing
from scaffold.inventory.lists.contents import Listing, Row

_COLUMNS = (
    *("task", "command", "entrypoint", "task role", "execution role", "cpu", "memory", "groups"),
    *("schedules", "triggers", "toggles", "tests", "problems", "place"),
)


def read(checkout: Checkout) -> Listing:
    known = inventory.read(checkout)
    rows = [_row(task, known.environments) for task in known.tasks]
    return Listing(asdict(known), _COLUMNS, rows)


def _row(task: TaskListing, environments: tuple[str, ...]) -> Row:
    return (
        [task.name],
        [listing.shown_command(task.command)],
        [task.entrypoint.name],
        [listing.role_name(task.task_role)],
        [listing.role_name(task.execution_role)],
        [task.cpu],
        [task.memory],
        [group.name for group in task.environment.groups],
        list(_schedules(task, environments)),
        list(_triggers(task, environments)),
        [toggle.variable for toggle in task.toggles],
        task.tests,
        task.problems,
        [task.place],
    )


def _schedules(task: TaskListing, environments: tuple[str, ...]) -> Iterator[str]:
    for schedule in task.schedules:
        times = ", or ".join(timing.in_words for timing in schedule.timings)
        yield f"{schedule.name or schedule.module}: {times}, {listing.where_on(schedule, environments)}"


def _triggers(task: TaskListing, environments: tuple[str, ...]) -> Iterator[str]:
    for trigger in task.triggers:
        yield f"{listing.bucket_and_keys(trigger)}, {listing.where_on(trigger, environments)}"
