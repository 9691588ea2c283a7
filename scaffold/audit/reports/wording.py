"""What all formats say about a finding."""

from __future__ import annotations

import re

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.hcl import line_of

_SPECIAL = re.compile(r"[*<|]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")


def line(facts: Facts, finding: Finding) -> int:
    """The line of a finding, counted from 1."""
    return line_of(facts.checkout.read(finding.path) or b"", finding.offset)


def sentence(finding: Finding) -> str:
    """What is wrong, and what to do."""
    message = finding.message.rstrip(".")
    return f"{message[:1].upper()}{message[1:]}. {finding.instead}".strip()


def paragraph(text: str, width: int, indent: str = "") -> list[str]:
    """A text in lines of at most `width` columns, with 0 in one line. A longer word is not broken."""
    if not width:
        return [indent + text]
    import textwrap

    wrapper = textwrap.TextWrapper(width, indent, indent, break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(text)


def markdown(text: str) -> str:
    """Plain text with code in backticks as Markdown: the other characters that would mean something are escaped."""
    pieces = text.split("`")
    pieces[::2] = [_SPECIAL.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    return "`".join(pieces)
