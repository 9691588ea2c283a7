"""A step function that goes on with a state that does not exist.

Source: Amazon States Language, "Transitions": the value of Next is the name of another state of the same machine,
branch or iterator.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.machines import Scope, Transition, machines, scopes, transitions
from scaffold.audit.finding import Finding
from scaffold.audit.phrases import environments_phrase
from scaffold.audit.similar import did_you_mean
from scaffold.pfml.machine_definitions import Rendered
from scaffold.terraform.json.values import Value
from scaffold.terraform.values import is_known

WHY = "AWS does not create or update a step function whose definition names a state that it does not have."
HOW = (
    "Correct the name of the state, or add it to the States of the same machine, branch or iterator; what a template "
    "has under a condition exists only where that holds."
)

# The key of an object in Terraform that is an expression, `(local.x) = { … }`.
_KEY = re.compile(r"\(|(?:local|var|each|data|module)\.")


def check(facts: Facts) -> Iterator[Finding]:
    unknown: dict[tuple[str, int, str], tuple[Transition, list[str], list[str]]] = {}
    for rendered in () if facts.focus else facts.once(machines):
        for transition, target, names in _unknown(rendered):
            key = (rendered.definition.path, transition.target.offset, target)
            unknown.setdefault(key, (transition, names, []))[2].extend(rendered.environments)
    for (path, offset, target), (transition, names, environments) in unknown.items():
        where = environments_phrase(facts, environments) if environments != [""] else ""
        source = f"the state {transition.source}" if transition.source else "the step function"
        yield Finding(
            subject=transition.source or target,
            message=(
                f"{source} has {transition.field} {target}, which is not a state{where}, so AWS rejects the definition"
            ),
            instead=did_you_mean(target, names, "Use an existing state, or add this one."),
            path=path,
            offset=offset,
        )


def _unknown(rendered: Rendered) -> Iterator[tuple[Transition, str, list[str]]]:
    """The transitions to states that certainly do not exist, with these states and those that do."""
    document = rendered.document
    for scope in scopes(document) if isinstance(document, Value) else ():
        names = _names(rendered, scope)
        for transition in transitions(scope):
            word = transition.target.word
            target = rendered.text(word) if word else ""
            if word and target not in names and is_known(target) and all(map(is_known, names)):
                yield transition, target, names


def _names(rendered: Rendered, scope: Scope) -> list[str]:
    """The names of the states; `${…}` for one that is an expression."""
    return [f"${{{name}}}" if _KEY.match(name) else rendered.of_template(name) for name in scope.states]
