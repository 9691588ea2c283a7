from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.alarms import Alarms, _alike, shown
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout
from scaffold.pfml.alarms import FOLDER
from tests import hunks

LIST = """-  alarm_names = [
-    "fineos-daily-export-copy",
-    "reductions-process-agency-data",
-  ]
"""


def _alarms(sample: Path, change: str = "") -> Alarms:
    if change:
        hunks.apply(sample, f"@@ {FOLDER}/alarms-aws.tf\n{change}")
    return Facts(TolerantCheckout(Checkout(sample))).once(Alarms)


@pytest.mark.parametrize(
    ("written", "names", "is_complete"),
    [
        ('["one-a", "two-b"]', ["one-a", "two-b"], True),
        ('toset(["one-a"])', ["one-a"], True),
        ('concat(["one-a"], local.more)', ["one-a", "three-c"], True),
        ('concat(["one-a"], var.more)', ["one-a"], False),
        ("keys(local.schedules)", [], False),
        ("[for name in local.more : name]", [], False),
        ("[]", [], True),
    ],
)
def test_the_names_of_the_list(sample: Path, written: str, names: list[str], is_complete: bool) -> None:
    alarms = _alarms(sample, f'{LIST}+  alarm_names = {written}\n+  more = ["three-c"]\n')
    assert ([alarm.name for alarm in alarms.listed], alarms.is_complete) == (names, is_complete)


def test_what_the_alarms_watch(sample: Path) -> None:
    alarms = _alarms(sample)
    assert shown(alarms.watched_rule) == "<name>_<environment>_schedule"
    assert [shown(alarms.rule_of(alarm)) for alarm in alarms.listed] == [
        "fineos-daily-export-copy_<environment>_schedule",
        "reductions-process-agency-data_<environment>_schedule",
    ]
    assert {alarms.rule_of(alarm) for alarm in alarms.listed} == {rule.name for rule in alarms.rules}


def test_without_the_module_there_are_no_alarms(sample: Path) -> None:
    (sample / FOLDER / "alarms-aws.tf").unlink()
    alarms = _alarms(sample)
    assert (alarms.resource, alarms.listed, alarms.watched_rule, alarms.mistakes) == (None, (), "", ())


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("dor-etl_x_schedule", "dor-etl-x-schedule", True),
        ("DOR-etl", "dor_etl", True),
        ("dor-exprot", "dor-export", True),
        ("dor-exports", "dor-export", True),
        ("dor-import", "dor-export", False),
        ("dor-a", "dor-b", False),
        ("reductions-dia-send", "reductions-dua-send", False),
        ("import-employer", "import-employee", False),
        ("dor-import-1", "dor-import-2", False),
        ("dor-import", "dor-import-unit", False),
        ("send-lists", "dia-send-lists", False),
    ],
)
def test_which_names_are_meant_to_be_one(one: str, other: str, alike: bool) -> None:
    assert _alike(one, other) is alike
    assert _alike(other, one) is alike
