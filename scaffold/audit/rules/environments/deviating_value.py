"""A value in another form than those of all other environments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from scaffold.audit.facts.environments.forms import OWN, ValueForm, forms, is_near, words_like
from scaffold.audit.facts.environments.settings import is_majority
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding

WHY = (
    "Such a difference is usually a mistake that only shows when a task runs in that environment, and reads or writes "
    "what belongs to another one, or what is not there."
)
HOW = (
    "Write the value as in the other environments, with the environment's own name. If the difference is intended, "
    "accept the finding with the reason."
)
_MOST = 2
"""The most environments that may deviate."""
_OWNING = 3
"""How many environments must have their own names for each that has another one's."""


class _Deviation(NamedTuple):
    """form: what deviates. how: the end of a sentence about its value. instead: what to write."""

    form: ValueForm
    how: str
    instead: str


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    by_name = forms(facts)
    with_hosts = [of_name for of_name in by_name.values() if any(form.host for form in of_name)]
    for name, of_name in by_name.items():
        reported: set[str] = set()
        for form, how, instead in _of(of_name, with_hosts):
            if form.environment not in reported:
                reported.add(form.environment)
                yield Finding(
                    subject=name,
                    message=f"{_value(name, form)}, {how}",
                    instead=instead,
                    path=form.setting.path,
                    offset=form.setting.node.start,
                    end=form.setting.node.end,
                )


def _of(of_name: Sequence[ValueForm], with_hosts: Sequence[Sequence[ValueForm]]) -> Iterator[_Deviation]:
    yield from _slashes(of_name)
    yield from _words(of_name)
    yield from _schemes(of_name)
    yield from _hosts(of_name, with_hosts)


def _few(deviating: int, every: int) -> bool:
    """Whether the environments that deviate are so few that it is probably a mistake."""
    return 0 < deviating <= _MOST and is_majority(every - deviating, deviating)


# --- a slash at the end


def _slashes(of_name: Sequence[ValueForm]) -> Iterator[_Deviation]:
    paths = [form for form in of_name if "/" in form.text]
    ending = [form for form in paths if form.text.endswith("/")]
    bare = [form for form in paths if form not in ending]
    if _few(len(ending), len(paths)):
        for form in ending:
            yield _Deviation(form, f"with a slash at the end, unlike in {_counted(bare)}", "Remove the slash.")
    if _few(len(bare), len(paths)):
        for form in bare:
            yield _Deviation(form, f"without the slash that it ends with in {_counted(ending)}", "Add the slash.")


# --- words


def _words(of_name: Sequence[ValueForm]) -> Iterator[_Deviation]:
    counts = Counter(word for form in of_name for word in form.words)
    usual = [word for word, count in counts.items() if _few(len(of_name) - count, len(of_name))]
    for form in of_name:
        lacking = [word for word in usual if word not in form.words]
        if any(word.lower() == OWN for word in lacking) and not form.own:
            yield from _own_name(form, of_name)
        else:
            yield from _spelling(form, lacking, counts, of_name)


def _own_name(form: ValueForm, of_name: Sequence[ValueForm]) -> Iterator[_Deviation]:
    """Another environment's name, or a misspelled one, in place of the environment's own."""
    others = [other for other in of_name if other.own]
    own = f"while {_counted(others)} have their own names there"
    for part in words_like(form, form.environment):
        yield _Deviation(form, f'with "{part}", {own}', f'Write "{form.environment}".')
    foreign = sorted(form.others - {name for other in others for name in other.others})
    # Two of few environments may share what belongs to others.
    if foreign and len(others) >= _OWNING * (len(of_name) - len(others)):
        yield _Deviation(form, f"which names {foreign[0]}, {own}", f"Use the value for {form.environment}.")


def _spelling(
    form: ValueForm, lacking: Sequence[str], counts: Mapping[str, int], of_name: Sequence[ValueForm]
) -> Iterator[_Deviation]:
    """A word in another case, or with a letter more, less or exchanged, in a value that is otherwise as usual."""
    rare = sorted(word for word in form.words if counts[word] <= _MOST)
    for given in () if form.own == form.text else rare:
        for word in _similar(given, counts):
            others = [other for other in of_name if word in other.words]
            if lacking == [word] or any(other.rest - {word} == form.rest - {given} for other in others):
                usual = word if given.lower() != OWN else _as_in(others[0].own, form.own)
                written = given if given.lower() != OWN else form.own
                how = f'with "{written}" where {_counted(others)} have "{usual}"'
                yield _Deviation(form, how, f'Write "{usual}".')


def _similar(given: str, counts: Mapping[str, int]) -> Iterator[str]:
    """The words that many more environments have."""
    for word, count in counts.items():
        if is_majority(count, counts[given]) and (given.lower() == word.lower() or is_near(given, word)):
            yield word


def _as_in(name: str, own: str) -> str:
    """A name in the case of another one."""
    return own.lower() if name.islower() else own.upper() if name.isupper() else own.title()


# --- the beginning


def _schemes(of_name: Sequence[ValueForm]) -> Iterator[_Deviation]:
    """Addresses without the scheme that all others have."""
    having = [form for form in of_name if form.scheme]
    without = [form for form in of_name if not form.scheme]
    if len({form.scheme for form in having}) == 1 and _few(len(without), len(of_name)):
        scheme = having[0].scheme
        for form in without:
            if any(form.words & other.words for other in having):
                how = f"without the {scheme}:// that it starts with in {_counted(having)}"
                yield _Deviation(form, how, f"Add {scheme}://.")


# --- hosts


def _hosts(of_name: Sequence[ValueForm], with_hosts: Sequence[Sequence[ValueForm]]) -> Iterator[_Deviation]:
    """A host or bucket that differs from that of the settings which have the same one in almost all environments."""
    if of_name not in with_hosts:
        return
    companions = [others for others in with_hosts if others is not of_name and _share_hosts(of_name, others)]
    for form in of_name:
        here = Counter(other.host for others in companions for other in others if other.environment == form.environment)
        host, count = here.most_common(1)[0] if form.host and here else ("", 0)
        if host and count > 1 and not here[form.host]:
            what = "bucket" if form.scheme == "s3" else "host"
            how = f"but {count} variables that share its {what} in the other environments use {host}"
            yield _Deviation(form, how, f"Use {host}.")


def _share_hosts(of_name: Sequence[ValueForm], others: Sequence[ValueForm]) -> bool:
    """Whether two settings have the same host in all environments but a few."""
    theirs = {other.environment: other.host for other in others if other.host}
    same = [form.host == theirs[form.environment] for form in of_name if form.host and form.environment in theirs]
    return _few(same.count(False), len(same))


# --- messages


def _value(name: str, form: ValueForm) -> str:
    if name.startswith(("local.", "output.")):
        return f'the map {name} has "{form.text}" for {form.environment}'
    return f'the variable {name} is "{form.text}" in {form.environment}'


def _counted(others: Sequence[ValueForm]) -> str:
    return f"{len(others)} other environments"
