"""The alarm: a schedule's name in `locals.alarm_names`, which raises an alarm when a start fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold import hcl
from scaffold.changes.parts.infra.keys import alarms_in, key_end
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.alarms import FOLDER, alarm_names
from scaffold.pfml.schedules import find_by_name, schedules_of
from scaffold.pfml.schedules import schedules as all_schedules
from scaffold.pfml.tasks import Task
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.terraform.folder import Folder
from scaffold.terraform.items import add_items, remove_items

PART = part_names.ALARM
TEMPLATES: tuple[str, ...] = ("snippets/alarm.tf",)
RECREATED = "their alarms"


def add(addition: Addition) -> list[Edit]:
    schedule, checkout = addition.spec.schedule, addition.checkout
    listed = alarm_names(checkout)
    if schedule is None or listed is None:
        return []
    path, names = listed
    for alarm in names.items:
        if Folder.of(checkout, FOLDER).text(path, alarm).strip('"') == schedule.name:
            return [checkout.unchanged(path, alarm.start, PART)]
    return add_items(checkout, path, names, [snippet("alarm.tf", checkout, name=schedule.name)], PART)


def find(task: Task, checkout: Checkout) -> list[Place]:
    path, alarms = _alarms(checkout)
    return [(path, alarms[name].start) for name in _names(task, checkout) if name in alarms]


def remove(removal: Removal) -> list[Edit]:
    """The alarms of removed schedules; an alarm that watches another rule or schedule with that name stays."""
    checkout, listed = removal.checkout, alarm_names(removal.checkout)
    if listed is None:
        return []
    path, alarms = _alarms(checkout)
    schedules = [schedule for schedule in schedules_of(removal.folder, removal.task.key) if removal.includes(schedule)]
    names = [schedule.given_name for schedule in schedules if not removal.keeps(schedule)]
    others = {known.given_name: known.location for known in all_schedules(checkout) if known not in schedules}
    edits, removed = [], []
    for name in dict.fromkeys(names):
        rule = _rule(name, checkout) or others.get(name)
        if name in alarms and rule:
            edits.append(checkout.keep(path, alarms[name].start, PART, "it watches another rule", rule))
        elif name in alarms:
            removed.append(alarms[name])
    return edits + (remove_items(checkout, path, listed[1], removed, PART) if removed else [])


def rename(renaming: Renaming) -> list[Edit]:
    """The alarms of renamed schedules; an alarm that watches another rule stays."""
    naming, checkout, edits = renaming.naming, renaming.checkout, []
    path, alarms = _alarms(checkout)
    for old in _names(renaming.task, checkout):
        alarm, new = alarms.get(old), naming.in_name(old)
        if new == old or not isinstance(alarm, hcl.Template):
            continue
        if rule := _rule(old, checkout):
            edits.append(checkout.keep(path, alarm.start, PART, "it watches another rule", rule))
        elif new in alarms:
            place = checkout.place(path, alarms[new].start)
            what = "an alarm already has that name"
            raise Refusal(what, option="NEW", value=new, place=place, instead="Choose another name.")
        else:
            edits.append(checkout.rename(path, alarm.inner_start, alarm.inner_end, new, PART))
            edits += _in_expressions(old, new, checkout)
    return edits


def _in_expressions(old: str, new: str, checkout: Checkout) -> Iterator[Edit]:
    """The name where it selects something for this alarm, such as its threshold."""
    for path, node, _ in alarms_in(Folder.of(checkout, FOLDER)).in_expressions(old):
        end = key_end(node)
        yield checkout.rename(path, end - len(old.encode()), end, new, PART)


def _alarms(checkout: Checkout) -> tuple[str, dict[str, hcl.Node]]:
    """The file of the list, and its entries by name; "" and none if the checkout has no such list."""
    listed, folder = alarm_names(checkout), Folder.of(checkout, FOLDER)
    if listed is None:
        return "", {}
    path, names = listed
    return path, {folder.text(path, alarm).strip('"'): alarm for alarm in names.items}


def _names(task: Task, checkout: Checkout) -> list[str]:
    """The names of the task's schedules, and its own, whose alarm may have been added before its schedule."""
    folder, name = Folder.of(checkout), task.own_name
    names = [schedule.given_name for schedule in schedules_of(folder, task.key)]
    if find_by_name(folder, name) is None:
        names.append(name)
    return list(dict.fromkeys(names))


def _rule(name: str, checkout: Checkout) -> Place | None:
    """An EventBridge rule outside of the scheduler modules that has this name in each environment."""
    folder = Folder.of(checkout)
    for rule in folder.blocks("resource", "aws_cloudwatch_event_rule", containing=name):
        if re.match(rf'"{re.escape(name)}[_-]\$', folder.attribute_text(rule, "name")):
            return rule.location
    return None
