"""What the catalog shows: tasks, a week, what starts what, toggles and findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold.files.checkout import Checkout
from scaffold.files.printable import listed
from scaffold.inventory import inventory
from scaffold.inventory.calendar.contents import Calendar
from scaffold.inventory.catalog.graph import Drawing
from scaffold.inventory.catalog.links import Links
from scaffold.inventory.catalog.starts import drawing, machines_by_task
from scaffold.inventory.catalog.tasks import NotedFinding, ShownTask, shown_task
from scaffold.inventory.catalog.week import Week, week_of
from scaffold.inventory.inventory import Inventory
from scaffold.inventory.lists.contents import counted
from scaffold.inventory.starts import ToggleListing

_ON, _OFF, _UNDECIDED = "on", "off", "?"


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the table. key: of the rows' data. chosen: the value at first, "" for all."""

    key: str
    label: str
    values: tuple[str, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class ShownToggle:
    """A variable, and its state in each environment."""

    name: str
    place: str
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalog:
    """A whole page. environment: whose week and starts it shows. single: whether it is about one task only. findings:
    those that are not specific to a task."""

    title: str
    summary: str
    footer: str
    links: Links
    environment: str
    environments: tuple[str, ...]
    single: bool
    tasks: tuple[ShownTask, ...]
    filters: tuple[Filter, ...]
    week: Week | None
    graph: Drawing | None
    toggles: tuple[ShownToggle, ...]
    findings: tuple[NotedFinding, ...]


def catalog_of(
    checkout: Checkout, calendar: Calendar, chosen: str, links: Links, findings: Iterable[NotedFinding]
) -> Catalog:
    """The page of all tasks. calendar: the week to show. chosen: the environment to filter by, "" for all."""
    everything = inventory.read(checkout)
    by_task, machines = _by_task(findings), machines_by_task(checkout)
    tasks = tuple(
        shown_task(
            task,
            id=f"task-{number}",
            environments=everything.environments,
            machines=machines.get(task.name, {}),
            findings=by_task.get(task.name, ()),
        )
        for number, task in enumerate(everything.tasks, 1)
    )
    anchors = {task.name: task.id for task in tasks}
    return Catalog(
        title="Background tasks",
        summary=_summary(everything, calendar),
        footer=f"Made by pfml-scaffold catalog. The week begins on {calendar.first}; times are in {calendar.zone.key}.",
        links=links,
        environment=calendar.environment,
        environments=everything.environments,
        single=False,
        tasks=tasks,
        filters=tuple(_filters(everything, tasks, chosen)),
        week=week_of(calendar, anchors),
        graph=drawing(checkout, everything, calendar.environment),
        toggles=tuple(_toggles(everything)),
        findings=tuple(by_task.get("", ())),
    )


def page_of_task(checkout: Checkout, name: str, links: Links) -> Catalog:
    """The page of one task. Raises Refusal with the most similar name if there is no such task."""
    single = inventory.read_one(name, checkout)
    machines = machines_by_task(checkout).get(name, {})
    task = shown_task(single.tasks[0], "task", single.environments, machines, ())
    return Catalog(
        title=task.name,
        summary=f"An ECS task in {counted(len(single.environments), 'environment')}.",
        footer="Made by pfml-scaffold show.",
        links=links,
        environment="",
        environments=single.environments,
        single=True,
        tasks=(task,),
        filters=(),
        week=None,
        graph=None,
        toggles=tuple(_toggles(single)),
        findings=(),
    )


def _summary(everything: Inventory, calendar: Calendar) -> str:
    schedules = sum(len(task.schedules) for task in everything.tasks)
    triggers = sum(len(task.triggers) for task in everything.tasks)
    counts = [
        counted(len(everything.tasks), "task"),
        counted(schedules, "schedule"),
        counted(triggers, "trigger"),
        counted(len(everything.environments), "environment"),
    ]
    return f"{listed(counts)}. The week and the graph are those of {calendar.environment}."


def _by_task(findings: Iterable[NotedFinding]) -> dict[str, list[NotedFinding]]:
    by_task: dict[str, list[NotedFinding]] = {}
    for finding in findings:
        by_task.setdefault(finding.task, []).append(finding)
    return by_task


# --- filters and toggles


def _filters(everything: Inventory, tasks: Sequence[ShownTask], chosen: str) -> Iterator[Filter]:
    labels = {
        "environment": "On in",
        "starts": "Started by",
        "group": "Group",
        "role": "Task role",
        "bucket": "Bucket",
        "findings": "Findings",
    }
    by_key: Mapping[str, dict[str, None]] = {key: {} for key in labels}
    for task in tasks:
        for key, values in task.keys:
            by_key[key].update(dict.fromkeys(filter(None, values.split("\n"))))
    for key, label in labels.items():
        is_environment = key == "environment"
        options = everything.environments if is_environment else tuple(sorted(by_key[key]))
        if options:
            yield Filter(key, label, options, chosen if is_environment else "")


def _toggles(everything: Inventory) -> Iterator[ShownToggle]:
    by_name: dict[str, ToggleListing] = {
        toggle.variable: toggle for task in everything.tasks for toggle in task.toggles
    }
    for name in sorted(by_name):
        toggle = by_name[name]
        states = tuple(_state(toggle, environment) for environment in everything.environments)
        yield ShownToggle(toggle.variable, toggle.place, states)


def _state(toggle: ToggleListing, environment: str) -> str:
    if environment in toggle.on:
        return _ON
    return _UNDECIDED if environment in toggle.undecided else _OFF
