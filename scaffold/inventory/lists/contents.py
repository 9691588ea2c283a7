"""A list before it is printed: as rows of a table, and as what JSON has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module

from scaffold.files.checkout import Checkout

Cell = Sequence[str]
"""The entries of a cell, which is empty without any."""
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Listing:
    """A list of one noun.

    document: what JSON has. columns: the names of the columns in CSV and Markdown. rows: their cells. caption, heads
    and text_rows: the same for text, in fewer columns with several lines; a line that begins with spaces belongs to the
    one above it. of_csv: columns that Markdown leaves out.
    """

    document: Mapping[str, object]
    columns: tuple[str, ...]
    rows: Sequence[Row]
    caption: str = ""
    heads: tuple[str, ...] = ()
    text_rows: Sequence[Row] = ()
    of_csv: frozenset[str] = field(default=frozenset())


def contents(noun: str, checkout: Checkout) -> Listing:
    """All of one noun. Raises Refusal if a Terraform file does not parse."""
    result = import_module(f"scaffold.inventory.lists.{noun}").read(checkout)
    assert isinstance(result, Listing), noun
    return result


def counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def entries(label: str, values: Sequence[str]) -> list[str]:
    """A line with a label and the values, if there are any."""
    return [f"{label} {', '.join(values)}".lstrip()] if values else []
