"""The failing cases of all rules against the sample without mistakes, and against themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.audit.audit import audit
from scaffold.audit.choice import Selection, chosen
from scaffold.audit.settings import check_settings
from scaffold.audit.since import only_since
from scaffold.files.checkout import Checkout
from scaffold.files.git.repository import Repository
from tests import hunks
from tests.helpers import RULES, commit, restore, tree

FAILS = sorted(RULES.glob("*/fails*.diff"))
PARTS = 6


def _choice(root: Path, rule: str) -> tuple[Checkout, Selection]:
    checkout = Checkout(root)
    return checkout, chosen(check_settings(checkout), [rule], ())


def _since(root: Path, rule: str, revision: str) -> list[object]:
    checkout, choice = _choice(root, rule)
    with Repository(root, "--since") as repository:
        result = audit(*only_since(checkout, choice, repository, repository.revision(revision)))
    return [violation.finding for violation in result.findings]


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mistake_is_new_until_it_is_committed(part: int, sample: Path) -> None:
    clean, files = commit(sample), tree(sample)
    for path in FAILS[part::PARTS]:
        rule = path.parent.name
        hunks.apply(sample, path.read_text())
        findings = [violation.finding for violation in audit(*_choice(sample, rule)).findings]
        assert findings and _since(sample, rule, clean) == findings, path
        if part == 0:  # for some, since it takes as long again
            commit(sample)
            assert _since(sample, rule, "HEAD") == [], path
        restore(sample, files)
