"""A template of the containers of tasks that is not valid JSON, or that does not parse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from scaffold.audit.facts.declarations.templates import of_containers
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.pfml.template_calls import TemplateCall
from scaffold.terraform.json.text import Known, parse_template, template_error
from scaffold.terraform.json.values import JsonError

WHY = "Terraform rejects a template that does not parse, and a task definition whose containers are not JSON."
HOW = "Correct the JSON at the reported place: often a comma is missing between two entries, or one follows the last."
# Expressions whose result is one JSON value: the command as JSON, and numbers.
_VALUE = re.compile(r'(?:jsonencode|tonumber|tostring)\(|\d+$|lookup\(\s*each\.value\s*,\s*"(?:cpu|memory)"')


def check(facts: Facts) -> Iterator[Finding]:
    by_file: dict[str, list[TemplateCall]] = {}
    for call in () if facts.focus else facts.once(of_containers):
        by_file.setdefault(call.file, []).append(call)
    for file, calls in by_file.items():
        error = _error(calls[0])
        if error:
            yield Finding(
                subject=file.rpartition("/")[2],
                message=f"the containers of {_tasks(calls)} are not valid: {error.message}",
                instead="Correct it.",
                path=file,
                offset=error.offset,
                task=calls[0].task if len(calls) == 1 else "",
            )


def _error(call: TemplateCall) -> JsonError | None:
    data = call.folder.checkout.require(call.file)
    document = parse_template(data, 0, len(data), known=Known(lambda condition: None, partial(_is_value, call)))
    return template_error(data, 0, len(data)) or (document if isinstance(document, JsonError) else None)


def _is_value(call: TemplateCall, expression: str) -> bool:
    return bool(_VALUE.match(call.texts.get(expression.strip().strip("~").strip(), "")))


def _tasks(calls: list[TemplateCall]) -> str:
    return f"the task {calls[0].task}" if len(calls) == 1 else f"{len(calls)} tasks"
