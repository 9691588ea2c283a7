"""The packages of the API that tasks are in, and which of them a new task belongs in by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import all_tasks
from scaffold.spec.checks import DEFAULT_PACKAGE
from scaffold.terraform.folder import Folder

ROOT = DEFAULT_PACKAGE.rpartition(".")[0]


class Package(NamedTuple):
    """A package that tasks are in, with their names. reason: why a new task belongs in it, "" if its name does not say
    so."""

    name: str
    tasks: tuple[str, ...]
    reason: str = ""


def packages(folder: Folder, name: str) -> list[Package]:
    """The packages for a new task: the one where it belongs, then those of tasks with similar names, then the most
    used ones."""
    own, by_package = fitting_package(folder, name), _by_package(_packages(folder))
    words = _words(name)

    def rank(package: str) -> tuple[int, int, str]:
        tasks = by_package[package]
        return -max(len(_common(words, _words(task))) for task in tasks), -len(tasks), package

    ranked = [Package(package, tuple(by_package[package])) for package in sorted(by_package, key=rank)]
    first = [own] if own else []
    return [*first, *(package for package in ranked if not own or package.name != own.name)]


def package_of_task(folder: Folder, task: str) -> str:
    """The package that a task's entrypoint is in; "" if that is unknown."""
    return _packages(folder).get(task, "")


def fitting_package(folder: Folder, name: str) -> Package | None:
    """The package of most of the tasks whose names share the most leading words with a new one; if it is not one
    package, the one that contains them all. None if the names of tasks do not tell.

    One task alone tells only if its name, or its package's, consists of the shared words. Without such tasks it is the
    package of those in `massgov.pfml.<first word>`.
    """
    known, words = _packages(folder), _words(name)
    for count in range(len(words), 0, -1):
        lead = words[:count]
        similar = {task: package for task, package in known.items() if _words(task)[:count] == lead}
        if len(similar) > 1 or _is_named(similar, lead):
            package = _prevailing(similar.values())
            if package:
                return Package(package, tuple(similar), _reason(similar, package, "-".join(lead)))
    domain = f"{ROOT}.{words[0]}"
    within = {task: package for task, package in known.items() if f"{package}.".startswith(f"{domain}.")}
    package = _prevailing(within.values())
    return Package(package, tuple(within), _reason(within, package, "")) if package else None


def _is_named(similar: dict[str, str], lead: Sequence[str]) -> bool:
    """Whether the name of the only similar task, or of its package, consists of the shared words."""
    return any(
        list(lead) == _words(task) or set(_words(package.rpartition(".")[2])) <= set(lead)
        for task, package in similar.items()
    )


def _prevailing(packages: Iterable[str]) -> str:
    """The most frequent package; on a tie the one that contains those, "" if there is none below the API's own."""
    counts = Counter(packages)
    most = max(counts.values(), default=0)
    first, *others = [package.split(".") for package, count in counts.items() if count == most] or [[]]
    for other in others:
        first = _common(first, other)
    package = ".".join(first)
    return package if not others or package.startswith(f"{ROOT}.") else ""


def _reason(tasks: dict[str, str], package: str, lead: str) -> str:
    inside = [task for task, other in tasks.items() if other == package]
    if len(tasks) == 1:
        return f"in the package of {next(iter(tasks))}"
    which = f"the {lead}-… tasks" if lead else f"the tasks in {package}"
    if len(inside) == len(tasks):
        return f"in the package of {which}"
    return f"in the package of most of {which}" if inside else f"in the package that contains {which}"


def _common(first: Sequence[str], second: Sequence[str]) -> list[str]:
    pairs = takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
    return [word for word, _ in pairs]


def _words(name: str) -> list[str]:
    return re.split("[-_]+", name)


# --- the packages of the tasks that exist


def _by_package(known: dict[str, str]) -> dict[str, list[str]]:
    by_package: dict[str, list[str]] = {}
    for task, package in known.items():
        by_package.setdefault(package, []).append(task)
    return by_package


def _packages(folder: Folder) -> dict[str, str]:
    """The packages by the names of the tasks; those that cannot be read are left out."""
    return folder.once(_read)


def _read(folder: Folder) -> dict[str, str]:
    checkout = folder.checkout
    try:
        tasks, known = all_tasks(folder), scripts(checkout)
    except Refusal:
        return {}
    references = {task.own_name: known[script] for task in tasks if (script := task.script(folder)) in known}
    modules = {task: script.reference.partition(":")[0] for task, script in references.items() if not script.is_file}
    read = {task: checkout.once(_package, module.strip()) for task, module in modules.items()}
    return {task: package for task, package in read.items() if package}


def _package(checkout: Checkout, module: str) -> str:
    """The package of a module, which may be a package itself; "" if there is no such module in the API."""
    path, package = f"api/{module.replace('.', '/')}", module.rpartition(".")[0]
    if not package or not re.fullmatch(r"\w+(\.\w+)+", module):
        return ""
    if checkout.is_file(f"{path}.py"):
        return package
    return module if checkout.is_file(f"{path}/__init__.py") else ""
