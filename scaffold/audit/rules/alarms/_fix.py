"""The fix that the rules about the list `alarm_names` share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.checkout import Checkout
from scaffold.files.edit import INSERT, REMOVE, REPLACE, Edit
from scaffold.pfml.alarms import alarm_list, alarm_names
from scaffold.spec.part_names import ALARM
from scaffold.terraform.items import add_items, remove_items
from scaffold.terraform.steps import in_steps


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    """Remove the stale and the repeated names, and append the missing ones."""
    alarms = alarm_names(facts.checkout)
    if alarms is None:
        return []
    path, names = alarms
    offsets = {finding.offset for finding in findings if finding.path == path}
    unwanted = [node for node in names.items if node.start in offsets]
    listed = {alarm.name for alarm in alarm_list(facts.checkout).alarms if alarm.is_editable}
    missing = [finding.subject for finding in findings if finding.subject not in listed]
    steps = [partial(_without, unwanted=unwanted), partial(_with, missing=missing)]
    edits = in_steps(facts.checkout, steps, ALARM)
    on_lines = b"\n" in facts.checkout.require(path)[names.start : names.end]
    return [part for edit in edits for part in (_in_two(edit) if on_lines else [edit])]


def _in_two(edit: Edit) -> list[Edit]:
    """Names that are removed where others are added: no name replaces another."""
    if edit.action != REPLACE:
        return [edit]
    return [edit._replace(text=b"", action=REMOVE), edit._replace(start=edit.end, action=INSERT)]


def _without(checkout: Checkout, unwanted: Sequence[hcl.Node]) -> list[Edit]:
    alarms = alarm_names(checkout)
    return remove_items(checkout, *alarms, unwanted, ALARM, keeps_headings=True) if alarms else []


def _with(checkout: Checkout, missing: Sequence[str]) -> list[Edit]:
    from scaffold.rendering.render import snippet

    alarms = alarm_names(checkout)
    texts = [snippet("alarm.tf", checkout, name=name) for name in missing]
    return add_items(checkout, *alarms, texts, ALARM) if alarms and texts else []
