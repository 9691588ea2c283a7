"""A table of a TOML file of settings, which refuses what is wrong in it with its file and line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.toml import load, statements


class SettingsTable(NamedTuple):
    """A table of a file. keys: its full name. start, end: the bytes of the file in which it is written."""

    checkout: Checkout
    path: str
    keys: tuple[str, ...]
    values: Mapping[str, Any]
    start: int
    end: int

    def offset(self, *keys: str) -> int:
        """The byte where a key of the table begins, or what it is in if they are on one line."""
        wanted = self.keys + keys
        starts: dict[tuple[str, ...], int] = {}
        for statement in statements(self.checkout.require(self.path)):
            if self.start <= statement.start < self.end:
                starts.setdefault(statement.path, statement.start)
        outwards = (wanted[:count] for count in range(len(wanted), 0, -1))
        return next((starts[keys] for keys in outwards if keys in starts), self.start)

    def place(self, *keys: str) -> str:
        """`file:line` of a key of the table."""
        return self.checkout.place(self.path, self.offset(*keys))

    def refuse(self, key: str, what: str, instead: str) -> NoReturn:
        """Raise Refusal for the value of a key."""
        raise Refusal(what, place=self.place(key), instead=instead)

    def check_keys(self, known: Collection[str], kind: str = "setting") -> None:
        """Raise Refusal, with the nearest known name, for a key that the table cannot have."""
        where = f"[{'.'.join(self.keys)}]" if self.keys else ""
        for key in self.values:
            if key not in known:
                raise unknown(kind, key, known, option=kind, where=where, place=self.place(key))

    def table(self, key: str) -> SettingsTable:
        """A table in this one, empty if it does not exist."""
        values = self.values.get(key, {})
        if not isinstance(values, dict):
            self.refuse(key, f"{key} must be a table", f"Write [{'.'.join((*self.keys, key))}].")
        return self._replace(keys=(*self.keys, key), values=values)

    def tables(self, key: str) -> list[SettingsTable]:
        """An array of tables in this one."""
        array, name = self.values.get(key, []), ".".join((*self.keys, key))
        if not isinstance(array, list) or not all(isinstance(values, dict) for values in array):
            self.refuse(key, f"{key} must be an array of tables", f"Write [[{name}]].")
        spans = list(self._array_spans((*self.keys, key)))
        if len(spans) != len(array):  # inline tables have no header of their own
            spans = [(self.offset(key), self.end)] * len(array)
        return [
            self._replace(keys=(*self.keys, key), values=values, start=start, end=end)
            for values, (start, end) in zip(array, spans, strict=True)
        ]

    def _array_spans(self, keys: tuple[str, ...]) -> Iterator[tuple[int, int]]:
        """From each header of an array of tables to the next header that is not below it."""
        start = None
        for statement in statements(self.checkout.require(self.path)):
            if not statement.is_header or statement.path[: len(keys)] == keys != statement.path:
                continue
            if start is not None:
                yield start, statement.start
            start = statement.start if statement.path == keys else None
        if start is not None:
            yield start, self.end

    def names(self, key: str, example: str) -> list[str]:
        """A list of names, empty if it is not set. example: what the value may look like."""
        names = self.values.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            self.refuse(key, f"{key} must be a list of names", f"Write {example}.")
        return names


def settings_table(checkout: Checkout, path: str) -> SettingsTable | None:
    """The top level of a TOML file, None if there is no such file. Raises Refusal if it does not parse."""
    return None if checkout.read(path) is None else parsed_table(checkout, path)


def parsed_table(checkout: Checkout, path: str) -> SettingsTable:
    """The top level of a TOML file that exists."""
    data = checkout.require(path)
    return SettingsTable(checkout, path, (), load(data, path), 0, len(data))
