"""Roles that may run tasks in general, as `run-task.sh` does, in any folder of infra/."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.iam.passing import PassedRole, may_pass
from scaffold.pfml.iam.rights import RoleRights, may_allow
from scaffold.pfml.iam.starters import RUN_TASK, roles_of_starters
from scaffold.pfml.references import infra_files
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values


class Runner(NamedTuple):
    """A role whose policies are all known. It is not the role of something that starts certain tasks."""

    folder: Folder
    placed: PlacedBlock

    @property
    def label(self) -> str:
        return self.placed.block.labels[1]

    def may_run(self, family: str, environment: str) -> bool:
        """Whether it may run a task definition in an environment."""
        grants = RoleRights.of(self.folder).grants(self.label)
        arn = f"arn:aws:ecs:::task-definition/{family}"
        return grants.is_complete and may_allow(grants, RUN_TASK, (arn, f"{arn}:1"), self._values(environment))

    def may_pass(self, role: PassedRole, environment: str) -> bool:
        # In another folder, a reference is never to a role of the template.
        passed = role if self.folder.path == TEMPLATE else PassedRole("", role.arn)
        return may_pass(self.folder, self.label, passed, self._values(environment))

    def _values(self, environment: str) -> Values:
        if self.folder.path == TEMPLATE:
            return values_by_environment(self.folder.checkout)[environment]
        return Values(self.folder, {"environment_name": environment} if environment else {})


def runners(checkout: Checkout) -> Iterator[Runner]:
    """The roles in folders that have a policy with `ecs:RunTask`."""
    paths = [path for path in infra_files(checkout) if checkout.holds(path, "RunTask")]
    for path in dict.fromkeys(path.rpartition("/")[0] for path in paths):
        folder = Folder.of(checkout, path)
        known = roles_of_starters(folder) if path == TEMPLATE else set()
        for role in _roles(folder):
            if role.block.labels[1] not in known:
                yield Runner(folder, role)


def _roles(folder: Folder) -> Collection[PlacedBlock]:
    """The roles of a folder; none if another configuration than the template does not parse."""
    try:
        return [role for role in folder.blocks("resource", "aws_iam_role") if RoleRights.of(folder).links]
    except Refusal:
        if folder.path == TEMPLATE:
            raise
        return []
