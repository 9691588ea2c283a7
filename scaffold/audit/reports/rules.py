"""The rules themselves: a table of them, and the explanation of one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from scaffold.audit.finding import Rule
from scaffold.audit.reports.pages import is_address, page, page_text
from scaffold.audit.reports.wording import paragraph
from scaffold.inventory.columns import GAP, laid_out

_FENCE = re.compile(r"^```(?:\w+\n)?", re.MULTILINE)
_ESCAPED = re.compile(r"\\([*<|_])")


def as_table(rules: Collection[Rule], width: int = 0) -> Iterator[str]:
    """A line for each rule; its title is wrapped to `width` columns, with 0 it is not."""
    names, severities = max(len(rule.name) for rule in rules), max(len(rule.severity) for rule in rules)
    for rule in rules:
        title = f"{rule.title}{' [--fix]' if rule.fix else ''}"
        room = max(width - names - severities - 2 * GAP, 20) if width else len(title)
        yield from laid_out((rule.name, rule.severity, title), (names, severities, room))


def explained(rule: Rule, pages: str = "", width: int = 0) -> Iterator[str]:
    """The lines of an explanation. Its sentences are wrapped to `width` columns, with 0 they are not.

    pages: the address of the folder of the rules' pages, if a checkout sets it.
    """
    sections = [
        f"{rule.name} ({rule.severity})",
        f"{rule.title}.\n{rule.why}",
        _example(page_text(rule.name)) or f"How to fix: {rule.how}",
        f"Fixable with --fix: {fixable_text(rule)}.\nPage: {_place(page(rule.name, pages))}",
    ]
    for line in "\n\n".join(sections).split("\n"):
        yield from paragraph(line, width) if line[:1].strip() else [line]


def _place(page: str) -> str:
    return page if is_address(page) else f"{page} in the repository of pfml-scaffold"


def _example(text: str) -> str:
    """The sections of a page in which something is wrong and then right, as plain text with its code indented."""
    sections = text.partition("\n## Example\n\n")[2].partition("\n## How to ignore it\n")[0]
    text = "".join(_plain(sections)).rstrip("\n")
    return f"For example, in {text[3:]}" if text.startswith("In ") else text


def _plain(markdown: str) -> Iterator[str]:
    for index, piece in enumerate(_FENCE.split(markdown)):
        if index % 2:
            yield "\n".join(f"    {line}" if line else "" for line in piece.rstrip("\n").split("\n"))
        else:
            yield _ESCAPED.sub(r"\1", piece.replace("## How to fix\n\n", "How to fix: ").replace("`", ""))


def fixable_text(rule: Rule) -> str:
    if not rule.fix:
        return "no"
    return f"yes, with --select {rule.name}" if rule.selected_only else "yes"
