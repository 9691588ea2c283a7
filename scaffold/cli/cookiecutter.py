"""What the cookiecutter hooks run: the answers become options of `task`, and that command runs.

Cookiecutter renders the template into a temporary folder in the checkout and runs the hooks there. That rendering is
discarded: the command creates the files of the task.
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

from scaffold.cli import streams
from scaffold.cli.commands.task import task
from scaffold.cli.console import state_of_files
from scaffold.cli.main import main
from scaffold.cli.write import NOTHING
from scaffold.errors import Refusal

DEPENDENCIES = ("hcl2", "lark", "platformdirs", "re2", "tomlkit")  # not installed with cookiecutter
_TEMPORARY = ".pfml-scaffold-cookiecutter-"  # see `__checkout` in template/cookiecutter.json


def refuse(answers: Mapping[str, Any]) -> str | None:
    """The message with which the command would refuse the answers, else None. Undoes an interrupted run.

    Raises ImportError if the Python that cookiecutter runs in is missing a dependency.
    """
    for module in DEPENDENCIES:
        if find_spec(module) is None:
            raise ImportError(f"No module named {module!r}")
    shown = StringIO()
    try:
        _refuse_configured(answers)
        checkout = _temporary_folder().parent
        words = arguments({**answers, "dry_run": True, "format": "text"}, checkout)
    except Refusal as refusal:
        return f"error: {refusal}"
    with redirect_stdout(StringIO()) as recovered, redirect_stderr(shown):
        status = _run(["recover", f"--repo={checkout}"])
    if recovered.getvalue() not in ("", f"{NOTHING}\n"):
        click.echo(recovered.getvalue(), nl=False, err=True)
    with redirect_stdout(StringIO()), redirect_stderr(shown):
        status = status or _run(words)
    return shown.getvalue().rstrip("\n") if status else None


def make(answers: Mapping[str, Any]) -> int:
    """Add the task to the checkout. Returns the exit status of the command."""
    folder = _temporary_folder()
    os.chdir(folder.parent)
    shutil.rmtree(folder)
    status = 1
    try:
        words = arguments(answers, folder.parent)
        status = streams.run(lambda: main(words, prog_name="pfml-scaffold"), state_of_files)
    finally:
        if status:
            folder.mkdir()  # after a failure cookiecutter removes it, and fails if it is missing
    return status


def arguments(answers: Mapping[str, Any], checkout: Path) -> list[str]:
    """The command line for the answers. Raises Refusal."""
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
            values = _words(flag, answer) if option.multiple else [answer]
            words += [f"{flag}={value}" for value in values]
    return [*words, "--", str(answers["name"])]


def _words(flag: str, answer: str) -> list[str]:
    try:
        return shlex.split(answer)
    except ValueError as error:
        raise Refusal(
            f"not valid shell syntax: {str(error).lower()}",
            option=flag,
            value=answer,
            instead="Quote words that contain spaces, quotes or backslashes.",
        ) from error


def _run(words: list[str]) -> int:
    try:
        main(words, prog_name="pfml-scaffold")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _temporary_folder() -> Path:
    """The working directory. Raises Refusal if it is not cookiecutter's, because it will be deleted."""
    folder = Path.cwd()
    if not folder.name.startswith(_TEMPORARY):
        raise Refusal("this folder would be deleted", place=str(folder), instead="Do not set __checkout.")
    return folder


def _refuse_configured(answers: Mapping[str, Any]) -> None:
    """Raise Refusal if an answer comes from the cookiecutter configuration: it was meant for other templates."""
    from cookiecutter.config import get_user_config  # type: ignore[import-untyped]
    from cookiecutter.exceptions import CookiecutterException  # type: ignore[import-untyped]

    try:
        configured = get_user_config()["default_context"] or {}
    except CookiecutterException:
        return  # --default-config or --config-file was given, which hooks cannot see
    for question, value in configured.items():
        if not str(question).startswith("_") and value and answers.get(question) in (value, str(value)):
            raise Refusal(
                "this default in ~/.cookiecutterrc would affect the task",
                option=question,
                value=str(value),
                instead="Run cookiecutter with --default-config, or remove it from that file.",
            )
