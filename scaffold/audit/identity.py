"""What makes a finding the same one in two states of a checkout: rule, subject and place in the structure."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Violation
from scaffold.audit.structure import address

_LINE = re.compile(r":\d+\b")


class Identity(NamedTuple):
    """A finding without the lines, which changes elsewhere in the file move.

    address: see `structure.address`. text: the message without line numbers, which tells findings with the same rule,
    subject and place apart.
    """

    rule: str
    subject: str
    path: str
    address: str
    text: str

    @property
    def fingerprint(self) -> str:
        """32 hexadecimal digits, the same as long as rule, subject and place in the structure are the same."""
        place = "\0".join((self.rule, self.subject, self.path, self.address))
        return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def identity(violation: Violation, facts: Facts) -> Identity:
    rule, finding = violation
    place = address(facts.checkout, finding.path, finding.offset)
    return Identity(rule.name, finding.subject, finding.path, place, without_lines(finding.message))


def without_lines(message: str) -> str:
    """A message without the line numbers of the places that it names."""
    return _LINE.sub("", message)
