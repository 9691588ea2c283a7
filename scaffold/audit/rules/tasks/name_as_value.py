"""A variable whose value is its own name, or the name of a Terraform variable."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.variables import VariableEntry, written_variables
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import environments

WHY = "The program gets the name as text instead of the value that was meant, such as a folder with that name."
HOW = "Refer to the value, as in var.NAME or ${NAME} in a JSON template, or write the value itself."
_REFERENCE = re.compile(r"(?:(?:var|local|data|module)|aws_[a-z0-9_]+\.[A-Za-z_][\w-]*)(?:\.[A-Za-z_][\w-]*)+")
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)+")


def check(facts: Facts) -> Iterator[Finding]:
    for variable in facts.once(written_variables):
        content = variable.content
        reference = _meant(facts, variable, content.text) if content else ""
        if content and reference:
            what = f"{variable.name} is the text {content.text!r}, not its value"
            instead = f"Write {reference}."
            yield Finding(variable.subject, what, instead, variable.path, content.offset, variable.task)
    if not facts.focus:
        yield from _of_environments(facts)


def _meant(facts: Facts, variable: VariableEntry, text: str) -> str:
    """What to write instead of a text; "" if it is not a name."""
    if _REFERENCE.fullmatch(text):
        return text
    if not _WORDS.fullmatch(text):
        return ""
    if text in variable.passed:
        return f"${{{text}}}"
    if not variable.passed and facts.template.block("variable", text):
        return f"var.{text}"
    if not variable.passed and facts.template.local(text):
        return f"local.{text}"
    return "the value itself" if _plain(text) == _plain(variable.name) else ""


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _of_environments(facts: Facts) -> Iterator[Finding]:
    """Arguments of the template whose value is the text of their own name or of a reference."""
    for environment in environments(facts.checkout):
        call = environment.call
        for argument in call.block.attributes.values():
            text = facts.template.text(call.path, argument.value)
            inner = text[1:-1] if text[:1] == '"' else ""
            same = inner == argument.name and _WORDS.fullmatch(inner)
            if same or _REFERENCE.fullmatch(inner):
                yield Finding(
                    subject=environment.name,
                    message=f"the argument {argument.name} is the text {inner!r} in {environment.name}, not its value",
                    instead=f"Write {'the value itself' if same else inner}.",
                    path=call.path,
                    offset=argument.start,
                )
