"""Shell completion of names from the checkout.

The shell runs these functions on every press of Tab and shows whatever they print. So they import what they need when
they are called, and complete to nothing on any error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from scaffold.files.checkout import Checkout


Complete = Callable[[click.Context, click.Parameter, str], list[str]]
_PLAIN = re.compile(r"[\w@%+=:,./-]+")
Names = Callable[["Checkout"], Iterable[str]]


def beginning(names: Iterable[str], prefix: str) -> list[str]:
    """The names with this prefix, without duplicates. A name that a shell would not read as it is, such as one with an
    interpolation, a space or a command, is left out: shells differ in whether they quote what is completed."""
    return [name for name in dict.fromkeys(names) if name.startswith(prefix) and _PLAIN.fullmatch(name)]


def of_checkout(names: Names) -> Complete:
    """A click completer for names from the checkout that the command line refers to."""

    def complete(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        try:
            from scaffold.files.checkout import Checkout

            return beginning(names(Checkout.find(context.params.get("repo"))), incomplete)
        except Exception:  # not in a checkout, or a file does not parse
            return []

    return complete


def _tasks(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.tasks import task_names
    from scaffold.terraform.folder import Folder

    return task_names(Folder.of(checkout))


def _groups(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.groups import group_names
    from scaffold.terraform.folder import Folder

    return group_names(Folder.of(checkout))


def _roles(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.iam.roles import role_names
    from scaffold.spec.specs import NEW
    from scaffold.terraform.folder import Folder

    return [NEW, *role_names(Folder.of(checkout))]


def _buckets(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.buckets import bucket_names
    from scaffold.terraform.folder import Folder

    return bucket_names(Folder.of(checkout))


def _environments(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.environments import environment_names

    return environment_names(checkout)


def _environments_or_all(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.toggles import ALL

    return [ALL, *_environments(checkout)]


def _toggles(checkout: Checkout) -> Iterable[str]:
    from scaffold.pfml.toggles import toggle_names

    return toggle_names(checkout)


def schedules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The schedules of the task that the command line names; all of them if click does not know it yet."""

    def names(checkout: Checkout) -> Iterable[str]:
        from scaffold.pfml.schedules import schedules
        from scaffold.pfml.tasks import find_task
        from scaffold.terraform.folder import Folder

        task = find_task(Folder.of(checkout), context.params.get("name") or "")
        return [known.name for known in schedules(checkout) if task is None or known.task_key == task.key]

    return of_checkout(names)(context, parameter, incomplete)


tasks = of_checkout(_tasks)
groups = of_checkout(_groups)
roles = of_checkout(_roles)
buckets = of_checkout(_buckets)
environments = of_checkout(_environments)
environments_or_all = of_checkout(_environments_or_all)
toggles = of_checkout(_toggles)


def modules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The modules to propose for the task whose name is on the command line."""

    def of_task(checkout: Checkout) -> Iterable[str]:
        from scaffold.changes.module import modules_for

        return modules_for(context.params.get("name") or "my-task", checkout)

    return of_checkout(of_task)(context, parameter, incomplete)


def commands(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The commands of the program."""
    program = context.find_root().command
    return beginning(program.commands, incomplete) if isinstance(program, click.Group) else []


def timezones(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The IANA time zones; they do not depend on a checkout."""
    from scaffold.aws.schedules.zones import names

    return beginning(names(), incomplete)


def rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """The names of the rules of `check`, and of their folders."""
    from scaffold.audit import registry

    return beginning(registry.names() if parameter.name == "explain" else registry.choices(), incomplete)
