"""The alarm: the schedule's name in `locals.alarm_names`, from which an alarm of its failed starts is made."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.alarms import FOLDER, alarm_names
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.specs import Subject
from scaffold.terraform.folder import Folder
from scaffold.terraform.insertion import add_items, remove_items

PART = part_names.ALARM


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    if spec.schedule is None:
        return []
    found = alarm_names(checkout)
    if found is None:
        return []
    path, names = found
    for item in names.items:
        if Folder.of(checkout, FOLDER).text(path, item).strip('"') == spec.schedule.name:
            return [checkout.unchanged(path, item.start, PART)]
    return add_items(checkout, path, names, [snippet("alarm.tf", checkout, name=spec.schedule.name)], PART)


def remove(names: Collection[str], checkout: Checkout) -> list[Edit]:
    """The alarms of schedules that go; one that watches another rule of that name is kept."""
    found = alarm_names(checkout)
    if found is None:
        return []
    path, listed = found
    items = {Folder.of(checkout, FOLDER).text(path, item).strip('"'): item for item in listed.items}
    edits, gone = [], []
    for name in dict.fromkeys(names):
        rule = _rule(name, checkout)
        if name in items and rule:
            edits.append(checkout.keep(path, items[name].start, PART, "it watches another rule", rule))
        elif name in items:
            gone.append(items[name])
    return edits + (remove_items(checkout, path, listed, gone, PART) if gone else [])


def rename(names: Mapping[str, str], checkout: Checkout) -> list[Edit]:
    """The alarms of schedules that get new names; one that watches another rule is kept."""
    found = alarm_names(checkout)
    if found is None:
        return []
    path, listed = found
    items = {Folder.of(checkout, FOLDER).text(path, item).strip('"'): item for item in listed.items}
    edits = []
    for old, new in names.items():
        item = items.get(old)
        if not isinstance(item, hcl.Template):
            continue
        if rule := _rule(old, checkout):
            edits.append(checkout.keep(path, item.start, PART, "it watches another rule", rule))
        elif new in items:
            place = checkout.place(path, items[new].start)
            raise Refusal("an alarm has that name", option="NEW", value=new, place=place, instead="Give another name.")
        else:
            edits.append(checkout.rename(path, item.inner_start, item.inner_end, new, PART))
    return edits


def _rule(name: str, checkout: Checkout) -> tuple[str, int] | None:
    """A rule of EventBridge outside of the schedulers' module that is named so in each environment."""
    for found in Folder.of(checkout).blocks("resource", "aws_cloudwatch_event_rule", containing=name):
        if re.match(rf'"{re.escape(name)}[_-]\$', Folder.of(checkout).attribute_text(found, "name")):
            return found.path, found.block.start
    return None
