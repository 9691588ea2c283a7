"""The settings of a checkout, in `.pfml-scaffold/config.toml`.

    [environments]
    protected = ["prod", "uat"]

A new setting is a field of Settings and a line of _TABLES.
"""

from __future__ import annotations

from typing import NamedTuple

from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.files.toml import load, statements
from scaffold.pfml.environments import environment_names

FILE = ".pfml-scaffold/config.toml"
# The tables with their settings, and what each setting looks like: all of them are lists of names so far.
_TABLES = {"environments": {"protected": 'protected = ["prod"]'}}


class Settings(NamedTuple):
    """protected: the environments that nobody changes by hand, None if that is not set. place: where that is set."""

    protected: tuple[str, ...] | None = None
    place: str = ""


def settings(checkout: Checkout) -> Settings:
    """The settings of a checkout, the defaults if it has no such file. Raises Refusal for an invalid file."""
    return checkout.once(_settings)


def _settings(checkout: Checkout) -> Settings:
    data = checkout.read(FILE)
    if data is None:
        return Settings()
    document = load(data, FILE)
    for table, content in document.items():
        _check_table(table, content, checkout)
    if "protected" not in document.get("environments", {}):
        return Settings()
    path = ("environments", "protected")
    return Settings(_environments(document["environments"]["protected"], path, checkout), _place(path, checkout))


def _check_table(table: str, content: object, checkout: Checkout) -> None:
    if table not in _TABLES:
        raise unknown("table", table, _TABLES, option="table", where="", place=_place((table,), checkout))
    if not isinstance(content, dict):
        raise Refusal(f"{table} must be a table", place=_place((table,), checkout), instead=f"Write [{table}].")
    for key, value in content.items():
        if key not in _TABLES[table]:
            place = _place((table, key), checkout)
            raise unknown("setting", key, _TABLES[table], option="setting", where=f"[{table}]", place=place)
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            what = f"{key} must be a list of names"
            raise Refusal(what, place=_place((table, key), checkout), instead=f"Write {_TABLES[table][key]}.")


def _environments(names: list[str], path: tuple[str, ...], checkout: Checkout) -> tuple[str, ...]:
    known = environment_names(checkout)
    for name in names:
        if name not in known:
            place = _place(path, checkout)
            raise unknown("environment", name, known, option=path[-1], where=ENVIRONMENTS, place=place)
    return tuple(names)


def _place(path: tuple[str, ...], checkout: Checkout) -> str:
    """`file:line` of a setting, or of the table that it is in if it is written on one line with it."""
    starts = {statement.path: statement.start for statement in statements(checkout.require(FILE))}
    offsets = [starts[path[:count]] for count in range(len(path), 0, -1) if path[:count] in starts]
    return checkout.place(FILE, offsets[0]) if offsets else FILE
