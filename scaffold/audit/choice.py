"""What `check` was asked for: the command line over the settings of the checkout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scaffold.audit import registry
from scaffold.audit.finding import Rule, Severity
from scaffold.audit.settings import LIST, CheckSettings, rules_named
from scaffold.audit.stages import Stage
from scaffold.errors import unknown

UNPARSED = "unparsed-file"


class Selection(NamedTuple):
    """rules: those to run, with the severity that the team gives them. selected: the rules that were selected by name
    on the command line. tasks: the tasks to look at, none for all. comparisons: the stages for what is known from
    another state of the checkout. lowest: the lowest severity that is shown. since: what only new findings are shown
    against, "" if all are.
    counts_older: whether the number of the findings that are not new is known. fixing: the command that fixes what is
    shown, "" if there is none. adopting: the one that writes the first baseline, "" if there is one.
    """

    rules: tuple[Rule, ...]
    settings: CheckSettings = CheckSettings()
    selected: frozenset[str] = frozenset()
    tasks: tuple[str, ...] = ()
    comparisons: tuple[Stage, ...] = ()
    lowest: Severity = Severity.NOTE
    since: str = ""
    counts_older: bool = True
    fixing: str = "pfml-scaffold check --fix"
    adopting: str = "pfml-scaffold check --write-baseline"


def check_name(name: str, option: str) -> None:
    """Raise Refusal, with the nearest name, for a rule that does not exist."""
    if name not in registry.RULES:
        raise unknown("rule", name, registry.names(), option=option, where=LIST)


def chosen(settings: CheckSettings, select: Sequence[str], ignore: Sequence[str]) -> Selection:
    """The rules to run. What the command line selects replaces what the settings select and ignore; what it ignores is
    ignored in addition. `unparsed-file` runs with any selection, since the other rules skip such files silently.

    Raises Refusal with the nearest name for a rule that does not exist.
    """
    selected, ignored = rules_named(select, "--select"), rules_named(ignore, "--ignore")
    wanted = selected or settings.selected
    if UNPARSED not in settings.ignore:
        wanted |= {UNPARSED}
    rules = settings.load(sorted(wanted - ignored))
    return Selection(tuple(rules), settings, frozenset(select) & frozenset(registry.RULES))
