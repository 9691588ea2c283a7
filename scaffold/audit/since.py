"""`check --since`: what the checkout has that a commit did not have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from scaffold.audit.audit import Audit, audit
from scaffold.audit.choice import UNPARSED, Choice
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Violation
from scaffold.audit.identity import compare, identity
from scaffold.audit.registry import INPUTS, RULES
from scaffold.audit.settings import CheckSettings, check_settings
from scaffold.audit.stages import SINCE, Left, Stage
from scaffold.errors import Refusal
from scaffold.files.git.repository import Repository, Revision
from scaffold.files.git.tree import GitTree
from scaffold.files.reading import Disk
from scaffold.pfml.tasks import task_names
from scaffold.terraform.folder import Folder


def only_since(choice: Choice, repository: Repository, revision: Revision) -> Choice:
    """The choice, with a stage that leaves out what `check` reports of a commit, too."""
    stage = Stage(SINCE, partial(_new, choice, repository, revision))
    return choice._replace(comparisons=(stage, *choice.comparisons), since=str(revision))


def _new(
    choice: Choice, repository: Repository, revision: Revision, facts: Facts, violations: Sequence[Violation]
) -> Left:
    """The findings that are new. Raises Refusal if the commit cannot be read."""
    source = facts.checkout.source
    assert isinstance(source, Disk | GitTree)
    tree = repository.at(revision, source)
    if not violations:
        return Left([])
    before = _before(choice, facts.checkout.earlier(tree, tree.is_same), violations)
    if before is None:
        return Left([*violations])
    for path in sorted(before.facts.checkout.unparsed.keys() - facts.checkout.unparsed.keys()):
        facts.skip(f"{path} in {revision}: it does not parse there, so all findings that need it count as new")
    old = [identity(violation, before.facts) for violation in before.findings]
    new = [identity(violation, facts) for violation in violations]
    difference = compare(old, new, facts.checkout, before.facts.checkout)
    return Left([violations[position] for position in difference.new])


def _before(choice: Choice, checkout: TolerantCheckout, violations: Sequence[Violation]) -> Audit | None:
    """The audit of the earlier state, with the rules that find something now. None if it has none of the tasks."""
    names = {violation.rule.name for violation in violations}
    # What no finding needs depends on all findings.
    needs_all = any(RULES[name].folder == INPUTS and name != UNPARSED for name in names)
    rules = tuple(rule for rule in choice.rules if needs_all or rule.name in names)
    tasks = tuple(name for name in choice.tasks if name in _tasks(checkout))
    if choice.tasks and not tasks:
        return None
    return audit(checkout, Choice(rules, _settings(checkout), choice.selected, tasks))


def _tasks(checkout: TolerantCheckout) -> list[str]:
    try:
        return task_names(Folder.of(checkout))
    except Refusal:
        return []


def _settings(checkout: TolerantCheckout) -> CheckSettings:
    try:
        return check_settings(checkout)
    except Refusal:
        return CheckSettings()  # `check` refuses that state as a whole
