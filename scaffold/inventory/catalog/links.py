"""The addresses of files and lines in a repository that is shown in a browser."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from scaffold.errors import Refusal

_PLACE = re.compile(r"(.+?)(?::(\d+))?")


def links_to(base: str) -> Links:
    """Raises Refusal for anything but the address of a page on the web."""
    if base and urlsplit(base).scheme not in ("http", "https"):
        instead = "Write, for example, https://github.com/OWNER/NAME/blob/main."
        raise Refusal("not an address that begins with https://", option="--base-url", value=base, instead=instead)
    return Links(base)


class Links(NamedTuple):
    """base: the address of the folder that the paths are relative to, such as
    `https://github.com/OWNER/NAME/blob/main`; "" for no links."""

    base: str

    def of(self, place: str) -> str:
        """The address of `file` or `file:line`; lines as GitHub and GitLab name them."""
        match = _PLACE.fullmatch(place)
        if not self.base or match is None:
            return ""
        return f"{self.base.rstrip('/')}/{quote(match[1])}" + (f"#L{match[2]}" if match[2] else "")
