"""The one fix of all rules on alarms: the list `alarm_names` as it should be."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.changes.parts.infra.alarm import PART
from scaffold.files.edit import Edit
from scaffold.pfml.alarms import alarm_names
from scaffold.rendering.render import snippet
from scaffold.terraform.insertion import add_items, remove_items


def fix(facts: Facts, findings: Sequence[Finding]) -> list[Edit]:
    """The list with the names that lack and without those that nothing makes.

    A name takes the place of another, so that no line is both removed and continued.
    """
    found = alarm_names(facts.checkout)
    if found is None or facts.alarms is None:
        return []
    path, listed = found
    stale = [item for item in listed.items if item.start in {one.offset for one in findings if one.path == path}]
    missing = [one.subject for one in findings if one.subject not in facts.alarms]
    edits = [
        facts.checkout.replace(path, item.start, item.end, f'"{name}"', PART)
        for item, name in zip(stale, missing, strict=False)
    ]
    if len(missing) > len(stale):
        texts = [snippet("alarm.tf", facts.checkout, name=name) for name in missing[len(stale) :]]
        edits += add_items(facts.checkout, path, listed, texts, PART)
    elif len(stale) > len(missing):
        edits += remove_items(facts.checkout, path, listed, stale[len(missing) :], PART)
    return edits
