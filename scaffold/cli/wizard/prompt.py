"""Asks the wizard's questions at the terminal. The only importer of questionary."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import UTC, datetime
from typing import Any

import click
import questionary
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent, merge_key_bindings

from scaffold.changes import create
from scaffold.cli.console import show_error
from scaffold.cli.options import task_spec
from scaffold.cli.wizard.interview import NEEDS, Options, Question, answered, given, settled
from scaffold.cli.wizard.questions import QUESTIONS
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout

_OWN_ANSWER = "\0"  # not a possible answer


def ask(options: Options, parameters: Iterable[click.Parameter], checkout: Checkout) -> dict[str, Any]:
    """The options of `task`, completed with answers to everything that the command line left open.

    Raises KeyboardInterrupt or EOFError if the user stops, and Refusal if the options of the command line are refused
    regardless of the answers.
    """
    fixed = given(options, parameters)
    if fixed:
        create.create(create.addition(task_spec({**options, "name": "pfml-scaffold-probe"}), checkout))
    questions = [question for question in QUESTIONS if question.key not in fixed]
    answers: Options = {**options, NEEDS: ()}
    pending: Options = {}
    number, undecided = 0, (0, answers, pending)
    while number < len(questions):
        question, start = questions[number], (number, answers, pending)
        if question.when(answers) or question.key in pending:
            later = {question.key for question in questions[number + 1 :]}
            try:
                answers, pending = _ask_until_valid(question, answers, pending, later, checkout)
            except Refusal as refusal:  # nothing was answered here that makes an earlier answer valid
                show_error(str(refusal))
                number, answers, pending = undecided
                continue
        if pending and pending != start[2]:
            undecided = start
        number += 1
    return {key: answers[key] for key in options}


def confirm(text: str) -> bool:
    return bool(_prompt(questionary.confirm(text, default=False)))


def _ask_until_valid(
    question: Question, answers: Options, pending: Options, later: Container[str], checkout: Checkout
) -> tuple[Options, Options]:
    """The answers plus those to one question; texts are asked for until one is empty.

    Raises Refusal if there was no text, and an earlier answer is not valid without one.
    """
    typed = ""
    while True:
        answer = _answer(question, answers, checkout, typed)
        if question.kind == "texts" and not answer:
            return answers, settled(question, answers, pending, later, checkout) if pending else pending
        changed = answered(question, answers, answer)
        try:
            still_open = settled(question, changed, pending, later, checkout)
        except Refusal as refusal:
            show_error(str(refusal))
            typed = answer if question.kind in ("text", "texts") else ""
            continue
        for line in question.note(changed, checkout, datetime.now(UTC)):
            click.echo(f"  {line}")
        if question.kind != "texts":
            return changed, still_open
        answers, pending, typed = changed, still_open, ""


def _answer(question: Question, answers: Options, checkout: Checkout, typed: str) -> Any:
    """The answer: a text, the value of a choice, or a tuple of them. typed: the text to start from."""
    if question.kind in ("text", "texts"):
        return _text(question.text, _instruction(question.flag, question.rule, _default(question, answers)), typed)
    choices = [
        questionary.Choice(choice.title or choice.value, choice.value, description=choice.hint or None)
        for choice in question.choices(answers, checkout)
    ]
    if question.kind == "any":
        return tuple(_checkbox(question, choices)) if choices else ()
    if question.own_answer:
        choices.append(questionary.Choice(question.own_answer, _OWN_ANSWER))
    chosen = _select(question, choices)
    if chosen != _OWN_ANSWER:
        return chosen
    return _text(f"{question.own_answer[0].upper()}{question.own_answer[1:]}:", _instruction(question.flag), "")


def _default(question: Question, answers: Options) -> str:
    default = question.default(answers)
    return f"default {default}" if default else ""


def _instruction(*parts: str) -> str:
    return f"({'; '.join(part for part in parts if part)})"


def _text(message: str, instruction: str, typed: str) -> str:
    return str(_prompt(questionary.text(message, default=typed, instruction=instruction or None))).strip()


def _select(question: Question, choices: list[questionary.Choice]) -> str:
    instruction = _instruction(question.flag, question.rule, "arrow keys, or type to filter")
    select = questionary.select(
        question.text, choices, instruction=instruction, use_search_filter=True, use_jk_keys=False
    )
    return str(_prompt(select))


def _checkbox(question: Question, choices: list[questionary.Choice]) -> list[str]:
    instruction = _instruction(question.flag, question.rule, "Space selects, Enter confirms, type to filter")
    checkbox = questionary.checkbox(
        question.text, choices, instruction=instruction, use_search_filter=True, use_jk_keys=False
    )
    return [str(value) for value in _prompt(checkbox)]


def _prompt(question: questionary.Question) -> Any:
    """Raises KeyboardInterrupt at Ctrl-C and EOFError at Ctrl-D; questionary handles Ctrl-D only in some prompts."""
    stops = KeyBindings()

    @stops.add("c-d", eager=True)
    def stop(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError, style="class:aborting")

    application = question.application
    application.key_bindings = merge_key_bindings([application.key_bindings or KeyBindings(), stops])
    return question.unsafe_ask()
