"""What cookiecutter's hooks do: the answers to its questions become the options of `task`, and that command runs.

Cookiecutter renders the template into a temporary folder of the checkout, which is where the hooks run. Nobody uses
that rendering: the files of a task are those that the command makes.
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import click

from scaffold.cli.commands.task import task
from scaffold.cli.main import main
from scaffold.errors import Refusal

DEPENDENCIES = ("hcl2", "platformdirs", "tomlkit")  # which cookiecutter does not bring
_TEMPORARY = ".pfml-scaffold-cookiecutter-"  # see `__checkout` in template/cookiecutter.json


def refuse(answers: Mapping[str, Any]) -> str | None:
    """Why the command would refuse the answers, None where it would not. Nothing is written.

    Raises ImportError where the Python that cookiecutter runs in lacks what the command needs.
    """
    for module in DEPENDENCIES:
        if find_spec(module) is None:
            raise ImportError(f"No module named {module!r}")
    shown = StringIO()
    try:
        _refuse_configured(answers)
        words = arguments({**answers, "dry_run": True, "format": "text"}, _temporary_folder().parent)
    except Refusal as refusal:
        return f"error: {refusal}"
    with redirect_stdout(StringIO()), redirect_stderr(shown):
        status = _run(words)
    if status:
        return shown.getvalue().rstrip("\n")
    for line in shown.getvalue().splitlines():
        if not line.startswith("warning:"):  # those come again from the run
            click.echo(line, err=True)
    return None


def make(answers: Mapping[str, Any]) -> int:
    """Put the task into the checkout. Returns the exit status of the command."""
    folder = _temporary_folder()
    os.chdir(folder.parent)
    shutil.rmtree(folder)
    status = 1
    try:
        status = _run(arguments(answers, folder.parent))
    finally:
        if status:
            folder.mkdir()  # after a failure cookiecutter removes it, and has to find it
    return status


def arguments(answers: Mapping[str, Any], checkout: Path) -> list[str]:
    """The command line that the answers come to. Raises Refusal."""
    words = ["task", f"--repo={checkout}"]
    for option in task.params:
        question = option.opts[-1].lstrip("-").replace("-", "_")
        answer = answers.get(question)
        if not isinstance(option, click.Option) or not answer:
            continue
        flag = option.opts[-1]
        if option.is_flag:
            words.append(flag)
        else:
            words += [f"{flag}={value}" for value in (_words(flag, answer) if option.multiple else [answer])]
    return [*words, "--", str(answers["name"])]


def _words(flag: str, answer: str) -> list[str]:
    try:
        return shlex.split(answer)
    except ValueError as error:
        raise Refusal(
            f"it is no list of words as a shell has them: {str(error).lower()}",
            option=flag,
            value=answer,
            instead="Put quotes around a word that holds spaces, quotes or backslashes.",
        ) from error


def _run(words: list[str]) -> int:
    try:
        main(words, prog_name="pfml-scaffold")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _temporary_folder() -> Path:
    """The working directory. Raises Refusal for one that is not cookiecutter's, because it will be removed."""
    folder = Path.cwd()
    if not folder.name.startswith(_TEMPORARY):
        raise Refusal("its files would be lost: leave __checkout to cookiecutter", place=str(folder))
    return folder


def _refuse_configured(answers: Mapping[str, Any]) -> None:
    """Raise Refusal for an answer that is in cookiecutter's configuration: it was meant for other templates."""
    from cookiecutter.config import get_user_config  # type: ignore[import-untyped]
    from cookiecutter.exceptions import CookiecutterException  # type: ignore[import-untyped]

    try:
        configured = get_user_config()["default_context"] or {}
    except CookiecutterException:
        return  # with --default-config or --config-file, which cookiecutter does not tell
    for question, value in configured.items():
        if not str(question).startswith("_") and value and answers.get(question) in (value, str(value)):
            raise Refusal(
                "this default in ~/.cookiecutterrc would have a say in the task",
                option=question,
                value=str(value),
                instead="Run cookiecutter with --default-config, or take it out of that file.",
            )
