"""Rules over a checkout: their findings, those that a team accepts, and the plan that mends the others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from scaffold.audit import registry
from scaffold.audit.exceptions import Accepted, Exceptions
from scaffold.audit.facts.declarations.calls import BOOTSTRAP
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Finding, Rule, Severity, Violation
from scaffold.changes.proof import plan
from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.hcl import HclError
from scaffold.pfml.tasks import task_names

PARSE = Rule(
    "unparsed-file",
    Severity.ERROR,
    "A file that does not parse",
    "Terraform, Poetry or Python refuse the file, and what stands in it could not be checked.",
    lambda facts: _unparsed(facts),
    None,
    False,
)
UNUSED = Rule(
    "unused-exception",
    Severity.WARNING,
    "An exception of check.toml that no finding needs any more",
    "Nothing happens today, but the exception would hide the mistake if somebody made it again.",
    lambda facts: (),
    None,
    False,
)
_OWN = {rule.name: rule for rule in (PARSE, UNUSED)}


@dataclass(frozen=True, slots=True)
class Audit:
    """findings: in the order of severity, file and line. accepted: how many a team's exceptions took out.
    not_checked: what this checkout's layout kept from being checked, a sentence each."""

    facts: Facts
    findings: tuple[Violation, ...]
    accepted: int
    not_checked: tuple[str, ...]

    @property
    def counts(self) -> dict[Severity, int]:
        return {each: sum(found.rule.severity == each for found in self.findings) for each in Severity}


def rule_names() -> list[str]:
    return sorted([*registry.names(), *_OWN])


def load(names: Sequence[str]) -> list[Rule]:
    return [_OWN[name] if name in _OWN else registry.load([name])[0] for name in names]


def check_name(name: str, option: str) -> None:
    """Raise Refusal, with the nearest name, for a rule that does not exist."""
    if name not in rule_names():
        raise unknown("rule", name, rule_names(), option=option, where="pfml-scaffold check --list-rules")


def chosen(select: Sequence[str], ignore: Sequence[str]) -> list[Rule]:
    """The rules to run: a file that does not parse is told of with any of them, since they are silent about it.

    Raises Refusal with the nearest name for a rule that does not exist.
    """
    known = rule_names()
    for option, names in (("--select", select), ("--ignore", ignore)):
        for name in names:
            check_name(name, option)
    wanted = {*select, PARSE.name} if select else set(known)
    return load([name for name in known if name in wanted - set(ignore)])


def audit(checkout: Checkout, which: Sequence[Rule], tasks: Sequence[str] = ()) -> Audit:
    """What the rules find, of all tasks or of some. Raises Refusal for a task that the checkout does not have."""
    facts = Facts(TolerantCheckout(checkout), tasks)
    known = task_names(facts.template) if facts.all_tasks else []
    for name in tasks:
        if known and name not in known:
            raise unknown("task", name, known, option="TASK", where=facts.template.path)
    exceptions = Exceptions.read(checkout, rule_names())
    found, accepted = exceptions.apply(_run(facts, which))
    if not tasks:
        found += _unused(exceptions, accepted, facts, which)
    ordered = sorted(found, key=_order)
    return Audit(facts, tuple(ordered), sum(accepted.values()), tuple(facts.not_checked))


def _run(facts: Facts, which: Sequence[Rule]) -> list[Violation]:
    """The findings of the rules, last those about files that some rule could not read."""
    found: list[Violation] = []
    for rule in sorted(which, key=lambda rule: rule is PARSE):
        try:
            found += [Violation(rule, finding) for finding in dict.fromkeys(rule.check(facts))]
        except (Refusal, HclError, RecursionError) as error:
            facts.skip(f"{rule.name}: {error}")
    found = [one for one in found if one.rule is not PARSE or not _is_explained(one, found)]
    return [one for one in found if not facts.focus or one.finding.task in facts.focus or one.rule is PARSE]


def _is_explained(unparsed: Violation, found: Sequence[Violation]) -> bool:
    """Whether another rule says at the same byte why a file does not parse."""
    place = (unparsed.finding.path, unparsed.finding.offset)
    return any((one.finding.path, one.finding.offset) == place for one in found if one is not unparsed)


def _order(found: Violation) -> tuple[int, str, int, str]:
    return list(Severity).index(found.rule.severity), found.finding.path, found.finding.offset, found.rule.name


def _unparsed(facts: Facts) -> Iterator[Finding]:
    facts.read_all()
    checkout = facts.checkout
    for path, error in sorted(checkout.unparsed.items()):
        if path.startswith(BOOTSTRAP) and path != f"{BOOTSTRAP}/main.tf":
            continue  # a shell fills these in before Terraform reads them
        line = error.place.rpartition(":")[2]
        yield Finding(
            subject=path,
            message=f"{error.what}; what stands in this file was not checked",
            instead="Mend the file, and check again.",
            path=path,
            offset=_offset(checkout.read(path) or b"", int(line) if line.isdigit() else 1),
        )


def _offset(data: bytes, line: int) -> int:
    """The first byte of a line, counted from 1."""
    position = 0
    for _ in range(line - 1):
        position = data.find(b"\n", position) + 1 or len(data)
    return position


def _unused(
    exceptions: Exceptions, accepted: dict[Accepted, int], facts: Facts, which: Sequence[Rule]
) -> list[Violation]:
    """The exceptions that took nothing out, though their rule ran on files that all parse."""
    if UNUSED not in which or facts.checkout.unparsed:
        return []
    ran = {rule.name for rule in which}
    return [
        Violation(
            UNUSED,
            Finding(
                subject=one.subject,
                message=f"no finding of {one.rule} is about {one.subject} any more",
                instead="Take the exception out.",
                path=exceptions.path,
                offset=one.offset,
            ),
        )
        for one in exceptions.accepted
        if one.rule in ran and not accepted.get(one)
    ]


# --- mending


def mend(audit: Audit, selected: Collection[str]) -> Plan:
    """The proven plan that mends the findings that can be. `selected`: the rules that were named."""
    by_fix: dict[Callable[[Facts, Sequence[Finding]], list[Edit]], list[Finding]] = {}
    for found in audit.findings:
        if can_mend(found, selected) and found.rule.fix:
            by_fix.setdefault(found.rule.fix, []).append(found.finding)
    edits = [edit for fix, findings in by_fix.items() for edit in fix(audit.facts, findings)]
    return plan(audit.facts.checkout, sorted(edits, key=lambda edit: (edit.path, edit.start, edit.end)))


def can_mend(found: Violation, selected: Collection[str]) -> bool:
    return found.finding.mends and (not found.rule.selected_only or found.rule.name in selected)
