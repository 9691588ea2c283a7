"""The names of all environment variables that a container may be given, by whatever way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.command import Command
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.files.checkout import Checkout
from scaffold.pfml.container_templates import container_template, variables_in
from scaffold.pfml.containers import Container, containers
from scaffold.pfml.schedules import schedules
from scaffold.pfml.state_machines import runs, task_of
from scaffold.pfml.tasks import DEFINITION, Task, takes_environment, task_definition
from scaffold.terraform.json.values import Value

_DOCKERFILE = "api/Dockerfile"
_ENV = r"(?im)^[ \t]*ENV[ \t]+((?:[^\\\n]|\\.|\\\n)*)"
_PAIR = r"(\w+)=(?:\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:\\.|[^\s\\])*)"
_LINE = rb"(?m)^\s*(?:export\s+)?(\w+)\s*="
# What Docker, ECS and the image of Python set.
_PLATFORM = frozenset(
    ("PATH", "HOME", "HOSTNAME", "LANG", "LC_ALL", "PWD", "OLDPWD", "USER", "SHLVL", "TERM", "TZ", "TMPDIR")
)
_PREFIXES = ("AWS_", "ECS_", "PYTHON")
KnownNames = frozenset[str] | None


def names_for(facts: Facts, command: Command) -> KnownNames:
    """The names that the definition of a command's container may give it; None if that cannot be read."""
    return facts.once(_by_task).get(command.task) if command.task else _by_container(facts, command)


def other_names(facts: Facts, command: Command) -> frozenset[str]:
    """The names that the image, and whatever starts the task, may give it."""
    overrides = facts.once(_overrides)
    names = (names for task, names in overrides if task == command.task)
    return frozenset().union(facts.once(_everywhere), *names)


def is_set_by_platform(name: str) -> bool:
    return name in _PLATFORM or name.startswith(_PREFIXES)


def _by_task(facts: Facts) -> dict[str, KnownNames]:
    shared = facts.once(_of_definition)
    result: dict[str, KnownNames] = {}
    for task in facts.once(known_tasks):
        if facts.in_focus(task.name):
            own = _of_task(facts, task) if shared is not None else None
            result[task.name] = own | shared if own is not None and shared is not None else None
    return result


def _of_task(facts: Facts, task: Task) -> KnownNames:
    if takes_environment(facts.template):
        attribute = task.attribute(facts.template, "env")
        return _names_in(facts, task.path, attribute.value) if attribute else frozenset()
    template = container_template(facts.template, task)
    entries = variables_in(facts.checkout, template.file) if template else ()
    words = [entry.get("name") for entry in entries]
    names = [value.word.text for value in words if value and value.word and value.word.is_known]
    return frozenset(names) if entries and len(names) == len(words) else None


def _of_definition(facts: Facts) -> KnownNames:
    """The names that the task definition adds to every task."""
    definition = task_definition(facts.template)
    if definition is None or not takes_environment(facts.template):
        return frozenset()
    listed = containers(facts.template, definition)
    if not listed or len(listed) != 1 or "environmentFiles" in listed[0].attributes:
        return None
    return _of_container(facts, listed[0])


def _by_container(facts: Facts, command: Command) -> KnownNames:
    """The names of the variables of a container outside of locals.tasks."""
    for definition in facts.template.blocks("resource", DEFINITION):
        for container in containers(facts.template, definition) or ():
            if (container.path, container.offset) == (command.path, command.offset):
                return _of_container(facts, container) if container.attributes else None
    return None


def _of_container(facts: Facts, container: Container) -> KnownNames:
    if "environmentFiles" in container.attributes:
        return None
    lists = [container.attributes.get(name) for name in ("environment", "secrets")]
    return _union(_names_in(facts, container.path, node) for node in lists if node is not None)


def _union(parts: Iterator[KnownNames]) -> KnownNames:
    names: set[str] = set()
    for part in parts:
        if part is None:
            return None
        names |= part
    return frozenset(names)


# --- lists in Terraform


def _names_in(facts: Facts, path: str, node: hcl.Node, seen: tuple[str, ...] = ()) -> KnownNames:
    """The names of the variables that an expression may evaluate to, whatever its conditions; None if it is not
    clear."""
    folder = facts.template
    if isinstance(node, hcl.Object):
        return _name_of(facts, path, node)
    if isinstance(node, hcl.Reference):
        return _of_reference(facts, folder.text(path, node), seen)
    if isinstance(node, hcl.Conditional):
        return _union(_names_in(facts, path, branch, seen) for branch in (node.yes, node.no))
    if isinstance(node, hcl.For):
        return _names_in(facts, path, node.parts[0], seen) if _keeps_elements(facts, path, node) else None
    if isinstance(node, hcl.Call) and node.name == "lookup":
        is_own = folder.text(path, node.arguments[0]) == "each.value"
        return _names_in(facts, path, node.arguments[-1], seen) if is_own and len(node.arguments) == 3 else None
    if isinstance(node, hcl.Call | hcl.Tuple | hcl.Parentheses):
        return _union(_names_in(facts, path, child, seen) for child in node.children())
    return None


def _name_of(facts: Facts, path: str, node: hcl.Object) -> KnownNames:
    entry = facts.template.entries(path, node).get("name")
    text = facts.template.expand(path, entry.value, {}) if entry else "$"
    return frozenset((text,)) if re.fullmatch(r"\w+", text) else None


def _of_reference(facts: Facts, text: str, seen: tuple[str, ...]) -> KnownNames:
    if text in ("each.value.env", "null"):
        return frozenset()
    kind, _, name = text.partition(".")
    groups = facts.once(_groups)
    if kind != "local" or name in seen:
        return None
    if name not in groups:
        local = facts.template.local(name)
        groups[name] = _names_in(facts, local.path, local.value, (*seen, name)) if local else None
    return groups[name]


def _groups(facts: Facts) -> dict[str, KnownNames]:
    """The names in the lists of local values, each entered when it is first needed."""
    return {}


def _keeps_elements(facts: Facts, path: str, node: hcl.For) -> bool:
    """Whether a loop yields its elements as they are."""
    text = facts.template.text(path, node)
    return re.match(r"\[\s*for\s+([\w-]+)\s+in\s+.*:\s*\1\s*(?:\bif\b.*)?\]$", text, re.S) is not None


# --- other ways


def _overrides(facts: Facts) -> tuple[tuple[str, set[str]], ...]:
    """What schedules and step functions add, each with the name of the task."""
    return tuple(_all_overrides(facts))


def _all_overrides(facts: Facts) -> Iterator[tuple[str, set[str]]]:
    for schedule in schedules(facts.checkout):
        for override in schedule.overrides:
            yield schedule.task_name, _listed(override, "environment", "name")
    for run in runs(facts.template):
        task = task_of(facts.template, run.definition, facts.once(known_tasks))
        for override in run.overrides if task else ():
            yield task.name if task else "", _listed(override, "Environment", "Name")


def _listed(override: Value, key: str, name: str) -> set[str]:
    listed = override.get(key)
    words = (entry.get(name) for entry in (listed.elements if listed else ()))
    return {value.word.text for value in words if value and value.word}


def _everywhere(facts: Facts) -> frozenset[str]:
    """What the image sets, and the files of variables in it."""
    return frozenset({*_of_image(facts.checkout), *_of_files(facts.checkout)})


def _of_image(checkout: Checkout) -> Iterator[str]:
    for match in re.finditer(_ENV, (checkout.read(_DOCKERFILE) or b"").decode("utf-8", "replace")):
        pairs = re.findall(_PAIR, match[1])
        yield from pairs or match[1].split()[:1]


def _of_files(checkout: Checkout) -> Iterator[str]:
    """The names in the files that classes of settings read, except those for local use."""
    for path in checkout.files("api", "*.env"):
        if "local" not in path.rpartition("/")[2]:
            yield from (name.decode() for name in re.findall(_LINE, checkout.read(path) or b""))
