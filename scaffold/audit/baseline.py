"""The findings that were there when a team began to use `check`, in `.pfml-scaffold/baseline.json`.

They are counted, not shown. Each is identified by rule, subject and place in the structure, so it stays known when
lines, blocks or files move.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from scaffold.audit import registry
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Violation
from scaffold.audit.identity import Identity, compare, identity
from scaffold.audit.rules.inputs.unparsed_file import saw_everything
from scaffold.audit.stages import BASELINE, Left, Stage
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.files.unparsed import unparsed
from scaffold.pfml import settings

FILE = settings.BASELINE
PART = "baseline"
_VERSION = 1
_AGAIN = "Run pfml-scaffold check --write-baseline to write it again."
_KEYS = ("rule", "subject", "path", "address", "message")


class NewBaseline(NamedTuple):
    """What a new baseline adds to the old one, and what it no longer has."""

    plan: Plan
    total: int
    added: int
    removed: int


def known(checkout: Checkout) -> list[Identity] | None:
    """The findings in the baseline, None if there is no such file. Raises Refusal for an invalid file."""
    data = checkout.read(FILE)
    return None if data is None else _parsed(data)


def stage(findings: Sequence[Identity], ran: frozenset[str], complete: bool) -> Stage:
    """The stage for what is in the baseline.

    ran: the rules that ran. complete: whether all that they found is compared, so that the rest is fixed.
    """
    return Stage(BASELINE, partial(_without_known, findings, ran, complete))


def change(checkout: Checkout, facts: Facts, violations: Sequence[Violation]) -> NewBaseline:
    """The plan that makes the baseline hold these findings; without any there is no file."""
    now = sorted((identity(violation, facts) for violation in violations), key=_order)
    before = _known_or_nothing(checkout)
    difference = compare(before, now, facts.checkout)
    edits = tuple(_edits(checkout, now))
    plan = Plan(edits, {FILE: checkout.read(FILE)})
    return NewBaseline(plan, len(now), len(difference.new), len(difference.gone))


def _without_known(
    findings: Sequence[Identity], ran: frozenset[str], complete: bool, facts: Facts, violations: Sequence[Violation]
) -> Left:
    now = [identity(violation, facts) for violation in violations]
    difference = compare(findings, now, facts.checkout)
    gone = [findings[position] for position in difference.gone] if complete and saw_everything(facts) else []
    fixed = [finding for finding in gone if finding.rule in ran or finding.rule not in registry.RULES]
    return Left([violations[position] for position in difference.new], gone=fixed)


def _known_or_nothing(checkout: Checkout) -> list[Identity]:
    try:
        return known(checkout) or []
    except Refusal:  # it is written again
        return []


# --- the file


def _order(finding: Identity) -> tuple[str, ...]:
    return (finding.path, finding.rule, *finding)


def _edits(checkout: Checkout, findings: Sequence[Identity]) -> Iterator[Edit]:
    """Edits of the lines that differ, so that the diff shows what is new and what is gone."""
    from difflib import SequenceMatcher

    before = checkout.read(FILE)
    if before is None:
        if findings:
            yield checkout.create(FILE, _text(findings), PART)
        return
    if not findings:
        yield checkout.delete(FILE, PART)
        return
    old, new = before.splitlines(keepends=True), _text(findings).encode().splitlines(keepends=True)
    starts = [0, *accumulate(len(line) for line in old)]
    for action, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if action != "equal":
            text = b"".join(new[start:end]).decode()
            yield checkout.replace(FILE, starts[first], starts[last], text, PART)


def _text(findings: Sequence[Identity]) -> str:
    lines = ",\n".join(f"    {json.dumps(as_object(finding))}" for finding in findings)
    return f'{{\n  "version": {_VERSION},\n  "findings": [\n{lines}\n  ]\n}}\n'


def as_object(finding: Identity) -> dict[str, str]:
    """A finding as it is in the file."""
    return {**dict(zip(_KEYS, finding, strict=True)), "fingerprint": finding.fingerprint}


def _parsed(data: bytes) -> list[Identity]:
    try:
        document = json.loads(data)
    except json.JSONDecodeError as error:
        refusal = unparsed(data, FILE, error.msg, error.lineno)
        raise Refusal(refusal.what, place=refusal.place, instead=_AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise Refusal("it is not JSON", place=FILE, instead=_AGAIN) from error
    if not isinstance(document, dict) or not isinstance(document.get("findings"), list):
        raise Refusal("it has no list of findings", place=FILE, instead=_AGAIN)
    version = document.get("version")
    if not isinstance(version, int):
        raise Refusal("it has no version number", place=FILE, instead=_AGAIN)
    if version != _VERSION:
        what = f"its version is {version!r}, but this pfml-scaffold reads version {_VERSION}"
        raise Refusal(what, place=FILE, instead=f"Upgrade pfml-scaffold, or {_AGAIN[0].lower()}{_AGAIN[1:]}")
    return [_finding(number, value) for number, value in enumerate(document["findings"], 1)]


def _finding(number: int, value: Any) -> Identity:
    fields: Mapping[str, Any] = value if isinstance(value, dict) else {}
    for key in _KEYS:
        if not isinstance(fields.get(key), str):
            raise Refusal(f"finding {number} has no {key}", place=FILE, instead=_AGAIN)
    finding = Identity(*(fields[key] for key in _KEYS))
    path = PurePosixPath(finding.path)
    if path.is_absolute() or ".." in path.parts or "\0" in finding.path:
        raise Refusal(f"finding {number} has a path outside of the checkout", place=FILE, instead=_AGAIN)
    return finding
