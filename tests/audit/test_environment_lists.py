"""Which variables a task gets, through which groups and under which conditions."""

from __future__ import annotations

from pathlib import Path

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.containers import given_by
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout

FILE = "infra/ecs-tasks/template/more.tf"


def _given(sample: Path, text: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    (sample / FILE).write_text(f"locals {{\n  mine = {text}\n}}\n")
    folder = Facts(TolerantCheckout(Checkout(sample))).template
    found = folder.local("mine")
    assert found
    return [(one.entry.name, one.groups, one.conditions) for one in given_by(folder, found[0], found[1].value)]


def test_groups_in_groups(sample: Path) -> None:
    given = _given(sample, '[local.emails_reductions, { name = "X", value = "1" }]')
    assert [name for name, _, _ in given][-2:] == ["AGENCY_REDUCTIONS_EMAIL_ADDRESS", "X"]
    assert given[0][1] == ("emails_reductions", "emails")
    assert given[-1][1] == ()


def test_conditions(sample: Path) -> None:
    given = _given(sample, '[var.a ? (var.b ? [{ name : "X", value : 1 }] : []) : { name : "Y", value : 1 }]')
    assert given == [("X", (), ("var.a", "var.b")), ("Y", (), ("!var.a",))]


def test_what_cannot_be_followed(sample: Path) -> None:
    assert _given(sample, "[for item in local.emails : item]") == []
    assert _given(sample, "setsubtract(local.emails, local.common)") == []
    assert _given(sample, "local.mine") == []
