"""The programs that the API's image has in addition to the project's scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.files.toml import load

# Programs in every image with Python, and programs that run another one.
_SYSTEM = """
ash aws awk bash cat chmod cp curl dash date dumb-init echo env exec export false find git grep head java make mkdir mv
newrelic-admin nice node nohup npm npx pg_dump pip pip3 pipenv poetry printf psql python python2 rm sed sh sleep source
tail tee test time timeout tini touch true wget xargs
"""


def tools(checkout: Checkout) -> frozenset[str]:
    """The names of the packages that the project depends on; most programs are named after their package."""
    return checkout.once(_tools)


def _tools(checkout: Checkout) -> frozenset[str]:
    try:
        document = load(checkout.read(PYPROJECT_FILE) or b"", PYPROJECT_FILE)
    except Refusal:
        return frozenset()
    return frozenset(normal(name) for name in (*_poetry_dependencies(document), *_dependencies(document)))


def _poetry_dependencies(document: Mapping[str, object]) -> Iterator[str]:
    """The packages in the tables of `[tool.poetry]`."""
    poetry = _inner(document, "tool", "poetry")
    groups = [_inner(poetry, "group", name) for name in _inner(poetry, "group")]
    for table in (poetry, *groups):
        yield from _inner(table, "dependencies")
        yield from _inner(table, "dev-dependencies")


def _dependencies(document: Mapping[str, object]) -> Iterator[str]:
    """The packages in the standard tables, as requirements (PEP 508, 621 and 735)."""
    project = _inner(document, "project")
    optional, groups = _inner(project, "optional-dependencies"), _inner(document, "dependency-groups")
    for requirements in (project.get("dependencies"), *optional.values(), *groups.values()):
        if isinstance(requirements, list):
            names = (re.match(r"[\w.-]+", requirement) for requirement in requirements if isinstance(requirement, str))
            yield from (name[0] for name in names if name)


def _inner(table: Mapping[str, object], *names: str) -> Mapping[str, object]:
    """A table in a table; empty if there is none."""
    for name in names:
        inner = table.get(name)
        table = inner if isinstance(inner, dict) else {}
    return table


def is_other_program(word: str, dependencies: Iterable[str]) -> bool:
    """Whether a word may be a program other than a script of the project: a path, a command of the system or of a
    dependency."""
    if "/" in word or not re.fullmatch(r"[A-Za-z0-9][\w.-]*", word) or re.fullmatch(r"python[\d.]*", word):
        return True
    if word in _SYSTEM.split():
        return True
    name = normal(word)
    return any(name == package or name.startswith(f"{package}-") for package in dependencies)


def normal(name: str) -> str:
    """A package's name, normalized (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
