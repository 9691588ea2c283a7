"""With very many tasks, `check --since` looks only at those that can be affected, and finds the same."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from scaffold import hcl
from scaffold.audit import narrowing
from scaffold.audit.audit import Audit, audit
from scaffold.audit.choice import chosen
from scaffold.audit.settings import check_settings
from scaffold.audit.since import only_since
from scaffold.files.checkout import Checkout
from scaffold.files.git.repository import Repository
from scaffold.files.layout import TASKS_FILE
from tests import hunks
from tests.helpers import RULES, commit

TASKS, LEAST = 30, 20


@pytest.fixture
def many(sample: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with many tasks, all kinds of which have mistakes."""
    monkeypatch.setattr(narrowing, "LEAST", LEAST)
    (sample / TASKS_FILE).write_text(_more((sample / TASKS_FILE).read_text()))
    hunks.apply(sample, (RULES / "start-role/fails.diff").read_text())
    commit(sample)
    return sample


def _more(text: str) -> str:
    """More entries like the existing ones. Their commands are no scripts."""
    entries, copies = _entries(text), list[str]()
    while len(entries) + len(copies) < TASKS:
        copy = text[slice(*entries[len(copies) % len(entries)])]
        name = copy.split('"')[1]
        copies.append(copy.replace(f'"{name}"', f'"{name}-{len(copies)}"'))
    return _replaced(text, (entries[-1][1], entries[-1][1]), "".join(f",\n\n    {copy}" for copy in copies))


def since_head(root: Path, whole: bool, tasks: tuple[str, ...] = ()) -> Audit:
    checkout = Checkout(root)
    choice = chosen(check_settings(checkout), (), ())._replace(tasks=tasks)
    with Repository(root, "--since") as repository:
        return audit(*only_since(checkout, choice, repository, repository.revision("HEAD"), whole))


def new(result: Audit) -> list[tuple[object, ...]]:
    return [(violation.rule.name, *violation.finding) for violation in result.findings]


# --- random changes of entries


def edited(text: str, dice: random.Random) -> str:
    """The text of tasks.tf with some random changes of its entries."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        text = dice.choice((_other_word, _other_number, _without_line, _without_entry, _copied, _renamed, _moved))(
            text, dice
        )
    return text


def _entries(text: str) -> list[tuple[int, int]]:
    data = text.encode()
    tasks = next(block for block in hcl.parse(data).blocks if "tasks" in block.attributes).attributes["tasks"].value
    assert isinstance(tasks, hcl.Object) and text.isascii()
    return [(item.start, item.end) for item in tasks.items]


def _replaced(text: str, place: tuple[int, int], new: str) -> str:
    return text[: place[0]] + new + text[place[1] :]


def _words(text: str, place: tuple[int, int], pattern: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(pattern, text) if place[0] <= match.start() < place[1]]


def _other_word(text: str, dice: random.Random) -> str:
    """A word of an entry becomes one that another entry has in such a place, such as another role or script."""
    pattern = dice.choice((r"aws_iam_role\.\w+", r"local\.\w+", r'\["[\w-]+"', r'"[A-Z_]+"', r'"/service[^"]+"'))
    place, source = (dice.choice(_entries(text)) for _ in "ab")
    words, others = _words(text, place, pattern), _words(text, source, pattern)
    return _replaced(text, dice.choice(words), text[slice(*dice.choice(others))]) if words and others else text


def _other_number(text: str, dice: random.Random) -> str:
    numbers = _words(text, dice.choice(_entries(text)), r"\b\d{3,}\b")
    return _replaced(text, dice.choice(numbers), str(dice.choice((256, 1024, 4096, 4097)))) if numbers else text


def _without_line(text: str, dice: random.Random) -> str:
    start, end = dice.choice(_entries(text))
    lines = _words(text, (start, end), r"(?m)^      \w+ *= [^\[{\n]*\n")
    return _replaced(text, dice.choice(lines), "") if lines else text


def _without_entry(text: str, dice: random.Random) -> str:
    start, end = dice.choice(_entries(text))
    return _replaced(text, (start, end + (text[end] == ",")), "")


def _copied(text: str, dice: random.Random) -> str:
    """A copy of an entry under a new name, or under the same one; its own words, or those of the original."""
    start, end = dice.choice(_entries(text))
    name = re.match(r'"?([\w-]+)', text[start:])
    assert name
    new = dice.choice((f"{name[1]}-x", name[1], name[1].rpartition("-")[0] or "new-task"))
    return _replaced(text, (start, start), text[start:end].replace(name[1], new, dice.choice((1, -1))) + ",\n    ")


def _renamed(text: str, dice: random.Random) -> str:
    start, _ = dice.choice(_entries(text))
    return _replaced(text, (start + 1, start + 1), dice.choice(("x-", "new-", "dor-")))


def _moved(text: str, dice: random.Random) -> str:
    (start, end), (target, _) = sorted(dice.sample(_entries(text), 2), reverse=True)
    return _replaced(
        _replaced(text, (start, end + (text[end] == ",")), ""), (target, target), f"{text[start:end]},\n    "
    )


def same_findings(root: Path, text: str) -> tuple[bool, bool]:
    """Whether both ways find the same, and whether one of them looked only at some tasks."""
    (root / TASKS_FILE).write_text(text)
    whole, narrowed = since_head(root, True), since_head(root, False)
    return new(narrowed) == new(whole), not narrowed.choice.counts_older


@pytest.mark.parametrize("seed", range(6))
def test_random_changes_of_the_tasks(seed: int, many: Path) -> None:
    dice, text = random.Random(seed), (many / TASKS_FILE).read_text()
    changed = edited(text, dice)
    assert same_findings(many, changed)[0], changed


# --- what is affected


def test_one_changed_task(many: Path) -> None:
    text = (many / TASKS_FILE).read_text()
    same, narrowed = same_findings(many, text.replace("cpu       = 4096", "cpu       = 4097", 1))
    assert same and narrowed
    result = since_head(many, False)
    assert [(finding[0], finding[1]) for finding in new(result)] == [("fargate-size", "dor-import")]
    smaller = result.facts.checkout.require(TASKS_FILE)
    assert len(_entries(smaller.decode())) == 1 and len(smaller) == len((many / TASKS_FILE).read_bytes())


def test_a_task_that_was_asked_for(many: Path) -> None:
    text = (many / TASKS_FILE).read_text()
    (many / TASKS_FILE).write_text(text.replace("cpu       = 4096", "cpu       = 4097", 1))
    assert new(since_head(many, False, ("fineos-bucket-tool",))) == []
    assert len(new(since_head(many, False, ("dor-import",)))) == 1


OTHER = (
    "@@ infra/ecs-tasks/template/new.tf\n+# a file that is not in git\n",
    "@@ infra/ecs-tasks/template/iam.tf\n+# another file\n",
    '@@ infra/ecs-tasks/template/tasks.tf\n+data "aws_caller_identity" "more" {\n+}\n',
    "@@ infra/ecs-tasks/template/tasks.tf\n   tasks = {\n+    (var.x) = var.y\n",
)


@pytest.mark.parametrize("change", OTHER)
def test_other_changes_are_looked_at_as_a_whole(change: str, many: Path) -> None:
    hunks.apply(many, change)
    whole, narrowed = since_head(many, True), since_head(many, False)
    assert new(whole) == new(narrowed) and narrowed.choice.counts_older is ("(var.x)" not in change)
