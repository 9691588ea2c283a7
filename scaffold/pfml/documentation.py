"""The documentation in a checkout: its pages and their links, for facts that nothing else states."""

from __future__ import annotations

import re
from typing import NamedTuple

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout

_FOLDERS = ("docs", "bin")
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(<?(https://[^\s()<>`\"\\]{1,4000})>?\)")


class Link(NamedTuple):
    """A link to another site. page: the file that has it."""

    text: str
    address: str
    page: str


def pages(checkout: Checkout) -> tuple[str, ...]:
    """The Markdown files in docs/ and bin/, those nearest to the top first."""
    return checkout.once(_pages)


def _pages(checkout: Checkout) -> tuple[str, ...]:
    paths = [path for folder in _FOLDERS for path in _files(folder, checkout)]
    return tuple(sorted(paths, key=lambda path: (path.count("/"), path)))


def _files(folder: str, checkout: Checkout) -> list[str]:
    try:
        return checkout.files(folder, "*.md")
    except Refusal:
        return []


def page(name: str, checkout: Checkout) -> str:
    """The first page whose file name matches a pattern, "" if there is none."""
    return next((path for path in pages(checkout) if re.search(name, path.rpartition("/")[2], re.IGNORECASE)), "")


def links(checkout: Checkout) -> tuple[Link, ...]:
    """The links of all pages. A page that cannot be read has none."""
    return checkout.once(_links)


def _links(checkout: Checkout) -> tuple[Link, ...]:
    return tuple(
        Link(match[1], match[2], path) for path in pages(checkout) for match in _LINK.finditer(text(path, checkout))
    )


def text(path: str, checkout: Checkout) -> str:
    """The text of a page, "" if it cannot be read."""
    try:
        return (checkout.read(path) or b"").decode("utf-8-sig", "replace")
    except Refusal:
        return ""
