"""The few tasks that `check --since` has to look at, if a commit differs only in some of very many.

If every difference is in entries of `locals.tasks`, the findings about an entry that is the same can only change if it
has a word in common with what is different: the name of a role, a script, a group. All others are left out of both
states.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.tasks.attributes import ATTRIBUTES
from scaffold.audit.finding import Finding
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.git.tree import GitTree
from scaffold.files.layout import TASKS_FILE
from scaffold.pfml.tasks import common_prefix, tasks_object
from scaffold.terraform.folder import Folder

# With fewer tasks, it would not be faster by much, and the older findings can be counted.
LEAST = 200
_MOST_WORDS = 500
_WORD = re.compile(rb"[\w-]+")
_COMMA = re.compile(rb"\s*,")
_BLANK = bytes(byte if byte in b"\r\n" else ord(" ") for byte in range(256))
# They are in so many entries, and connect none with another.
_COMMON = frozenset(
    b"name value valuefrom local var data arn aws_iam_role true false null".split()
    + [name.encode() for name in ATTRIBUTES]
)
_BEFORE, _AFTER = b"x = {", b"\n}"


class Narrowed(NamedTuple):
    """The file with the tasks without those that cannot be affected; all others are where they were.

    changed: the spans of the entries that are different, now.
    """

    path: str
    now: bytes
    then: bytes
    changed: tuple[tuple[int, int], ...]

    def is_changed(self, finding: Finding) -> bool:
        """Whether a finding is in an entry that is different."""
        return finding.path == self.path and any(start <= finding.offset < end for start, end in self.changed)


class _Unit(NamedTuple):
    """An entry with the text between it and the one before."""

    key: str
    start: int
    end: int
    is_object: bool


@dataclass(frozen=True, eq=False)
class _Entries:
    """The entries of a state, and the file that they are in."""

    data: bytes
    units: Sequence[_Unit]

    def text(self, unit: _Unit) -> bytes:
        return self.data[unit.start : unit.end]

    @cached_property
    def texts(self) -> dict[str, tuple[bytes, ...]]:
        """The text of each entry by its key, which several may have."""
        texts: dict[str, tuple[bytes, ...]] = {}
        for unit in self.units:
            texts[unit.key] = (*texts.get(unit.key, ()), self.text(unit))
        return texts


def has_many_tasks(checkout: Checkout) -> bool:
    """Whether there may be so many tasks that it is worth to look for those that can be affected."""
    try:
        return (checkout.read(TASKS_FILE) or b"").count(b"{") > LEAST
    except Refusal:
        return False


def narrowed(checkout: Checkout, tree: GitTree, added: Collection[str], wanted: Collection[str]) -> Narrowed | None:
    """The smaller states of a checkout, now and in a commit; None if most tasks may be affected, or there are few.

    added: files that only the checkout has. wanted: tasks that are kept.
    """
    try:
        path, entries = tasks_object(Folder.of(checkout))
        if len(entries.items) < LEAST or _differ(checkout, tree, tree.changed.union(added) - {path}):
            return None
        now, then = checkout.require(path), tree.read(path) or b""
        states = _states(now, then, entries)
        if states is None:
            return None
        changed = _changed(*states)
        kept = _kept(*states, changed, wanted)
        if kept is None:
            return None
        spans = tuple((unit.start, unit.end) for unit in states[0].units if unit.key in changed)
        result = Narrowed(path, _without(states[0], kept), _without(states[1], kept), spans)
        hcl.parse(result.now), hcl.parse(result.then)
    except (Refusal, hcl.HclError, RecursionError):
        return None
    return result


def _differ(checkout: Checkout, tree: GitTree, paths: Iterable[str]) -> bool:
    """Whether any of these files is different."""
    return any(not tree.has(path, checkout.source.read(path)) for path in sorted(paths))


# --- the entries of both states, of which only one is parsed


def _states(now: bytes, then: bytes, entries: hcl.Object) -> tuple[_Entries, _Entries] | None:
    """The entries now and then; None if something else is different."""
    first, last = _common(now, then)
    if first <= entries.start or len(now) - last >= entries.end:
        return None
    units = list(_units(now, entries.items, entries.start + 1))
    left = sum(unit.end < first for unit in units)
    right = max(left, len(units) - sum(unit.start >= len(now) - last for unit in units))
    start = units[left - 1].end if left else entries.start + 1
    moved = len(then) - len(now)
    end = (units[right].start if right < len(units) else entries.end - 1) + moved
    middle = [unit._replace(start=unit.start + start, end=unit.end + start) for unit in _parsed(then[start:end], left)]
    after = [unit._replace(start=unit.start + moved, end=unit.end + moved) for unit in units[right:]]
    before = [*units[:left], *middle, *after]
    return _Entries(now, units), _Entries(then, before)


def _common(now: bytes, then: bytes) -> tuple[int, int]:
    """How many bytes are the same at the start and, of the others, at the end."""
    shorter = min(len(now), len(then))
    first = _length(shorter, lambda count: now[:count] == then[:count])
    last = _length(shorter - first, lambda count: now[len(now) - count :] == then[len(then) - count :])
    return first, last


def _length(most: int, holds: Callable[[int], bool]) -> int:
    """The largest number for which a condition holds that holds for all smaller ones."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if holds(middle) else (low, middle - 1)
    return low


def _units(data: bytes, items: Iterable[hcl.Item], start: int) -> Iterator[_Unit]:
    for item in items:
        yield _Unit(item.name(data), start, item.end, isinstance(item.value, hcl.Object))
        start = item.end


def _parsed(text: bytes, follows: int) -> list[_Unit]:
    """The entries in a part of an object, counted from its start. Raises HclError if it is none."""
    if follows:
        text = _without_comma(text)
    data = _BEFORE + text + _AFTER
    body = hcl.parse(data)
    value = body.attributes["x"].value
    if not isinstance(value, hcl.Object) or len(body.children()) != 1 or value.end != len(data):
        raise hcl.HclError("not a part of an object", 1)
    units = _units(data, value.items, len(_BEFORE))
    return [unit._replace(start=unit.start - len(_BEFORE), end=unit.end - len(_BEFORE)) for unit in units]


def _without_comma(text: bytes) -> bytes:
    comma = _COMMA.match(text)
    return text[: comma.end() - 1] + b" " + text[comma.end() :] if comma else text


# --- which entries can be affected


def _kept(now: _Entries, then: _Entries, changed: Collection[str], wanted: Collection[str]) -> frozenset[str] | None:
    """The keys of the entries that can be affected; None if these are most."""
    words = {word for key in changed for word in _different_words(now.texts.get(key, ()), then.texts.get(key, ()))}
    if len(words) > _MOST_WORDS:
        return None
    names = {_plain(_own_name(key).encode()) for key in now.texts.keys() ^ then.texts.keys()}
    kept = {*changed, *_holding(now, words, names)}
    related = words | names
    for unit in now.units:
        own = _own_name(unit.key)
        if not unit.is_object or own in wanted or any(_plain(own.encode()) in word for word in related):
            kept.add(unit.key)
    keys = [[unit.key for unit in state.units] for state in (now, then)]
    smaller = [[key for key in of_state if key in kept] for of_state in keys]
    prefixes = {common_prefix(some) for some in (*keys, *smaller)}
    return frozenset(kept) if len(prefixes) == 1 and len(kept) * 2 < len(now.units) else None


def _changed(now: _Entries, then: _Entries) -> set[str]:
    """The keys of the entries that are different, or that only one state has."""
    return {key for key in now.texts.keys() | then.texts.keys() if now.texts.get(key) != then.texts.get(key)}


def _different_words(now: Sequence[bytes], then: Sequence[bytes]) -> Iterator[bytes]:
    """The words that are not the same number of times in both, as they are compared."""
    counts = [Counter(_plain(word) for text in texts for word in _WORD.findall(text)) for texts in (now, then)]
    for word in counts[0].keys() | counts[1].keys():
        if counts[0][word] != counts[1][word] and not word.isdigit() and word not in _COMMON:
            yield word


def _holding(state: _Entries, words: Iterable[bytes], names: Iterable[bytes]) -> set[str]:
    """The keys of the entries that contain one of the words, or one of the names in a word."""
    text = _plain(state.data)
    places = {place for word in words for place in _places(text, word) if _is_word(text, place, place + len(word))}
    places |= {place for name in names for place in _places(text, name)}
    ends = [unit.end for unit in state.units]
    positions = {bisect(ends, place) for place in places}
    return {state.units[position].key for position in positions if position < len(ends)}


def _places(text: bytes, word: bytes) -> Iterator[int]:
    place = text.find(word)
    while place >= 0:
        yield place
        place = text.find(word, place + 1)


def _is_word(text: bytes, start: int, end: int) -> bool:
    return not _WORD.match(text[start - 1 : start]) and not _WORD.match(text[end : end + 1])


def _plain(name: bytes) -> bytes:
    """A name as it is compared: names of roles and modules have underscores where those of tasks have hyphens."""
    return name.lower().replace(b"-", b"_")


def _own_name(key: str) -> str:
    """A key without its prefix, such as `${local.app_name}-`."""
    return key.rpartition("}-")[2]


# --- without the others


def _without(state: _Entries, kept: Collection[str]) -> bytes:
    """The file with blanks instead of all other entries."""
    texts, place = [state.data[: state.units[0].start]], state.units[0].start
    # Whether a comma is not allowed next: there is nothing before it, or only a line break.
    separated = True
    for unit in state.units:
        text = state.text(unit)
        if unit.key in kept:
            texts.append(_without_comma(text) if separated else text)
            separated = False
        else:
            texts.append(text.translate(_BLANK))
            separated = separated or b"\n" in text
        place = unit.end
    rest = state.data[place:]
    return b"".join((*texts, _without_comma(rest) if separated else rest))
