"""The forms of the values of environments: their words, with the environment's own name taken out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scaffold.audit.facts.environments.settings import EnvironmentValue, is_copied, settings
from scaffold.audit.facts.facts import Facts
from scaffold.pfml.environments import environment_names

OWN = "<environment>"
_WORD = re.compile(r"[A-Za-z0-9]+")
_SHELL = re.compile(r"\$\{?[A-Z_]+\}?")
_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*)://([^/]*)")
# A word that an environment uses in so many values, and any other in at most a third of them, stands for it.
_USES, _SHARE = 3, 3
_SHORTEST = 4


class ValueForm(NamedTuple):
    """A setting, taken apart.

    words: its words, with OWN in the case of the environment's own name or code. rest: the same without the words of
    that. own: that as it is written, "" if the value does not have it. others: the other environments that it names.
    scheme and host: of an address such as `s3://bucket/key`, else "".
    """

    setting: EnvironmentValue
    words: frozenset[str]
    rest: frozenset[str]
    own: str
    others: frozenset[str]
    scheme: str
    host: str

    @property
    def environment(self) -> str:
        return self.setting.environment

    @property
    def text(self) -> str:
        return self.setting.text


def forms(facts: Facts) -> dict[str, list[ValueForm]]:
    """The forms of the settings that are not the same everywhere, by the variable or the local value."""
    by_name = {name: given for name, given in settings(facts).items() if len({setting.text for setting in given}) > 1}
    names = {
        *environment_names(facts.checkout),
        *(setting.environment for given in by_name.values() for setting in given),
    }
    owners = _codes(by_name.values()) | {name.lower(): name for name in names}
    pattern = _pattern(owners)
    return {name: [_form(setting, pattern, owners) for setting in given] for name, given in by_name.items()}


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(names, key=len, reverse=True)
    alternatives = "|".join(re.escape(name).replace(r"\-", "[-_]") for name in longest) or "$^"
    return re.compile(rf"(?<![A-Za-z0-9])(?:{alternatives})(?![A-Za-z0-9])", re.IGNORECASE)


def _codes(by_name: Iterable[Sequence[EnvironmentValue]]) -> dict[str, str]:
    """The words that stand for an environment, such as `dt2`, each with that environment."""
    uses: dict[str, Counter[str]] = {}
    for given in by_name:
        for setting in given:
            for word in {word.lower() for word in _WORD.findall(setting.text)}:
                uses.setdefault(word, Counter())[setting.environment] += 1
    return dict(_owned(uses))


def _owned(uses: Mapping[str, Counter[str]]) -> Iterator[tuple[str, str]]:
    for word, counts in uses.items():
        (owner, most), *others = counts.most_common(2)
        if most >= _USES and not word.isdigit() and all(count * _SHARE <= most for _, count in others):
            yield word, owner


def _form(setting: EnvironmentValue, pattern: re.Pattern[str], owners: Mapping[str, str]) -> ValueForm:
    forms, others, left, end = dict[str, str](), set(), "", 0
    for match in pattern.finditer(setting.text):
        owner = owners[match[0].lower().replace("_", "-")]
        if owner != setting.environment:
            others.add(owner)
            continue
        forms.setdefault(in_case(match[0]), match[0])
        left, end = f"{left}{setting.text[end : match.start()]} ", match.end()
    if is_copied(setting.path) and (variable := _SHELL.search(setting.text)):
        forms |= dict.fromkeys((OWN, OWN.upper()), variable[0])
    rest = {*_WORD.findall(left + setting.text[end:]), *forms}
    words = {*_WORD.findall(setting.text), *forms}
    address = _ADDRESS.match(setting.text)
    scheme, host = address.groups() if address else ("", "")
    own = next(iter(forms.values()), "")
    return ValueForm(setting, frozenset(words), frozenset(rest), own, frozenset(others), scheme, host)


def in_case(name: str) -> str:
    """OWN in the case in which a name is written."""
    return OWN.upper() if name.isupper() else OWN if name.islower() else OWN.title()


def words_like(form: ValueForm, name: str) -> Iterator[str]:
    """The parts of a value that are the name of an environment but for a letter."""
    sought, words = name.replace("-", ""), list(_WORD.finditer(form.text))
    length = name.count("-") + 1
    for index in range(len(words) - length + 1):
        part = form.text[words[index].start() : words[index + length - 1].end()]
        if is_near("".join(_WORD.findall(part)), sought):
            yield part


def is_near(word: str, other: str) -> bool:
    """Whether two words of letters differ by one of them, or by two neighbors that are exchanged."""
    if abs(len(word) - len(other)) > 1 or min(len(word), len(other)) < _SHORTEST:
        return False
    short, long = sorted((word.lower(), other.lower()), key=len)
    if not (short.isalpha() and long.isalpha()):
        return False
    if len(short) < len(long):
        return any(long[:index] + long[index + 1 :] == short for index in range(len(long)))
    differing = [index for index in range(len(short)) if short[index] != long[index]]
    if len(differing) == 2 and differing[1] == differing[0] + 1:
        first, last = differing
        return short[first] == long[last] and short[last] == long[first]
    return len(differing) == 1
