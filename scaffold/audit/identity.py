"""What makes a finding the same one in two states of a checkout: rule, subject and place in the structure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Violation
from scaffold.audit.structure import address, has_address, has_unit, unit

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
        import hashlib

        place = "\0".join((self.rule, self.subject, self.path, self.address))
        return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    def without(self, names: Iterable[str]) -> Identity:
        """The finding without the names of something that is renamed."""
        subject, place, text = self.subject, self.address, self.text
        for name in names:
            word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])")
            subject, place, text = (word.sub("…", value) for value in (subject, place, text))
        return Identity(self.rule, subject, self.path, place, text)

    @property
    def unit(self) -> str:
        """The block, entry, function or key around it that can move on its own."""
        return unit(self.path, self.address)


class Difference(NamedTuple):
    """Positions: the findings after that are not before, and those before that are not after."""

    new: tuple[int, ...]
    gone: tuple[int, ...]


def identity(violation: Violation, facts: Facts) -> Identity:
    rule, finding = violation
    place = address(facts.checkout, finding.path, finding.offset)
    return Identity(rule.name, finding.subject, finding.path, place, without_lines(finding.message))


def without_lines(message: str) -> str:
    """A message without the line numbers of the places that it names."""
    return _LINE.sub("", message)


def compare(
    before: Sequence[Identity], after: Sequence[Identity], now: TolerantCheckout, then: TolerantCheckout | None = None
) -> Difference:
    """The findings that only one of two states has. Each finding of one state is paired with at most one of the other.

    Pairs are at the same place, preferably with the same text; or what they are about was moved or renamed: its old
    place is no longer there, and its new place was not there before. now: the checkout after. then: the checkout
    before, None if it is not known any more.
    """
    pairs = _Pairs(before, after)
    pairs.match(lambda finding: finding)
    pairs.match(lambda finding: finding[:-1])
    moves = _Moves(now, then)
    pairs.match(lambda finding: (finding.rule, finding.subject, finding.text), moves.within_file)
    pairs.match(lambda finding: (finding.rule, finding.subject), moves.within_file)
    pairs.match(lambda finding: (finding.rule, finding.subject, finding.address), moves.to_other_file)
    pairs.match(lambda finding: (finding.rule, _subject_in_place(finding), finding.address), moves.to_new_file)
    pairs.match(lambda finding: (finding.rule, _subject_in_place(finding)), moves.to_new_file)
    return Difference(tuple(pairs.after), tuple(pairs.before))


class _Pairs:
    """The findings that have no counterpart so far. before, after: their positions."""

    def __init__(self, before: Sequence[Identity], after: Sequence[Identity]) -> None:
        self._before, self._after = before, after
        self.before, self.after = [*range(len(before))], [*range(len(after))]

    def match(
        self,
        key: Callable[[Identity], Hashable],
        is_same: Callable[[Identity, Identity], bool] = lambda old, new: True,
    ) -> None:
        """Pair findings with the same key, in their order."""
        candidates: dict[Hashable, list[int]] = defaultdict(list)
        for position in self.before:
            candidates[key(self._before[position])].append(position)
        left = []
        for position in self.after:
            new = self._after[position]
            old = candidates.get(key(new), [])
            match = next((earlier for earlier in old if is_same(self._before[earlier], new)), None)
            if match is None:
                left.append(position)
            else:
                old.remove(match)
        self.after, self.before = left, sorted(position for rest in candidates.values() for position in rest)


class _Moves:
    """Whether two findings are about something that was moved or renamed."""

    def __init__(self, now: TolerantCheckout, then: TolerantCheckout | None) -> None:
        self._now, self._then = now, then

    def within_file(self, old: Identity, new: Identity) -> bool:
        if old.path != new.path:
            return False
        if old.unit != new.unit:
            return self._unit_moved(old, new)
        was_there = self._then is not None and has_address(self._then, new.path, new.address)
        return not (was_there or has_address(self._now, old.path, old.address))

    def to_other_file(self, old: Identity, new: Identity) -> bool:
        """Into another file of the folder, for Terraform the same module, or into a file that takes its place."""
        if old.unit and PurePosixPath(old.path).parent == PurePosixPath(new.path).parent:
            return self._unit_moved(old, new)
        return self.to_new_file(old, new)

    def to_new_file(self, old: Identity, new: Identity) -> bool:
        """The file, or a folder above it, has another name."""
        same_kind = PurePosixPath(old.path).suffix == PurePosixPath(new.path).suffix
        return same_kind and self._now.read(old.path) is None and self._unit_moved(old, new)

    def _unit_moved(self, old: Identity, new: Identity) -> bool:
        was_there = self._then is not None and has_unit(self._then, new.path, new.unit)
        return not (was_there or has_unit(self._now, old.path, old.unit))


def _subject_in_place(finding: Identity) -> str:
    """The subject; if it is the path or a folder of it, which one, since it changes with the path."""
    path = PurePosixPath(finding.path)
    names: Iterable[str] = (str(path), *map(str, path.parents), *path.parts)
    return next((f"/{position}" for position, name in enumerate(names) if name == finding.subject), finding.subject)
