"""The rules themselves: a table of them, and the explanation of one."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from scaffold.audit.finding import Rule
from scaffold.audit.reports.pages import page
from scaffold.inventory.columns import GAP, laid_out


def as_table(rules: Collection[Rule], width: int = 0) -> Iterator[str]:
    """A line for each rule; its title is wrapped to `width` columns, with 0 it is not."""
    names, severities = max(len(rule.name) for rule in rules), max(len(rule.severity) for rule in rules)
    for rule in rules:
        title = f"{rule.title}{' [--fix]' if rule.fix else ''}"
        room = max(width - names - severities - 2 * GAP, 20) if width else len(title)
        yield from laid_out((rule.name, rule.severity, title), (names, severities, room))


def explained(rule: Rule, pages: str = "") -> str:
    """pages: the address of the folder of the rules' pages, if a checkout sets it."""
    head = f"{rule.name} ({rule.severity})\n\n{rule.title}.\n{rule.why}\n\n"
    return f"{head}How to fix: {rule.how}\nFixable with --fix: {fixable_text(rule)}.\nPage: {page(rule.name, pages)}\n"


def fixable_text(rule: Rule) -> str:
    if not rule.fix:
        return "no"
    return f"yes, with --select {rule.name}" if rule.selected_only else "yes"
