"""The entries of the lists of environment variables as they are written, whatever their keys are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import known_tasks, tasks_in_focus
from scaffold.pfml.container_templates import container_template, variables_in
from scaffold.pfml.containers import containers
from scaffold.pfml.groups import COMMON, ListedObject, elements_of, given_to_all
from scaffold.pfml.tasks import DEFINITION, takes_environment
from scaffold.terraform.json.values import Value

_NAME = re.compile(r"(?<!\$)\$\{([\w-]+)\}")


class KeyedText(NamedTuple):
    """The value of a key. text: the inside of a quoted string, `${…}` for an expression. offset: its first byte."""

    text: str
    offset: int


class VariableEntry(NamedTuple):
    """An entry of a list of environment variables.

    fields: its values by its keys as they are written. subject: the group, the task or the file that has it. task: the
    only task that is given it, "" if there are several. passed: the names that are passed to the JSON template that it
    is in.
    """

    fields: Mapping[str, KeyedText]
    path: str
    offset: int
    subject: str
    task: str
    passed: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Its name, "" if it has none."""
        return self.fields["name"].text if "name" in self.fields else ""

    @property
    def title(self) -> str:
        return self.name or "a variable"

    @property
    def is_secret(self) -> bool:
        return "value" not in self.fields

    @property
    def content(self) -> KeyedText | None:
        """The value, or the path of a secret."""
        return self.fields.get("value") or self.fields.get("valueFrom")


def written_variables(facts: Facts) -> tuple[VariableEntry, ...]:
    """Each entry once; with a focus, those of its tasks, as far as a plan has written them."""
    by_place: dict[tuple[str, int], list[VariableEntry]] = {}
    for variable in _all_variables(facts):
        if facts.is_new(variable.path, variable.offset, variable.offset + 1):
            by_place.setdefault((variable.path, variable.offset), []).append(variable)
    return tuple(_once(variables) for variables in by_place.values())


def _once(variables: list[VariableEntry]) -> VariableEntry:
    shared = len({variable.task for variable in variables}) > 1
    return variables[0]._replace(task="") if shared else variables[0]


def _all_variables(facts: Facts) -> Iterator[VariableEntry]:
    if facts.once(known_tasks) and not takes_environment(facts.template):
        yield from _in_templates(facts)
        return
    for task in facts.once(tasks_in_focus):
        attribute = task.attribute(facts.template, "env")
        for element in elements_of(facts.template, task.path, attribute.value) if attribute else ():
            yield _variable(facts, element, task.name, task.name)
    if not facts.focus:
        yield from _of_all(facts)


def _of_all(facts: Facts) -> Iterator[VariableEntry]:
    """Those of the group that every task gets, and of the other task definitions."""
    folder = facts.template
    local = folder.local(COMMON) if given_to_all(folder) else None
    for element in elements_of(folder, local.path, local.value, (COMMON,)) if local else ():
        yield _variable(facts, element, "", "")
    for definition in folder.blocks("resource", DEFINITION):
        for container in containers(folder, definition) or ():
            for name in ("environment", "secrets"):
                node = container.attributes.get(name)
                source = node.parts[0] if isinstance(node, hcl.For) else node
                for element in elements_of(folder, container.path, source) if source else ():
                    yield _variable(facts, element, definition.block.labels[1], "")


def _variable(facts: Facts, element: ListedObject, subject: str, task: str) -> VariableEntry:
    entries = facts.template.entries(element.path, element.node)
    fields = {key: _field(facts, element.path, entry.value) for key, entry in entries.items()}
    shown = element.groups[-1] if element.groups else subject
    return VariableEntry(fields, element.path, element.node.start, shown, task)


def _field(facts: Facts, path: str, node: hcl.Node) -> KeyedText:
    return KeyedText(_inner(facts.template.text(path, node)), node.start)


# --- in JSON templates


def _in_templates(facts: Facts) -> Iterator[VariableEntry]:
    for task in facts.once(tasks_in_focus):
        template = container_template(facts.template, task)
        for entry in variables_in(facts.checkout, template.file) if template else ():
            if template and entry.members:
                passed = template.texts
                fields = {key: _json_field(value, passed) for key, value in entry.members.items()}
                subject = template.file.rpartition("/")[2]
                yield VariableEntry(fields, template.file, entry.offset, subject, task.name, frozenset(passed))


def _json_field(value: Value, passed: Mapping[str, str]) -> KeyedText:
    """A value with the expressions that are passed for the template's names."""
    word = value.word
    text = word.inner if word else str(value.data)
    return KeyedText(_NAME.sub(lambda name: _inner(passed.get(name[1], name[1])), text), value.offset)


def _inner(text: str) -> str:
    """An expression as a part of a string."""
    return text[1:-1] if text.startswith('"') and text.endswith('"') else f"${{{text}}}"
