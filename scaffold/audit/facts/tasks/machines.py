"""The states of step functions, and the transitions between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.folders import folders_with
from scaffold.hcl.templates import MARK
from scaffold.pfml.machine_definitions import Rendered, definitions
from scaffold.pfml.state_machines import MACHINE, runs_in, without_revision
from scaffold.pfml.template_calls import CALL
from scaffold.terraform.json.values import Unknown, Value


def machines(facts: Facts) -> tuple[Rendered, ...]:
    """The definitions of all folders of infra/, in each environment."""
    folders = dict.fromkeys(folder for word in (MACHINE, f"{CALL}(") for folder in folders_with(facts, word))
    return tuple(
        rendered for folder in folders for definition in definitions(folder) for rendered in definition.rendered()
    )


class RenderedRun(NamedTuple):
    """A state that runs a task. definition: its TaskDefinition.

    family: that with the values of an environment, without a revision. expression: the reference that is passed for it,
    "" for any other value.
    """

    state: str
    path: str
    definition: Value
    family: str
    expression: str


def state_runs(facts: Facts) -> tuple[RenderedRun, ...]:
    """Those of all step functions, in each environment."""
    return tuple(run for rendered in facts.once(machines) for run in _runs(rendered))


def _runs(rendered: Rendered) -> Iterator[RenderedRun]:
    document = rendered.document
    for run in runs_in(rendered.definition.path, document) if isinstance(document, Value) else ():
        yield RenderedRun(
            run.state,
            run.path,
            run.definition,
            family_of(_text(rendered, run.definition)),
            _expression(rendered, run.definition),
        )


def family_of(text: str) -> str:
    """The family of a task definition that is named by it or by an ARN."""
    return without_revision(text.rpartition(":task-definition/")[2].removesuffix(":*"))


def _text(rendered: Rendered, definition: Value) -> str:
    """A TaskDefinition with the values of an environment; "" for what is neither text nor an expression."""
    if definition.word:
        return rendered.text(definition.word)
    return rendered.values.of_text(definition.data.shown) if isinstance(definition.data, Unknown) else ""


def _expression(rendered: Rendered, definition: Value) -> str:
    """The expression that a TaskDefinition is, as Terraform has it."""
    word = definition.word
    shown = definition.data.shown if isinstance(definition.data, Unknown) else ""
    if word and len(word.expressions) == 1 and word.text == MARK:
        shown = word.expressions[0]
    call = rendered.definition.call
    if call is None or shown not in call.passed:
        return shown
    path, entry = call.passed[shown]
    return call.folder.text(path, entry.value)


class Scope(NamedTuple):
    """The states among which transitions lead: those of a machine, a branch, or an iterator."""

    value: Value
    states: dict[str, Value]


def scopes(document: Value) -> Iterator[Scope]:
    for value in document.walk():
        states = value.get("States")
        if states is not None and states.members and value.get("StartAt") is not None:
            yield Scope(value, dict(states.members))


class Transition(NamedTuple):
    """A transition to a state. source: the state that has it, "" for the start. field: such as `Next`."""

    source: str
    field: str
    target: Value


def transitions(scope: Scope) -> Iterator[Transition]:
    start = scope.value.get("StartAt")
    if start is not None:
        yield Transition("", "StartAt", start)
    for name, state in scope.states.items():
        yield from (Transition(name, field, target) for field in ("Next", "Default") if (target := state.get(field)))
        for field in ("Catch", "Choices"):
            listed = state.get(field)
            for element in listed.elements if listed else ():
                target = element.get("Next")
                if target is not None:
                    yield Transition(name, f"{field}.Next", target)
