"""The pages of the rules of `check`: `docs/rules/RULE.md`, made of the rule's module and its cases in tests/rules.

The example of a page is the first finding of `fails-example.diff`, or of `fails.diff` if there is no such case: the
hunk that it is in, and, as the way to do it right, the same lines before the hunk, or `passes-example.diff`. A hunk of
`fails.diff` that only adds has nothing right before it; then that is `passes.diff`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

from scaffold.audit import registry
from scaffold.audit.finding import Rule
from scaffold.audit.registry import RegisteredRule
from scaffold.audit.reports.rules import fixable_text
from scaffold.audit.reports.wording import markdown
from scaffold.cli.sample import SAMPLE
from tests.helpers import RULES

FOLDER = Path(__file__).parents[1] / "docs/rules"
INDEX = FOLDER / "README.md"
_NOTE = "<!-- `make docs` generates this page. -->"
_LANGUAGES = {".tf": "hcl", ".py": "python", ".toml": "toml", ".yml": "yaml", ".sh": "sh", ".json": "json"}
_CONTEXT = 2
DELETED = " deleted"


class Hunk(NamedTuple):
    """A hunk of a case (tests/hunks.py)."""

    path: str
    lines: tuple[str, ...]

    @property
    def before(self) -> list[str]:
        return [line[1:] for line in self.lines if line[:1] != "+"]

    @property
    def after(self) -> list[str]:
        return [line[1:] for line in self.lines if line[:1] != "-"]

    @property
    def replaces(self) -> bool:
        """Whether what it replaces or removes was right."""
        removes = any(line[:1] == "-" for line in self.lines) and any(line.strip() for line in self.before)
        return removes or self.path.endswith(DELETED)


def page_file(name: str) -> Path:
    return FOLDER / f"{name}.md"


def rule_page(name: str) -> str:
    (rule,) = registry.load([name])
    entry = registry.RULES[name]
    sections = [
        _NOTE,
        f"# {name}",
        *_described(entry),
        f"{_facts(rule)}, among the [rules about {_noun(entry.folder)}](README.md#{entry.folder}).",
        "## Why",
        markdown(rule.why),
        "## Example",
        *_bad(name),
        "## How to fix",
        markdown(rule.how),
        *_good(name),
        "## How to ignore it",
        _ignored(entry),
    ]
    return "\n\n".join(sections) + "\n"


def _ignored(entry: RegisteredRule) -> str:
    """How a team accepts a finding, or, where that makes no sense, turns the rule off."""
    file = "`.pfml-scaffold/config.toml`"
    if entry.folder == registry.INPUTS:
        return f'Turn the rule off, with `ignore = ["{entry.name}"]` in the table `[check]` of {file}.'
    return (
        f"Write `# pfml-scaffold: ignore[{entry.name}] REASON` at the end of the line or above it. Where a comment is not "
        f"possible, add an exception to {file}: see [Accept a finding](../commands/check.md#accept-a-finding)."
    )


def index_page() -> str:
    folders = sorted({entry.folder for entry in registry.RULES.values()})
    sections = [section for folder in folders for section in (f"## {folder}", _table(folder))]
    start = (
        "What [`pfml-scaffold check`](../commands/check.md) finds. An error fails or silently does nothing, at deploy or at run "
        "time. A warning works, but it misleads readers or will fail later. A note is worth knowing."
    )
    return "\n\n".join([_NOTE, "# Rules", start, *sections]) + "\n"


def _table(folder: str) -> str:
    rules = registry.load(sorted(name for name, entry in registry.RULES.items() if entry.folder == folder))
    rows = (
        f"| [`{rule.name}`]({rule.name}.md) | {rule.severity} | {'yes' if rule.fix else ''} | {markdown(rule.title)} |"
        for rule in rules
    )
    return "\n".join(("| rule | severity | `--fix` | what it finds |", "|---|---|---|---|", *rows))


# --- text


def _described(entry: RegisteredRule) -> Iterator[str]:
    """The docstring of the rule's module: its title, and what else there is to say."""
    title, _, rest = cleandoc(import_module(entry.module).__doc__ or "").partition("\n\n")
    yield markdown(" ".join(title.split()))
    if rest:
        yield markdown(rest)


def _facts(rule: Rule) -> str:
    fixable = {"no": "not fixable with `--fix`", "yes": "fixable with `--fix`"}.get(fixable_text(rule))
    severity = f"{'An' if rule.severity == 'error' else 'A'} {rule.severity}"
    return f"{severity}, {fixable or f'fixable with `--fix --select {rule.name}`'}"


def _noun(folder: str) -> str:
    return "the files themselves" if folder == "inputs" else folder.replace("_", " ")


# --- examples


def _bad(name: str) -> Iterator[str]:
    """The code, and what `check` says of it."""
    findings, hunks = _example(name)
    yield from _blocks(hunks, after=True)
    yield "`check` reports:"
    yield "```text\n{}\n```".format("\n".join(findings))


def _good(name: str) -> Iterator[str]:
    _, hunks = _example(name)
    shown = {path.stem for path in (RULES / name).glob("*-example.diff")}
    if shown == {"fails-example"} or (not shown and all(hunk.replaces for hunk in hunks)):
        yield from _blocks(hunks, after=False)
    else:
        same = _hunks(_case(name, "fails", "diff"))
        yield from _blocks([hunk for hunk in _hunks(_case(name, "passes", "diff")) if hunk not in same], after=True)


def _example(name: str) -> tuple[list[str], Sequence[Hunk]]:
    """The first hunk with a finding that has a right form before it, and the findings in it."""
    hunks, findings = _hunks(_case(name, "fails", "diff")), _findings(name, _case(name, "fails", "output"))
    by_hunk = {hunk: [finding for finding in findings if _is_in(finding, hunk)] for hunk in hunks}
    for hunk in sorted(hunks, key=lambda hunk: not hunk.replaces):
        if by_hunk[hunk]:
            return by_hunk[hunk], [hunk]
    return findings[:1], hunks


def _case(name: str, kind: str, suffix: str) -> str:
    paths = (RULES / name / f"{kind}-example.{suffix}", RULES / name / f"{kind}.{suffix}")
    return next(path for path in paths if path.exists()).read_text(encoding="utf-8")


def _hunks(text: str) -> list[Hunk]:
    pieces = f"\n{text}".removesuffix("\n").split("\n@@ ")[1:]
    return [Hunk(piece.split("\n")[0], tuple(line or " " for line in piece.split("\n")[1:])) for piece in pieces]


def _findings(name: str, output: str) -> list[str]:
    """The findings of a rule in the output of `check`."""
    blocks = re.findall(r"^  \w+ +[\w-]+  .*\n(?:    .*\n)+", output, re.MULTILINE)
    return [dedent(block).rstrip("\n") for block in blocks if f" {name}  " in block.partition("\n")[0]]


def _is_in(finding: str, hunk: Hunk) -> bool:
    """Whether a hunk has the line of a finding."""
    place, _, rest = finding.partition("\n")
    source = re.match(r" +\| (.*?)(?:\.\.\.)?$", rest, re.MULTILINE)
    if source is None or f"  {hunk.path}:" not in place:
        return False
    return any(line.strip().startswith(source[1]) for line in hunk.after)


def _blocks(hunks: Iterable[Hunk], after: bool) -> Iterator[str]:
    for hunk in hunks:
        path = hunk.path.removesuffix(DELETED)
        if hunk.path != path:
            yield f"There is no `{path}`." if after else f"There is an empty `{path}`."
            continue
        language = _LANGUAGES.get(Path(path).suffix, "make" if Path(path).name == "Makefile" else "text")
        code = _code(hunk, after)
        if code:
            yield f"In `{path}`:"
            yield f"```{language}\n{code}\n```"


def _code(hunk: Hunk, after: bool) -> str:
    """The lines of a hunk, with a few around them in the sample."""
    path = SAMPLE / hunk.path
    whole = path.read_text(encoding="utf-8") if path.exists() else ""
    old = "".join(f"{line}\n" for line in hunk.before)
    lines = hunk.after if after else hunk.before
    if old and whole.count(old) == 1:
        above, _, below = whole.partition(old)
        lines = [*above.splitlines()[-_CONTEXT:], *lines, *below.splitlines()[:_CONTEXT]]
    return dedent("\n".join(lines)).strip("\n")
