"""A variable that an environment leaves empty, but that almost all others set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from scaffold.audit.facts.declarations.calls import ModuleCall
from scaffold.audit.facts.declarations.variables import variables
from scaffold.audit.facts.environments.reads import EMPTY, VariableReader, reads
from scaffold.audit.facts.environments.settings import is_copied, is_majority, template_calls
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.files.layout import TEMPLATE

WHY = "What reads the variable in that environment gets an empty value, and fails or does something else when it runs."
HOW = "Set the variable in that environment. If it is to be empty, set it to that, so that readers know."
# An environment that sets so many of them to an empty value is new, or a sandbox.
_BLANKS = 3


@dataclass(frozen=True)
class _Variable:
    """A variable that is empty by default: the calls that set it, that set it to nothing, and that leave it out."""

    facts: Facts
    name: str
    having: tuple[ModuleCall, ...]
    blank: tuple[ModuleCall, ...]
    lacking: tuple[ModuleCall, ...]

    @cached_property
    def reads(self) -> list[VariableReader]:
        return reads(self.facts, self.name)

    def readers(self, call: ModuleCall) -> list[str]:
        """What certainly reads it in the environment of a call."""
        return list(dict.fromkeys(read.what for read in self.reads if call.subject in read.environments))


def check(facts: Facts) -> Iterator[Finding]:
    if facts.focus:
        return
    calls = [call for call in facts.once(template_calls) if not is_copied(call.placed.path)]
    usual = list(_usual(facts, calls))
    for call in calls:
        if sum(call in variable.blank for variable in usual) < _BLANKS:
            lacking = [variable for variable in usual if call in variable.lacking and variable.readers(call)]
            # A new environment lacks most of what is read there.
            if lacking and 2 * len(lacking) <= sum(bool(variable.readers(call)) for variable in usual):
                yield from (_finding(variable, call, variable.readers(call)) for variable in lacking)


def _usual(facts: Facts, calls: Sequence[ModuleCall]) -> Iterator[_Variable]:
    """The variables that are empty by default, and set in almost all environments."""
    for name, variable in (facts.checkout.once(variables, TEMPLATE) or {}).items():
        if facts.template.attribute_text(variable, "default") not in EMPTY:
            continue
        texts = {call: facts.template.attribute_text(call.placed, name) for call in calls}
        lacking, blank = (tuple(call for call, text in texts.items() if text in kind) for kind in (("",), EMPTY))
        having = tuple(call for call in calls if call not in lacking and call not in blank)
        if is_majority(len(having), len(lacking) + len(blank)):
            yield _Variable(facts, name, having, blank, lacking)


def _finding(variable: _Variable, call: ModuleCall, readers: Sequence[str]) -> Finding:
    others = len(readers) - 1
    who = f"{readers[0]} gets" if not others else f"{readers[0]} and {others} other{'s' * (others > 1)} get"
    return Finding(
        subject=variable.name,
        message=(
            f"the variable {variable.name} is not set in {call.subject}, unlike in {len(variable.having)} other "
            f"environments, so {who} an empty value there"
        ),
        instead="Set it, even if it is to be empty.",
        path=call.placed.path,
        offset=call.placed.block.start,
    )
