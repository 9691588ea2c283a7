"""The alarms of failed starts: the list `alarm_names` of the schedules that have one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.terraform.folder import Folder

FOLDER = "infra/modules/alarms_api"
_LISTS = ("toset", "concat", "distinct", "sort", "compact", "flatten")


class Alarm(NamedTuple):
    """A name in the list. node: where it is written. is_editable: whether it is in the list that can be edited."""

    name: str
    path: str
    node: hcl.Node
    is_editable: bool


class AlarmList(NamedTuple):
    """The names of the list. is_complete: whether all of them are known."""

    alarms: tuple[Alarm, ...]
    is_complete: bool


def alarm_names(checkout: Checkout) -> tuple[str, hcl.Tuple] | None:
    """The list that can be edited, also as an argument of `toset` or `concat`, and its file; None if there is none."""
    local = Folder.of(checkout, FOLDER).local("alarm_names")
    value = local.value if local else None
    while isinstance(value, hcl.Call) and value.arguments:
        value = value.arguments[-1]
    return (local.path, value) if local and isinstance(value, hcl.Tuple) else None


def alarm_list(checkout: Checkout) -> AlarmList:
    """All names of the list, including those in other local values that it is built from."""
    return checkout.once(_alarm_list)


def _alarm_list(checkout: Checkout) -> AlarmList:
    folder = Folder.of(checkout, FOLDER)
    local, editable = folder.local("alarm_names"), alarm_names(checkout)
    elements = editable[1].items if editable else ()
    names = tuple(_alarms(folder, local.path, local.value, elements, frozenset())) if local else ()
    return AlarmList(tuple(alarm for alarm in names if alarm is not None), None not in names)


def _alarms(
    folder: Folder, path: str, node: hcl.Node, editable: Sequence[hcl.Node], seen: frozenset[str]
) -> Iterator[Alarm | None]:
    """The alarms of an expression; None for each part of it that is not known."""
    text = folder.text(path, node)
    if isinstance(node, hcl.Tuple) or (isinstance(node, hcl.Call) and node.name in _LISTS):
        for child in node.children():
            yield from _alarms(folder, path, child, editable, seen)
    elif isinstance(node, hcl.Template):
        yield Alarm(folder.expand(path, node, {}), path, node, node in editable)
    elif text.startswith("local.") and text not in seen and (local := folder.local(text[6:])):
        yield from _alarms(folder, local.path, local.value, editable, seen | {text})
    else:
        yield None
