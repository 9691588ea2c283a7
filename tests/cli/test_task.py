"""The `task` command on the sample: what it refuses, leaves unchanged and prints."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.pfml.groups import group_paths
from scaffold.pfml.iam.rights import unreadable
from scaffold.pfml.tasks import find_task
from scaffold.terraform.folder import Folder
from tests.conftest import Run
from tests.helpers import fmt_differences, hashicorp_parses, tree

BAD = [
    # names
    ("task export", "NAME 'export'", "export-task"),
    ("task ../../etc/passwd", "NAME", "for example '"),
    ("task my_task", "NAME", "my-task"),
    ("task 'my task'", "NAME", "my-task"),
    ("task ''", "NAME", "my-task"),
    ("task my-täsk", "NAME", "for example '"),
    # modules, functions, scripts
    ("task my-task --module os.path", "--module", "massgov.pfml.tasks.my_task"),
    ("task my-task --module massgov.pfml.dor", "--module", "massgov.pfml.dor.my_task"),
    ("task my-task --module massgov..x", "--module", "identifier"),
    ("task my-task --module massgov.pfml.util.bg.inner", "--module", "api/massgov/pfml/util/bg.py"),
    ("task my-task --module ../x", "--module", "identifier"),
    ("task my-task --function class", "--function", "keyword"),
    ("task my-task --function 1st", "--function", "identifier"),
    ("task my-task --command 'a b'", "--command", "a-b"),
    ("task my-task --command dor-import", "dor-import", "massgov.pfml.dor.importer.import_dor:handler"),
    ("task my-task --module massgov.pfml.dor.mock.generate --function main", "--function", "no @background_task"),
    ("task my-task --module massgov.pfml.dor.importer.import_dor --function handler", "dor-import", "my-task"),
    # the environment
    ("task my-task --env db_acess", "--env", "db_access"),
    ("task my-task --env common", "--env", "Omit it"),
    ("task my-task --env emails --env emails", "--env", "twice"),
    ("task my-task --env emails --env emails_reductions", "--env", "both set"),
    ("task my-task --env-var A", "--env-var", "A=VALUE"),
    ("task my-task --env-var 1A=x", "--env-var", "_1A"),
    ("task my-task --env-var A=1 --env-var A=2", "--env-var", "twice"),
    ("task my-task --env-var A=1 --secret A", "--secret", "twice"),
    ("task my-task --env-var LOGGING_LEVEL=x", "--env-var", "common"),
    ("task my-task --db --env-var DB_HOST=x", "--env-var", "db_access"),
    ("task my-task --env-var 'A=${'", "--env-var", "$${"),
    ("task my-task --env-var 'A=${x y}'", "--env-var", "$${"),
    ("task my-task --secret A=relative/path", "--secret", "begins with /"),
    ("task my-task --secret A=/service/other/x", "--secret", "--execution-role new"),
    ("task my-task --env eolwd_moveit_access", "--env", "--execution-role new"),
    # sizes and roles
    ("task my-task --cpu 1000", "--cpu", "1024"),
    ("task my-task --cpu 4096", "--cpu", "8192"),
    ("task my-task --memory 20000", "--memory", "8192"),
    ("task my-task --cpu lots", "--cpu", "1024"),
    ("task my-task --task-role dor_import_role", "--task-role", "dor_import_task_role"),
    ("task my-task --execution-role nothing", "--execution-role", "Available: "),
    ("task my-task --task-role-name x", "--task-role-name", "--task-role new"),
    ("task my-task --task-role new --execution-role-name x", "--execution-role-name", "--execution-role new"),
    (
        "task my-task --task-role new --task-role-name Ecs-Tasks-dor-import",
        "aws_iam_role.dor_import_task_role already has that name",
        "Use Ecs-Tasks-dor-import-",
    ),
    (f"task my-task --task-role new --task-role-name {'a-' * 25}b", "--task-role-name", "there is room for"),
    ("task my-task --like nothing-like-it", "--like", "task"),
    # schedules
    ("task my-task --schedule 'rate(0 days)'", "--schedule", "rate("),
    ("task my-task --schedule '* * * * *'", "--schedule", "cron("),
    ("task my-task --schedule 'cron(0 25 * * ? *)'", "--schedule", "hours"),
    ("task my-task --schedule 'rate(1 day)' --daylight-schedule x", "--daylight-schedule", ""),
    ("task my-task --schedule 'rate(1 day)' --timezone America/New_York", "--schedule", "rate"),
    ("task my-task --schedule 'cron(0 4 * * ? *)' --timezone America/New_Yrok", "--timezone", "America/New_York"),
    ("task my-task --schedule 'cron(0 4 * * ? *)' --timezone EST", "--timezone", "mean America/New_York?"),
    ("task my-task --schedule 'cron(0 4 * * ? *)' --timezone Boston", "--timezone", "mean America/New_York?"),
    ("task my-task --schedule 'cron(0 4 * * ? *)' --timezone UTC --utc", "--timezone", "Use only one"),
    (
        "task my-task --schedule 'rate(1 day)' --daylight-schedule 'rate(1 day)' --utc",
        "--daylight-schedule",
        "only one",
    ),
    ("task my-task --schedule 'rate(1 day)' --utc", "--utc", "Omit --utc"),
    ("task my-task --utc", "--utc", "Add --schedule"),
    ("task my-task --allow-odd", "--allow-odd", "Add --schedule"),
    ("task my-task --daylight-schedule 'rate(1 day)'", "--daylight-schedule", "--schedule"),
    (
        "task my-task --schedule 'rate(1 day)' --schedule-name Fineos_daily_export_copy",
        "'fineos-daily-export-copy' of the task fineos-bucket-tool has the same name in another form",
        "Add --schedule-name Fineos_daily_export_copy-2, or another name.",
    ),
    ("task my-task --s3-write", "--s3-write", "Add --s3-bucket"),
    ("task my-task --schedule-arg x", "--schedule-arg", "--schedule"),
    (
        "task my-task --schedule 'rate(1 day)' --schedule-name fineos-daily-export-copy",
        "--schedule-name",
        "fineos-bucket",
    ),
    ("task a-name-that-is-much-too-long-for-a-rule --schedule 'rate(1 day)'", "--schedule-name", "room for 34"),
    ("task my-task --toggle", "--toggle", "--schedule"),
    ("task my-task --schedule 'rate(1 day)' --toggle logging_level", "--toggle", "bool"),
    ("task my-task --schedule 'rate(1 day)' --enable-in tets", "--enable-in", "test"),
    ("task my-task --schedule 'rate(1 day)' --enable-in TEST", "--enable-in", "Did you mean test?"),
    ("task my-task --schedule 'rate(1 day)' --enable-in All", "--enable-in", "Did you mean all?"),
    ("task my-task --schedule 'rate(1 day)' --disable-in test", "--disable-in", "Add --enable-in all"),
    ("task my-task --schedule 'rate(1 day)' --enable-in test --disable-in test", "--enable-in", "--disable-in"),
    ("task my-task --schedule 'rate(1 day)' --schedule-arg '${'", "--schedule-arg", "$${"),
    # triggers
    ("task my-task --s3-bucket agency", "--s3-bucket", "agency_transfer"),
    ("task my-task --s3-bucket agency_transfer --s3-prefix dor/received/x/", "--s3-prefix", "overlaps"),
    ("task my-task --s3-bucket reports --s3-event ObjectCreated", "--s3-event", "s3:ObjectCreated"),
    ("task my-task --s3-bucket reports --s3-event s3:ObjectCreated", "--s3-event", "s3:ObjectCreated:*?"),
    (
        "task my-task --s3-bucket reports --s3-event s3:ObjectCreated:Put --s3-event s3:ObjectCreated:*",
        "--s3-event",
        "s3:ObjectCreated:* already includes it",
    ),
    ("task my-task --s3-bucket reports --s3-prefix 'a/*'", "--s3-prefix", "Use --s3-prefix a/, or"),
    ("task my-task --s3-bucket reports --s3-suffix '*.csv'", "--s3-suffix", "Use --s3-suffix .csv, or"),
    ("task my-task --s3-prefix x", "--s3-prefix", "--s3-bucket"),
    (
        "task my-task-with-a-name-that-has-no-room-in-the-role --s3-bucket reports --task-role-name x",
        "NAME",
        "room for",
    ),
    ("task my-task --s3-bucket reports --s3-prefix '${'", "--s3-prefix", "$${"),
    ("task my-task --s3-bucket reports --s3-suffix '${a /* */}'", "--s3-suffix", "comment"),
    ("task my-task --s3-bucket reports --s3-event s3:ObjectCreated:Putt", "--s3-event", "s3:ObjectCreated:Put?"),
    ("task my-task --env-var 'A=${a\n}'", "--env-var", "line break"),
    ("task my-task --env-var 'a b'", "--env-var", "A_B=VALUE"),
    ("task my-task --schedule ''", "--schedule", "empty"),
    ("task my-task --schedule 'rate(1 day)' --toggle= --enable-in prod", "--toggle", "empty"),
    ("task my-task --schedule 'rate(1 day)' --toggle=count", "--toggle", "enable_count"),
    ("task my-task --schedule 'rate(1 day)' --schedule-arg=--help", "--schedule-arg", "argparse"),
    ("task my-task --schedule 'rate(1 day)' --schedule-arg=---x", "--schedule-arg", "--name"),
    ("task my-task --function logger", "--function", "run_logger"),
    ("task my-task --function test_it", "--function", "run_test_it"),
    ("task my-task --module class", "--module", "massgov.pfml.tasks.run_class"),
    ("task my-task --module massgov.pfml.__init__", "--module", "massgov.pfml.init"),
    ("task my-task --module tests.foo", "--module", "massgov.pfml.tasks.my_task"),
    ("task my-task --env 'my x'", "--env", "Available: "),
    # files
    (f"task my-task --module massgov.pfml.tasks.{'x' * 201}", "--module", "Use a shorter one"),
    (f"task {'my-' * 100}task", "--module", "Use a shorter one"),
    # checkouts
    ("task my-task --repo /nowhere", "--repo", "api/pyproject.toml"),
    ("task my-task --env-var 'A_B=cafe\u0301'", "--env-var", "caf\u00e9"),
    ("task my-task --secret 'A_B=/service/cafe\u0301'", "--secret", "/service/caf\u00e9"),
    ("task my-task --s3-bucket agency_transfer --s3-prefix 'cafe\u0301/'", "--s3-prefix", "caf\u00e9/"),
    ("task my-task --s3-bucket agency_transfer --s3-suffix 'cafe%CC%81'", "--s3-suffix", "caf\u00e9"),
    ("task my-task --schedule 'rate(1 day)' --schedule-arg 'cafe\u0301'", "--schedule-arg", "caf\u00e9"),
]


@pytest.mark.parametrize(("line", "option", "helps"), BAD)
def test_bad_input_is_refused_before_anything_is_written(
    line: str, option: str, helps: str, sample: Path, run: Run
) -> None:
    before = tree(sample)
    result = run(line)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1
    assert option in result.stderr and helps in result.stderr
    assert run(f"{line} --dry-run").stderr == result.stderr
    assert tree(sample) == before


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("infra/ecs-tasks/template/tasks.tf", "locals {\n  tasks = {\n", 3),
        ("infra/ecs-tasks/template/task_config.tf", "locals {\n  common = [ = ]\n}\n", 2),
        ("api/pyproject.toml", "[tool.poetry.scripts]\na = \n", 2),
        ("api/massgov/pfml/tasks/my_task.py", "def main(:\n", 1),
    ],
)
def test_a_file_that_does_not_parse_is_named_with_its_line(
    path: str, text: str, line: int, sample: Path, run: Run
) -> None:
    (sample / path).parent.mkdir(exist_ok=True)
    (sample / path).write_text(text)
    result = run("task my-task --db")
    assert (result.exit_code, result.stderr.startswith(f"error: {path}:{line}: ")) == (1, True), result.stderr


def test_outside_of_a_checkout_the_option_is_named(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("task my-task")
    assert result.exit_code == 1 and "--repo DIR" in result.stderr


def test_the_checkout_is_found_from_a_folder_inside(sample: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample / "api/massgov")
    assert run("task my-task").exit_code == 0
    assert (sample / "api/massgov/pfml/tasks/my_task.py").is_file()


FULL = (
    "task my-task --db --env emails --env-var LEVEL=${var.logging_level} --secret KEY --cpu 2048 --memory 4096"
    " --task-role new --execution-role new --schedule 'cron(0 4 * * ? *)' --timezone America/New_York"
    " --schedule-arg=--all --s3-bucket agency_transfer --s3-prefix mine/ --toggle --enable-in test"
)
LINES = [
    "task my-task",
    "task my-task --db --args",
    "task my-task --schedule 'rate(1 day)' --toggle --enable-in prod",
    "task my-task --schedule 'rate(1 day)' --schedule-arg '%{x}' --schedule-arg '${join(\",\", [1])}' --schedule-arg '$${y}\"'",
    "task my-task --s3-bucket reports --toggle",
    "task my-task --s3-bucket agency_transfer --s3-prefix mine/",
    "task my-task --like reductions-process-agency-data --schedule 'rate(1 day)'",
    FULL,
]


@pytest.mark.parametrize("line", LINES)
def test_the_same_command_twice_changes_nothing(line: str, sample: Path, run: Run) -> None:
    assert run(line).exit_code == 0
    after = tree(sample)
    result = run(line)
    assert (result.exit_code, tree(sample)) == (0, after)
    assert "Nothing to do" in result.stdout
    assert json.loads(run(f"{line} --format json").stdout)["status"] == "unchanged"


@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize("line", LINES)
def test_git_applies_the_patch_to_what_the_run_makes(
    line: str, crlf: bool, sample: Path, run: Run, tmp_path: Path
) -> None:
    if crlf:
        for path in [*sample.rglob("*.tf"), sample / "api/pyproject.toml"]:
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = tree(sample)
    patch = run(f"{line} --dry-run --format patch").stdout_bytes
    assert tree(sample) == before
    assert run(line).exit_code == 0
    after = tree(sample)
    copy = tmp_path / "copy"
    for name, data in before.items():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes(data)
    subprocess.run(["git", "apply", "--whitespace=nowarn", "-"], input=patch, cwd=copy, check=True)
    assert tree(copy) == after
    if crlf:
        edited = [name for name in after if name.endswith((".tf", ".toml")) and after[name] != before.get(name)]
        assert edited and all(after[name].count(b"\n") == after[name].count(b"\r\n") for name in edited)


def test_json_has_a_change_for_every_part(sample: Path, run: Run) -> None:
    document = json.loads(run(f"{FULL} --dry-run --format json").stdout)
    assert list(document) == ["task", "status", "changes", "notes", "starts", "findings", "next_steps"]
    assert (document["task"], document["status"]) == ("my-task", "planned")
    assert {change["action"] for change in document["changes"]} == {"create", "insert", "replace"}
    assert all(list(change) == ["path", "part", "action", "line", "text"] for change in document["changes"])
    run(FULL)
    for change in document["changes"]:
        lines = (sample / change["path"]).read_text().splitlines()
        first = change["text"].strip("\n").splitlines()[:1]
        assert not first or first[0].strip() in lines[change["line"] - 1]


def test_a_missing_final_newline_stays_missing(sample: Path, run: Run) -> None:
    paths = [sample / "infra/ecs-tasks/template" / name for name in ("iam.tf", "variables.tf", "cloudwatch.tf")]
    for path in paths:
        path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert run(FULL).exit_code == 0
    assert [path.read_bytes().endswith(b"\n") for path in paths] == [False] * 3


NEVER = "cron(0 0 31 2 ? *)"


@pytest.mark.parametrize(
    "options", [f"--schedule '{NEVER}' --utc", f"--schedule 'cron(0 9 * * ? *)' --daylight-schedule '{NEVER}'"]
)
def test_a_schedule_that_never_fires_is_refused_unless_it_is_meant(sample: Path, run: Run, options: str) -> None:
    before = tree(sample)
    refused = run(f"task my-task {options}")
    assert refused.exit_code == 1 and f"'{NEVER}': it never fires: there is no such day. Correct it" in refused.stderr
    assert tree(sample) == before
    result = run(f"task my-task {options} --allow-odd")
    assert result.exit_code == 0 and f"warning: {NEVER} never fires" in result.stderr


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            "'cron(0 9 * * ? *)'",
            "cron(0 9 * * ? *) is in UTC: 4am EST in winter, 5am EDT in summer. To stay at 4am, use"
            " 'cron(0 4 * * ? *)' with --timezone America/New_York. If 9am UTC is meant, add --utc.",
        ),
        ("'cron(0 9 * * ? *)' --timezone UTC", "UTC has no daylight saving time: in New York, it runs at 4am EST in"),
        ("'cron(0 9 * * ? *)' --timezone America/Phoenix", "it runs at 11am EST in winter, 12pm EDT in summer."),
        ("'cron(0 9 * * ? *)' --timezone Europe/London", "change on other days than in New York"),
        ("'cron(0 3,12 ? * TUE *)'", "10pm and 7am EST in winter, 11pm and 8am EDT in summer. If 3am and 12pm UTC is"),
        ("'cron(0 9 * * ? *)' --utc", ""),
        ("'cron(0 9 * * ? *)' --timezone America/New_York", ""),
        ("'cron(0 9 * * ? *)' --timezone US/Eastern", ""),
        ("'cron(0 9 * * ? *)' --daylight-schedule 'cron(0 8 * * ? *)'", ""),
        ("'cron(0 9 * 7 ? *)'", ""),
        ("'cron(0/15 * * * ? *)'", ""),
        ("'cron(0 0/2 * * ? *)'", ""),
        ("'cron(5 * ? * MON *)' --timezone UTC", ""),
        ("'rate(1 day)'", ""),
    ],
)
def test_a_warning_says_what_the_clocks_do(sample: Path, run: Run, options: str, words: str) -> None:
    result = run(f"task my-task --schedule {options}")
    assert result.exit_code == 0 and words in result.stderr
    assert ("warning" in result.stderr) is bool(words), result.stderr


def test_each_option_can_come_later(sample: Path, run: Run) -> None:
    """The same command with one more option adds only that part."""
    line = "task my-task"
    for more in (
        "--schedule 'rate(1 day)'", "--schedule-arg=--all", "--toggle --enable-in test --enable-in prod",
        "--cpu 512", "--memory 4096", "--env emails", "--db", "--env-var A=b", "--secret KEY", "--task-role new",
        "--execution-role new", "--s3-bucket agency_transfer --s3-prefix mine/",
    ):  # fmt: skip
        before = tree(sample)
        line += f" {more}"
        result = run(line)
        assert result.exit_code == 0, (more, result.stderr)
        assert tree(sample) != before, more
        assert "Nothing to do" in run(line).stdout
    removed = [word for word in before if word not in tree(sample)]
    assert removed == []


def test_a_dry_run_fails_if_the_run_would(sample: Path, run: Run) -> None:
    file = sample / "infra/ecs-tasks/template/tasks.tf"
    file.chmod(0o444)
    before = tree(sample)
    outcomes = [run("task my-task --dry-run"), run("task my-task")]
    assert [result.exit_code for result in outcomes] == [1, 1]
    assert outcomes[0].stderr == outcomes[1].stderr
    assert "tasks.tf is read-only" in outcomes[0].stderr
    assert tree(sample) == before


ROLES_LATER = [
    ("--schedule 'rate(1 day)'", "--s3-bucket reports --s3-prefix a/"),
    ("--schedule 'rate(1 day)'", "--task-role new"),
    ("--schedule 'rate(1 day)'", "--task-role dor_import_task_role --execution-role new"),
    ("--s3-bucket reports --s3-prefix a/", "--execution-role new"),
    ("--schedule 'rate(1 day)' --s3-bucket reports", "--execution-role new --secret KEY=/service/x/y"),
]


@pytest.mark.parametrize("repeated", [True, False])
@pytest.mark.parametrize(("first", "later"), ROLES_LATER)
def test_roles_that_a_task_gets_later_are_passed_on(
    first: str, later: str, repeated: bool, sample: Path, run: Run
) -> None:
    """Schedules and triggers must pass exactly the task's roles, or the task never starts."""
    assert run(f"task my-task {first}").exit_code == 0
    result = run(f"task my-task {first if repeated else ''} {later}")
    assert result.exit_code == 0, result.stderr
    folder = Folder.of(Checkout(sample))
    task = find_task(folder, "my-task")
    assert task is not None
    passed = set()
    for found in (*folder.modules("ecs_task_scheduler"), *folder.modules("s3_ecs_trigger")):
        if '["my-task"]' in folder.attribute_text(found, "ecs_task_definition_family"):
            names = ("ecs_task_role", "ecs_task_executor_role")
            passed.add(tuple(folder.attribute_text(found, name) for name in names))
    assert passed == {
        (task.text(folder, "task_role"), task.text(folder, "execution_role") or "aws_iam_role.task_executor.arn")
    }
    assert fmt_differences(sample / "infra") == ""


@pytest.mark.parametrize("later", ["--secret B=/service/x/b", "--env eolwd_moveit_access"])
def test_secrets_that_come_later_are_readable(later: str, sample: Path, run: Run) -> None:
    line = "task my-task --execution-role new --secret A=/service/x/a"
    assert run(line).exit_code == 0
    assert run(f"{line} {later}").exit_code == 0
    folder = Folder.of(Checkout(sample))
    wanted = ["/service/x/a", "/service/x/b"] if "B=" in later else group_paths(folder, "eolwd_moveit_access")
    assert unreadable(folder, "my_task_execution_role", wanted, ["test", "prod", "cps-preview"]) == []
    assert fmt_differences(sample / "infra") == ""


def test_a_module_on_one_line_is_split_into_lines(sample: Path, run: Run) -> None:
    main = sample / "infra/ecs-tasks/environments/test/main.tf"
    main.write_text('module "tasks" { source = "../../template" }\n')
    assert run("task my-task --schedule 'rate(1 day)' --enable-in test").exit_code == 0
    hashicorp_parses(main.read_bytes())
    assert fmt_differences(main) == ""


@pytest.mark.parametrize("value", ["toset([])", 'toset(["a"])', 'concat(local.x, [\n    "a"\n  ])', "[]", '["a", "b"]'])
def test_an_alarm_is_added_to_any_kind_of_list(value: str, sample: Path, run: Run) -> None:
    file = sample / "infra/modules/alarms_api/alarms-aws.tf"
    text = file.read_text()
    start, end = text.index("alarm_names = ") + len("alarm_names = "), text.index("]\n") + 1
    file.write_text(text[:start] + value + text[end:])
    assert run("task my-task --schedule 'rate(1 day)'").exit_code == 0
    assert '"my-task"' in file.read_text()
    hashicorp_parses(file.read_bytes())
    assert fmt_differences(file) == ""


ENTRIES = [
    '"my-task" = {\n      command = ["my-task"]\n    }',
    '"my-task" = { command = ["my-task"] }',
    '"my-task" = {\n      command = ["my-task"],\n      env     = [local.db_access]\n    },',
    '"my-task" = {\n      command   = ["my-task"]\n      task_role = null\n      env = [\n        local.db_access,\n      ]\n    }',
    '"my-task" = {\n      command = ["my-task"]\n      env     = []\n    }',
]


@pytest.mark.parametrize("options", ["--cpu 512 --memory 1024", "--env emails --env-var A=b --task-role new"])
@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_gets_what_is_missing_and_stays_formatted(entry: str, options: str, sample: Path, run: Run) -> None:
    file = sample / "infra/ecs-tasks/template/tasks.tf"
    text = file.read_text()
    end = text.index("\n  }\n}\n")
    file.write_text(f"{text[:end]}\n\n    {entry}{text[end:]}")
    result = run(f"task my-task {options}")
    assert result.exit_code == 0, result.stderr
    hashicorp_parses(file.read_bytes())
    assert fmt_differences(file) == ""
    assert "Nothing to do" in run(f"task my-task {options}").stdout


def test_both_new_roles_have_their_own_names(sample: Path, run: Run) -> None:
    line = "task my-task --task-role new --execution-role new --task-role-name a --execution-role-name b"
    assert run(line).exit_code == 0
    text = (sample / "infra/ecs-tasks/template/iam.tf").read_text()
    assert '${var.environment_name}-a"' in text and '${var.environment_name}-b"' in text
    assert "Nothing to do" in run(line).stdout
    assert "Nothing to do" in run("task my-task --task-role new --execution-role new").stdout


def test_only_cpu_is_checked_with_the_defaults_of_the_checkout(sample: Path, run: Run) -> None:
    file = sample / "infra/ecs-tasks/template/tasks.tf"
    file.write_text(file.read_text().replace('"cpu", 1024', '"cpu", 512').replace('"memory", 2048', '"memory", 1024'))
    assert run("task my-task --memory 2048").exit_code == 0


@pytest.mark.parametrize(
    ("enabled", "environment"),
    [
        ("--enable-in test --enable-in prod", "test"),
        ("--enable-in prod", "test"),
        ("--enable-in cps-preview", "cps-preview"),
    ],
)
def test_the_plan_to_look_at_is_not_that_of_a_protected_environment(
    enabled: str, environment: str, sample: Path, run: Run
) -> None:
    document = json.loads(
        run(f"task my-task --schedule 'rate(1 day)' --toggle {enabled} --dry-run --format json").stdout
    )
    assert f"terraform -chdir=infra/ecs-tasks/environments/{environment} plan" in document["next_steps"][-1]
