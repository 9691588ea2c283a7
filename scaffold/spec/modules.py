"""A module as it is typed: dotted, or as the path of its file."""

from __future__ import annotations

import re

_DOTTED = re.compile(r"[\w-]+(\.[\w-]+)+")


def dotted(typed: str) -> str:
    """massgov.pfml.dor.import_dor for `massgov/pfml/dor/import_dor.py`, also below `api/` or a longer path to it, and
    with backslashes. Text that is no such path stays as it is, to be refused in the user's words.
    """
    path = typed.replace("\\", "/").removesuffix("/")
    if "/" not in path and not path.endswith(".py"):
        return typed
    words = [word for word in path.removesuffix(".py").split("/") if word != "."]
    # The last folder api/ of an absolute path; a package of the API could itself be called api.
    starts = [index for index, word in enumerate(words[:-1]) if words[index : index + 2] == ["api", "massgov"]]
    inside = words[starts[-1] + 1 :] if starts else words[1:] if words[:1] == ["api"] else words
    name = ".".join(inside)
    return name if _DOTTED.fullmatch(name) else typed
