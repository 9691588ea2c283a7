"""How the wizard gets from one question to the next, and from the answers to the equivalent command line.

Nothing here prompts or prints; prompt.py does.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

import click

from scaffold.changes import create
from scaffold.cli.options import task_spec
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.rendering.literals import shell

Options = Mapping[str, Any]
"""The options of `task` by their names in click, plus NEEDS while questions are asked."""

NEEDS = "needs"


class Choice(NamedTuple):
    """An answer to choose. title: shown instead of value. hint: shown while the choice is highlighted."""

    value: str
    title: str = ""
    hint: str = ""


class Question(NamedTuple):
    """A question about one option of `task`.

    key: the name in Options. flag: the option on the command line. rule: what an answer must look like. kind: a text,
    texts one at a time, one of the choices, or any of them. own_answer: the title of answering with a text instead of a
    choice, "" if that is not allowed. default: the meaning of an empty text. when: whether to ask at all. probes:
    answers to later questions that can make an otherwise refused answer valid; those questions are then asked, too.
    store: how an answer becomes options, if not under key. note: the lines to show under an answer.
    """

    key: str
    flag: str
    text: str
    rule: str = ""
    kind: Literal["text", "texts", "one", "any"] = "text"
    choices: Callable[[Options, Checkout], Sequence[Choice]] = lambda options, checkout: ()
    own_answer: str = ""
    default: Callable[[Options], str] = lambda options: ""
    when: Callable[[Options], bool] = lambda options: True
    probes: Callable[[Options], Sequence[Options]] = lambda options: ()
    store: Callable[[Options, Any], Options] | None = None
    note: Callable[[Options, Checkout, datetime], Sequence[str]] = lambda options, checkout, now: ()


def given(options: Options, parameters: Iterable[click.Parameter]) -> frozenset[str]:
    """The options that the command line already has; they are not asked about."""
    return frozenset(key for key, option in _named(parameters) if not _left_out(option, options[key]))


def answered(question: Question, options: Options, answer: Any) -> Options:
    """The options with one more answer. A text equal to the default leaves the option out."""
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
    """Stand-ins for later answers that make the options valid: none, the pending ones, or also the question's probes.

    later: the options that will be asked about. Raises the Refusal of the command line if nothing makes them valid.
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
    # refusals[0] may be about what was pending already, which this answer did not cause.
    raise refusals[1]


def command_line(options: Options, parameters: Iterable[click.Parameter]) -> str:
    """The command with these options, quoted for a shell."""
    words = ["pfml-scaffold", "task", options["name"]]
    for key, option in _named(parameters):
        value = options[key]
        if isinstance(option, click.Option) and not _left_out(option, value):
            texts = value if option.multiple else (value,)
            for text in texts:
                words += _words(option, text)
    return shell(*words)


def _words(option: click.Option, value: object) -> list[str]:
    flag = option.opts[-1]
    if option.is_flag or value == option.flag_value:
        return [flag]
    # Such a value would be read as an option.
    return [f"{flag}={value}"] if str(value).startswith("-") else [flag, str(value)]


def _named(parameters: Iterable[click.Parameter]) -> list[tuple[str, click.Parameter]]:
    return [(str(option.name), option) for option in parameters]


def _left_out(option: click.Parameter, value: object) -> bool:
    return value in ("", None, False, ()) or value == option.default
