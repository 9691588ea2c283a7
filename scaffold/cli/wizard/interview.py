"""How the wizard gets from one question to the next, and to the command line that says the same.

Nothing here prompts or prints; wizard.py does.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import click

from scaffold.changes import create
from scaffold.cli.options import task_spec
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.rendering.literals import shell

Options = Mapping[str, Any]
"""The options of `task` by the names that click has for them, and while questions are asked also NEEDS."""

NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose. title: what is shown for it. hint: what is shown while it is pointed at."""

    value: str
    title: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about one option of `task`.

    key: the option's name in the options. flag: as it is typed. rule: what an answer has to be. kind: a text, texts
    one at a time, one of the choices, or any of them. other: what to call an answer that is none of the choices, ""
    where there is none. default: what an empty text stands for. when: whether it is asked for its own sake. probes:
    answers to later questions with which an answer may stand that does not by itself; then those questions are asked
    as well. note: what is shown under an answer.
    """

    key: str
    flag: str
    text: str
    rule: str = ""
    kind: Literal["text", "texts", "one", "any"] = "text"
    choices: Callable[[Options, Checkout], Sequence[Choice]] = lambda options, checkout: ()
    other: str = ""
    default: Callable[[Options], str] = lambda options: ""
    when: Callable[[Options], bool] = lambda options: True
    probes: Callable[[Options], Sequence[Options]] = lambda options: ()
    store: Callable[[Options, Any], Options] | None = None
    note: Callable[[Options, datetime], Sequence[str]] = lambda options, now: ()


def given(options: Options, parameters: Iterable[click.Parameter]) -> frozenset[str]:
    """The options that the command line has already, which are not asked about."""
    return frozenset(key for key, option in _named(parameters) if not _left_out(option, options[key]))


def answered(question: Question, options: Options, answer: Any) -> Options:
    """The options with one more answer. A text that says the default leaves the option out."""
    if question.store is not None:
        return question.store(options, answer)
    if question.kind == "text" and answer in ("", question.default(options)):
        return options
    if question.kind == "texts":
        return {**options, question.key: (*options[question.key], answer)}
    return {**options, question.key: answer}


def settled(
    question: Question, options: Options, pending: Options, later: Container[str], checkout: Checkout
) -> Options:
    """Stand-ins for later answers, with which alone the options stand: none, those pending, or also the question's own.

    later: the options that will be asked about. Raises Refusal, as the command line would, where the options do not
    stand with them either.
    """
    still = {key: value for key, value in pending.items() if key in later}
    probes = [{**still, **probe} for probe in question.probes(options) if all(key in later for key in probe)]
    refusals = []
    for probe in ({}, still, *probes):
        try:
            create.create(create.addition(task_spec({**options, **probe}), checkout))
        except Refusal as refusal:
            refusals.append(refusal)
        else:
            return probe
    # What was pending before this answer is not the matter with it.
    raise refusals[1]


def command_line(options: Options, parameters: Iterable[click.Parameter]) -> str:
    """The command that has these options, quoted for a shell."""
    words = ["pfml-scaffold", "task", options["name"]]
    for key, option in _named(parameters):
        value = options[key]
        if isinstance(option, click.Option) and not _left_out(option, value):
            for text in value if option.multiple else (value,):
                words += _words(option, text)
    return shell(*words)


def _words(option: click.Option, value: object) -> list[str]:
    flag = option.opts[-1]
    if option.is_flag or value == option.flag_value:
        return [flag]
    # A value may look like an option.
    return [f"{flag}={value}"] if str(value).startswith("-") else [flag, str(value)]


def _named(parameters: Iterable[click.Parameter]) -> list[tuple[str, click.Parameter]]:
    return [(str(option.name), option) for option in parameters]


def _left_out(option: click.Parameter, value: object) -> bool:
    return value in ("", None, False, ()) or value == option.default
