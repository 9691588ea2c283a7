"""Makefiles: their targets, and the programs that recipes run with `poetry run`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.files.layout import MAKEFILE

_VARIABLE = re.compile(r"^[ ]*(?:export[ ]+|override[ ]+)?([\w.-]+)[ \t]*[:?+]*=[ \t]*(.*?)[ \t\r]*$", re.MULTILINE)
_TARGET = re.compile(r"^([^\s#:=][^:=#\n]*?)[ \t]*::?(?!=)")
_RUNNER = "PY_RUN_CMD"
_BLANKS = r"(?:[ \t]|\\\r?\n)+"
_ELSEWHERE = re.compile(r"\b(?:cd|pushd)[ \t]+([^\s;&|]+)")
_DIRECTIVE = re.compile(r"(?:ifn?def|ifn?eq|else|endif)\b")
_ASSIGNMENTS = r"""(?:\w+=(?:"[^"]*"|'[^']*'|[^\s"']*)[ \t]+)*"""

# Each Makefile with the folders in which `poetry run` uses the API's project.
_MAKEFILES = {MAKEFILE: ("",), "Makefile": ("api", "./api"), "infra/Makefile": ("../api",)}


class MakefileRun(NamedTuple):
    """A program that a recipe runs with `poetry run`. target: "" if unknown. folder: the folder that the recipe changes
    to first, "" for none. line: the whole line."""

    program: str
    target: str
    folder: str
    line: str
    offset: int


class Target(NamedTuple):
    """A rule with one target.

    start: the byte of its first line. end: the byte behind its last line, before the line break. prerequisites: what
    follows the colon, without a comment. recipe: its lines, joined with their continuation lines. is_plain: whether
    there is no conditional in it and no other rule for the target.
    """

    name: str
    start: int
    end: int
    prerequisites: str
    recipe: tuple[str, ...]
    is_plain: bool

    def runs_only(self, script: str, makefile: str) -> bool:
        """Whether it does nothing but to run a script, with some variables and arguments."""
        if not self.is_plain or self.prerequisites or len(self.recipe) != 1 or re.search(r"[;&|<>`\n]", self.recipe[0]):
            return False
        runner = rf"(?:poetry[ \t]+run|{_runners(makefile)})"
        command = rf"[@+-]*[ \t]*{_ASSIGNMENTS}{runner}[ \t]+{re.escape(script)}(?:[ \t].*)?"
        return re.fullmatch(command, self.recipe[0]) is not None


def makefile_text(checkout: Checkout) -> str:
    """The API's Makefile, "" if there is none. Each byte that is not UTF-8 is one character."""
    return (checkout.read(MAKEFILE) or b"").decode("utf-8", "surrogateescape")


def targets(checkout: Checkout) -> list[Target]:
    """The targets of the API's Makefile, in the order of the file."""
    return checkout.once(_targets)


def targets_that_run(checkout: Checkout, script: str) -> list[Target]:
    """The targets of the API's Makefile whose recipes run a script."""
    offsets = [run.offset for run in own_runs(checkout) if run.program == script]
    return [target for target in targets(checkout) if any(target.start <= offset < target.end for offset in offsets)]


def project_runs(checkout: Checkout) -> Iterator[tuple[str, MakefileRun]]:
    """What Makefiles run in the API's project, each with the path of the Makefile."""
    for path, folders in _MAKEFILES.items():
        for run in runs(checkout.read(path) or b""):
            if run.folder.rstrip("/") in folders:
                yield path, run


def own_runs(checkout: Checkout) -> list[MakefileRun]:
    """What the recipes of the API's Makefile run in the API's own project."""
    return checkout.once(_own_runs)


def _own_runs(checkout: Checkout) -> list[MakefileRun]:
    return [run for run in runs(checkout.read(MAKEFILE) or b"") if not run.folder]


def variables(makefile: str) -> dict[str, str]:
    """The variables that a Makefile defines, with their values."""
    return {match[1]: match[2] for match in _VARIABLE.finditer(makefile)}


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
    """A pattern for the variables that end in `poetry run`, as a recipe refers to them; PY_RUN_CMD may be included."""
    names = [match[1] for match in _VARIABLE.finditer(text) if re.search(r"\bpoetry[ \t]+run$", match[2])]
    return "|".join(rf"\$[({{]{re.escape(name)}[)}}]" for name in dict.fromkeys([_RUNNER, *names]))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines joined with their continuation lines, each with the index of its first character."""
    position = 0
    for match in re.finditer(r"(?:[^\n]*\\\r?\n)*[^\n]*(?:\n|\Z)", text):
        position = match.start()
        if match[0]:
            yield position, match[0].rstrip("\r\n")


def _offset(text: str, start: int, line: str, index: int) -> int:
    """The offset in bytes of a character of a line."""
    if text.isascii():
        return start + index
    return len(text[:start].encode("utf-8", "surrogateescape")) + len(line[:index].encode("utf-8", "surrogateescape"))


def _targets(checkout: Checkout) -> list[Target]:
    text, result, current = makefile_text(checkout), list[Target](), False
    for start, line in _lines(text):
        match = _TARGET.match(line)
        if line.startswith("\t"):
            if current:
                rule = result[-1]
                end = _offset(text, start, line, len(line))
                result[-1] = rule._replace(end=end, recipe=(*rule.recipe, line.strip()))
        elif match:
            first, rest = _offset(text, start, line, 0), line[match.end() :].partition("#")[0].strip()
            names, end = match[1].split(), _offset(text, start, line, len(line))
            result += [Target(name, first, end, rest, (), not names[1:]) for name in names]
            current = True
        elif _DIRECTIVE.match(line) and current:
            result[-1] = result[-1]._replace(is_plain=False)
        elif line.strip() and not line.startswith("#"):
            current = False
    names = [target.name for target in result]
    return [target._replace(is_plain=target.is_plain and names.count(target.name) == 1) for target in result]
