"""An environment that uses the name or the state of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environment_names, environments
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import is_known

WHY = "Deploying one environment changes the resources or the state of the other."
HOW = (
    "Use the environment's own name in everything that identifies it, such as environment_name and the key of its "
    "state."
)


class _Setting(NamedTuple):
    """A string in an environment's folder that identifies an environment. role: what it is used for."""

    environment: str
    role: str
    path: str
    node: hcl.Attribute
    text: str


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    for environment in environments(facts.checkout):
        attribute = environment.call.block.attributes.get("environment_name")
        if attribute:
            folder = Folder.of(facts.checkout, f"{ENVIRONMENTS}/{environment.name}")
            text = folder.expand(environment.call.path, attribute.value, {})
            if is_known(text) and text != environment.name:
                yield _finding(
                    _Setting(environment.name, "environment_name", environment.call.path, attribute, text),
                    f"so it would manage the resources of {text}",
                )
    yield from _states(facts)


def _states(facts: Facts) -> Iterator[Finding]:
    """The backends in which the state is stored, and the remote states that are read."""
    names = environment_names(facts.checkout)
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or "$^")
    for name in names:
        for setting in _state_settings(facts, name):
            mentioned = [match[0] for match in pattern.finditer(setting.text) if _is_word(setting.text, match)]
            if mentioned and name not in mentioned:
                consequence = (
                    f"so it would overwrite the state of {mentioned[0]}"
                    if setting.role.startswith("backend")
                    else f"so it uses the resources that {mentioned[0]} has deployed"
                )
                yield _finding(setting, consequence)


def _is_word(text: str, match: re.Match[str]) -> bool:
    around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
    return not any(character.isalnum() for character in around)


def _state_settings(facts: Facts, name: str) -> Iterator[_Setting]:
    folder = Folder.of(facts.checkout, f"{ENVIRONMENTS}/{name}")
    keys = set()
    for terraform in folder.blocks("terraform", containing="backend"):
        for backend in terraform.block.blocks:
            if backend.type == "backend":
                settings = list(_of_values(facts, name, "backend", terraform.path, list(backend.attributes.values())))
                keys |= {setting.text for setting in settings if setting.role.endswith("key")}
                yield from settings
    for state in folder.blocks("data", "terraform_remote_state"):
        config = state.block.attributes.get("config")
        if config and isinstance(config.value, hcl.Object):
            attributes = [
                hcl.Attribute(entry.start, entry.end, facts.template.text(state.path, entry.key), entry.value)
                for entry in config.value.items
            ]
            settings = list(_of_values(facts, name, "remote state", state.path, attributes))
            # A different state, such as that of the network, may be shared on purpose.
            if keys & {setting.text for setting in settings}:
                yield from settings


def _of_values(facts: Facts, name: str, role: str, path: str, attributes: list[hcl.Attribute]) -> Iterator[_Setting]:
    for attribute in attributes:
        if attribute.name in ("bucket", "key"):
            text = facts.template.text(path, attribute.value).strip('"')
            if is_known(text):
                yield _Setting(name, f"{role}'s {attribute.name}", path, attribute, text)


def _finding(setting: _Setting, consequence: str) -> Finding:
    return Finding(
        subject=setting.environment,
        message=f"the {setting.role} in the folder of {setting.environment} is {setting.text!r}, {consequence}",
        instead=f"Use {setting.environment}.",
        path=setting.path,
        offset=setting.node.start,
    )
