"""The programs that the API's image has in addition to the project's scripts, and those that Makefiles run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import MAKEFILE, PYPROJECT_FILE
from scaffold.files.toml import load

_VARIABLE = re.compile(r"^[ ]*(?:export[ ]+|override[ ]+)?([\w.-]+)[ \t]*[:?+]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_TARGET = re.compile(r"^([^\s#:=][^:=#\n]*?)[ \t]*::?(?!=)")
_BLANKS = r"(?:[ \t]|\\\r?\n)+"
_ELSEWHERE = re.compile(r"\b(?:cd|pushd)[ \t]+([^\s;&|]+)")

# Each Makefile with the folders in which `poetry run` uses the API's project.
_MAKEFILES = {MAKEFILE: ("",), "Makefile": ("api", "./api"), "infra/Makefile": ("../api",)}

# Programs in every image with Python, and programs that run another one.
_SYSTEM = """
ash aws awk bash cat chmod cp curl dash date dumb-init echo env exec export false find git grep head java make mkdir mv
newrelic-admin nice node nohup npm npx pg_dump pip pip3 pipenv poetry printf psql python python2 rm sed sh sleep source
tail tee test time timeout tini touch true wget xargs
"""


def tools(checkout: Checkout) -> frozenset[str]:
    """The names of the packages that the project depends on; most programs are named after their package."""
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


class MakefileRun(NamedTuple):
    """A program that a recipe runs with `poetry run`. target: "" if unknown. folder: the folder that the recipe changes
    to first, "" for none. line: the whole line."""

    program: str
    target: str
    folder: str
    line: str
    offset: int


def project_runs(checkout: Checkout) -> Iterator[tuple[str, MakefileRun]]:
    """What Makefiles run in the API's project, each with the path of the Makefile."""
    for path, folders in _MAKEFILES.items():
        for run in runs(checkout.read(path) or b""):
            if run.folder.rstrip("/") in folders:
                yield path, run


def runs(data: bytes) -> Iterator[MakefileRun]:
    """The programs in the order of the file, without words that make expands."""
    text = data.decode("utf-8", "surrogateescape")
    runner = re.compile(rf"(?:\bpoetry[ \t]+run|{_runners(text)}){_BLANKS}([^\s;&|<>()]+)")
    target = ""
    for start, line in _lines(text):
        if not line.startswith("\t"):
            match = _TARGET.match(line)
            target = match[1] if match else target if not line.strip() or line.startswith("#") else ""
            continue
        for match in runner.finditer(line):
            before = line[: match.start()]
            if line.lstrip("\t @-").startswith("#") or before.count('"') % 2 or before.count("'") % 2:
                continue
            folders = _ELSEWHERE.findall(before)
            offset = _offset(text, start, line, match.start(1))
            if not re.search(r"[$\"'`\\]", match[1]):
                yield MakefileRun(match[1], target, folders[-1] if folders else "", line, offset)


def _runners(text: str) -> str:
    """A pattern for the variables that end in `poetry run`, as a recipe refers to them."""
    names = [match[1] for match in _VARIABLE.finditer(text) if re.search(r"\bpoetry[ \t]+run$", match[2])]
    return "|".join(rf"\$[({{]{re.escape(name)}[)}}]" for name in names) or r"(?!)"


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines joined with their continuation lines, each with the index of its first character."""
    position = 0
    for match in re.finditer(r"(?:[^\n]*\\\r?\n)*[^\n]*(?:\n|\Z)", text):
        position = match.start()
        if match[0]:
            yield position, match[0].rstrip("\r\n")


def _offset(text: str, start: int, line: str, index: int) -> int:
    """The offset in bytes of a character of a line."""
    return len(text[:start].encode("utf-8", "surrogateescape")) + len(line[:index].encode("utf-8", "surrogateescape"))
