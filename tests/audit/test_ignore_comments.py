"""Comments that accept findings: where they apply, in which files, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.ignore_comments import IgnoreComment, ignore_comments
from scaffold.files.checkout import Checkout
from tests.conftest import Run
from tests.helpers import append, change

TASKS = "infra/ecs-tasks/template/tasks.tf"
CLOUDWATCH = "infra/ecs-tasks/template/cloudwatch.tf"
ENTRYPOINT = "api/massgov/pfml/dor/importer/import_dor.py"
PYPROJECT = "api/pyproject.toml"
COMMENT = "pfml-scaffold: ignore[fargate-size] the limit is raised"


def comments(root: Path, path: str) -> list[IgnoreComment]:
    checkout = TolerantCheckout(Checkout.find(root))
    return ignore_comments(checkout, [path])


def lines(root: Path, comment: IgnoreComment) -> tuple[int, int]:
    data = (root / comment.path).read_bytes()
    first, last = (data.count(b"\n", 0, offset) + 1 for offset in (comment.first, comment.last - 1))
    return first, last


# --- where it applies

SIZE = "      cpu       = 4096,\n"
WRONG = SIZE.replace("4096", "4097")
WHERE = [
    (f"      cpu       = 4097, # {COMMENT}\n", True),
    (f"      cpu       = 4097 // {COMMENT}\n", True),
    (f"      cpu       = 4097, # see below # {COMMENT}\n", True),
    (f"      # {COMMENT}\n{WRONG}", True),
    (f"      // {COMMENT}\n      # another one\n{WRONG}", True),
    (f"      # {COMMENT}\n\n{WRONG}", False),
    (f"{WRONG}      # {COMMENT}\n", False),
    (f"{WRONG}      # {COMMENT.replace('fargate-size', 'start-role')}\n", False),
    (f"      #{COMMENT.replace(': ignore', ':ignore')}\n{WRONG}", True),
    (f"      # {COMMENT.replace('[', '[start-role, ')}\n{WRONG}", True),
    (f'{WRONG}      x = "# {COMMENT}"\n', False),
]


@pytest.mark.parametrize(("text", "accepted"), WHERE)
def test_it_applies_to_its_line_or_to_the_line_below(text: str, accepted: bool, sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, text)
    result = run("check --format json --select fargate-size")
    assert result.exit_code == (0 if accepted else 1)
    assert json.loads(result.output)["counts"]["ignored_in_comments"] == accepted


def test_on_the_first_line_of_an_entry_or_block_it_applies_to_all_of_it(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, WRONG)
    change(sample, TASKS, '    "dor-import" = {', f'    # {COMMENT}\n    "dor-import" = {{')
    assert run("check").output == "nothing found; 1 ignored in comments.\n"
    change(sample, TASKS, f"    # {COMMENT}\n", "")
    change(sample, TASKS, "locals {\n  tasks", f"locals {{ // {COMMENT}\n  tasks")
    assert run("check").output == "nothing found; 1 ignored in comments.\n"


@pytest.mark.parametrize(
    ("path", "old", "covered"),
    [
        (TASKS, '    "dor-import" = {', 11),
        (TASKS, "      env = [\n        local.db_access,\n        {", 5),
        (ENTRYPOINT, '@background_task("dor-import")', 0),
        (ENTRYPOINT, "logger = ", 1),
        (PYPROJECT, "[tool.poetry.scripts]", 0),
        (PYPROJECT, "dor-import = ", 1),
        ("api/Makefile", "test:", 1),
    ],
)
def test_extents(path: str, old: str, covered: int, sample: Path) -> None:
    text = (sample / path).read_text()
    assert old in text
    start = text.index(old)
    indent = start - text.rfind("\n", 0, start) - 1
    change(sample, path, old, f"# {COMMENT}\n{' ' * indent}{old}")
    (comment,) = comments(sample, path)
    first, last = lines(sample, comment)
    assert text.count("\n", 0, start) + 2 == first
    if covered:
        assert last - first + 1 == covered
    else:
        assert last - first > 3


# --- what is a comment

STRINGS = [
    (TASKS, f'\nlocals {{\n  x = "# {COMMENT}"\n  y = <<EOT\n  # {COMMENT}\nEOT\n}}\n'),
    (ENTRYPOINT, f'\n\nx = "# {COMMENT}"\ny = """\n# {COMMENT}\n"""\n'),
    (PYPROJECT, f'\n[x]\ny = "# {COMMENT}"\nz = """\n# {COMMENT}\n"""\n'),
    ("api/Makefile", f"\nx:\n\techo 'a#{COMMENT}'\n"),
]


@pytest.mark.parametrize(("path", "text"), STRINGS)
def test_a_string_is_not_a_comment(path: str, text: str, sample: Path) -> None:
    append(sample, path, text)
    assert comments(sample, path) == []
    append(sample, path, f"\n# {COMMENT}")
    assert len(comments(sample, path)) == 1


@pytest.mark.parametrize("text", [b'\nx = """', b"\n\xff\n", b"\n{{{\n"])
@pytest.mark.parametrize("path", [TASKS, ENTRYPOINT, PYPROJECT])
def test_a_file_that_does_not_parse_never_fails(path: str, text: bytes, sample: Path, run: Run) -> None:
    with (sample / path).open("ab") as file:
        file.write(f"\n# {COMMENT}\n".encode() + text)
    comments(sample, path)
    assert run("check").exit_code == 1


# --- what is wrong


def _found(run: Run, options: str = "") -> list[str]:
    findings = json.loads(run(f"check --format json {options}").output)["findings"]
    return [f"{finding['rule']} {finding['path']}:{finding['line']} {finding['message']}" for finding in findings]


def test_a_comment_that_nothing_needs_is_reported(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      cpu       = 4096, # {COMMENT.replace('[', '[start-role, ')}\n")
    assert _found(run) == [
        f"unused-ignore {TASKS}:20 No finding of {rule} is here. Remove it from the comment."
        for rule in ("start-role", "fargate-size")
    ]
    assert len(_found(run, "--ignore fargate-size")) == 1
    assert _found(run, "dor-import") == []
    assert _found(run, "--ignore unused-ignore") == []


def test_one_at_the_wrong_line_says_where_the_finding_is(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      # {COMMENT}\n\n      cpu       = 4097,\n")
    unused = _found(run)[-1]
    assert unused == (
        f"unused-ignore {TASKS}:20 No finding of fargate-size is here. Remove it from the comment, or move it to line 22, "
        "where fargate-size reports something."
    )


def test_a_space_before_the_rules_is_allowed(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      cpu       = 4097, # {COMMENT.replace('[', ' [')}\n")
    assert _found(run) == []


def test_one_without_a_reason_has_no_effect(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, "      cpu       = 4097, # pfml-scaffold: ignore[fargate-size] - \n")
    assert [line.split()[0] for line in _found(run)] == ["fargate-size", "invalid-ignore"]


def test_with_an_unknown_rule_the_others_have_an_effect(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      cpu       = 4097, # {COMMENT.replace('[', '[fargate-sizes, ')}\n")
    assert _found(run) == [
        f"invalid-ignore {TASKS}:20 An ignore comment names fargate-sizes, which is not a rule. Did you mean fargate-size?"
    ]


def test_one_for_a_group_says_so(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      cpu       = 4096, # {COMMENT.replace('fargate-size', 'tasks')}\n")
    assert [line.partition(" An ")[2] for line in _found(run)] == [
        "ignore comment names tasks, which is a group of rules. Write # pfml-scaffold: ignore[RULE] REASON."
    ]


# --- before a write, and in what commands write


COMMANDS = [
    "rename dor-import dor-wages",
    "change dor-import --cpu 8192 --memory 16384",
    "change dor-import --env-var X=1",
    "schedule dor-import 'rate(1 day)'",
    "remove fineos-bucket-tool",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_keep_them(command: str, sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      # {COMMENT}\n      cpu       = 4096, # {COMMENT}, both\n")
    change(sample, TASKS, '    "dor-import" = {', f'    # {COMMENT}\n    "dor-import" = {{ # {COMMENT}')
    change(sample, ENTRYPOINT, '@background_task("dor-import")', f'# {COMMENT}\n@background_task("dor-import")')
    change(sample, PYPROJECT, "dor-import = ", f"# {COMMENT}\ndor-import = ")
    result = run(command)
    assert result.exit_code == 0, result.output
    lines = (sample / TASKS).read_text().splitlines()
    marked = [number for number, line in enumerate(lines) if COMMENT in line]
    assert len(marked) == 4
    assert lines[marked[1]].lstrip().startswith('"dor-') and lines[marked[3]].lstrip().startswith("cpu ")
    assert marked == [marked[0], marked[0] + 1, marked[2], marked[2] + 1]
    module = "import_dor.py"
    code = next(path for path in (sample / "api/massgov").rglob(module)).read_text()
    assert f'# {COMMENT}\n@background_task("dor-' in code
    assert f"# {COMMENT}\ndor-" in (sample / PYPROJECT).read_text()


def test_a_removed_task_takes_them_along(sample: Path, run: Run) -> None:
    change(sample, TASKS, SIZE, f"      cpu       = 4096, # {COMMENT}, both\n")
    change(sample, TASKS, '    "dor-import" = {', f'    # {COMMENT}\n    "dor-import" = {{ # {COMMENT}')
    change(sample, PYPROJECT, "dor-import = ", f"# {COMMENT}\ndor-import = ")
    assert run("remove dor-import").exit_code == 0
    assert COMMENT not in (sample / TASKS).read_text()
    assert COMMENT not in (sample / PYPROJECT).read_text()


def test_a_removed_alarm_takes_them_along(sample: Path, run: Run) -> None:
    path = "infra/modules/alarms_api/alarms-aws.tf"
    mark = f"# {COMMENT}"
    added = f'    # A heading.\n    {mark}\n    {mark}\n    "no-such", {mark}\n'
    change(sample, path, "alarm_names = [\n", f"alarm_names = [\n{added}")
    run("check --fix --select stale-alarm")
    assert 'alarm_names = [\n    # A heading.\n    "fineos-' in (sample / path).read_text()


RUN = "      - run: ./bin/run-ecs-task/run-task.sh test dor-imports"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".github/workflows/x.yml", "on: push\njobs:\n  a:\n    steps:\n      {}\n{}\n"),
        ("bin/x.sh", "#!/bin/sh\n{}\n./run-ecs-task/run-task.sh test dor-imports x.y\n"),
    ],
)
def test_workflows_and_scripts(path: str, text: str, sample: Path, run: Run) -> None:
    (sample / path).parent.mkdir(parents=True, exist_ok=True)
    (sample / path).write_text(text.format("", RUN))
    assert [line.split()[0] for line in _found(run)] == ["unknown-task-run"]
    (sample / path).write_text(text.format(f"# {COMMENT.replace('fargate-size', 'unknown-task-run')}", RUN))
    assert _found(run) == []


def test_markdown_has_no_such_comments(sample: Path) -> None:
    (sample / "docs").mkdir()
    (sample / "docs/x.md").write_text("# pfml-scaffold: ignore[RULE] is explained here\n")
    assert comments(sample, "docs/x.md") == []
