"""Placeholders that Terraform does not replace: `{var.x}` without the dollar sign, `$var.x`, `{x}` in a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import task_at
from scaffold.audit.facts.tasks.variables import VariableEntry, written_variables
from scaffold.files.layout import ENVIRONMENTS
from scaffold.hcl.comments import is_code
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import environment_names

_KIND = r"(?:var|local|data|module|each|path|aws_[a-z0-9_]+)"
_REFERENCE = rf"{_KIND}\.[A-Za-z_][\w.\[\]-]*"
# What must not stand before the first character is looked for behind it: that is much faster.
_BRACED = rf"\{{(?<![$%{{\w]\{{)\{{?\s*({_REFERENCE})\s*\}}?\}}"
_DOLLAR = rf"\$(?<![$\w]\$)\(?({_REFERENCE})\)?"
_WRITTEN = re.compile(rf"{_BRACED}|{_DOLLAR}".encode())
_NAMED = re.compile(r"(?<![$%{\w])(?:\{\{?\s*|\$\()([A-Za-z_]\w*)\s*(?:\}\}?|\))")


class Placeholder(NamedTuple):
    """A placeholder as it is written, and what it refers to. variable: the environment variable that has it, "" for
    other text. task: whose entry it is in, "" if there is none."""

    text: str
    reference: str
    variable: str
    subject: str
    path: str
    offset: int
    task: str


def placeholders(facts: Facts) -> Iterator[Placeholder]:
    seen = set()
    for variable in facts.once(written_variables):
        for placeholder in _in_variable(facts, variable):
            seen.add((placeholder.path, hcl.line_of(facts.checkout.require(placeholder.path), placeholder.offset)))
            yield placeholder
    for path in _files(facts):
        for placeholder in _in_file(facts, path):
            if (path, hcl.line_of(facts.checkout.require(path), placeholder.offset)) not in seen:
                yield placeholder


def _files(facts: Facts) -> Iterator[str]:
    yield from facts.template.files
    if not facts.focus:
        for name in environment_names(facts.checkout):
            yield from facts.checkout.terraform_files(f"{ENVIRONMENTS}/{name}")


def _in_variable(facts: Facts, variable: VariableEntry) -> Iterator[Placeholder]:
    for field in variable.fields.values():
        match = re.search(f"{_BRACED}|{_DOLLAR}", field.text)
        text, reference = (match[0], match[1] or match[2]) if match else _named(facts, variable, field.text)
        if text:
            where = (variable.task or variable.subject, variable.path, field.offset, variable.task)
            yield Placeholder(text, reference, variable.name, *where)


def _named(facts: Facts, variable: VariableEntry, text: str) -> tuple[str, str]:
    """A placeholder with only the name of what should stand there, and the reference to it; "" if there is none."""
    for match in _NAMED.finditer(text) if "{" in text or "$(" in text else ():
        name = match[1]
        if name in variable.passed:
            return match[0], name
        if not variable.passed and facts.template.block("variable", name):
            return match[0], f"var.{name}"
    return "", ""


def _in_file(facts: Facts, path: str) -> Iterator[Placeholder]:
    data = facts.checkout.require(path)
    for match in _WRITTEN.finditer(data):
        start, end = match.span()
        if facts.is_new(path, start, end) and is_code(data, start) and _is_in_string(facts, path, start):
            name = _task(facts, path, start)
            reference = (match[1] or match[2]).decode()
            yield Placeholder(match[0].decode(), reference, "", name or _block(facts, path, start), path, start, name)


def _task(facts: Facts, path: str, offset: int) -> str:
    """The task in focus whose entry, schedule or trigger contains a byte; "" if there is none."""
    task = task_at(facts, path, offset)
    if task:
        return task.name
    for start in all_starts(facts.checkout):
        if start.path == path and start.block.start <= offset < start.block.end and facts.in_focus(start.task_name):
            return start.task_name
    return ""


def _is_in_string(facts: Facts, path: str, offset: int) -> bool:
    return any(isinstance(node, hcl.Template) for node in facts.checkout.terraform(path).path_to(offset))


def _block(facts: Facts, path: str, offset: int) -> str:
    """The name of the block at the top level that a byte is in."""
    block = facts.checkout.terraform(path).block_at(offset)
    return path if block is None else block.labels[-1] if block.labels else block.type
