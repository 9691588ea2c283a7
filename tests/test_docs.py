"""README and docs/ match the program: the pages of the commands, and the output of every example."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from scaffold.audit import registry
from scaffold.cli.main import main
from scaffold.cli.sample import commit
from tests import rule_pages
from tests.conftest import Run
from tests.pages import (
    COMMANDS,
    DOCS,
    EXAMPLES,
    PROGRAM,
    ROOT,
    command_file,
    command_page,
    commands,
    index_page,
    played,
)

OF_RULES = {rule_pages.page_file(name): name for name in registry.names()}
RULE_PAGES = [rule_pages.INDEX, *OF_RULES]
OF_COMMANDS = {command_file(words): (words, command) for words, command in commands()}
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *OF_COMMANDS]
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
ALL_NAMES = [*NAMES, *(path.relative_to(ROOT).as_posix() for path in RULE_PAGES)]
# Options of other programs that the pages name.
FOREIGN = {"--default-config", "--overwrite", "--steps"}


@pytest.fixture
def clone(sample: Path) -> Path:
    """The sample checkout as `demo` leaves it: with one commit in Git."""
    assert commit(sample) == ""
    return sample


def _regenerated(path: Path) -> str:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if path in OF_COMMANDS:
        return command_page(*OF_COMMANDS[path], text)
    return index_page(text) if path == DOCS / "README.md" else text


@pytest.mark.parametrize("name", NAMES)
def test_page(name: str, clone: Path, run: Run, request: pytest.FixtureRequest) -> None:
    """The page is what `make docs` would write, with its examples run in a new sample checkout."""
    page = ROOT / name
    expected = played(_regenerated(page), clone, run)
    if request.config.getoption("--rewrite-golden"):
        page.parent.mkdir(exist_ok=True)
        page.write_text(expected, encoding="utf-8")
    assert page.exists(), "run `make docs`"
    assert page.read_text(encoding="utf-8") == expected, "run `make docs`, and read the diff"


@pytest.mark.parametrize("path", RULE_PAGES, ids=lambda path: path.stem)
def test_page_of_a_rule(path: Path, request: pytest.FixtureRequest) -> None:
    expected = rule_pages.rule_page(OF_RULES[path]) if path in OF_RULES else rule_pages.index_page()
    if request.config.getoption("--rewrite-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(expected, encoding="utf-8")
    assert path.exists(), "run `make docs`"
    assert path.read_text(encoding="utf-8") == expected, "run `make docs`, and read the diff"


def test_no_page_is_left_of_a_removed_command_or_rule() -> None:
    assert {*COMMANDS.glob("*.md")} - {*OF_COMMANDS} == set()
    assert {*rule_pages.FOLDER.iterdir()} - {*RULE_PAGES} == set()


def test_a_new_command_gets_a_page() -> None:
    @click.command()
    @click.argument("name", metavar="TASK", required=False)
    @click.option("--of", metavar="a|b", default="a", show_default=True, help="Which.")
    @click.option("--to", required=True, help="Where. [default: nowhere]")
    def new() -> None:
        """Does it.

        \b
          as it stands
        """

    group = click.Group("all", {"new": new, "more": click.Group("more", {"new": new})})
    assert [words for words, _ in commands(group)] == [("more", "new"), ("new",)]
    page = command_page(("new",), new, f"# old\n\n{EXAMPLES}\n\nKept.\n")
    assert "```text\npfml-scaffold new [OPTIONS] [TASK]\n```\n\nDoes it.\n\n```text\nas it stands\n```\n" in page
    assert "| `--of a\\|b` | Which. Default: `a`. |\n| `--to TEXT` | Where. Default: nowhere. Required. |\n" in page
    assert page.endswith(f"{EXAMPLES}\n\nKept.\n")


# --- what is not run


@pytest.mark.parametrize("name", ALL_NAMES)
def test_links_lead_somewhere(name: str) -> None:
    page = ROOT / name
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", ALL_NAMES)
def test_commands_and_options_exist(name: str) -> None:
    """Also in running text and in tables, which are not run."""
    text = (ROOT / name).read_text(encoding="utf-8")
    shell = "".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    lines = [line.partition(" #")[0] for line in shell.splitlines() if PROGRAM in line]
    code = "\n".join([*lines, *re.findall(r"`([^`\n]+)`", text)])
    called = set(re.findall(rf"{PROGRAM} ([a-z][\w-]*)", code))
    assert called <= {*main.commands}
    known = {
        opt
        for _, command in commands()
        for parameter in command.params
        for opt in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", code)) <= known | FOREIGN
