"""What a team sets for `check`, in the table `check` of `.pfml-scaffold/config.toml`.

    [check]
    select = ["alarms", "start-role"]
    ignore = ["task-name-form"]

    [check.severity]
    missing-alarm = "note"

    [check.per-path-ignores]
    "infra/ecs-tasks/environments/infra-test/**" = ["unmonitored-environment"]

`rule-pages` in [check] is the address of the folder where a team publishes the pages of the rules.

A group of rules, a folder of `rules/`, can stand for all of them. For [[check.exception]] see `exceptions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from scaffold.audit import registry
from scaffold.audit.exceptions import EXCEPTION, Exceptions, exceptions_of, old_exceptions
from scaffold.audit.finding import Rule, Severity
from scaffold.audit.path_ignores import PathIgnore
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.pfml.settings import CHECK, settings, settings_file
from scaffold.pfml.settings_table import SettingsTable

LIST = "pfml-scaffold check --list-rules"
_SELECT, _IGNORE, _SEVERITY, _PATHS = "select", "ignore", "severity", "per-path-ignores"
_PAGES = "rule-pages"
_EXAMPLE = '["start-role"]'


class CheckSettings(NamedTuple):
    """select, ignore: names of rules; `select` is None if it is not set. severities: the rules whose severity differs
    from the registry's. rule_pages: the address of the folder of the rules' pages."""

    select: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    severities: Mapping[str, Severity] = {}
    path_ignores: tuple[PathIgnore, ...] = ()
    exceptions: Exceptions = Exceptions()
    rule_pages: str = ""

    @property
    def selected(self) -> frozenset[str]:
        """The rules that are neither ignored nor left out."""
        return (frozenset(registry.RULES) if self.select is None else self.select) - self.ignore

    def load(self, names: Iterable[str]) -> list[Rule]:
        """Rules, with the severity that the team gives them."""
        return [rule._replace(severity=self.severities.get(rule.name, rule.severity)) for rule in registry.load(names)]


def check_settings(checkout: Checkout) -> CheckSettings:
    """The settings of a checkout, the defaults if there are none. Raises Refusal for invalid ones."""
    return checkout.once(_read)


def settings_or_defaults(checkout: Checkout) -> CheckSettings:
    """The same with the defaults instead of invalid settings, for a state that `check` itself refuses."""
    try:
        return check_settings(checkout)
    except Refusal:
        return CheckSettings()


def rules_named(names: Iterable[str], option: str, place: str = "") -> frozenset[str]:
    """The rules with these names, or in folders with these names. Raises Refusal with the nearest name."""
    names = list(names)
    for name in names:
        if name not in registry.choices():
            raise unknown("rule", name, registry.choices(), option=option, where=LIST, place=place)
    return frozenset(rule for name in names for rule in registry.named(name))


def _read(checkout: Checkout) -> CheckSettings:
    settings(checkout)  # refuses what is wrong in the other tables
    old = old_exceptions(checkout, registry.names())
    file = settings_file(checkout)
    table = file.table(CHECK) if file else None
    if table is None:
        return CheckSettings(exceptions=Exceptions(tuple(old)))
    table.check_keys((_SELECT, _IGNORE, _SEVERITY, _PATHS, EXCEPTION, _PAGES))
    return CheckSettings(
        _rules(table, _SELECT) if _SELECT in table.values else None,
        _rules(table, _IGNORE),
        _severities(table.table(_SEVERITY)),
        tuple(_path_ignores(table.table(_PATHS))),
        Exceptions((*exceptions_of(table, registry.names()), *old)),
        _rule_pages(table),
    )


def _rules(table: SettingsTable, key: str) -> frozenset[str]:
    shown = key if key.isalnum() else f'"{key}"'
    return rules_named(table.names(key, f"{shown} = {_EXAMPLE}"), key, table.place(key))


def _rule_pages(table: SettingsTable) -> str:
    address = table.values.get(_PAGES, "")
    if not isinstance(address, str) or (_PAGES in table.values and not address.startswith(("https://", "http://"))):
        table.refuse(_PAGES, f"{_PAGES} must be an address", f'Write {_PAGES} = "https://…".')
    return address


def _severities(table: SettingsTable) -> dict[str, Severity]:
    """The severities by rule: one that is set for the rule itself wins over one for its folder."""
    severities: dict[str, Severity] = {}
    for name in sorted(table.values, key=lambda name: name in registry.RULES):
        value, place = table.values[name], table.place(name)
        rules = rules_named([name], "rule", place)
        if value not in [*Severity]:
            table.refuse(name, f"{name} must be error, warning or note", f'Write {name} = "note".')
        severities |= dict.fromkeys(rules, Severity(value))
    return severities


def _path_ignores(table: SettingsTable) -> list[PathIgnore]:
    for pattern in table.values:
        if not pattern.strip("./") or pattern.startswith("/"):
            what = f"the pattern {pattern!r} must be a path relative to the checkout"
            table.refuse(pattern, what, 'Write, for example, "infra/ecs-tasks/environments/test/**".')
    return [PathIgnore(pattern, _rules(table, pattern)) for pattern in table.values]
