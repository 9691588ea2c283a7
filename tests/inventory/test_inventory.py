"""What `list` and `show` find in a checkout, the tool's own tasks and those of others."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from scaffold.aws.schedules.words import Reading
from scaffold.files.checkout import Checkout
from scaffold.inventory import listing
from scaffold.inventory.columns import laid_out, wrapped
from scaffold.inventory.inventory import (
    EntrypointListing,
    EnvironmentListing,
    GroupListing,
    Inventory,
    MakeTargetListing,
    RoleListing,
    ScriptListing,
    TaskListing,
    VariableListing,
    as_json,
    read,
    read_one,
)
from scaffold.inventory.starts import ScheduleListing, Setting, ToggleListing, TriggerListing
from scaffold.pfml.local_times import LocalTimes
from tests.conftest import Run
from tests.helpers import append, change, tree

TEMPLATE = "infra/ecs-tasks/template"
ENVIRONMENTS = "infra/ecs-tasks/environments"
CLOUDWATCH = f"{TEMPLATE}/cloudwatch.tf"
AGENCY_DATA = "reductions-process-agency-data"


def _task(root: Path, name: str) -> TaskListing:
    (task,) = read_one(name, Checkout.find(root)).tasks
    return task


def _table(root: Path, width: int = 1000) -> str:
    return listing.table(read(Checkout.find(root)), width)


def _columns(table: str) -> list[str]:
    """The text of each column without line breaks and spaces."""
    lines = table.splitlines()
    rule = next(line for line in lines if line.startswith("---"))
    rows, starts = lines[lines.index(rule) + 1 :], [match.start() for match in re.finditer("-+", rule)]
    ends = [*starts[1:], None]
    return ["".join("".join(row[a:b] for row in rows).split()) for a, b in zip(starts, ends, strict=True)]


def _sheet(root: Path, name: str) -> str:
    return listing.sheet(read_one(name, Checkout.find(root)), 120)


def _joined(text: str) -> str:
    return " ".join(text.split())


def _line(root: Path, place: str) -> str:
    """The text at a `file:line`."""
    path, _, line = place.rpartition(":")
    return (root / path).read_text().splitlines()[int(line) - 1]


# --- places


def test_every_place_is_correct(sample: Path) -> None:
    task = _task(sample, AGENCY_DATA)
    (schedule,) = task.schedules
    (toggle,) = task.toggles
    found = {
        task.place: f'"{AGENCY_DATA}" = {{',
        task.script.place: f"{AGENCY_DATA} = ",
        task.entrypoint.place: "def main(",
        task.task_role.place: 'resource "aws_iam_role" "reductions_workflow_task_role"',
        task.execution_role.place: 'resource "aws_iam_role" "reductions_workflow_execution_role"',
        schedule.place: 'module "reductions_process_agency_data_scheduler"',
        schedule.alarm: f'"{AGENCY_DATA}"',
        toggle.place: 'variable "enable_reductions_process_agency_data_schedule"',
    }
    with_secrets = _task(sample, "dor-import").environment
    assert toggle.settings and task.environment.groups and with_secrets.secrets
    for place, text in found.items():
        assert text in _line(sample, place), place
    for setting in toggle.settings:
        assert f"{toggle.variable} = {setting.value}" in _joined(_line(sample, setting.place))
    for group in task.environment.groups:
        assert f"{group.name} = " in _joined(_line(sample, group.place))
    for variable in (*with_secrets.variables, *with_secrets.secrets):
        assert f'"{variable.name}"' in _line(sample, variable.place)


def test_a_filter_has_its_own_place(sample: Path) -> None:
    (trigger,) = _task(sample, "dor-import").triggers
    assert 'module "trigger_dor_import"' in _line(sample, trigger.place)
    assert "lambda_function {" in _line(sample, trigger.notification)


# --- schedules


def test_local_times_in_winter_and_in_summer(sample: Path) -> None:
    (timing,) = _task(sample, AGENCY_DATA).schedules[0].timings
    assert timing.winter == Reading(
        "cron(0 11 ? * MON-FRI *)", "At 11:00, Monday through Friday", "At 06:00, Monday through Friday", ""
    )
    assert timing.summer.words == "At 10:00, Monday through Friday"
    assert timing.summer.local == timing.winter.local


def test_seasons_that_differ_are_both_given(sample: Path) -> None:
    change(sample, CLOUDWATCH, "cron(0 10 ? * MON-FRI *)", "cron(0 11 ? * MON-FRI *)")
    assert "At 06:00 in winter, at 07:00 in summer, Monday through Friday" in _joined(_table(sample))
    change(sample, CLOUDWATCH, '_savings = "cron(0 11 ? * MON-FRI *)"', '_savings = "rate(1 hour)"')
    assert "winter: At 06:00, Monday through Friday; summer: Every hour" in _joined(_table(sample))


def test_the_single_expression_before_november_2021_is_used_for_both_seasons(sample: Path) -> None:
    change(sample, CLOUDWATCH, "schedule_expression_standard ", "schedule_expression ")
    for line in ("cron(30 9 * * ? *)", "cron(0 10 ? * MON-FRI *)"):
        change(sample, CLOUDWATCH, f'  schedule_expression_daylight_savings = "{line}"\n', "")
    (schedule,) = _task(sample, AGENCY_DATA).schedules
    assert schedule.written == ('"cron(0 11 ? * MON-FRI *)"',)
    (timing,) = schedule.timings
    assert (timing.winter.local[:8], timing.summer.local[:8]) == ("At 06:00", "At 07:00")


def test_expressions_by_variable_differ_between_environments(sample: Path) -> None:
    change(sample, CLOUDWATCH, '"cron(0 11 ? * MON-FRI *)"', "var.when_standard")
    change(sample, CLOUDWATCH, '"cron(0 10 ? * MON-FRI *)"', "var.when_daylight")
    for name, hour in (("standard", 9), ("daylight", 8)):
        append(
            sample,
            f"{TEMPLATE}/variables.tf",
            f'\nvariable "when_{name}" {{\n  default = "cron(0 {hour} * * ? *)"\n}}\n',
        )
    change(
        sample, f"{ENVIRONMENTS}/prod/main.tf", "  enable_dor", '  when_standard = "cron(0 1 * * ? *)"\n  enable_dor'
    )
    (schedule,) = _task(sample, AGENCY_DATA).schedules
    assert schedule.written == ("var.when_standard", "var.when_daylight")
    assert [(timing.environments, timing.winter.local, timing.summer.local) for timing in schedule.timings] == [
        (("cps-preview", "test"), "At 04:00, every day", "At 04:00, every day"),
        (("prod",), "At 20:00, every day", "At 04:00, every day"),
    ]
    assert "by var.when_standard and var.when_daylight" in _sheet(sample, AGENCY_DATA)
    assert "At 04:00, every day, in cps-preview, test" in _joined(_table(sample))


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ('"cron(0 25 * * ? *)"', "cron(0 25 * * ? *) (hours: 25 is out of range"),
        ("data.aws_ssm_parameter.when.value", "${data.aws_ssm_parameter.when.value} (only Terraform knows"),
        ("var.gone", "${var.gone} (only Terraform knows"),
        ('var.environment_name == "prod" ? "rate(1 day)" : "rate(1 hour)"', "only Terraform knows"),
    ],
)
def test_an_expression_that_cannot_be_read_is_shown_as_it_is(expression: str, shown: str, sample: Path) -> None:
    change(sample, CLOUDWATCH, '"cron(0 11 ? * MON-FRI *)"', expression)
    assert shown in _joined(_table(sample))
    assert shown.partition(" (")[0] in _sheet(sample, AGENCY_DATA)


def test_no_expression(sample: Path) -> None:
    change(sample, CLOUDWATCH, '  schedule_expression_standard         = "cron(0 11 ? * MON-FRI *)"\n', "")
    assert "winter: no expression; summer: At 06:00" in _joined(_table(sample))


def test_a_commented_out_schedule_is_not_counted(sample: Path) -> None:
    text = (sample / CLOUDWATCH).read_text()
    start = text.index('module "reductions_process')
    commented = "".join(f"# {line}" for line in text[start:].splitlines(keepends=True))
    (sample / CLOUDWATCH).write_text(text[:start] + commented)
    assert _task(sample, AGENCY_DATA).schedules == ()


def test_several_schedules_with_arguments(sample: Path) -> None:
    text = (sample / CLOUDWATCH).read_text()
    first = text[text.index('module "fineos_daily') : text.index("# Monday to Friday")]
    second = first.replace("fineos_daily", "second").replace("fineos-daily-export-copy", "second-one")
    append(sample, CLOUDWATCH, "\n" + re.sub(r'"--recursive".*?dataexports"', '"a b"', second, flags=re.DOTALL))
    schedules = _task(sample, "fineos-bucket-tool").schedules
    assert [schedule.name for schedule in schedules] == ["fineos-daily-export-copy", "second-one"]
    assert schedules[1].arguments == ("fineos-bucket-tool", "a b")
    assert "runs fineos-bucket-tool 'a b'" in _sheet(sample, "fineos-bucket-tool")


@pytest.mark.parametrize(
    ("word", "argument"),
    [
        ('"${join(",", local.groups)}"', '${join(",", local.groups)}'),
        ('"a ${var.x} b"', "a ${var.x} b"),
        ("no json", None),
    ],
)
def test_arguments_with_interpolations_stay_as_written(word: str, argument: str | None, sample: Path) -> None:
    change(sample, CLOUDWATCH, '"--recursive"', word)
    (schedule,) = _task(sample, "fineos-bucket-tool").schedules
    assert argument in schedule.arguments if argument else "no json" in schedule.arguments[0]


# --- where they are on


@pytest.mark.parametrize(
    ("enabled", "on", "undecided", "shown"),
    [
        ("true", ("cps-preview", "prod", "test"), (), "on in all 3"),
        ("false", (), (), "off everywhere"),
        ("!var.enable_dor_import_trigger", ("cps-preview",), (), "on in cps-preview"),
        ('var.environment_name != "test"', ("cps-preview", "prod"), (), "on in cps-preview, prod"),
        ("local.gone", (), ("cps-preview", "prod", "test"), "undecided in all 3: on if local.gone"),
        (
            "var.enable_dor_import_trigger && local.gone",
            (),
            ("prod", "test"),
            "undecided in prod, test: on if var.enable_dor_import_trigger && local.gone",
        ),
        (
            'var.environment_name == "prod" || local.gone',
            ("prod",),
            ("cps-preview", "test"),
            'on in prod; undecided in cps-preview, test: on if var.environment_name == "prod" || local.gone',
        ),
    ],
)
def test_where_a_schedule_is_on(
    enabled: str, on: tuple[str, ...], undecided: tuple[str, ...], shown: str, sample: Path
) -> None:
    change(sample, CLOUDWATCH, "var.enable_reductions_process_agency_data_schedule", enabled)
    (schedule,) = _task(sample, AGENCY_DATA).schedules
    assert (schedule.on, schedule.undecided) == (on, undecided)
    assert shown in _joined(_table(sample))


def test_a_count_gates_a_schedule_too(sample: Path) -> None:
    change(
        sample, CLOUDWATCH, "is_enabled = true", 'is_enabled = true\n  count = var.environment_name == "prod" ? 1 : 0'
    )
    (schedule,) = _task(sample, "fineos-bucket-tool").schedules
    assert schedule.on == ("prod",)


def test_a_toggle_that_no_environment_sets_has_its_default(sample: Path) -> None:
    for name in ("prod", "test", "cps-preview"):
        path = f"{ENVIRONMENTS}/{name}/main.tf"
        text = (sample / path).read_text()
        (sample / path).write_text("".join(x for x in text.splitlines(keepends=True) if "enable_dor" not in x))
    (toggle,) = _task(sample, "dor-import").toggles
    assert (toggle.default, toggle.on, toggle.settings) == ("false", (), ())
    assert "off everywhere" in _sheet(sample, "dor-import")


def test_an_environment_without_the_tasks_is_ignored(sample: Path) -> None:
    (sample / ENVIRONMENTS / "empty").mkdir()
    (sample / ENVIRONMENTS / "empty/main.tf").write_text('provider "aws" {\n  region = "us-east-1"\n}\n')
    assert read(Checkout.find(sample)).environments == ("cps-preview", "prod", "test")


def test_a_checkout_without_environments(sample: Path) -> None:
    for name in ("prod", "test", "cps-preview"):
        (sample / ENVIRONMENTS / name / "main.tf").unlink()
    text = _joined(_table(sample))
    assert "4 tasks in 0 environments" in text
    assert "At 06:00, Monday through Friday" in text
    assert "on nowhere: no environment has the tasks" in text


# --- triggers


def test_a_filter_of_a_shared_notification_has_its_own_condition(sample: Path, run: Run) -> None:
    made = run("trigger load-employers-to-fineos --s3-bucket agency_transfer --s3-prefix in/ --toggle enable_load")
    assert made.exit_code == 0, made.output
    (mine,) = _task(sample, "load-employers-to-fineos").triggers
    (other,) = _task(sample, "dor-import").triggers
    assert (mine.prefix, mine.conditions, mine.on) == ("in/", ("var.enable_load",), ())
    assert (other.conditions, other.on) == (("var.enable_dor_import_trigger",), ("prod", "test"))
    assert other.bucket_name == "massgov-pfml-*-agency-transfer"


def test_a_trigger_that_nothing_calls(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/s3_subscriptions.tf", "module.trigger_dor_import.", "module.trigger_dor_import_2.")
    task = _task(sample, "dor-import")
    assert [trigger.notification for trigger in task.triggers] == [""]
    assert task.problems == ("no notification calls trigger_dor_import",)
    assert "s3 agency_transfer: no notification" in _joined(_table(sample))


def test_other_events_are_named(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/s3_subscriptions.tf", "s3:ObjectCreated:*", "s3:ObjectRemoved:*")
    assert "dor/received/*.csv on s3:ObjectRemoved:*" in _joined(_table(sample))


def test_starts_of_a_task_that_does_not_exist(sample: Path) -> None:
    change(sample, CLOUDWATCH, f'ecs_tasks["{AGENCY_DATA}"].family', 'ecs_tasks["gone"].family')
    found = read(Checkout.find(sample))
    assert [stray.partition(": ")[2] for stray in found.strays] == ["a schedule of gone, which is not in locals.tasks"]
    assert "a schedule of gone, which is not in locals.tasks" in _joined(_table(sample))


# --- tasks


def test_roles(sample: Path) -> None:
    tasks = f"{TEMPLATE}/tasks.tf"
    task = _task(sample, "load-employers-to-fineos")
    assert (task.task_role.expression, task.task_role.default) == ("", True)
    assert (task.execution_role.resource, task.execution_role.default) == ("task_executor", True)
    name = "pfml-api-${var.environment_name}-ecs-tasks-dor-import"
    arn = '"arn:aws:iam::498823821309:role/${local.app_name}-${var.environment_name}-ecs-tasks-dor-import"'
    change(sample, tasks, "aws_iam_role.dor_import_task_role.arn", arn)
    role = _task(sample, "dor-import").task_role
    assert (role.resource, role.name, role.expression) == ("dor_import_task_role", name, arn)
    assert 'resource "aws_iam_role" "dor_import_task_role"' in _line(sample, role.place)
    change(sample, tasks, "ecs-tasks-dor-import", "elsewhere")
    role = _task(sample, "dor-import").task_role
    assert (role.resource, role.name, role.place) == ("", "pfml-api-${var.environment_name}-elsewhere", "")
    change(sample, tasks, arn.replace("ecs-tasks-dor-import", "elsewhere"), "var.role")
    assert "var.role" in _table(sample)


def test_a_command_that_differs_from_the_key(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/tasks.tf", 'command   = ["dor-import"]', 'command = ["dor-generate", "--all of it"]')
    task = _task(sample, "dor-import")
    assert (task.script.name, task.command) == ("dor-generate", ("dor-generate", "--all of it"))
    assert task.entrypoint.name == "massgov.pfml.dor.mock.generate:main"
    assert "runs dor-generate '--all of it'" in _joined(_table(sample))


def test_a_missing_script(sample: Path) -> None:
    change(sample, "api/pyproject.toml", "dor-import =", "dor-other =")
    task = _task(sample, "dor-import")
    assert (task.script, task.entrypoint) == (ScriptListing("dor-import", ""), EntrypointListing("", "", "", ""))
    assert "dor-import!noscriptdor-importinapi/pyproject.toml" in _columns(_table(sample))[0]
    assert "no script dor-import in api/pyproject.toml" in _sheet(sample, "dor-import")


def test_a_decorator_with_another_name(sample: Path) -> None:
    path = "api/massgov/pfml/dor/importer/import_dor.py"
    change(sample, path, '@background_task("dor-import")', '@background_task("dor-imports")')
    assert _task(sample, "dor-import").problems == ("decorated as dor-imports",)


def test_an_entry_without_command_or_groups(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/tasks.tf", "  tasks = {", '  tasks = {\n    "odd" = {}')
    task = _task(sample, "odd")
    assert (task.command, task.problems) == ((), ("no command",))
    assert (task.cpu, task.memory) == ("1024", "2048")
    assert "none of its own" in _sheet(sample, "odd")


def test_groups_of_a_choice(sample: Path) -> None:
    choice = "var.x ? local.db_access : local.reductions_folders"
    change(
        sample, f"{TEMPLATE}/tasks.tf", "  tasks = {", f'  tasks = {{\n    "odd" = {{\n      env = [{choice}]\n    }}'
    )
    groups = _task(sample, "odd").environment.groups
    assert [(group.name, group.condition) for group in groups] == [
        ("db_access", choice),
        ("reductions_folders", choice),
    ]


def test_the_variables_of_a_group_are_not_the_tasks_own(sample: Path) -> None:
    group = '  near = [{ name : "NEAR", value : "1" }]\n\n'
    change(sample, f"{TEMPLATE}/tasks.tf", "  tasks = {", f'{group}  tasks = {{\n    "odd" = {{ env = [local.near] }}')
    assert _task(sample, "odd").environment.variables == ()
    environment = _task(sample, "dor-import").environment
    assert [variable.name for variable in environment.variables] == ["FOLDER_PATH"]
    assert [secret.name for secret in environment.secrets] == ["GPG_DECRYPTION_KEY"]
    assert [group.name for group in environment.groups] == ["db_access"]


def test_keys_with_a_prefix(sample: Path) -> None:
    names = [task.name for task in read(Checkout.find(sample)).tasks]
    for path in (f"{TEMPLATE}/tasks.tf", CLOUDWATCH, f"{TEMPLATE}/s3_subscriptions.tf"):
        text = (sample / path).read_text()
        for name in names:
            text = text.replace(f'"{name}" = {{', f'"${{local.app_name}}-{name}" = {{')
            text = text.replace(f'ecs_tasks["{name}"]', f'ecs_tasks["${{local.app_name}}-{name}"]')
        (sample / path).write_text(text)
    assert [task.name for task in read(Checkout.find(sample)).tasks] == names
    assert len(_task(sample, AGENCY_DATA).schedules) == 1


# --- the commands


def test_the_keys_of_the_json(sample: Path) -> None:
    """Scripts depend on them: add, but do not rename."""
    found = {
        Inventory: "time_zone environments tasks strays",
        TaskListing: "name place command script make_targets entrypoint cpu memory task_role execution_role environment "
        "schedules triggers toggles tests problems",
        ScriptListing: "name place",
        MakeTargetListing: "name place",
        EntrypointListing: "name place decorator problem",
        RoleListing: "expression resource name place default",
        EnvironmentListing: "groups variables secrets template",
        GroupListing: "name condition place",
        VariableListing: "name value place",
        ScheduleListing: "name module place written timings arguments conditions on undecided alarm",
        LocalTimes: "environments winter summer",
        Reading: "expression words local problem",
        TriggerListing: "module place bucket bucket_name prefix suffix events conditions on undecided notification",
        ToggleListing: "variable place default on undecided settings",
        Setting: "environment value place",
    }
    for kind, names in found.items():
        assert [field.name for field in fields(kind)] == names.split()
    everything = read(Checkout.find(sample))
    assert json.loads(as_json(everything)) == json.loads(json.dumps(asdict(everything)))


def test_show_is_the_task_of_the_list(sample: Path, run: Run) -> None:
    before = tree(sample)
    everything = json.loads(run("list --format json").stdout)
    assert [task["name"] for task in everything["tasks"]] == [
        "load-employers-to-fineos",
        "dor-import",
        "fineos-bucket-tool",
        AGENCY_DATA,
    ]
    for task in everything["tasks"]:
        shown = json.loads(run(f"show {task['name']} --format json").stdout)
        assert shown == everything | {"tasks": [task]}
    assert tree(sample) == before


def test_a_file_that_does_not_parse_is_named(sample: Path, run: Run) -> None:
    append(sample, CLOUDWATCH, 'module "x" {\n')
    result = run("list")
    assert result.exit_code == 1
    assert result.output.startswith(f"error: {CLOUDWATCH}:")


@pytest.mark.parametrize("width", [80, 100, 120, 160])
def test_no_line_is_wider_and_nothing_is_lost(width: int, sample: Path) -> None:
    change(sample, CLOUDWATCH, '"cron(0 11 ? * MON-FRI *)"', f'"{"x" * 300}"')
    text = _table(sample, width)
    assert max(map(len, text.splitlines())) <= width
    tasks, roles, starts = _columns(text)
    for task in read(Checkout.find(sample)).tasks:
        assert task.name + task.entrypoint.name.removeprefix("massgov.pfml.") in tasks
        assert task.task_role.resource in roles
    assert "x" * 300 in starts
    assert "AWS accepts at most 256".replace(" ", "") in starts


# --- columns


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("short", ["short"]),
        ("one two three", ["one two", "  three"]),
        ("  one two three", ["  one two", "    three"]),
        ("massgov.pfml.x:main", ["massgov.", "  pfml.x:", "  main"]),
        ("a massgov.pfml", ["a massgov.", "  pfml"]),
        ("0123456789012", ["01234567", "  89012"]),
        ("https://x/y", ["https://", "  x/y"]),
    ],
)
def test_wrapped(text: str, lines: list[str]) -> None:
    assert wrapped(text, 10) == lines


def test_laid_out() -> None:
    assert list(laid_out(["one\ntwo", "three four five"], [4, 10])) == ["one   three four", "two     five"]


# --- a real checkout


@pytest.mark.real
def test_every_task_of_a_real_checkout(real_checkout: Path, run: Run) -> None:
    everything = json.loads(run("list", "--repo", str(real_checkout), "--format", "json").stdout)
    table = run("list", "--repo", str(real_checkout)).stdout
    assert max(map(len, table.splitlines())) <= 120
    for task in everything["tasks"]:
        assert task["name"] in table
        text = run("show", task["name"], "--repo", str(real_checkout)).stdout
        for place in (task["place"], task["script"]["place"], task["entrypoint"]["place"], *task["tests"]):
            assert place in text
        for schedule in task["schedules"]:
            assert schedule["place"] in text and schedule["name"] in text
            assert all(not timing["winter"]["problem"] for timing in schedule["timings"])
