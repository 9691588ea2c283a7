"""The alarm: the schedule's name in `locals.alarm_names`, from which an alarm of its failed starts is made."""

from __future__ import annotations

from scaffold import hcl
from scaffold.checkout import Checkout
from scaffold.edits import Edit
from scaffold.insertion import add_items
from scaffold.render import snippet
from scaffold.spec import Subject
from scaffold.terraform import Folder

PART = "alarm"
FOLDER = "infra/modules/alarms_api"


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    if spec.schedule is None:
        return []
    found = alarm_names(checkout)
    if found is None:
        return []
    path, names = found
    for item in names.items:
        if Folder(checkout, FOLDER).text(path, item).strip('"') == spec.schedule.name:
            return [checkout.unchanged(path, item.start, PART)]
    return add_items(checkout, path, names, [snippet("alarm.tf", name=spec.schedule.name)], PART)


def alarm_names(checkout: Checkout) -> tuple[str, hcl.Tuple] | None:
    """The list of names, also as an argument of `toset` or `concat`, and its file; None where there is none."""
    found = Folder(checkout, FOLDER).local("alarm_names")
    value = found[1].value if found else None
    while isinstance(value, hcl.Call) and value.arguments:
        value = value.arguments[-1]
    return (found[0], value) if found and isinstance(value, hcl.Tuple) else None
