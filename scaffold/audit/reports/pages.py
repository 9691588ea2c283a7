"""What the package states about itself: its version, and where the pages of the rules are."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path

NAME = "pfml-scaffold"
_FOLDER = "docs/rules"


def page(rule: str, folder: str = "") -> str:
    """The address of a rule's page, or its path in this project if the pages are not published.

    folder: the address of the folder that the settings of a checkout have.
    """
    return f"{folder.rstrip('/') or _published() or _FOLDER}/{rule}.md"


def page_text(rule: str) -> str:
    """The page in Markdown, "" if there is none: inside an installed package, in docs/ in a clone."""
    package = Path(__file__).parents[2]
    packaged = package / "rule_pages"
    folder = packaged if packaged.is_dir() else package.parent / _FOLDER
    path = folder / f"{rule}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def is_address(page: str) -> bool:
    return page.startswith(("https://", "http://"))


def version() -> str:
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "0"


@cache
def _published() -> str:
    """The address of the folder of the pages, from the package's Documentation; "" if it has none."""
    links = (link.partition(", ") for link in _links())
    address = next((url for label, _, url in links if label.lower() == "documentation"), "")
    return f"{address.rstrip('/')}/rules" if address else ""


def _links() -> list[str]:
    """`LABEL, URL` for each of `[project.urls]`; none if the program was not installed."""
    try:
        return metadata.metadata(NAME).get_all("Project-URL") or []
    except metadata.PackageNotFoundError:
        return []
