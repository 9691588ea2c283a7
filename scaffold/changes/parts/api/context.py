"""The values for the Python templates."""

from __future__ import annotations

import re

from scaffold.files.checkout import Checkout, with_parents
from scaffold.files.edit import Edit
from scaffold.python.layout import docstring, python_call, python_string
from scaffold.python.module import Import
from scaffold.spec.checks import argument_values
from scaffold.spec.specs import TaskSpec

DATABASE = Import("massgov.pfml", "db")


def new_packages(checkout: Checkout, path: str, part: str) -> list[Edit]:
    """An `__init__.py` for each folder above a path that does not exist yet."""
    missing = [folder for folder in with_parents(path) if not checkout.is_folder(folder)]
    edits = []
    for folder in reversed(missing):
        checkout.read(f"{folder}/__init__.py")
        edits.append(checkout.create(f"{folder}/__init__.py", "", part))
    return edits


def context(spec: TaskSpec, worker: str) -> dict[str, object]:
    """The values of the template's questions and private variables for a task."""
    package, _, name = spec.module.rpartition(".")
    return {
        "name": spec.name,
        "module": spec.module,
        "function": spec.function,
        "description": spec.description,
        "__package_path": package.replace(".", "/"),
        "__module_name": name,
        "__decorator": "@" + python_call("background_task", [python_string(spec.name)]),
        "__parser": python_call("parser = argparse.ArgumentParser", [f"description={spec.function}.__doc__"], 4),
        "__signature": python_call(f"def {spec.function}", [], tail=" -> None:"),
        "__worker_signature": python_call(f"def {worker}", _worker_parameters(spec), tail=" -> None:"),
        "__docstring": docstring(spec.description),
        "__db": spec.database,
        "__worker": worker,
        "__options": "\n".join(_options(spec)),
    }


def _worker_parameters(spec: TaskSpec) -> list[str]:
    return ["db_session: db.Session", *(["args: argparse.Namespace"] if takes_arguments(spec) else [])]


def takes_arguments(spec: TaskSpec) -> bool:
    """Whether the entrypoint parses arguments: on request, or because its schedule passes some."""
    return spec.arguments or bool(spec.schedule and spec.schedule.arguments)


def _options(spec: TaskSpec) -> list[str]:
    """The `add_argument` calls that accept what the schedule passes, or one as an example."""
    if not takes_arguments(spec):
        return []
    words = spec.schedule.arguments if spec.schedule else ()
    options = argument_values(words)
    calls = [_option(name, values) for name, values in options.items() if name]
    if "" in options:
        calls.append(['"values"', 'nargs="*"'])
    if not words:
        calls.append(['"--dry-run"', 'action="store_true"', 'help="Change nothing."'])
    return [python_call("parser.add_argument", call, 4) for call in calls]


def _option(name: str, occurrences: list[int]) -> list[str]:
    """The arguments of one call. occurrences: how many values the option has at each occurrence."""
    call = [python_string(name)]
    destination = re.sub(r"\W", "_", name.lstrip("-"), flags=re.ASCII)
    if destination != name.lstrip("-").replace("-", "_"):
        call.append(f'dest="{destination}"')
    repeated = ['action="append"'] if len(occurrences) > 1 else []
    if set(occurrences) == {0}:
        return [*call, 'action="store_true"']
    if set(occurrences) == {1}:
        return [*call, *repeated]
    return [*call, 'nargs="+"' if 0 not in occurrences else 'nargs="*"', *repeated]
