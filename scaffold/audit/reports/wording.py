"""What all formats say of a finding."""

from __future__ import annotations

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.hcl import line_of


def line(facts: Facts, finding: Finding) -> int:
    """The line of a finding, counted from 1."""
    return line_of(facts.checkout.read(finding.path) or b"", finding.offset)


def sentence(finding: Finding) -> str:
    """What is wrong, and what to do."""
    message = finding.message.rstrip(".")
    return f"{message[:1].upper()}{message[1:]}. {finding.instead}".strip()
