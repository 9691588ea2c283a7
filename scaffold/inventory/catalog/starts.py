"""What starts what in a checkout, as a graph."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.files.checkout import Checkout
from scaffold.inventory.catalog.graph import Drawing, Edge, GraphNode, drawn
from scaffold.inventory.inventory import Inventory
from scaffold.inventory.listing import where_on
from scaffold.inventory.starts import ScheduleListing, Starts, TriggerListing
from scaffold.pfml.event_rules import event_rules
from scaffold.pfml.state_machines import MACHINE, tasks_of
from scaffold.pfml.tasks import all_tasks
from scaffold.terraform.folder import Folder

_SOURCES, _MACHINES, _TASKS = range(3)


def drawing(checkout: Checkout, everything: Inventory, environment: str) -> Drawing:
    """Schedules, buckets and rules on the left, step functions in the middle, tasks on the right.

    Tasks that nothing starts come last. environment: in which a start may be off.
    """
    parts = [*_of_tasks(everything, environment), *_of_machines(checkout), *_of_rules(checkout, environment)]
    nodes = {node.key: node for nodes, _ in parts for node in nodes}
    edges = [edge for _, several in parts for edge in several if {edge.source, edge.target} <= nodes.keys()]
    started = {edge.target for edge in edges}
    return drawn(sorted(nodes.values(), key=lambda node: node.layer == _TASKS and node.key not in started), edges)


def machines_by_task(checkout: Checkout) -> dict[str, dict[str, str]]:
    """For each task, the step functions that run it, with their places."""
    by_task: dict[str, dict[str, str]] = {}
    for name, place, tasks in _machines(checkout):
        for task in tasks:
            by_task.setdefault(task, {})[name] = place
    return by_task


_Part = tuple[list[GraphNode], list[Edge]]


def _of_tasks(everything: Inventory, environment: str) -> Iterator[_Part]:
    """The tasks with their schedules and triggers."""
    names = everything.environments
    for task in everything.tasks:
        key = f"task {task.name}"
        yield [GraphNode(key, task.name, "task", _TASKS)], []
        for schedule in task.schedules:
            node = GraphNode(f"schedule {schedule.module}", schedule.name or schedule.module, "schedule", _SOURCES)
            words = times_in_words(schedule), where_on(schedule, names), schedule.place
            yield [node], [Edge(node.key, key, *words, is_off=_is_off(schedule, environment))]
        for trigger in task.triggers:
            keys = f"{trigger.prefix}*{trigger.suffix}"
            node = GraphNode(f"bucket {trigger.bucket} {keys}", f"{trigger.bucket_name}/{keys}", "bucket", _SOURCES)
            words = ", ".join(trigger.events), where_on(trigger, names), trigger.place
            yield [node], [Edge(node.key, key, *words, is_off=_is_off(trigger, environment))]


def _of_machines(checkout: Checkout) -> Iterator[_Part]:
    for name, place, tasks in _machines(checkout):
        node = GraphNode(f"{MACHINE}.{name}", name, "machine", _MACHINES)
        yield [node], [Edge(node.key, f"task {task}", "as a step", "", place) for task in tasks]


def _machines(checkout: Checkout) -> Iterator[tuple[str, str, list[str]]]:
    """The step functions: label, `file:line`, and the names of their tasks."""
    folder = Folder.of(checkout)
    tasks = all_tasks(folder)
    for machine in folder.blocks("resource", MACHINE):
        names = dict.fromkeys(task.name for task in tasks_of(folder, machine, tasks))
        yield machine.block.labels[1], checkout.place(*machine.location), [*names]


def _of_rules(checkout: Checkout, environment: str) -> Iterator[_Part]:
    """EventBridge rules of the template's own."""
    starts = Starts(checkout)
    for rule in event_rules(starts.folder):
        listing = starts.rule(rule)
        node = GraphNode(f"rule {rule.label}", rule.name, "schedule", _SOURCES)
        words = times_in_words(listing), where_on(listing, starts.environments), listing.place
        is_off = _is_off(listing, environment)
        yield [node], [Edge(node.key, target, *words, is_off=is_off) for target in rule.targets]


def _is_off(start: ScheduleListing | TriggerListing, environment: str) -> bool:
    return environment not in (*start.on, *start.undecided)


def times_in_words(schedule: ScheduleListing) -> str:
    return "; ".join(dict.fromkeys(timing.in_words for timing in schedule.timings))
