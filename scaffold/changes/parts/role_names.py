"""The names of new IAM roles: what was asked for, else a name from the task's that fits in every environment."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.aws import names
from scaffold.changes.parts.requests import Addition
from scaffold.changes.parts.task_roles import execution_role_resource, task_role_resource
from scaffold.errors import Refusal
from scaffold.pfml.environments import environment_names
from scaffold.pfml.limits import check
from scaffold.spec.checks import ROLE_NAME
from scaffold.spec.naming import Naming
from scaffold.spec.specs import Subject
from scaffold.terraform.folder import Folder

TASK_ROLE, EXECUTION_ROLE = "task_role", "execution_role"
PREFIX = "${local.app_name}-${var.environment_name}-"
_TASKS = "ecs-tasks-"
_TAILS = {TASK_ROLE: ("",), EXECUTION_ROLE: ("-execution-role", "-execution", "-exec")}
_LIMIT = names.LIMITS["aws_iam_role", "name"]


def role_name(addition: Addition, attribute: str) -> str:
    """The whole name of a new role; that of the existing one if there is one and no other name was asked for.

    Raises Refusal if the name that was asked for is too long in an environment, or another role's.
    """
    folder, label = addition.folder, _label(addition.spec, attribute)
    asked = _asked(addition.spec, attribute)
    if asked:
        _check(asked, attribute, label, folder)
        return PREFIX + asked
    existing = folder.block("resource", "aws_iam_role", label)
    text = folder.attribute_text(existing, "name") if existing else ""
    if text.startswith('"'):
        return text[1:-1]
    also = _asked(addition.spec, TASK_ROLE) if attribute == EXECUTION_ROLE else ""
    return PREFIX + default_name(folder, addition.spec.name, attribute, label, also)


def default_name(folder: Folder, task: str, attribute: str, label: str, also: str = "") -> str:
    """The name of a task's role, behind the prefix, shortened if it would be too long in an environment or is another
    role's. label: of the role itself. also: another name that is taken."""
    used = _names_besides(folder, label)
    if attribute == EXECUTION_ROLE:
        also = also or default_name(folder, task, TASK_ROLE, f"{names.slug(task)}_{TASK_ROLE}")
    candidates = (name for name in _candidates(task, attribute, _room(folder)) if name != also)
    return next((name for name in candidates if _fits(folder, name, used)), usual_name(task, attribute))


def renamed_default(folder: Folder, task: str, attribute: str) -> str:
    """The new name of a role that is renamed with its task. It is only shortened if it is too long; the caller refuses
    one that is taken."""
    usual = usual_name(task, attribute)
    return usual if len(usual) <= _room(folder) else default_name(folder, task, attribute, "")


def shortened_names(naming: Naming, folder: Folder) -> set[str]:
    """The old and new names of a task's roles that are not the usual ones."""
    before = {default_name(folder, naming.old, attribute, f"{naming.old_slug}_{attribute}") for attribute in _TAILS}
    after = {renamed_default(folder, naming.new, attribute) for attribute in _TAILS}
    return {name for name in before | after if naming.old not in name and naming.new not in name}


def usual_name(task: str, attribute: str) -> str:
    return f"{_TASKS}{task}{_TAILS[attribute][0]}"


def _candidates(task: str, attribute: str, room: int) -> Iterator[str]:
    tails = _TAILS[attribute]
    yield from (f"{_TASKS}{task}{tail}" for tail in tails)
    for prefix in (_TASKS, ""):
        yield from (f"{prefix}{name}{tails[-1]}" for name in names.shortened(task, room - len(prefix + tails[-1])))


def notes(addition: Addition) -> Iterator[str]:
    """What is to be said of the names of new roles that are not the usual ones."""
    for attribute, new in ((TASK_ROLE, addition.roles.new_task), (EXECUTION_ROLE, addition.roles.new_execution)):
        label = _label(addition.spec, attribute)
        if (
            new
            and not _asked(addition.spec, attribute)
            and not addition.folder.block("resource", "aws_iam_role", label)
        ):
            usual, name = usual_name(addition.spec.name, attribute), role_name(addition, attribute).removeprefix(PREFIX)
            if name != usual:
                fits = len(usual) <= _room(addition.folder)
                why = "is another role's name" if fits else "is too long for AWS in some environments"
                yield f"the new {attribute.replace('_', ' ')} is named {name}, since {usual} {why}."


# --- names that were asked for


def _asked(spec: Subject, attribute: str) -> str:
    return spec.task_role_name if attribute == TASK_ROLE else spec.execution_role_name


def _label(spec: Subject, attribute: str) -> str:
    return task_role_resource(spec) if attribute == TASK_ROLE else execution_role_resource(spec)


def option_of(attribute: str) -> str:
    return f"--{attribute.replace('_', '-')}-name"


def _check(name: str, attribute: str, label: str, folder: Folder) -> None:
    used = _names_besides(folder, label)

    def accepted(suggestion: str) -> bool:
        return ROLE_NAME.fullmatch(suggestion) is not None and _fits(folder, suggestion, used)

    option = option_of(attribute)
    check(folder, [(PREFIX + name, "aws_iam_role", _LIMIT)], name, {}, option, accepted)
    if _fits(folder, name, used):
        return
    other = next(
        role for role in folder.blocks("resource", "aws_iam_role") if _is_named(folder, role.block.labels[1], name)
    )
    suggestion = next((text for text in names.shortened(name, _room(folder)) if accepted(text)), "")
    raise Refusal(
        f"aws_iam_role.{other.block.labels[1]} already has that name",
        option=option,
        value=name,
        place=folder.checkout.place(*other.location),
        instead=f"Use {suggestion}, for example." if suggestion else f"Choose another {option}.",
    )


def _is_named(folder: Folder, label: str, name: str) -> bool:
    return any(text.lower() in _names(folder)[label] for text in _everywhere(folder, PREFIX + name))


# --- names in every environment


def _room(folder: Folder) -> int:
    return _LIMIT - max(len(text) for text in _everywhere(folder, PREFIX))


def _fits(folder: Folder, name: str, used: frozenset[str]) -> bool:
    return all(len(text) <= _LIMIT and text.lower() not in used for text in _everywhere(folder, PREFIX + name))


def _everywhere(folder: Folder, inner: str) -> list[str]:
    environments = environment_names(folder.checkout) or ("",)
    return [folder.expand_text(inner, {"environment_name": environment}) for environment in environments]


def _names_besides(folder: Folder, label: str) -> frozenset[str]:
    """The names of the other roles in all environments, in lowercase: IAM does not tell them apart by case."""
    return frozenset().union(*(texts for other, texts in _names(folder).items() if other != label))


def _names(folder: Folder) -> dict[str, frozenset[str]]:
    return folder.once(_role_names)


def _role_names(folder: Folder) -> dict[str, frozenset[str]]:
    environments = environment_names(folder.checkout) or ("",)
    result = {}
    for role in folder.blocks("resource", "aws_iam_role"):
        attribute = role.block.attributes.get("name")
        if attribute is not None:
            texts = (
                folder.expand(role.path, attribute.value, {"environment_name": environment})
                for environment in environments
            )
            result[role.block.labels[1]] = frozenset(text.lower() for text in texts)
    return result
