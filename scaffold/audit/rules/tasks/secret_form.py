"""A secret's path as a plain value, or a plain value as a secret's path."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.variables import KeyedText, VariableEntry, written_variables
from scaffold.audit.finding import Finding
from scaffold.pfml.environments import values_by_environment
from scaffold.terraform.values import Values, is_known

WHY = "With value, the program gets the path instead of the secret; with valueFrom, ECS cannot find the secret."
HOW = "Use valueFrom for the path or ARN of a parameter or secret, and value for the text that the program reads."
_STORED = re.compile(r"arn:aws[\w-]*:(?:ssm|secretsmanager):")
_RESOURCE = re.compile(r"\$\{(?:data\.)?(aws_[a-z0-9_]+)\.[\w-]+(?:\[[^\]]*\])?\.(\w+)\}")
_STORE_RESOURCES = ("aws_ssm_parameter", "aws_secretsmanager_secret")
# Programs that look up a secret on their own are given where it is.
_PLACES = re.compile(r"_(?:ARN|PATH|NAME|PARAMETER|LOCATION|PREFIX|SSM|REF)$")
_PATH = re.compile(r"[\w.${}/-]+")
_COMPUTED = ("${var.", "${format(", "${join(")


def check(facts: Facts) -> Iterator[Finding]:
    variables = facts.once(written_variables)
    roots = {root for variable in variables if (root := _root(variable.fields.get("valueFrom")))}
    for variable in variables:
        content = variable.content
        problem = _problem(facts, variable, content, {"/service/", "/admin/", *roots}) if content else None
        if problem:
            message, instead = problem
            yield Finding(variable.subject, message, instead, variable.path, variable.offset, variable.task)


def _root(field: KeyedText | None) -> str:
    """The first folder of the path of a secret."""
    match = re.match(r"/[\w.-]+/", field.text) if field else None
    return match[0] if match else ""


def _problem(facts: Facts, variable: VariableEntry, content: KeyedText, roots: set[str]) -> tuple[str, str] | None:
    for text, where in _values(facts, variable, content.text):
        if variable.is_secret:
            if why := _is_no_secret(text):
                return f"the valueFrom of {variable.name} is {text!r}{where}, {why}", "Use value, or a secret's path."
        elif not _PLACES.search(variable.name) and (kind := _is_secret(text, roots)):
            what = f"{variable.name} is {text!r}{where}, the {kind}, so the program gets that instead of the secret"
            return what, "Use valueFrom."
    return None


def _is_secret(text: str, roots: set[str]) -> str:
    """Whether a text says where a secret is: its ARN or its path; "" if not."""
    resource = _RESOURCE.fullmatch(text)
    if _STORED.match(text) or (resource and resource[1] in _STORE_RESOURCES and resource[2] == "arn"):
        return "ARN of a secret"
    if resource and resource[1] in _STORE_RESOURCES and resource[2] == "name":
        return "path of a secret"
    return "path of a secret" if text.startswith(tuple(roots)) and _PATH.fullmatch(text) else ""


def _is_no_secret(text: str) -> str:
    """Why a text is neither the path nor the ARN of a secret; "" if it may be."""
    if not text:
        return "so ECS rejects the task definition"
    resource = _RESOURCE.fullmatch(text)
    if resource:
        stored = resource[1].startswith(_STORE_RESOURCES)
        return "" if stored else f"an attribute of {resource[1]}, not a secret's path"
    if text.startswith("arn:"):
        return (
            "" if _STORED.match(text) or "$" in text[: len("arn:aws:secretsmanager:")] else "an ARN of another service"
        )
    if "${" in text and not re.match(r"\w+://", text):
        return ""
    return "" if _PATH.fullmatch(text) else "which is neither the path nor the ARN of a secret"


def _values(facts: Facts, variable: VariableEntry, text: str) -> Iterator[tuple[str, str]]:
    """The values, each with its environment in words: the text itself if it is the same everywhere or unknown."""
    if not text.startswith(_COMPUTED):
        yield Values(facts.template, {}).of_text(f'"{text}"') if "${local." in text else text, ""
        return
    seen = set()
    for name, values in values_by_environment(facts.checkout).items():
        value = values.of_text(f'"{text}"')
        if is_known(value) and value not in seen:
            seen.add(value)
            yield value, f" in {name}" if name else ""
