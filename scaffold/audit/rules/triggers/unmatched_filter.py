"""A filter that no object matches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.notifications import in_focus, trigger_of
from scaffold.audit.finding import Finding
from scaffold.aws import filters
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.pfml.notifications import Destination, notifications, notifications_in
from scaffold.terraform.satisfiable import can_hold
from scaffold.terraform.values import Values

WHY = (
    "S3 compares a filter with URL-encoded keys and knows no wildcards, so the notification is deployed, but no object "
    "ever starts the task."
)
HOW = (
    "Write the start or the end of the keys as they are in the bucket, without wildcards, and URL-encode special "
    "characters."
)

_SHOWN = 60
_NO_WILDCARD = "Keep only the text without the wildcard."
_INCOMPLETE = re.compile("%[0-9A-Fa-f]?$")
"""The beginning of an escape that an unknown part may complete."""


def check(facts: Facts) -> Iterator[Finding]:
    for notification in notifications_in(facts.template) if facts.focus else notifications(facts.checkout):
        for destination in notification.destinations:
            if in_focus(facts, [trigger_of(facts, destination)]):
                for name in ("filter_prefix", "filter_suffix"):
                    yield from _filter(facts, destination, name)


def _filter(facts: Facts, destination: Destination, name: str) -> Iterator[Finding]:
    attribute = destination.block.attributes.get(name)
    if attribute is None:
        return
    start, problems, environments = trigger_of(facts, destination), list[_Problem](), _environments(facts, destination)
    for environment, values in environments.items():
        value = destination.value(name, values)
        if wrong := _problem(value, name):
            problems.append(_Problem(environment, value, wrong))
    for message in dict.fromkeys(problem.wrong.message for problem in problems):
        same = [problem for problem in problems if problem.wrong.message == message]
        where = "" if len(same) == len(environments) else " in " + ", ".join(problem.environment for problem in same)
        yield Finding(
            subject=destination.module or destination.notification.label,
            message=f"the {name} {_shown(same)} {message}{where}",
            instead=_instead([problem.wrong for problem in same]),
            path=destination.path,
            offset=attribute.start,
            task=start.task_name if start else "",
        )


def _instead(same: list[_Wrong]) -> str:
    different = len({wrong.instead for wrong in same}) > 1
    return same[0].in_general if different else same[0].instead


class _Wrong(NamedTuple):
    """instead: what to do. in_general: the same if the filter has other values in other environments."""

    message: str
    instead: str
    in_general: str = ""


class _Problem(NamedTuple):
    environment: str
    value: str
    wrong: _Wrong


def _shown(problems: Sequence[_Problem]) -> str:
    value = problems[0].value
    return repr(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")


def _environments(facts: Facts, destination: Destination) -> dict[str, Values]:
    """The values in the environments that can have the destination; in another folder than the template, those that are
    the same everywhere."""
    folder = destination.folder
    if folder.path != TEMPLATE or not environments(facts.checkout):
        return {"": Values(folder, {})}
    conditions = [*destination.notification.gates, *destination.guards]
    return {
        environment.name: environment.values
        for environment in environments(facts.checkout)
        if can_hold(conditions, environment.values)
    }


def _problem(value: str, name: str) -> _Wrong | None:
    """What is wrong with a filter. Its unknown parts are not judged."""
    try:
        pieces = [(text.replace("$${", "${"), expression) for text, expression in hcl.split_template(value)]
    except hcl.HclError:
        return None
    if "%{" in value:
        return None
    literals = [text for text, expression in pieces if not expression]
    if len(literals) < len(pieces):
        literals = [_INCOMPLETE.sub("", text) for text in literals]
    wildcards = [match[0] for text in literals if (match := filters.wildcard(text))]
    if wildcards:
        message = f"contains {wildcards[0]}, but S3 filters have no wildcards, so no object matches it"
        return _Wrong(message, _without_wildcards(value, name), _NO_WILDCARD)
    known = len(literals) == len(pieces)
    return _special(literals, known) or (_too_long(value) if known else None)


def _without_wildcards(value: str, name: str) -> str:
    meant = filters.without_wildcards(value, name == "filter_suffix")
    if "${" in value:
        return _NO_WILDCARD
    return f'Write "{filters.encoded(filters.decoded(meant))}".' if meant else "Remove it."


def _special(literals: list[str], known: bool) -> _Wrong | None:
    invalid = next((text for literal in literals if (text := filters.invalid_escape(literal))), "")
    if filters.has_escape(invalid):
        return _Wrong(f"contains {invalid}, which does not decode to UTF-8", "Encode the text as UTF-8.")
    if invalid:
        return _Wrong(f"contains {invalid!r}, which is not a URL-encoded character", "Write %25 for a percent sign.")
    special = next((character for literal in literals if (character := filters.unencoded(literal))), "")
    if not special:
        return None
    message = f"contains {special!r}, but S3 compares URL-encoded keys, so no object matches it"
    in_general = f"Write {filters.encoded(special)} for {special!r}."
    return _Wrong(message, f'Write "{filters.with_escapes("".join(literals))}".' if known else in_general, in_general)


def _too_long(value: str) -> _Wrong | None:
    if len(value) <= filters.MAX_LENGTH:
        return None
    message = f"has {len(value)} characters, but AWS allows {filters.MAX_LENGTH}, so the deploy fails"
    return _Wrong(message, "Shorten it.")
