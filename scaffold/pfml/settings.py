"""The settings of a checkout, in `.pfml-scaffold/config.toml`.

    [environments]
    protected = ["prod", "uat"]

The table `check` is read by `audit/settings.py`, since only the audit knows its rules. A new setting is a field of
Settings and a key of its table here.
"""

from __future__ import annotations

from typing import NamedTuple

from scaffold.errors import unknown
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environment_names
from scaffold.pfml.settings_table import SettingsTable, settings_table

FILE = ".pfml-scaffold/config.toml"
CHECK = "check"
OLD_EXCEPTIONS = ".pfml-scaffold/check.toml"
BASELINE = ".pfml-scaffold/baseline.json"
_ENVIRONMENTS, _PROTECTED = "environments", "protected"


class Settings(NamedTuple):
    """protected: the environments that nobody changes by hand, None if that is not set. place: where that is set."""

    protected: tuple[str, ...] | None = None
    place: str = ""


def settings(checkout: Checkout) -> Settings:
    """The settings of a checkout, the defaults if it has no such file. Raises Refusal for an invalid file."""
    return checkout.once(_settings)


def settings_file(checkout: Checkout) -> SettingsTable | None:
    """The file as a table, None if there is none. Raises Refusal if it does not parse or has an unknown table."""
    table = settings_table(checkout, FILE)
    if table is not None:
        table.check_keys((_ENVIRONMENTS, CHECK), "table")
    return table


def _settings(checkout: Checkout) -> Settings:
    file = settings_file(checkout)
    if file is None:
        return Settings()
    table = file.table(_ENVIRONMENTS)
    table.check_keys((_PROTECTED,))
    names = table.names(_PROTECTED, f'{_PROTECTED} = ["prod"]')
    if _PROTECTED not in table.values:
        return Settings()
    known = environment_names(checkout)
    for name in names:
        if name not in known:
            place = table.place(_PROTECTED)
            raise unknown("environment", name, known, option=_PROTECTED, where=ENVIRONMENTS, place=place)
    return Settings(tuple(names), table.place(_PROTECTED))
