"""Creating a task and renaming it gives the same bytes as creating it under the new name."""

from __future__ import annotations

import random
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.aws.names import task_name_problem
from scaffold.cli.sample import lay_out
from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.tasks import all_tasks, task_names
from scaffold.terraform.folder import Folder
from tests import hunks
from tests.command_lines import task_options
from tests.conftest import Run
from tests.helpers import (
    RULES,
    append,
    changed,
    differences,
    fmt_differences,
    hashicorp_parses,
    restore,
    rewrite_line_ends,
    tree,
    unformatted,
    unresolved_references,
)

CHUNKS, EXAMPLES = 8, 20
# Shorter, longer, one inside the other; all of them short enough for AWS.
NAMES = ["my-new-task", "a-1", "my-new", "dor-import-again", "x-9-y", "my-new-task-two", "zebra-crossing-now"]


def _renamed_is_made(folder: Path, words: list[str], new: str, run: Run) -> bool:
    """Create a task and rename it, and create it under its new name; False if `task` refuses either."""
    before = tree(folder)
    made = run(*words, *_module(words, words[1]))
    first = tree(folder)
    if made.exit_code:
        return False
    renamed = run("rename", words[1], new)
    after = tree(folder)
    restore(folder, before)
    expected = run("task", new, *words[2:], *_module(words, new))
    if expected.exit_code:
        assert renamed.exit_code and "too long" in renamed.stderr, (words, new, renamed.stderr, expected.stderr)
        return False
    assert renamed.exit_code == 0, (words, new, renamed.stderr)
    wrong = differences(after, tree(folder))
    assert not wrong, (words, new, wrong)
    assert run("rename", new, words[1]).exit_code == 0
    wrong = differences(tree(folder), first)
    assert not wrong, (words, new, wrong)
    restore(folder, before)
    return True


def _module(words: list[str], name: str) -> list[str]:
    """A module in the same package under each name, since a rename leaves the package as it is."""
    return [] if "--module" in words else ["--module", f"massgov.pfml.tasks.{name.replace('-', '_')}"]


def _case(pick: random.Random) -> tuple[list[str], str]:
    """A command line of `task` without --task-role-name, since a role with a chosen name keeps it; and another name."""
    words = task_options(pick)
    words[1] = pick.choice(NAMES)
    return words, pick.choice([name for name in NAMES if name != words[1]])


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_renamed_is_as_made_under_that_name(chunk: int, sample: Path, run: Run) -> None:
    pick, accepted, tried = random.Random(f"rename {chunk}"), 0, 0
    while accepted < EXAMPLES:
        accepted += _renamed_is_made(sample, *_case(pick), run)
        tried += 1
        assert tried < 3 * EXAMPLES, "many of the command lines have to be accepted"


@pytest.mark.parametrize("how", ["crlf", "no last newline"])
def test_line_endings_stay(how: str, sample: Path, run: Run) -> None:
    rewrite_line_ends(sample, how)
    pick, accepted = random.Random(how), 0
    while accepted < 8:
        accepted += _renamed_is_made(sample, *_case(pick), run)


LONG = "nightly-report-of-everything-that-happened-in-any-of-the-systems-that-we-know-of-during-the-day-before"
SHAPES = [
    "",
    "--db",
    "--db --args --description 'What it does.'",
    "--module massgov.pfml.dor.mock.generate --function count",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_long_names_are_laid_out_as_black_and_isort_have_them(shape: str, sample: Path, run: Run) -> None:
    assert _renamed_is_made(sample, ["task", "my-new-task", *shlex.split(shape)], LONG, run)
    assert run(f"task my-new-task {shape}").exit_code == 0 and run("rename", "my-new-task", LONG).exit_code == 0
    paths = [str(path) for path in (sample / "api").rglob("*.py") if "nightly" in path.read_text()]
    assert paths
    for tool in (["black", "--check", "-l", "100"], ["isort", "--check", "--settings-path", "api"]):
        subprocess.run([sys.executable, "-m", *tool, *paths], check=True, capture_output=True, cwd=sample)


# --- hand-written tasks


HAND_MADE = ["load-employers-to-fineos", "dor-import", "fineos-bucket-tool", "reductions-process-agency-data"]


def _renamed_cleanly(folder: Path, name: str, new: str, run: Run) -> str:
    """Rename a task, check the result, and restore everything."""
    before, unresolved = tree(folder), unresolved_references(Checkout(folder))
    names = task_names(Folder.of(Checkout(folder)))
    result = run("rename", name, new)
    assert result.exit_code == 0, (name, result.stderr)
    after = tree(folder)
    terraform = [path for path in changed(before, after) if path.endswith(".tf")]
    for path in terraform:
        hashicorp_parses(after[path])
    assert unresolved_references(Checkout(folder)) <= unresolved, name
    assert task_names(Folder.of(Checkout(folder))) == [new if each == name else each for each in names]
    assert "no such task" in run("rename", name, f"{new}-x").stderr
    worse = unformatted(*(folder / path for path in terraform))
    if not task_name_problem(name):
        assert run("rename", new, name).exit_code == 0
        wrong = differences(tree(folder), before)
        assert not wrong, (name, wrong)
    restore(folder, before)
    assert worse <= unformatted(*(path for path in worse if path.exists())), (name, worse)
    return result.stdout


@pytest.mark.parametrize("name", HAND_MADE)
@pytest.mark.parametrize("new", ["x-y", "one-more-of-these-names"])
def test_a_hand_written_task(name: str, new: str, sample: Path, run: Run) -> None:
    output = _renamed_cleanly(sample, name, new, run)
    assert "keep" in output and "its module is not named after the task" in output


@pytest.mark.real
def test_every_task_of_a_real_checkout_can_be_renamed(real_checkout: Path, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "checkout"
    for part in ("api", "infra"):
        shutil.copytree(real_checkout / part, folder / part, symlinks=True)
    for task in all_tasks(Folder.of(Checkout(folder))):
        _renamed_cleanly(
            folder, task.key.rpartition("}-")[2], "another-name", lambda *words: run(*words, "--repo", str(folder))
        )


# --- places outside of the parts


STATES = """{"StartAt": "my_new_task",
 "States": {"my_new_task": {"Next": "my-new-task",
  "TaskDefinition": "pfml-api-${environment_name}-my-new-task",
  "Overrides": {"ContainerOverrides": [{"Name": "my-new-task", "Command": ["my-new-task", "--all"]}]}},
  "my-new-task": {"subject": "Task 'my-new-task' failed", "secret": "/service/pfml-api-my-new-task/key"}}}
"""


def test_a_step_function_is_updated_but_its_states_keep_their_names(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    states = sample / f"{TEMPLATE}/step_function/etl.json"
    states.parent.mkdir()
    states.write_text(STATES)
    result = run("rename my-new-task x-y")
    text = states.read_text()
    assert text == (
        STATES.replace("}-my-new-task", "}-x-y")
        .replace('"Name": "my-new-task"', '"Name": "x-y"')
        .replace('["my-new-task"', '["x-y"')
        .replace("'my-new-task'", "'x-y'")
    )
    assert f"keep  {TEMPLATE}/step_function/etl.json:2,5" in result.stdout
    assert "mention: still contains my_new_task" in result.stdout


def test_terraform_that_starts_the_task_is_updated(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    text = """resource "aws_sfn_state_machine" "etl" {
  definition = jsonencode({
    TaskDefinition     = "${local.app_name}-${var.environment_name}-NAME"
    ContainerOverrides = [{ Name = "NAME", Command = ["NAME", "--all"] }]
  })
}

data "aws_iam_policy_document" "run" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["arn:aws:ecs:us-east-1:1:task-definition/${local.app_name}-${var.environment_name}-NAME:*"]
  }
}

data "aws_ecs_task_definition" "again" {
  task_definition = aws_ecs_task_definition.ecs_tasks["NAME"].family
}
"""
    other = """
data "aws_iam_role" "other" {
  name = "${local.app_name}-${var.environment_name}-my-new-task"
}

data "aws_ssm_parameter" "key" {
  name = "/service/${local.app_name}-my-new-task/${var.environment_name}/key"
}
"""
    file = sample / f"{TEMPLATE}/etl.tf"
    file.write_text(text.replace("NAME", "my-new-task") + other)
    result = run("rename my-new-task x-y")
    assert file.read_text() == text.replace("NAME", "x-y") + other
    assert f"keep  {TEMPLATE}/etl.tf:20,24" in result.stdout


def test_the_failure_monitor_and_recipes_are_updated(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    monitor, makefile = sample / "infra/monitoring/ecs_failure_monitor_lambda.py", sample / "api/Makefile"
    monitor.parent.mkdir()
    monitor.write_text('IGNORED = [".*my-new-task", ".*my-new-task-two"]\n')
    makefile.write_text("my-new-task:\n\tA=b $(PY_RUN_CMD) my-new-task $(LOG)\n\tpoetry run my-new-task --all\n")
    result = run("rename my-new-task x-y")
    assert monitor.read_text() == 'IGNORED = [".*x-y", ".*my-new-task-two"]\n'
    assert makefile.read_text() == "x-y:\n\tA=b $(PY_RUN_CMD) x-y $(LOG)\n\tpoetry run x-y --all\n"
    assert "rename  api/Makefile:1,2,3 " in result.stdout and "mention: still contains" not in result.stdout


def test_keys_with_a_prefix(sample: Path, run: Run) -> None:
    tasks = sample / f"{TEMPLATE}/tasks.tf"
    text = tasks.read_text()
    tasks.write_text(re.sub(r'^    "', '    "${local.app_name}-', text, flags=re.MULTILINE))
    for path in (sample / TEMPLATE).glob("*.tf"):
        path.write_text(path.read_text().replace('ecs_tasks["', 'ecs_tasks["${local.app_name}-'))
    assert _renamed_is_made(
        sample, shlex.split("task my-new-task --schedule 'rate(1 day)' --schedule-arg=--all"), "x-y", run
    )
    run("rename dor-import x-y")
    assert '"${local.app_name}-x-y" = {' in tasks.read_text()
    assert '["${local.app_name}-x-y"].family' in (sample / f"{TEMPLATE}/s3_subscriptions.tf").read_text()


@pytest.mark.parametrize("new", ["x-y", "a-much-longer-name"])
def test_columns_stay_as_terraform_fmt_has_them(new: str, sample: Path, run: Run) -> None:
    assert run("task my-new-task --schedule 'rate(1 day)' --toggle --enable-in test").exit_code == 0
    tasks, environment = sample / f"{TEMPLATE}/tasks.tf", sample / "infra/ecs-tasks/environments/test/main.tf"
    text = tasks.read_text().replace(
        '["my-new-task"]', '["my-new-task"] # what\n      cpu     = 2048            # how # much'
    )
    tasks.write_text(
        text.replace('    "my-new-task" = {', '    "other-task" = { command = ["other"] } # one\n    "my-new-task" = {')
    )
    environment.write_text(
        environment.read_text().replace(
            "_schedule = true\n}", "_schedule = true # on\n  x                           = 1    # off\n}"
        )
    )
    assert not (before := fmt_differences(tasks, environment)), before
    first = tree(sample)
    assert run("rename", "my-new-task", new).exit_code == 0
    assert not (after := fmt_differences(tasks, environment)), after
    assert run("rename", new, "my-new-task").exit_code == 0
    assert tree(sample) == first


MENTIONS = {
    "run my-new-task": "my-new-task",
    "pfml-api-test-my-new-task": "my-new-task",
    "role/pfml-api-prod-ecs-tasks-my-new-task": "my-new-task",
    "role/pfml-api-prod-ecs-tasks-my-new-task-execution-role": "ecs-tasks-my-new-task-execution-role",
    "my-new-task_prod_schedule": "my-new-task",
    "my-new-task-${environment}-task-trigger": "my-new-task",
    "see massgov/pfml/tasks/my_new_task.py": "my_new_task.py",
    "massgov.pfml.tasks.my_new_task": "massgov.pfml.tasks.my_new_task",
    "my-new-task-two, amy-new-task, my-new-tasks": "",
    "pfml-api-test-my-new-task-two": "",
}


def test_places_that_are_left_are_listed(sample: Path, run: Run) -> None:
    places = ["docs/tasks-{}.md", ".github/workflows/run-{}.yml", "infra/other/main-{}.tf", "bin/run-{}"]
    texts = {place.format(number): text for number, text in enumerate(MENTIONS) for place in places}
    assert run("task my-new-task").exit_code == 0
    for path, text in texts.items():
        (sample / path).parent.mkdir(parents=True, exist_ok=True)
        (sample / path).write_text(f"#\n# {text}\n")
    output = run("rename my-new-task x-y").stdout
    lines = {path: re.search(rf"keep  {re.escape(path)}:2 +mention: still contains (.*)", output) for path in texts}
    assert {path: match[1] if match else "" for path, match in lines.items()} == {
        path: MENTIONS[text] for path, text in texts.items()
    }
    assert {path: (sample / path).read_text() for path in texts} == {
        path: f"#\n# {text}\n" for path, text in texts.items()
    }


# --- schedules, scripts, roles


def test_names_that_contain_the_task_and_those_that_contain_another(sample: Path, run: Run) -> None:
    for line in (
        "task my-new-task --schedule 'rate(1 day)' --schedule-name weekend-my-new-task",
        "task my-new-task-two",
        "schedule my-new-task 'rate(2 days)' --schedule-name my_new_task",
        "schedule my-new-task 'rate(3 days)' --schedule-name my-new-task-two-again",
        "rename my-new-task x-y",
    ):
        result = run(line)
        assert result.exit_code == 0, result.stderr
    text = (sample / f"{TEMPLATE}/cloudwatch.tf").read_text()
    labels = re.findall(r'^module "(.*)" {', text, re.MULTILINE)[-3:]
    assert labels == ["weekend_x_y_scheduler", "x_y_scheduler", "my_new_task_two_again_scheduler"]
    assert re.findall(r'task_name += "(.*)"', text)[-3:] == ["weekend-x-y", "x_y", "my-new-task-two-again"]
    alarms = (sample / "infra/modules/alarms_api/alarms-aws.tf").read_text()
    assert '"weekend-x-y",\n    "x_y",\n    "my-new-task-two-again"' in alarms
    assert "schedule: my-new-task-two-again is not named after the task" in result.stdout


def test_another_task_that_runs_the_script_is_updated(sample: Path, run: Run) -> None:
    line = "task my-new-task --command dor-import --module massgov.pfml.dor.importer.import_dor --function handler"
    assert run(line).exit_code == 0
    assert run("rename dor-import x-y").exit_code == 0
    assert (sample / f"{TEMPLATE}/tasks.tf").read_text().count('["x-y"]') == 2
    result = run("rename my-new-task other-name")
    assert "Poetry script: it is not named after the task" in result.stdout
    assert 'x-y = "massgov.pfml.dor' in (sample / "api/pyproject.toml").read_text()


def test_a_role_whose_name_was_chosen_or_that_others_have_stays(sample: Path, run: Run) -> None:
    assert run("task my-new-task --task-role new --task-role-name my-new-task-role").exit_code == 0
    assert run("task my-other-task --task-role new").exit_code == 0
    assert run("task my-third-task --task-role my_other_task_task_role").exit_code == 0
    before = (sample / f"{TEMPLATE}/iam.tf").read_text()
    first, second = run("rename my-new-task x-y"), run("rename my-other-task y-z")
    assert "my_new_task_task_role stays, since AWS would replace it: its name was chosen by hand" in first.stdout
    assert "my_other_task_task_role stays, since AWS would replace it: also the role of my-third-task" in second.stdout
    after = (sample / f"{TEMPLATE}/iam.tf").read_text()
    for new, old in (("x-y", "my-new-task"), ("y-z", "my-other-task")):
        for comment in ("# ===== ", "# What "):
            after = after.replace(comment + new, comment + old)
    assert after == before


def test_an_alarm_of_another_rule_stays(sample: Path, run: Run) -> None:
    assert run("task my-new-task --schedule 'rate(1 day)'").exit_code == 0
    with (sample / f"{TEMPLATE}/cloudwatch.tf").open("a") as stream:
        stream.write(
            '\nresource "aws_cloudwatch_event_rule" "x" {\n  name = "my-new-task_${var.environment_name}"\n}\n'
        )
    assert "alarm: it watches another rule (infra/" in run("rename my-new-task x-y").stdout


# --- Python


IMPORTS = {
    "from massgov.pfml.tasks import my_new_task\n\nmy_new_task.main()\n": "from massgov.pfml.tasks import x_y\n\nx_y.main()\n",
    "from massgov.pfml.tasks import my_new_task\n\n\ndef run(my_new_task):\n    pass\n": "from massgov.pfml.tasks import x_y as my_new_task\n\n\ndef run(my_new_task):\n    pass\n",
    "from massgov.pfml.tasks import my_new_task\n\nx_y = my_new_task.main\n": "from massgov.pfml.tasks import x_y as my_new_task\n\nx_y = my_new_task.main\n",
    "from massgov.pfml.tasks import my_new_task as task\n": "from massgov.pfml.tasks import x_y as task\n",
    "import massgov.pfml.tasks.my_new_task\n\nmassgov.pfml.tasks.my_new_task.main()\n": "import massgov.pfml.tasks.x_y\n\nmassgov.pfml.tasks.x_y.main()\n",
    "from .tasks.my_new_task import main\n": "from .tasks.x_y import main\n",
    "from .tasks import my_new_task, other\n": "from .tasks import x_y, other\n",
    "from massgov.pfml.tasks import my_new_task, other\n": "from massgov.pfml.tasks import other, x_y\n",
    "from massgov.pfml.tasks.my_new_task import main\nfrom massgov.pfml.util import bg\nfrom massgov.pfml.tasks import z\n": "from massgov.pfml.tasks.x_y import main\nfrom massgov.pfml.util import bg\nfrom massgov.pfml.tasks import z\n",
    "import massgov.pfml.tasks.my_new_task as a\nimport massgov.pfml.tasks.other as b\n": "import massgov.pfml.tasks.other as b\nimport massgov.pfml.tasks.x_y as a\n",
    'NAME = "massgov.pfml.tasks.my_new_task.main"  # massgov.pfml.tasks.my_new_task_two\n': 'NAME = "massgov.pfml.tasks.x_y.main"  # massgov.pfml.tasks.my_new_task_two\n',
    "my_new_task = 1\n": "my_new_task = 1\n",
}


def test_imports_of_the_module(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    modules = {sample / f"api/massgov/pfml/other_{number}.py": text for number, text in enumerate(IMPORTS)}
    for module, text in modules.items():
        module.write_text(text)
    result = run("rename my-new-task x-y")
    assert result.exit_code == 0, result.stderr
    for module, text in modules.items():
        assert module.read_text() == IMPORTS[text]


@pytest.mark.parametrize("text", ["from massgov.pfml import tasks\n\ntasks.my_new_task.main()\n", "my_new_task = (\n"])
def test_a_module_with_unknown_users_stays(text: str, sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    other = sample / "api/massgov/pfml/other.py"
    other.write_text(text)
    result = run("rename my-new-task x-y")
    assert "entrypoint: uses of its module cannot be determined (api/massgov/pfml/other.py:" in result.stdout
    assert '@background_task("x-y")' in (sample / "api/massgov/pfml/tasks/my_new_task.py").read_text()
    assert 'x-y = "massgov.pfml.tasks.my_new_task:main"' in (sample / "api/pyproject.toml").read_text()


def test_a_module_keeps_its_mode_and_people_their_edits(sample: Path, run: Run) -> None:
    assert run("task my-new-task --db").exit_code == 0
    module = sample / "api/massgov/pfml/tasks/my_new_task.py"
    module.write_text(module.read_text().replace("Starting", "Starting my-new-task"))
    module.chmod(0o755)
    result = run("rename my-new-task x-y")
    moved = module.with_name("x_y.py")
    assert moved.stat().st_mode & 0o777 == 0o755 and '"Starting my-new-task"' in moved.read_text()
    assert re.search(r"keep  api/massgov/pfml/tasks/x_y.py:\d+ +mention: still contains my-new-task", result.stdout)


def test_a_line_that_becomes_too_long_is_reported(sample: Path, run: Run) -> None:
    assert run("task my-new-task").exit_code == 0
    other = sample / "api/massgov/pfml/other.py"
    other.write_text(f"from massgov.pfml.tasks import my_new_task\n\nx = my_new_task.main, {'1' * 70}\n")
    result = run("rename", "my-new-task", "x-y-and-some-more-words")
    assert "now longer than 100 columns, so run black: api/massgov/pfml/other.py:3." in result.stderr


# --- the command


def test_the_patch_is_what_git_applies(sample: Path, run: Run) -> None:
    assert run("task my-new-task --db --schedule 'rate(1 day)'").exit_code == 0
    before = tree(sample)
    patch = run("rename my-new-task x-y --dry-run --format patch").stdout_bytes
    assert tree(sample) == before
    assert run("rename my-new-task x-y").exit_code == 0
    after = tree(sample)
    assert run("rename x-y my-new-task").exit_code == 0
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=sample, check=True)
    assert tree(sample) == after


REFUSED = [
    ("dor-imports x-y", "OLD 'dor-imports': no such task in infra/ecs-tasks/template. Did you mean dor-import?"),
    ("dor-import Bad_Name", "NEW 'Bad_Name': it is not a valid task name"),
    ("dor-import oneword", "NEW 'oneword': it is a single word"),
    ("dor-import ''", "NEW: the value is empty. Set a value"),
    ("dor-import dor-import", "NEW 'dor-import': the task already has that name. Choose another name."),
    (
        "dor-import fineos-bucket-tool",
        "NEW 'fineos-bucket-tool': another task already has that name. Choose another name.",
    ),
    ("dor-import dor-generate", "api/pyproject.toml:23: NEW 'dor-generate': a script has that name"),
    (
        "reductions-process-agency-data fineos-daily-export-copy",
        "another schedule is already named 'fineos-daily-export-copy'",
    ),
    ("my-new-task taken-toggle", "the toggle enable_taken_toggle_schedule already exists"),
    (
        "my-new-task taken-module",
        "api/massgov/pfml/tasks/taken_module.py: NEW 'taken-module': the module's new path is taken",
    ),
    ("my-new-task taken-test", "api/tests/tasks/test_taken_test.py: NEW 'taken-test': the test's new path is taken"),
    ("my-new-task taken-role", "aws_iam_role.taken_role_task_role already exists"),
    ("my-new-task taken-label", "the module 'taken_label_scheduler' already exists"),
    ("my-new-task taken-alarm", "NEW 'taken-alarm': an alarm already has that name"),
    ("my-new-task a-name-that-is-much-too-long-for-aws", "too long by 2: the EventBridge target would be"),
    ("my-new-task", "Missing argument 'NEW'"),
]


@pytest.fixture(scope="module")
def crowded_checkout(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Path:
    """A checkout with a task of many parts, and with names that are taken. Refused commands leave it as it is."""
    checkout = tmp_path_factory.mktemp("crowded") / "checkout"
    lay_out(checkout)
    line = "task my-new-task --task-role new --schedule 'rate(1 day)' --toggle --repo"
    assert run(*shlex.split(line), str(checkout)).exit_code == 0
    (checkout / "api/massgov/pfml/tasks/taken_module.py").write_text("")
    (checkout / "api/tests/tasks/test_taken_test.py").write_text("")
    for file, text in {
        "variables.tf": 'variable "enable_taken_toggle_schedule" {\n  type = bool\n}\n',
        "iam.tf": 'resource "aws_iam_role" "taken_role_task_role" {\n  name = "x"\n}\n',
        "s3.tf": 'module "taken_label_scheduler" {\n  source = "./x"\n}\n',
    }.items():
        with (checkout / TEMPLATE / file).open("a") as stream:
            stream.write(f"\n{text}")
    alarms = checkout / "infra/modules/alarms_api/alarms-aws.tf"
    alarms.write_text(alarms.read_text().replace('    "my-new-task"', '    "my-new-task",\n    "taken-alarm"'))
    return checkout


@pytest.fixture
def crowded(crowded_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(crowded_checkout)
    return crowded_checkout


@pytest.mark.parametrize(("line", "message"), REFUSED)
@pytest.mark.parametrize("option", ["", " --dry-run"])
def test_refusals(line: str, message: str, option: str, crowded: Path, run: Run) -> None:
    before = tree(crowded)
    result = run(f"rename {line}{option}")
    assert result.exit_code and message in result.stderr, result.stderr
    assert tree(crowded) == before


def test_a_broken_file_that_is_not_concerned_does_not_stop_a_rename(sample: Path, run: Run) -> None:
    path = sample / "infra/ecs-tasks/template/variables.tf"
    path.write_text(path.read_text() + '\n"\n')
    assert run("rename fineos-bucket-tool fineos-bucket-tools --dry-run").exit_code == 0


def test_what_check_accepts_of_the_task_stays_accepted(sample: Path, run: Run) -> None:
    hunks.apply(sample, (RULES / "start-role/fails.diff").read_text())
    assert "3 errors" in run("check").output
    run("check --write-baseline")
    assert run("rename reductions-process-agency-data reductions-read").exit_code == 0
    assert run("check").output == "nothing found; 3 in the baseline.\n"
    append(
        sample,
        ".pfml-scaffold/config.toml",
        "[check]\nexception = [{ rule = 'start-role', subject = 'dor-import', reason = 'é' }]\n",
    )
    exceptions = "".join(
        f'[[exception]]\nrule = "{rule}"\nsubject = "reductions-read" # reductions-read\nreason = "reductions-read"\n'
        for rule in ("start-role", "unknown-role")
    )
    append(sample, ".pfml-scaffold/check.toml", exceptions)
    result = run("rename reductions-read reductions-list")
    assert result.exit_code == 0 and "rename  .pfml-scaffold/check.toml:3,7" in result.output, result.output
    renamed = exceptions.replace('subject = "reductions-read"', 'subject = "reductions-list"')
    assert (sample / ".pfml-scaffold/check.toml").read_text() == renamed
    run("rename dor-import dor-read")
    assert "subject = 'dor-read', reason = 'é'" in (sample / ".pfml-scaffold/config.toml").read_text()


@pytest.mark.parametrize("path", ["baseline.json", "check.toml", "config.toml"])
def test_a_file_of_settings_that_is_not_text_never_fails_with_a_traceback(path: str, sample: Path, run: Run) -> None:
    (sample / ".pfml-scaffold").mkdir(exist_ok=True)
    (sample / ".pfml-scaffold" / path).write_bytes(b'subject = "dor-import"\xff\n')
    result = run("rename dor-import dor-read")
    assert isinstance(result.exception, SystemExit) or result.exit_code == 0, result.exception
