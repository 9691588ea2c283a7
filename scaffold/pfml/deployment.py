"""The workflow of GitHub Actions that deploys the tasks, and the environments that it guards."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.files.yaml import YamlValue, values
from scaffold.pfml.documentation import text

FOLDER = ".github/workflows"
_FILE = re.compile(r"[^/]*deploy[^/]*\.ya?ml", re.IGNORECASE)
_TASKS = ENVIRONMENTS.rpartition("/")[0]
_FAILS = re.compile(r"\bexit\s+[1-9]\d*\s*$")
_PRINTED = re.compile(r"\becho[ \t]+(?:\"([^\"$`]+)\"|'([^']+)')")
# What a condition compares with a text: a context, which may have a default.
_SUBJECT = r"([\w.\[\]'-]+(?:\s*\|\|\s*'[^']*')?)"
_CALL = re.compile(rf"(!?)\s*(contains|startsWith|endsWith)\(\s*{_SUBJECT}\s*,\s*'([^']*)'\s*\)", re.IGNORECASE)
_COMPARISON = re.compile(rf"{_SUBJECT}\s*(==|!=)\s*'([^']*)'")
# A branch that follows what is deployed, for example `deploy/api/${{ env.deployment_env }}`.
_FOLLOWS = re.compile(r"\b(deploy/(?:[\w-]+/)*)\$\{\{[^{}]*env[^{}]*\}\}")
_ENVIRONMENT = re.compile(r"(env|environment|ref|ref_name)$", re.IGNORECASE)
_Values = Mapping[tuple[str, ...], YamlValue]


class Guard(NamedTuple):
    """A step that fails whenever its condition holds. message: what it prints then, "" if that is not known."""

    condition: str
    message: str
    place: str

    def covers(self, environment: str) -> bool:
        """Whether its condition names the environment, and can hold for it."""
        return any(_can_hold(part, environment) for part in _alternatives(self.condition))


class Workflow(NamedTuple):
    """inputs: the names of those that have to be filled in by hand, None if it cannot be started by hand.
    environment_input: the one of them that is the environment, "" if there is none. branches: those whose pushes start
    it. follows: how the branches begin that it moves to what is deployed, before the environment; "" if it has none."""

    path: str
    name: str
    inputs: tuple[str, ...] | None
    environment_input: str
    branches: tuple[str, ...]
    follows: str
    guards: tuple[Guard, ...]

    def branch_of(self, environment: str) -> str:
        """The branch whose pushes deploy to an environment, as far as its name says so; "" if there is none."""
        return next((branch for branch in self.branches if branch.rpartition("/")[2] == environment), "")


def workflows(checkout: Checkout) -> tuple[Workflow, ...]:
    """The workflows that deploy the tasks. One that cannot be read is left out."""
    return checkout.once(_workflows)


def _workflows(checkout: Checkout) -> tuple[Workflow, ...]:
    try:
        names = [name for name in checkout.entries(FOLDER) if _FILE.fullmatch(name)]
    except Refusal:
        return ()
    texts = {f"{FOLDER}/{name}": text(f"{FOLDER}/{name}", checkout) for name in names}
    return tuple(_workflow(path, source) for path, source in texts.items() if _TASKS in source)


def _workflow(path: str, text: str) -> Workflow:
    document, follows = values(text), _FOLLOWS.search(text)
    name = document.get(("name",))
    by_hand = ("on", "workflow_dispatch")
    inputs = [key[3] for key in document if key[:3] == (*by_hand, "inputs") and len(key) == 4]
    required = [name for name in inputs if _says(document, (*by_hand, "inputs", name, "required")) == "true"]
    starts_by_hand = by_hand in document or "workflow_dispatch" in _says(document, ("on",))
    return Workflow(
        path,
        name.text if name and name.text else path.rpartition("/")[2],
        tuple(required) if starts_by_hand else None,
        next((name for name in inputs if _ENVIRONMENT.search(name)), ""),
        tuple(_branches(document)),
        follows[1] if follows else "",
        tuple(_guards(path, document)),
    )


def _says(document: _Values, path: tuple[str, ...]) -> str:
    return document[path].text if path in document else ""


def _branches(document: _Values) -> list[str]:
    branches = ("on", "push", "branches")
    listed = [value.text for path, value in document.items() if path[:3] == branches and len(path) == 4]
    return listed or re.findall(r"[\w./*-]+", _says(document, branches))


def _guards(path: str, document: _Values) -> list[Guard]:
    """The steps that fail whenever their condition holds."""
    guards = []
    for key, value in document.items():
        script = _says(document, (*key[:-1], "run"))
        if key[2:3] == ("steps",) and key[4:] == ("if",) and _FAILS.search(script):
            printed = _PRINTED.findall(script)
            guards.append(Guard(value.text, "".join(printed[-1]) if printed else "", f"{path}:{value.line}"))
    return guards


# --- conditions


def _alternatives(condition: str) -> list[str]:
    """The parts of a condition, one of which has to hold; a default is not such a part."""
    return re.split(r"\|\|(?!\s*'[^']*'\s*[,)=!])", condition)


def _can_hold(part: str, environment: str) -> bool:
    """Whether all comparisons with the environment hold, and there is one. All others are taken to hold."""
    answers = [
        _compares(call[2].lower(), _last(call[4]), environment) is not bool(call[1])
        for call in _CALL.finditer(part)
        if _ENVIRONMENT.search(_context(call[3]))
    ]
    answers += [
        (environment == _last(comparison[3])) is (comparison[2] == "==")
        for comparison in _COMPARISON.finditer(part)
        if _ENVIRONMENT.search(_context(comparison[1]))
    ]
    return bool(answers) and all(answers)


def _context(subject: str) -> str:
    return subject.partition("|")[0].strip().rstrip("']")


def _last(text: str) -> str:
    """The last part of a branch."""
    return text.rpartition("/")[2]


def _compares(function: str, text: str, environment: str) -> bool:
    if function == "startswith":
        return environment.startswith(text)
    return environment.endswith(text) if function == "endswith" else text in environment
