"""Changes the roles of a task: new ones, the secrets that the tool's own execution role may read, and the prefix that
the policy of the tool's own task role is about, and whether it may write there."""

from __future__ import annotations

from scaffold import hcl
from scaffold.changes.parts.change import task
from scaffold.changes.parts.change.secret_rights import without_paths
from scaffold.changes.parts.change.trigger import destination_of
from scaffold.changes.parts.infra import role
from scaffold.changes.parts.infra.s3_policy import with_prefix, without_write
from scaffold.changes.parts.requests import Addition, Modification
from scaffold.changes.parts.task_roles import execution_role_resource
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout, uses_crlf
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.groups import given_to
from scaffold.pfml.iam.roles import Roles, own_role
from scaffold.pfml.tasks import require_task
from scaffold.spec.part_names import ROLE
from scaffold.spec.specs import NEW, Secret, Subject
from scaffold.terraform.folder import Folder
from scaffold.terraform.steps import Step, in_steps


def change(modification: Modification) -> list[Edit]:
    steps: list[Step] = [
        lambda checkout: _with_secrets(modification.at(checkout)),
        lambda checkout: without_paths(modification.at(checkout)),
        lambda checkout: role.add(modification.at(checkout).addition),
        lambda checkout: _without_write(modification.at(checkout)),
        lambda checkout: with_prefix(modification.at(checkout).addition, ROLE),
    ]
    return in_steps(modification.checkout, steps, ROLE)


def _without_write(modification: Modification) -> list[Edit]:
    wanted, trigger = modification.spec.trigger, modification.trigger
    if wanted is None or trigger is None or wanted.write is not False:
        return []
    if modification.addition.spec.trigger is None:
        destination_of(trigger)  # which says why it cannot be changed
    return without_write(modification.addition, ROLE, moves=wanted.prefix is not None)


def _with_secrets(modification: Modification) -> list[Edit]:
    """The tool's own execution role for the secrets that the task has after the change, if it is as the tool writes it
    for those that the task has now."""
    spec, checkout = modification.spec, modification.checkout
    label = execution_role_resource(spec.subject)
    changes = spec.subject.secrets or spec.subject.groups or spec.removed_secrets or spec.removed_groups
    if not changes or Roles.of(modification.folder).label(_own(modification)) != label:
        return []
    path = modification.task.path
    plan = Plan(tuple(task.change(modification)), {path: checkout.require(path)})
    placed = modification.folder.block("resource", "aws_iam_role", label)
    try:
        before, after = (_pieces(spec.subject, known) for known in (checkout, checkout.after(plan.outcome())))
    except Refusal:
        return []
    return _replaced(checkout, placed.path, before, after) if placed else []


def _own(modification: Modification) -> str:
    return own_role(modification.folder, modification.task, "execution_role")


def _pieces(subject: Subject, checkout: Checkout) -> list[str]:
    """The texts that the tool writes for the execution role of a task with its own secrets and groups."""
    folder = Folder.of(checkout)
    has, secrets, groups = require_task(folder, subject.name), list[Secret](), list[str]()
    env = has.attribute(folder, "env")
    for element in env.value.children() if env else ():
        text = folder.text(has.path, element)
        if isinstance(element, hcl.Reference) and text.startswith("local."):
            groups.append(text.removeprefix("local."))
    for given in given_to(folder, has):
        if given.entry.secret and not given.groups:
            secrets.append(Secret(given.entry.name, given.entry.inner))
    known = Subject(name=subject.name, secrets=tuple(secrets), groups=tuple(groups), execution_role=NEW)
    return [text.strip("\n") for _, _, text in role.execution_role_pieces(Addition(known, checkout))]


def _replaced(checkout: Checkout, path: str, before: list[str], after: list[str]) -> list[Edit]:
    """The edits that replace one text by another; none if that is not there."""
    data, new = checkout.require(path), "\n\n".join(after)
    old = "\n\n".join(before).replace("\n", "\r\n" if uses_crlf(data) else "\n").encode()
    if before == after or data.count(old) != 1:
        return []
    start = data.index(old)
    return [checkout.replace(path, start, start + len(old), new, ROLE)]
