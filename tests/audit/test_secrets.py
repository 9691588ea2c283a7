from __future__ import annotations

from pathlib import Path

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import own_definitions
from scaffold.audit.facts.tasks.containers import secrets_in, secrets_of
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE

COMMON = ["NEW_RELIC_LICENSE_KEY", "NR_INSERT_API_KEY"]


def _secrets(sample: Path, env: str) -> dict[str, tuple[str, ...]]:
    """The names of the secrets of load-employers-to-fineos, each with its conditions."""
    path = sample / TEMPLATE / "tasks.tf"
    old = "[\n        local.db_access,\n        local.fineos_api_access\n      ]"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, env))
    facts = Facts(TolerantCheckout(Checkout(sample)))
    found = secrets_of(facts, facts.once(tasks_in_focus)[0])
    assert [one.entry.name for one in found][-2:] == COMMON
    return {one.entry.name: one.conditions for one in found[:-2]}


def test_groups_and_inline_variables(sample: Path) -> None:
    found = _secrets(sample, '[local.db_access, { name : "A", valueFrom : "/a" }, { name : "B", value : "b" }]')
    assert found == {"DB_PASSWORD": (), "A": ()}


def test_conditions_and_lists_in_lists(sample: Path) -> None:
    env = 'flatten([concat(local.db_access, var.a ? local.fineos_api_access : [{ name : "A", valueFrom : "/a" }])])'
    assert _secrets(sample, env) == {
        "DB_PASSWORD": (),
        "FINEOS_CLIENT_OAUTH2_CLIENT_SECRET": ("var.a",),
        "A": ("!var.a",),
    }


def test_results_of_a_loop_are_left_out(sample: Path) -> None:
    assert _secrets(sample, "[for one in local.db_access : one if var.a]") == {}


def test_secrets_of_a_separate_definition(sample: Path) -> None:
    (sample / TEMPLATE / "more.tf").write_text(
        'resource "aws_ecs_task_definition" "more" {\n  container_definitions = jsonencode([{\n'
        '    secrets = [for one in concat(local.common, local.db_access) : one if contains(keys(one), "value")]\n  }])\n}\n'
    )
    facts = Facts(TolerantCheckout(Checkout(sample)))
    (definition,) = facts.once(own_definitions)
    assert [one.entry.name for one in secrets_in(facts, definition)] == [*COMMON, "DB_PASSWORD"]
