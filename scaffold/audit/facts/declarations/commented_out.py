"""Code of the template that is commented out, and that waits for what nothing else uses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.hcl.comments import is_code

# What may stand before a reference in code: an attribute, an argument, or the start of a list.
_PART, _NAME_GOES_ON = re.compile(rb"[\w.-]"), re.compile(rb"[\w-]")
_BEFORE = re.compile(rb"[ \t#/*]*(?:[\w\"-]+\s*[=:][^\n]*)?[\[({!\"$ \t]*")


def place_of(facts: Facts, reference: str) -> str:
    """`file:line` of code that is commented out and has a reference, such as `var.x`, or a quoted name; "" if none."""
    word = reference.encode()
    for path in facts.template.files:
        data = facts.checkout.read(path) or b""
        for start in _whole(word, data):
            line = data[data.rfind(b"\n", 0, start) + 1 : start]
            if _BEFORE.fullmatch(line) and not is_code(data, start):
                return facts.checkout.place(path, start)
    return ""


def _whole(word: bytes, data: bytes) -> Iterator[int]:
    """Where a word is that is not part of a longer name."""
    start = data.find(word)
    while start >= 0:
        if not (_PART.match(data, max(0, start - 1), start) or _NAME_GOES_ON.match(data, start + len(word))):
            yield start
        start = data.find(word, start + 1)


def or_restore(facts: Facts, advice: str, reference: str) -> str:
    """The advice to remove something, unless code that is commented out waits for it."""
    place = place_of(facts, reference)
    return f"{advice.removesuffix('.')}, or restore the code that is commented out at {place}." if place else advice
