"""The pages of README and docs/: their generated parts, and the output of their examples."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from scaffold.cli.main import main
from tests.conftest import Run

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
COMMANDS = DOCS / "commands"
PROGRAM = "pfml-scaffold"
EXAMPLES = "## Examples"
_NOTE = "<!-- `make docs` generates this page above its examples. -->"
_HAND_WRITTEN = "\nNo example has been written yet.\n"
_LIST = "## Commands"


def commands(group: click.Group = main, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Each command with the words that call it, including commands of nested groups."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, (*above, name))
        elif not command.hidden:
            yield (*above, name), command


def command_file(words: tuple[str, ...]) -> Path:
    return COMMANDS / f"{'-'.join(words)}.md"


# --- generated parts


def command_page(words: tuple[str, ...], command: click.Command, text: str) -> str:
    """The page of a command: a new reference, and the page's existing examples."""
    head = [_NOTE, f"# {' '.join((PROGRAM, *words))}", f"```text\n{_usage(words, command)}\n```", _help(command)]
    options = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    if options:
        rows = "".join(f"| {_cell(_option(option))} | {_said(option)} |\n" for option in options)
        head += ["## Options", f"| option | what it does |\n|---|---|\n{rows}".rstrip("\n")]
    _, mark, examples = text.partition(f"\n{EXAMPLES}\n")
    return "\n\n".join([*head, EXAMPLES]) + "\n" + (examples if mark else _HAND_WRITTEN)


def index_page(text: str) -> str:
    """docs/README.md with a new list of commands."""
    rows = "".join(
        f"| [`{' '.join(words)}`]({command_file(words).relative_to(DOCS).as_posix()}) | {_first_sentence(command)} |\n"
        for words, command in commands()
    )
    return f"{text.partition(_LIST)[0]}{_LIST}\n\n| command | what it does |\n|---|---|\n{rows}"


def _usage(words: tuple[str, ...], command: click.Command) -> str:
    arguments = [_argument(param) for param in command.params if isinstance(param, click.Argument)]
    return " ".join([PROGRAM, *words, "[OPTIONS]", *arguments])


def _argument(argument: click.Argument) -> str:
    name = argument.human_readable_name + ("..." if argument.nargs != 1 else "")
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _help(command: click.Command) -> str:
    """The help text as Markdown: a paragraph after \\b, which click does not wrap, becomes a code block."""
    paragraphs = cleandoc(command.help or "").split("\n\n")
    return "\n\n".join(
        "```text\n" + cleandoc(paragraph.removeprefix("\b\n")) + "\n```" if paragraph.startswith("\b\n") else paragraph
        for paragraph in paragraphs
    )


def _first_sentence(command: click.Command) -> str:
    return cleandoc(command.help or "").split("\n\n")[0].replace("\n", " ")


def _option(option: click.Option) -> str:
    if option.is_flag:
        return ", ".join((*option.opts, *option.secondary_opts))
    kind = option.type
    value = option.metavar or ("|".join(kind.choices) if isinstance(kind, click.Choice) else kind.name.upper())
    return f"{', '.join(option.opts)} {value}"


def _said(option: click.Option) -> str:
    """The help of an option with its default, and whether it is required."""
    said = re.sub(r"\[default: (.*)\]", r"Default: \1.", option.help or "").strip()
    if option.show_default:
        said += f" Default: `{option.default}`."
    return _escaped((said + (" Required." if option.required else "")).strip())


def _cell(text: str) -> str:
    return f"`{_escaped(text)}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "\\<")


# --- output of examples

_FENCE = re.compile(
    r"^(?:<!-- printed by: (?P<source>[^\n]*) -->\n)?```(?P<language>\w+)(?: file=(?P<file>\S+))?\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ALLOWED = ("cat", "git", "ls")  # in addition to the program itself: they show its effects


def played(text: str, checkout: Path, run: Run) -> str:
    """A page as it should be, with its examples run in order in a checkout:

    - `console`: each line after `$ ` is run, and its output must follow.
    - any language with `file=PATH`: the file is written.
    - `sh` after `<!-- printed by: COMMAND -->`: not run, but its lines must be part of that output.
    """

    def play(match: re.Match[str]) -> str:
        if match["source"]:
            _check_printed(match["body"], _output(match["source"], checkout, run))
        if match["file"]:
            path = checkout / match["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(match["body"], encoding="utf-8")
        if match["language"] != "console":
            return match[0]
        lines = [line[2:] for line in match["body"].splitlines() if line.startswith("$ ")]
        shown = "\n".join(f"$ {line}\n{_output(line, checkout, run)}" for line in lines)
        return f"```console\n{shown}```"

    return _FENCE.sub(play, text)


def _output(line: str, checkout: Path, run: Run) -> str:
    program, _, rest = line.partition(" ")
    if program == PROGRAM:
        return run(rest).output
    assert program in _ALLOWED, f"an example runs {program}, but only {PROGRAM}, {', '.join(_ALLOWED)} are allowed"
    variables = os.environ | {"LC_ALL": "C", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_PAGER": "cat"}
    result = subprocess.run(["sh", "-c", line], cwd=checkout, env=variables, capture_output=True, encoding="utf-8")
    return result.stdout + result.stderr


def _check_printed(body: str, printed: str) -> None:
    lines = {line.strip() for line in printed.splitlines()}
    missing = [line for line in body.splitlines() if line.strip() and line.strip() not in lines]
    assert missing == [], "the page has lines that the command does not print"
