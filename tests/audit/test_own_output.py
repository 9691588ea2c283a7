"""What commands write passes the tool's own audit: no command adds a finding, of whatever severity."""

from __future__ import annotations

import hashlib
import re
import shlex
from pathlib import Path

import pytest

from scaffold.audit import audit
from scaffold.audit.choice import chosen
from scaffold.audit.finding import Violation
from scaffold.audit.guard import both_names
from scaffold.audit.identity import Identity, without_lines
from scaffold.audit.settings import CheckSettings
from scaffold.files.checkout import Checkout
from tests import hunks
from tests.conftest import Run
from tests.helpers import RULES, tree
from tests.test_golden import CASES, commands, lay_given

# What only a hand-made task used is left to the user, who is told.
LEFT_OVER = {case: {"unused-local"} for case in ("remove-hand-made", "make-target", "make-target-refused")}
# The status lines of a removal list a target that stays in the Makefile, with the reason.
LISTED = {"makefile-script"}
_SHOWN = re.compile(r"(?m)^  (?:warning|note) +([a-z-]+)  ")


def _findings(sample: Path, line: str) -> set[tuple[str, ...]]:
    """What `check` reports, without line numbers, and without the names of a task that the command renames."""
    words = shlex.split(line)
    names = both_names(*words[2:4]) if words[1] == "rename" else []
    return {_identity(violation, names) for violation in _audited(sample)}


def _identity(violation: Violation, names: list[str]) -> tuple[str, ...]:
    """A finding wherever it is: commands move what is in a file."""
    rule, finding = violation
    whole = Identity(rule.name, finding.subject, "", "", without_lines(finding.message))
    return tuple(whole.without(names))


def _audited(sample: Path) -> tuple[Violation, ...]:
    """The findings of `check`, once for the same files: a command begins with what the one before has left."""
    digest = hashlib.sha256(repr(sorted(tree(sample).items())).encode()).digest()
    if digest not in _AUDITED:
        _AUDITED[digest] = audit.audit(Checkout(sample), chosen(CheckSettings(), (), ())).findings
    return _AUDITED[digest]


_AUDITED: dict[bytes, tuple[Violation, ...]] = {}


@pytest.mark.parametrize("case", CASES)
def test_no_command_adds_a_finding_or_else_it_shows_it(case: str, sample: Path, run: Run) -> None:
    lay_given(case, sample)
    rules = set()
    for line in commands(case):
        before = _findings(sample, line)
        shown = _SHOWN.findall(run(line.removeprefix("pfml-scaffold ")).stderr)
        added = _findings(sample, line) - before
        assert sorted(shown) == sorted(rule for rule, *_ in added if rule not in LISTED), line
        rules |= {*shown}
    assert rules == LEFT_OVER.get(case, set())


@pytest.mark.parametrize(
    "command",
    [
        "schedule reductions-process-agency-data 'rate(1 day)' --schedule-name reductions-daily",
        "trigger reductions-process-agency-data --s3-bucket agency_transfer --s3-prefix mine/",
        "task my-new-task --like reductions-process-agency-data --schedule 'rate(1 day)'",
    ],
)
def test_roles_are_passed_by_reference(command: str, sample: Path, run: Run) -> None:
    hunks.apply(sample, (RULES / "role-by-arn/fails.diff").read_text())
    before = _findings(sample, command)
    result = run(command)
    assert (result.exit_code, _findings(sample, command) - before) == (0, set())


def test_a_finding_after_a_change_says_what_check_says(sample: Path, run: Run) -> None:
    template = sample / "infra/ecs-tasks/template"
    schedules = template / "cloudwatch.tf"
    schedules.write_text(schedules.read_text().replace('"cron(30 10 * * ? *)"', "var.copy_time"))
    variables = template / "variables.tf"
    variables.write_text(variables.read_text() + '\nvariable "copy_time" {\n  type = string\n}\n')
    for environment in (sample / "infra/ecs-tasks/environments").glob("*/main.tf"):
        source = '  source = "../../template"\n'
        assert source in environment.read_text()
        setting = f'{source}  copy_time = "cron(30 10 * * ? *)"\n'
        environment.write_text(environment.read_text().replace(source, setting))
    shown = run("unschedule fineos-bucket-tool").stderr
    message = (
        "Nothing in infra/ecs-tasks/template uses var.copy_time, although all 3 calls set it. "
        "Remove it here and in the calls.\n"
    )
    assert message in shown
    assert message in run("check").stdout
