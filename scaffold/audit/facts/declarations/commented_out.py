"""Code of the template that is commented out, and that waits for what nothing else uses."""

from __future__ import annotations

import re

from scaffold.audit.facts.facts import Facts
from scaffold.hcl.comments import is_code

# What may stand before a reference in code: an attribute, an argument, or the start of a list.
_BEFORE = re.compile(rb"[ \t#/*]*(?:[\w\"-]+\s*[=:][^\n]*)?[\[({!\"$ \t]*")


def place_of(facts: Facts, reference: str) -> str:
    """`file:line` of code that is commented out and has a reference, such as `var.x`, or a quoted name; "" if none."""
    word = reference.encode()
    pattern = re.compile(rb"(?<![\w.-])%s(?![\w-])" % re.escape(word))
    for path in facts.template.files:
        data = facts.checkout.read(path) or b""
        for match in pattern.finditer(data) if word in data else ():
            line = data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()]
            if _BEFORE.fullmatch(line) and not is_code(data, match.start()):
                return facts.checkout.place(path, match.start())
    return ""


def or_restore(facts: Facts, advice: str, reference: str) -> str:
    """The advice to remove something, unless code that is commented out waits for it."""
    place = place_of(facts, reference)
    return f"{advice.removesuffix('.')}, or restore the code that is commented out at {place}." if place else advice
