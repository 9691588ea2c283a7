"""`list groups`: the groups of environment variables, and who is given them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from scaffold.files.checkout import Checkout
from scaffold.inventory.inventory import VariableListing, variable_listing
from scaffold.inventory.lists.contents import Listing, Row, counted, entries
from scaffold.pfml.groups import COMMON, Given, given_by_group, given_to, given_to_all, group_names
from scaffold.pfml.tasks import Task, all_tasks
from scaffold.terraform.conditions import mentions
from scaffold.terraform.folder import Folder

_COLUMNS = ("group", "variables", "secrets", "includes", "tasks", "used by", "place")


@dataclass(frozen=True, slots=True)
class ListedGroup:
    """A local value with a list of environment variables.

    variables and secrets: its own. includes: the groups in it. tasks: those whose `env` has it, also through another
    group or under a condition; all of them for `common`. used_by: the addresses of the groups and resources that name
    it, such as task definitions outside of locals.tasks.
    """

    name: str
    place: str
    variables: tuple[VariableListing, ...]
    secrets: tuple[VariableListing, ...]
    includes: tuple[str, ...]
    tasks: tuple[str, ...]
    used_by: tuple[str, ...]


def read(checkout: Checkout) -> Listing:
    folder = Folder.of(checkout)
    tasks = all_tasks(folder)
    groups = list(_groups(folder, tasks))
    return Listing(
        {"groups": [asdict(group) for group in groups]},
        _COLUMNS,
        [_row(group) for group in groups],
        f"{counted(len(groups), 'group')} of environment variables for {counted(len(tasks), 'task')}. A task is listed "
        "if its env has the group, also through another group or under a condition.",
        ("GROUP\n  file:line", "VARIABLES, SECRETS AND GROUPS IN IT", "TASKS WITH IT"),
        [_text_row(group, len(tasks)) for group in groups],
    )


def _groups(folder: Folder, tasks: tuple[Task, ...]) -> Iterator[ListedGroup]:
    common = [COMMON] if given_to_all(folder) else []
    given = {name: list(given_by_group(folder, name)) for name in [*common, *group_names(folder)]}
    given = dict(sorted(given.items(), key=lambda group: _position(folder, group[0])))
    of_tasks = {
        task.name: {name for given_variable in given_to(folder, task) for name in given_variable.groups}
        for task in tasks
    }
    for name, variables in given.items():
        local = folder.local(name)
        own = [variable.entry for variable in variables if variable.groups[-1] == name]
        yield ListedGroup(
            name,
            folder.checkout.place(local.path, local.attribute.start) if local else "",
            tuple(variable_listing(entry, folder.checkout) for entry in own if not entry.secret),
            tuple(variable_listing(entry, folder.checkout) for entry in own if entry.secret),
            _included(variables),
            tuple(task for task, groups in of_tasks.items() if name in groups or name in common),
            (
                *(f"local.{group}" for group, contained in given.items() if name in _included(contained)),
                *_resources(folder, name),
            ),
        )


def _position(folder: Folder, name: str) -> tuple[str, int]:
    local = folder.local(name)
    return (local.path, local.attribute.start) if local else ("", 0)


def _included(variables: list[Given]) -> tuple[str, ...]:
    """The groups that are named in a group itself."""
    return tuple(dict.fromkeys(variable.groups[1] for variable in variables if len(variable.groups) > 1))


def _resources(folder: Folder, name: str) -> Iterator[str]:
    """The addresses of the resources that name a group."""
    address = f"local.{name}"
    for placed in folder.blocks("resource", containing=address):
        if mentions(folder.text(placed.path, placed.block), address):
            yield ".".join(placed.block.labels)


def _row(group: ListedGroup) -> Row:
    return (
        [group.name],
        [variable.name for variable in group.variables],
        [secret.name for secret in group.secrets],
        group.includes,
        group.tasks,
        group.used_by,
        [group.place],
    )


def _text_row(group: ListedGroup, count: int) -> Row:
    every = [f"all {count}"] if len(group.tasks) == count > 1 else entries("", group.tasks)
    return (
        [group.name, f"  {group.place}"],
        [
            *entries("", [variable.name for variable in group.variables]),
            *entries("secret" if len(group.secrets) == 1 else "secrets", [secret.name for secret in group.secrets]),
            *entries("the group" if len(group.includes) == 1 else "the groups", group.includes),
        ],
        [*(every or ["none"]), *entries("used by", group.used_by)],
    )
