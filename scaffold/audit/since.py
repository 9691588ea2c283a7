"""`check --since`: what the checkout has that a commit did not have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from scaffold.audit.audit import Audit, audit
from scaffold.audit.choice import UNPARSED, Selection
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Severity, Violation
from scaffold.audit.identity import compare, identity
from scaffold.audit.narrowing import Narrowed, has_many_tasks, narrowed
from scaffold.audit.registry import INPUTS, RULES
from scaffold.audit.settings import settings_or_defaults
from scaffold.audit.stages import SINCE, Left, Stage
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.git.repository import Repository, Revision
from scaffold.files.git.tree import GitTree
from scaffold.files.reading import Disk
from scaffold.pfml.tasks import task_names
from scaffold.terraform.folder import Folder


class Comparison(NamedTuple):
    """What to check, and how, so that only what is new is reported."""

    checkout: Checkout
    choice: Selection


def only_since(
    checkout: Checkout, choice: Selection, repository: Repository, revision: Revision, whole: bool = False
) -> Comparison:
    """The choice, with a stage that leaves out what `check` reports of a commit, too.

    The checkout has only the tasks that can be affected if that is much faster; not if it has to be the whole one.
    Raises Refusal if the commit cannot be read.
    """
    stage = Stage(SINCE, partial(_new, choice, repository, revision, {}))
    since = choice._replace(comparisons=(stage, *choice.comparisons), since=str(revision))
    whole = whole or bool(choice.comparisons) or not revision.id
    smaller = None if whole else _narrowed(checkout, choice, repository, revision)
    if smaller is None:
        return Comparison(checkout, since)
    of_some = partial(_new_of_some, Comparison(checkout, since), choice, repository, revision, smaller)
    some = since._replace(comparisons=(Stage(SINCE, of_some),), counts_older=False)
    return Comparison(checkout.after({smaller.path: smaller.now}), some)


def _new_of_some(
    whole: Comparison,
    choice: Selection,
    repository: Repository,
    revision: Revision,
    smaller: Narrowed,
    facts: Facts,
    violations: Sequence[Violation],
) -> Left:
    """The findings that are new, if there are only some of the tasks.

    What is not in a changed entry, such as that nothing uses a script, may be wrong without the others. It is looked up
    in the whole checkout.
    """
    left = _new(choice, repository, revision, {smaller.path: smaller.then}, facts, violations)
    unsure = {violation.rule.name for violation in left.violations if not smaller.is_changed(violation.finding)}
    if not unsure:
        return left
    rules = tuple(rule for rule in choice.rules if rule.name in unsure)
    sure = {*audit(whole.checkout, whole.choice._replace(rules=rules, lowest=Severity.NOTE)).findings}
    return Left([new for new in left.violations if new.rule.name not in unsure or new in sure])


def _narrowed(checkout: Checkout, choice: Selection, repository: Repository, revision: Revision) -> Narrowed | None:
    tree = repository.at(revision, _source(checkout))
    if not has_many_tasks(checkout):
        return None
    added = repository.untracked() if isinstance(checkout.source, Disk) else ()
    return narrowed(checkout, tree, added, choice.tasks)


def _source(checkout: Checkout) -> Disk | GitTree:
    assert isinstance(checkout.source, Disk | GitTree)
    return checkout.source


def _new(
    choice: Selection,
    repository: Repository,
    revision: Revision,
    read: Mapping[str, bytes],
    facts: Facts,
    violations: Sequence[Violation],
) -> Left:
    """The findings that are new. read: files that are not read from the commit. Raises Refusal."""
    tree = repository.at(revision, _source(facts.checkout))
    if not violations:
        return Left([])
    before = _before(choice, facts.checkout.earlier(tree, tree.is_same, read), violations)
    if before is None:
        return Left([*violations])
    for path in sorted(before.facts.checkout.unparsed.keys() - facts.checkout.unparsed.keys()):
        facts.skip(f"{path} in {revision}: it does not parse there, so all findings that need it count as new")
    old = [identity(violation, before.facts) for violation in before.findings]
    new = [identity(violation, facts) for violation in violations]
    difference = compare(old, new, facts.checkout, before.facts.checkout)
    return Left([violations[position] for position in difference.new])


def _before(choice: Selection, checkout: TolerantCheckout, violations: Sequence[Violation]) -> Audit | None:
    """The audit of the earlier state, with the rules that find something now. None if it has none of the tasks."""
    names = {violation.rule.name for violation in violations}
    # What no finding needs depends on all findings.
    needs_all = any(RULES[name].folder == INPUTS and name != UNPARSED for name in names)
    rules = tuple(rule for rule in choice.rules if needs_all or rule.name in names)
    tasks = tuple(name for name in choice.tasks if name in _tasks(checkout))
    if choice.tasks and not tasks:
        return None
    return audit(checkout, Selection(rules, settings_or_defaults(checkout), choice.selected, tasks))


def _tasks(checkout: TolerantCheckout) -> list[str]:
    try:
        return task_names(Folder.of(checkout))
    except Refusal:
        return []
