"""The task definition: an entry of `locals.tasks` in tasks.tf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import dedent

from scaffold import hcl
from scaffold.changes.parts.hints import to_change
from scaffold.changes.parts.infra.family import check_family, check_lookups, lookup_elsewhere
from scaffold.changes.parts.infra.keys import keys
from scaffold.changes.parts.infra.trigger_role import trigger_role
from scaffold.changes.parts.infra.uses import uses
from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.pfml.environments import environment_names
from scaffold.pfml.groups import (
    COMMON,
    Entry,
    entries_of,
    group_entries,
    group_names,
    group_paths,
    groups_in,
    secret_paths,
)
from scaffold.pfml.iam.rights import unreadable
from scaffold.pfml.iam.roles import default_execution_role, role_resource
from scaffold.pfml.references import first_mention
from scaffold.pfml.tasks import Task, require_task, takes_environment, tasks_object
from scaffold.pfml.triggers import triggers_of
from scaffold.rendering.literals import hcl_string, hcl_value
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.specs import DATABASE, S3_PATH, Secret, Subject, TaskSpec
from scaffold.terraform.alignment import keep_columns
from scaffold.terraform.folder import Folder
from scaffold.terraform.items import add_items, remove_items
from scaffold.terraform.steps import Step, in_steps, insert_after

PART = part_names.TASK
ORDER = ("command", "task_role", "execution_role", "cpu", "memory", "env")
TEMPLATES: tuple[str, ...] = ("snippets/task.tf",)
RECREATED = "the task definition"
SIZES = ("cpu", "memory")


def add(addition: Addition) -> list[Edit]:
    spec, folder, task = addition.spec, addition.folder, addition.task
    if not isinstance(spec, TaskSpec):
        return _add_role(addition)
    path, entries = tasks_object(folder)
    _check_groups(spec, folder)
    _check_environment(spec, folder, task)
    _check_secrets(spec, addition)
    if task is not None:
        return _complete(spec, addition, task)
    check_family(addition.key, spec.name, folder, "NAME")
    values = {"key": addition.key, **_wanted(spec, addition), "env": environment(spec)}
    text = snippet("task.tf", addition.checkout, **values)
    return add_items(addition.checkout, path, entries, [text], PART, blank=True)


def _add_role(addition: Addition) -> list[Edit]:
    """The task role that a trigger needs, in the entry of a task that has none."""
    if addition.task is None or not addition.roles.new_task:
        return []
    return _complete_attributes(addition.folder, addition.task, {"task_role": addition.roles.task})


def find(task: Task, checkout: Checkout) -> list[Place]:
    return [(task.path, task.entry.start)]


def remove(removal: Removal) -> list[Edit]:
    """The entry of the task; it stays if anything that is not removed still starts the task."""
    if removal.chosen:
        added = trigger_role(removal)
        return [*(added.edits if added else []), *_kept_path(removal)]
    checkout, task = removal.checkout, removal.task
    path, entries = tasks_object(removal.folder)
    edits = remove_items(checkout, path, entries, [task.entry], PART)
    used = first_mention(checkout, task.key, [*removal.edits, *edits]) or lookup_elsewhere(removal.folder, task)
    return [checkout.keep(path, task.entry.start, PART, "still used", used)] if used else edits


def _kept_path(removal: Removal) -> list[Edit]:
    """The variable of what a removed trigger waited for: the program reads it, so it stays."""
    folder, task = removal.folder, removal.task
    removed = [f"{known.bucket_address}." for known in triggers_of(folder, task.key) if removal.includes(known)]
    env = task.attribute(folder, "env") if removed else None
    if env is None:
        return []
    return [
        removal.checkout.keep(entry.path, entry.start, PART, f"the program may still read {S3_PATH}")
        for entry in entries_of(folder, task.path, env.value)
        if entry.name == S3_PATH and any(bucket in entry.value for bucket in removed)
    ]


def rename(renaming: Renaming) -> list[Edit]:
    """The key of the task, its command, and all uses of them outside of its schedules and triggers."""
    naming, task, checkout = renaming.naming, renaming.task, renaming.checkout
    check_family(naming.prefix + naming.new, naming.new, renaming.folder, "NEW")
    check_lookups(naming, renaming.folder)
    key = hcl.unparenthesized(task.entry.key)
    end = key.inner_end if isinstance(key, hcl.Template) else key.end
    name = checkout.rename(task.path, end - len(naming.old.encode()), end, naming.new, PART)
    edits = keep_columns(checkout, task.path, [name])
    of_starts = {start.location for start in renaming.starts}
    for use in (*uses(naming, checkout), *keys(naming, checkout)):
        if use.block is None or (use.path, use.block.start) not in of_starts:
            edits.append(use.edit(checkout, PART))
    return edits


def _wanted(spec: TaskSpec, addition: Addition) -> dict[str, str]:
    """The attributes of the entry as Terraform, "" for those that are left to the defaults."""
    execution = addition.roles.execution
    return {
        "command": spec.command,
        "task_role": addition.roles.task,
        "execution_role": execution if execution != default_execution_role(addition.folder) else "",
        "cpu": str(spec.cpu or ""),
        "memory": str(spec.memory or ""),
    }


def environment(spec: Subject) -> list[str]:
    """The entries of `env` as Terraform, in the order groups, variables, secrets."""
    entries = [f"local.{group}" for group in spec.groups] + list(spec.group_expressions)
    for variable in spec.variables:
        entries.append(f'{{ name : "{variable.name}", value : {hcl_value(variable.value)} }}')
    for secret in spec.secrets:
        entries.append(f'{{ name : "{secret.name}", valueFrom : {_path(secret)} }}')
    return entries


def _path(secret: Secret) -> str:
    """A path as a quoted string, even if it is a single reference, since `valueFrom` has to be a path."""
    return f'"{hcl_string(secret.path)}"'


# --- an entry that exists


def _complete(spec: TaskSpec, addition: Addition, task: Task) -> list[Edit]:
    """What is missing in an existing entry. Raises Refusal for an attribute with a different value."""
    folder, lines = addition.folder, list[str]()
    edits = _complete_environment(spec, folder, task, lines)
    wanted = {name: value for name, value in _wanted(spec, addition).items() if value}
    wanted["command"] = f'["{spec.command}"]'
    edits = _complete_attributes(folder, task, wanted, lines, edits)
    return edits or [folder.checkout.unchanged(task.path, task.entry.start, PART)]


def _complete_attributes(
    folder: Folder, task: Task, wanted: dict[str, str], more_lines: Sequence[str] = (), others: Sequence[Edit] = ()
) -> list[Edit]:
    checkout, edits, missing = folder.checkout, [*others], dict[str, str]()
    for name, value in wanted.items():
        attribute, has = task.attribute(folder, name), task.text(folder, name)
        if attribute is None:
            missing[name] = f"{name} = {value}"
        elif has == "null":
            edits.append(checkout.replace(task.path, attribute.value.start, attribute.value.end, value, PART))
        elif _plain(has) != _plain(value):
            raise Refusal(
                f"the task {task.key!r} has {name} = {has}, but you asked for {value}",
                place=checkout.place(task.path, attribute.start),
                instead=_how_to_change(task, name, wanted),
            )
    if more_lines:
        missing["env"] = dedent("\n".join(more_lines))
    steps = [_in_place(task.name, name, missing[name]) for name in ORDER if name in missing]
    return in_steps(checkout, [lambda _: edits, *steps], PART) if steps else edits


def _in_place(name: str, attribute: str, text: str) -> Step:
    """A new attribute of a task, where an entry that is written at once has it."""

    def step(checkout: Checkout) -> list[Edit]:
        return added(checkout, require_task(Folder.of(checkout), name), attribute, text)

    return step


def added(checkout: Checkout, task: Task, name: str, text: str) -> list[Edit]:
    """A new attribute in its place among the others."""
    data, before = checkout.require(task.path), ORDER[: ORDER.index(name)]
    earlier = [attribute for attribute in task.value.items if attribute.name(data) in before]
    return insert_after(checkout, task.path, task.value, earlier[-1] if earlier else None, [text], PART)


def _how_to_change(task: Task, name: str, wanted: Mapping[str, str]) -> str:
    if name == "command":
        return "Use the --command that it has, or change it there by hand."
    # A size is only accepted as a whole.
    names = [size for size in SIZES if size in wanted] if name in SIZES else [name]
    values = {name: role_resource(wanted[name]) or wanted[name] for name in names}
    return to_change(task.name, *(word for name in names for word in (f"--{name.replace('_', '-')}", values[name])))


def _plain(text: str) -> str:
    return "".join(text.split()).replace(",]", "]")


def _complete_environment(spec: TaskSpec, folder: Folder, task: Task, lines: list[str]) -> list[Edit]:
    wanted = environment(spec)
    env = task.attribute(folder, "env")
    if env is None:
        if wanted:
            body = ",\n        ".join(wanted)
            lines.append(f"      env = [\n        {body}\n      ]")
        return []
    has = {_plain(folder.text(task.path, child)) for child in env.value.children()}
    missing = [text for text in wanted if _plain(text) not in has]
    if not missing:
        return []
    if not isinstance(env.value, hcl.Tuple):
        raise Refusal(
            f"the environment of {spec.name!r} is not a plain list, so {missing[0]} cannot be added",
            place=folder.checkout.place(task.path, env.start),
            instead="Add it there by hand.",
        )
    return add_items(folder.checkout, task.path, env.value, [f"        {text}" for text in missing], PART)


# --- checks


def _check_groups(spec: TaskSpec, folder: Folder) -> None:
    if not (spec.groups or spec.variables or spec.secrets):
        return
    if not takes_environment(folder):
        raise Refusal(
            "the tasks of this checkout get their environment from JSON templates (as before July 2021), not from "
            "tasks.tf",
            option="--env, --env-var, --secret and --db",
            instead="Omit these options and add a containers_template by hand.",
        )
    for group in spec.groups:
        check_group(folder, group, "--db" if spec.database and group == DATABASE else "--env")


def check_group(folder: Folder, group: str, option: str = "--env") -> None:
    """Raise Refusal for a group that does not exist, or that every task has. option: what asked for it."""
    if group == COMMON:
        what = "the template already gives the group common to every task"
        raise Refusal(what, option="--env", value=group, instead="Omit it.")
    if not any(True for _ in group_entries(folder, group)):
        kind = "group of environment variables"
        raise unknown(kind, group, group_names(folder), option=option, where=folder.path)


def entries(spec: TaskSpec, folder: Folder, task: Task | None) -> list[tuple[str, Entry]]:
    """The variables that the task gets in addition to those of the options, each with what sets it."""
    given = [("common", entry) for entry in group_entries(folder, "common")]
    groups = [*spec.groups, *(word for text in spec.group_expressions for word in groups_in(text))]
    for group in groups:
        given += [(f"the group {group}", entry) for entry in group_entries(folder, group)]
    env = task.attribute(folder, "env") if task else None
    if task and env:
        known = {entry.start for _, entry in given}
        own = entries_of(folder, task.path, env.value)
        given += [(f"the task {spec.name}", entry) for entry in own if entry.start not in known]
    return given


def _check_environment(spec: TaskSpec, folder: Folder, task: Task | None) -> None:
    """Raise Refusal for a name that is set twice by variables or secrets, which ECS would refuse."""
    taken: dict[str, tuple[str, Entry]] = {}
    for where, entry in entries(spec, folder, task):
        if entry.name in taken and where.startswith("the group") and taken[entry.name][0] != where:
            first, _ = taken[entry.name]
            if not spec.like:
                raise Refusal(
                    f"{where} and {first} both set {entry.name}; a task's variables and secrets need different names",
                    option="--env",
                    value=where.removeprefix("the group "),
                    instead="Omit one of the groups.",
                )
        taken.setdefault(entry.name, (where, entry))
    own = [(variable.name, "--env-var", hcl_value(variable.value), variable.value) for variable in spec.variables]
    own += [(secret.name, "--secret", _path(secret), secret.path) for secret in spec.secrets]
    for name, option, value, typed in own:
        if name not in taken:
            continue
        where, entry = taken[name]
        kind = "--secret" if entry.secret else "--env-var"
        is_own = where == f"the task {spec.name}" and kind == option
        if is_own and _plain(entry.value) == _plain(value):
            continue
        other_name = f"Omit it or use another name, such as {spec.slug.upper()}_{name}."
        raise Refusal(
            f"{where} already sets {name}, to {entry.value}, but you asked for {value}; a task's variables and secrets "
            "need different names",
            option=option,
            value=name,
            instead=to_change(spec.name, option, f"{name}={typed}") if is_own else other_name,
        )


def _check_secrets(spec: TaskSpec, addition: Addition) -> None:
    folder, roles = addition.folder, addition.roles
    resource = role_resource(roles.execution)
    if roles.new_execution or not resource:
        return
    refused = unreadable(folder, resource, secret_paths(spec, folder), environment_names(folder.checkout))
    if refused:
        path, environment_name = refused[0]
        source = next((f"{secret.name}={secret.path}" for secret in spec.secrets if secret.path == path), "")
        option = "--secret" if source else "--env"
        value = source or next((group for group in spec.groups if path in group_paths(folder, group)), path)
        raise Refusal(
            f"the execution role aws_iam_role.{resource} may not read {path}"
            + (f" in {environment_name}" if environment_name else "")
            + ", so ECS could not start the task",
            option=option,
            value=value,
            instead="Add --execution-role new, or use a path that the role may read.",
        )
