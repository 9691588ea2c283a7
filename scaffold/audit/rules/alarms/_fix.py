"""The fix that the rules about the list `alarm_names` share."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.changes.parts.infra.alarm import PART
from scaffold.files.edit import Edit
from scaffold.pfml.alarms import alarm_list, alarm_names
from scaffold.rendering.render import snippet
from scaffold.terraform.items import add_items, remove_items


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    """Add the missing names, and remove the stale and the repeated ones.

    A missing name replaces a stale one, so that no line is edited twice.
    """
    alarms = alarm_names(facts.checkout)
    if alarms is None:
        return []
    path, names = alarms
    offsets = {finding.offset for finding in findings if finding.path == path}
    stale = [node for node in names.items if node.start in offsets]
    listed = {alarm.name for alarm in alarm_list(facts.checkout).alarms if alarm.is_editable}
    missing = [finding.subject for finding in findings if finding.subject not in listed]
    edits = [
        facts.checkout.replace(path, node.start, node.end, f'"{name}"', PART)
        for node, name in zip(stale, missing, strict=False)
    ]
    if len(missing) > len(stale):
        texts = [snippet("alarm.tf", facts.checkout, name=name) for name in missing[len(stale) :]]
        edits += add_items(facts.checkout, path, names, texts, PART)
    elif len(stale) > len(missing):
        edits += remove_items(facts.checkout, path, names, stale[len(missing) :], PART)
    return edits
