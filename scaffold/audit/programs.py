"""What can be run in the API's image beside the project's own scripts, as far as the checkout tells."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable

from scaffold.checkout import PYPROJECT_FILE, Checkout

# What any image with Python has, and what people put in front of a program.
_SYSTEM = """
ash aws awk bash cat chmod cp curl dash date dumb-init echo env exec export false find git grep head java make mkdir mv
newrelic-admin nice node nohup npm npx pg_dump pip pip3 pipenv poetry printf psql python python2 rm sed sh sleep source
tail tee test time timeout tini touch true wget xargs
"""


def tools(checkout: Checkout) -> frozenset[str]:
    """The names of the packages that the project depends on, which most programs are named after."""
    try:
        document = tomllib.loads((checkout.read(PYPROJECT_FILE) or b"").decode("utf-8-sig"))
        poetry = document["tool"]["poetry"]
    except (ValueError, KeyError, TypeError):
        return frozenset()
    tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")]
    groups = poetry.get("group")
    tables += [group.get("dependencies") for group in groups.values()] if isinstance(groups, dict) else []
    return frozenset(normal(name) for table in tables if isinstance(table, dict) for name in table)


def is_other_program(word: str, dependencies: Iterable[str]) -> bool:
    """Whether a word may name a program that is no script of the project: a path, a command of the system or of a
    package that it depends on."""
    if "/" in word or not re.fullmatch(r"[A-Za-z0-9][\w.-]*", word) or re.fullmatch(r"python[\d.]*", word):
        return True
    if word in _SYSTEM.split():
        return True
    name = normal(word)
    return any(name == other or name.startswith(f"{other}-") for other in dependencies)


def normal(name: str) -> str:
    """A package's name as Python compares it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
