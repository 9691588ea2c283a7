"""An audit as SARIF 2.1.0, with what GitHub's code scanning needs ("SARIF support for code scanning").

The standard asks for doubled braces in messages. They are left as they are, since GitHub and the viewers in editors
show a message without arguments as it is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import quote

from scaffold.audit import registry
from scaffold.audit.audit import Audit, fixes, is_fixable
from scaffold.audit.choice import Selection
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Rule, Severity, Violation
from scaffold.audit.identity import identity
from scaffold.audit.reports.pages import NAME, is_address, page, version
from scaffold.audit.reports.regions import Region, region, region_of
from scaffold.audit.reports.rules import fixable_text
from scaffold.audit.reports.wording import markdown, sentence
from scaffold.errors import Refusal
from scaffold.files.edit import CREATE, DELETE, MOVE, Edit
from scaffold.files.printable import printable_json
from scaffold.hcl import HclError

Object = dict[str, object]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_WHOLE_FILE = (CREATE, DELETE, MOVE)
_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def as_sarif(audit: Audit) -> str:
    run = {
        "tool": {"driver": _driver(audit.choice)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the checkout."}}},
        "invocations": [_invocation(audit)],
        "results": list(_results(audit)),
    }
    return printable_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _invocation(audit: Audit) -> Object:
    notes = [{"level": "warning", "message": {"text": reason}} for reason in audit.not_checked]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


# --- rules


def _driver(choice: Selection) -> Object:
    rules = [_rule(rule, page(rule.name, choice.settings.rule_pages)) for rule in choice.rules]
    return {"name": NAME, "version": version(), "rules": rules}


def _rule(rule: Rule, address: str) -> Object:
    severity = registry.RULES[rule.name].severity
    return {
        "id": rule.name,
        "name": rule.name.title().replace("-", ""),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": f"{rule.title}. {rule.why}"},
        "help": _help(rule, address),
        **({"helpUri": address} if is_address(address) else {}),
        "defaultConfiguration": {"level": severity},
        "properties": {"tags": [registry.RULES[rule.name].folder], "problem.severity": _PROBLEM[severity]},
    }


def _help(rule: Rule, address: str) -> Object:
    fixable = f"Fixable with --fix: {fixable_text(rule)}."
    text = f"{rule.why}\n\nHow to fix: {rule.how}\n\n{fixable}"
    link = f"\n\n[More about {rule.name}]({address})" if is_address(address) else ""
    return {
        "text": text,
        "markdown": f"{markdown(rule.why)}\n\n**How to fix:** {markdown(rule.how)}\n\n{fixable}{link}",
    }


# --- results


def _results(audit: Audit) -> Iterator[Object]:
    indexes = {rule.name: index for index, rule in enumerate(audit.choice.rules)}
    left_out = set(audit.unfiltered) - set(audit.findings)
    # What is left out has the first numbers, so that what is new has none that an earlier log has for an old finding.
    times = Counter(identity(violation, audit.facts).fingerprint for violation in left_out)
    for violation in audit.findings:
        rule, finding = violation
        fingerprint = identity(violation, audit.facts).fingerprint
        times[fingerprint] += 1
        fixed = _fixes(audit.facts, violation) if is_fixable(violation, audit.choice.selected) else []
        yield {
            "ruleId": rule.name,
            "ruleIndex": indexes[rule.name],
            "level": rule.severity,
            "message": {"text": sentence(finding)},
            "locations": [_location(finding.path, region_of(audit.facts, finding))],
            "partialFingerprints": _fingerprints(fingerprint, times[fingerprint]),
            **({"fixes": fixed} if fixed else {}),
            "properties": {"subject": finding.subject, "task": finding.task},
        }


def _fingerprints(fingerprint: str, number: int) -> Object:
    """GitHub compares only the first of them, in which findings must differ; its own form is a hash with a number."""
    numbered = f"{fingerprint}:{number}"
    return {"primaryLocationLineHash": numbered, "ruleSubjectPlace/v1": numbered}


def _location(path: str, place: Region) -> Object:
    return {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(place)}}


def _artifact(path: str) -> Object:
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT}


def _region(place: Region) -> Object:
    names = ("startLine", "startColumn", "endLine", "endColumn")
    return dict(zip(names, place, strict=True))


# --- fixes


def _fixes(facts: Facts, violation: Violation) -> list[Object]:
    """What `--fix` would do for this finding alone; empty if that cannot be said as replacements in files."""
    try:
        edits = [edit for edit in fixes(facts, [violation]) if edit.changes]
    except (Refusal, HclError):
        return []
    if not edits or any(edit.action in _WHOLE_FILE for edit in edits):
        return []
    by_path = groupby(edits, key=lambda edit: edit.path)
    changes = [_change(path, facts.checkout.read(path) or b"", list(group)) for path, group in by_path]
    return [{"description": {"text": violation.finding.instead}, "artifactChanges": changes}]


def _change(path: str, data: bytes, edits: Sequence[Edit]) -> Object:
    replacements = [
        {
            "deletedRegion": _region(_deleted(data, start, end)),
            "insertedContent": {"text": text.decode("utf-8", "surrogateescape")},
        }
        for start, end, text in _joined(edits)
    ]
    return {"artifactLocation": _artifact(path), "replacements": replacements}


def _deleted(data: bytes, start: int, end: int) -> Region:
    """A span as SARIF counts it: the end of a file is on its last line, behind the line break."""
    place = region(data, start, end)
    if end < len(data) or not data.endswith(b"\n"):
        return place
    last = region(data, end - 1, end - 1)
    start_at = (place.line, place.column) if start < end else (last.line, last.column + 1)
    return Region(*start_at, last.line, last.column + 1)


def _joined(edits: Iterable[Edit]) -> list[tuple[int, int, bytes]]:
    """The spans of edits in order, those that touch as one: the order of insertions at one place would be lost."""
    spans: list[tuple[int, int, bytes]] = []
    for edit in edits:
        if spans and spans[-1][1] == edit.start:
            start, _, text = spans.pop()
            spans.append((start, edit.end, text + edit.text))
        else:
            spans.append((edit.start, edit.end, edit.text))
    return spans
