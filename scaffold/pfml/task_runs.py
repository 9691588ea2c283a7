"""Where workflows, scripts and documentation start a task with `run-task.sh`, or with `aws ecs run-task`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.files.yaml import values

_PROGRAM, _OPTION = b"run-task.sh", b"--task-definition"
_GAP = rb"(?:[ \t]|\\\r?\n)+"
# A value that is known only at run time, or that a reader fills in: ${{ x }}, $X, make's $(X) and $$X, {x} in an
# f-string, <env>, ENV.
_FILLED_IN = rb"\$\{\{[^{}\n]*\}\}|\$\$?(?:\{\w+[^{}\n]*\}|\w+|\([^()\n]*\))|\{[^{}\n]*\}|<[^<>\n]*>|[A-Z][A-Z_]+"
_NAME = rb"[a-z0-9]+(?:[-_][a-z0-9]+)+"
_INDIRECT = rb"\$\{\{[ ]*(?:github\.event\.)?(?:inputs|matrix|env)\.([\w-]+)[ ]*\}\}|\$\{?(\w+)\}?"
_COMMENT = re.compile(rb"^\s*(?:#|//)|\s#\s|\becho\b|\b[Uu]sage:|^\s*(?:-\s+)?(?:description|name):")
_LISTED = re.compile(r"[^\s,\[\]\"']+")


class TaskRun(NamedTuple):
    """task: the name that is started. offset: the byte of the name. is_run: whether the line runs, unlike one that
    only shows people what to type."""

    path: str
    task: str
    offset: int
    is_run: bool


class RunReader:
    """Reads the files of a checkout. environments: those whose names may stand in a command. application: how the
    names of task definitions begin."""

    def __init__(self, checkout: Checkout, environments: Iterable[str], application: str) -> None:
        self._checkout = checkout
        named = b"|".join(re.escape(name.encode()) for name in environments)
        environment = rb"[\"']?(?:%s|%s)[\"']?" % (_FILLED_IN, named or rb"(?!)")
        task = rb"[\"']?(?:(?P<task>%s)|%s)(?![\w${<-])" % (_NAME, _INDIRECT)
        program = rb"run-task\.sh[\"']?"
        # A list of words in Python: "./run-task.sh", f"{environment}", "my-task".
        words = rb"run-task\.sh[\"'],\s*[^,\n]+,\s*[\"'](?P<word>%s)[\"']" % _NAME
        self._commands = re.compile(rb"%s%s%s%s%s" % (program, _GAP, environment, _GAP, task))
        self._words = re.compile(words)
        self._definitions = re.compile(
            rb"--task-definition(?:=|%s)[\"']?%s-(?:%s|%s)-(?P<task>%s)(?![\w${<-])"
            % (_GAP, re.escape(application.encode()), _FILLED_IN, named or rb"(?!)", _NAME)
        )

    def runs(self, path: str) -> Iterator[TaskRun]:
        data = self._checkout.read(path) or b""
        if _PROGRAM not in data and _OPTION not in data:
            return
        for match in self._commands.finditer(data):
            is_run = _runs(path, data, match.start())
            if match["task"]:
                yield TaskRun(path, match["task"].decode(), match.start("task"), is_run)
            elif is_run and path.endswith((".yml", ".yaml")):
                yield from _chosen(path, data, (match[2] or match[3]).decode())
        for match in self._words.finditer(data):
            yield TaskRun(path, match["word"].decode(), match.start("word"), _runs(path, data, match.start()))
        for match in self._definitions.finditer(data):
            yield TaskRun(path, match["task"].decode(), match.start("task"), _runs(path, data, match.start()))


def _runs(path: str, data: bytes, offset: int) -> bool:
    """Whether a line of a file is code."""
    before = data[data.rfind(b"\n", 0, offset) + 1 : offset]
    return not path.endswith(".md") and _COMMENT.search(before) is None


def _chosen(path: str, data: bytes, name: str) -> Iterator[TaskRun]:
    """The names that an input, a matrix or a variable of a workflow can have."""
    lines = data.splitlines(keepends=True)
    for value in values(data.decode("utf-8", "replace")).values():
        keys = [key for key in value.path if not key.isdigit() and key not in ("options", "default")]
        is_value = keys[-1:] == [name] and (value.path[-1] != name or "inputs" not in keys)
        for word in _LISTED.findall(value.text) if is_value else ():
            offset = data.find(word.encode(), sum(map(len, lines[: value.line - 1])))
            if re.fullmatch(_NAME, word.encode()) and offset >= 0:
                yield TaskRun(path, word, offset, True)
