"""Toggles: a line in every environment, and the commands for what an environment needs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scaffold.changes.parameters import put_parameters
from scaffold.files.checkout import Checkout
from scaffold.pfml.environments import environments
from scaffold.pfml.toggles import toggle_names
from scaffold.spec.specs import Secret
from tests.conftest import Run
from tests.helpers import tree

ENVIRONMENTS = "infra/ecs-tasks/environments"
OWN = "enable_dor_import_schedule"
SHARED = "enable_dor_import_trigger"
SCHEDULE = "schedule dor-import 'rate(1 day)'"
LINES = {
    f"{SCHEDULE} --toggle": (OWN, "off off off"),
    f"{SCHEDULE} --enable-in test": (OWN, "off off on"),
    f"{SCHEDULE} --enable-in all": (OWN, "on on on"),
    f"{SCHEDULE} --enable-in all --disable-in prod": (OWN, "on off on"),
    f"{SCHEDULE} --enable-in prod --disable-in all": (OWN, "off on off"),
    f"{SCHEDULE} --toggle enable_new --enable-in test --enable-in test": ("enable_new", "off off on"),
    f"{SCHEDULE} --toggle {SHARED}": (SHARED, "off on on"),
    f"{SCHEDULE} --toggle {SHARED} --enable-in test": (SHARED, "off on on"),
    f"{SCHEDULE} --toggle {SHARED} --enable-in all --disable-in cps-preview": (SHARED, "off on on"),
    "trigger load-employers-to-fineos --s3-bucket reports --enable-in test": (
        "enable_load_employers_to_fineos_trigger",
        "off off on",
    ),
}


def _states(sample: Path, toggle: str) -> str:
    words = {"true": "on", "false": "off"}
    files = (environment.call.block.attributes for environment in environments(Checkout(sample)))
    assert all(toggle in attributes for attributes in files)
    return " ".join(words[environment.values.variables[toggle]] for environment in environments(Checkout(sample)))


@pytest.mark.parametrize("line", LINES)
def test_every_environment_has_its_line(line: str, sample: Path, run: Run) -> None:
    """In the order of their names: cps-preview, prod, test."""
    before = tree(sample)
    result = run(line)
    assert result.exit_code == 0, result.stderr
    toggle, states = LINES[line]
    assert _states(sample, toggle) == states
    assert "Nothing to do" in run(line).stdout
    assert "partly-set-toggle" not in run("check").stdout and "never-enabled" not in run("check").stdout
    assert run(line.replace("schedule ", "unschedule ").replace("trigger ", "untrigger ").split(" --")[0]
               .split(" 'rate")[0]).exit_code == 0  # fmt: skip
    assert tree(sample) == before


def _without(sample: Path, environment: str, name: str = SHARED) -> None:
    path = sample / ENVIRONMENTS / environment / "main.tf"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if name not in line))


def test_a_missing_line_of_a_shared_toggle_has_its_default(sample: Path, run: Run) -> None:
    _without(sample, "prod")
    assert run(f"{SCHEDULE} --toggle {SHARED} --enable-in test").exit_code == 0
    assert _states(sample, SHARED) == "off off on"


def test_a_default_of_true(sample: Path, run: Run) -> None:
    _without(sample, "prod")
    path = sample / "infra/ecs-tasks/template/variables.tf"
    head, tail = path.read_text().split(f'variable "{SHARED}"')
    path.write_text(f'{head}variable "{SHARED}"{tail.replace("= false", "= true", 1)}')
    assert run(f"{SCHEDULE} --toggle {SHARED} --enable-in test").exit_code == 0
    assert _states(sample, SHARED) == "off on on"


def test_a_shared_toggle_stays_as_it_is_if_no_environment_is_asked_for(sample: Path, run: Run) -> None:
    _without(sample, "prod")
    before = tree(sample)
    result = run(f"{SCHEDULE} --toggle {SHARED}")
    assert result.exit_code == 0 and "Schedule dor-import: on in test, off in cps-preview and prod\n" in result.stdout
    assert {path for path, data in tree(sample).items() if data != before.get(path)} == {
        "infra/ecs-tasks/template/cloudwatch.tf",
        "infra/modules/alarms_api/alarms-aws.tf",
    }
    assert run("unschedule dor-import").exit_code == 0
    assert tree(sample) == before


def test_an_environment_that_is_new_since_gets_its_line(sample: Path, run: Run) -> None:
    assert run(f"{SCHEDULE} --toggle --enable-in test").exit_code == 0
    _without(sample, "prod", OWN)
    assert run(f"{SCHEDULE} --toggle --enable-in test --enable-in prod").exit_code == 0
    assert _states(sample, OWN) == "off on on"


REFUSED = {
    f"{SCHEDULE} --toggle {SHARED} --enable-in prod": "also guards something else",
    f"{SCHEDULE} --toggle {SHARED} --enable-in cps-preview": f"{SHARED} is false there, but you asked for true",
    f"{SCHEDULE} --toggle {SHARED} --enable-in all --disable-in test": "is false there",
    f"{SCHEDULE} --toggle {SHARED} --enable-in cps_preview --disable-in test": "Did you mean cps-preview?",
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_would_change_something_else_is_refused(line: str, sample: Path, run: Run) -> None:
    _without(sample, "prod")
    before = tree(sample)
    result = run(line)
    assert (result.exit_code, tree(sample)) == (1, before)
    assert REFUSED[line] in result.stderr
    assert "Did you mean" in result.stderr or ", or choose another --toggle." in result.stderr


def test_its_own_toggle_is_switched_by_change(sample: Path, run: Run) -> None:
    assert run(f"{SCHEDULE} --toggle").exit_code == 0
    result = run(f"{SCHEDULE} --toggle --enable-in prod")
    change = "pfml-scaffold change dor-import --enable-in prod"
    assert f"{OWN} is false there, but you asked for true. To change it, use: {change}\n" in result.stderr
    changed = run(f"{change} --schedule-name dor-import".removeprefix("pfml-scaffold "))
    assert changed.exit_code == 0, changed.stderr
    assert _states(sample, OWN) == "off on off"
    assert run(f"{SCHEDULE} --toggle --enable-in prod").exit_code == 0


def test_an_expression_that_agrees_stays(sample: Path, run: Run) -> None:
    path = sample / ENVIRONMENTS / "test/main.tf"
    text = path.read_text().replace(f"{SHARED}                      = true", f"{SHARED} = local.is_on")
    path.write_text(f"{text}\nlocals {{\n  is_on = true\n}}\n")
    result = run(f"{SCHEDULE} --toggle {SHARED} --enable-in test")
    assert result.exit_code == 0, result.stderr
    assert f"{SHARED} = local.is_on" in path.read_text()


def test_an_environment_without_the_tasks_has_no_line(sample: Path, run: Run) -> None:
    path = sample / ENVIRONMENTS / "cps-preview/main.tf"
    path.write_text("locals {\n}\n")
    assert "no module here calls the template" in run(f"{SCHEDULE} --enable-in cps-preview").stderr
    result = run(f"{SCHEDULE} --enable-in all")
    assert (result.exit_code, path.read_text()) == (0, "locals {\n}\n")
    assert "Schedule dor-import: on in all 2 environments\n" in result.stdout


OFF = {
    "schedule load-employers-to-fineos 'rate(1 day)' --toggle": "load-employers-to-fineos",
    "schedule dor-import 'rate(1 day)' --toggle": "dor-import --schedule-name dor-import",
    "schedule fineos-bucket-tool 'rate(1 day)' --schedule-name second --toggle": "fineos-bucket-tool --schedule-name second",
    "trigger fineos-bucket-tool --s3-bucket reports --toggle": "fineos-bucket-tool --s3-bucket reports",
    "trigger load-employers-to-fineos --s3-bucket reports --toggle": "load-employers-to-fineos",
    "trigger dor-import --s3-bucket reports --toggle enable_new": "dor-import --s3-bucket reports",
}  # fmt: skip


@pytest.mark.parametrize("line", OFF)
def test_the_command_that_turns_it_on(line: str, sample: Path, run: Run) -> None:
    result = run(line)
    command = f"pfml-scaffold change {OFF[line]} --enable-in "
    assert f": off in all 3 environments, until you turn it on: {command}ENVIRONMENT\n" in result.stdout
    turned_on = run(f"{command.removeprefix('pfml-scaffold ')}test")
    assert turned_on.exit_code == 0, turned_on.stderr
    assert ": on in test, off in cps-preview and prod\n" in turned_on.stdout


def test_a_shared_toggle_has_no_such_command(sample: Path, run: Run) -> None:
    for name in ("prod", "test"):
        path = sample / ENVIRONMENTS / name / "main.tf"
        path.write_text(path.read_text().replace(f"{SHARED}                      = true", f"{SHARED} = false"))
    result = run(f"schedule fineos-bucket-tool 'rate(1 day)' --schedule-name second --toggle {SHARED}")
    assert "Schedule second: off in all 3 environments\n" in result.stdout


# --- what an environment needs

PATH = "/service/${local.app_name}/${var.environment_name}/key"


@pytest.mark.parametrize(
    "path, names, commands",
    [
        (PATH, ["test"], [("/service/pfml-api/test/key", "${KEY:?}")]),
        (
            PATH,
            ["cps-preview", "test"],
            [
                ("/service/pfml-api/cps-preview/key", "${KEY_CPS_PREVIEW:?}"),
                ("/service/pfml-api/test/key", "${KEY_TEST:?}"),
            ],
        ),
        ("/service/${local.app_name}/common/key", ["cps-preview", "prod", "test"], [("/service/pfml-api/common/key", "${KEY:?}")]),
    ],
)  # fmt: skip
def test_a_parameter_for_each_path(path: str, names: list[str], commands: list[tuple[str, str]], sample: Path) -> None:
    assert put_parameters([Secret("KEY", path)], names, Checkout(sample)) == [
        f'aws ssm put-parameter --type SecureString --name {name} --value "{value}"' for name, value in commands
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_many_environments_are_a_loop(shell: str, sample: Path, tmp_path: Path) -> None:
    names = ["a", "b", "c-d", "e"]
    (loop,) = put_parameters([Secret("KEY", PATH)], names, Checkout(sample))
    stub = tmp_path / "aws"
    stub.write_text('#!/bin/sh\necho "$@"\n')
    stub.chmod(0o755)
    try:
        result = subprocess.run(
            [shell, "-c", f"PATH={tmp_path}:$PATH\n{loop}"], input="1\n2\n3\n4 4\n", capture_output=True, text=True
        )
    except FileNotFoundError:
        pytest.skip(f"no {shell} here")
    calls = [line for line in result.stdout.splitlines() if "put-parameter" in line]
    assert calls == [
        f"ssm put-parameter --type SecureString --name /service/pfml-api/{name}/key --value {value}"
        for name, value in zip(names, ["1", "2", "3", "4 4"], strict=True)
    ]


def test_paths_that_differ_by_more_are_listed(sample: Path) -> None:
    names = ["cps-preview", "prod", "test"]
    secret = Secret("KEY", "/service/${var.environment_name}/${var.pfml_email_address}")
    assert len(put_parameters([secret], names, Checkout(sample))) == 3


LOADER = "load-employers-to-fineos"
ENTRYPOINT = "--module massgov.pfml.fineos.employer_load --function handler"
SECRETS = (
    '[{ name : "KEY", valueFrom : "/service/${local.app_name}/${var.environment_name}/key" }, '
    '{ name : "ARN", valueFrom : aws_ssm_parameter.x.arn }, '
)
PUT = 'aws ssm put-parameter --type SecureString --name /service/pfml-api/{}/key --value "${{{}:?}}"'
MUST_EXIST = "the SSM parameter of KEY must exist in the environments in which it runs"


@pytest.mark.parametrize(
    ("line", "environments"),
    [
        ("schedule {} 'rate(1 day)' --enable-in prod", ["prod"]),
        ("schedule {} 'rate(1 day)' --enable-in prod --enable-in test", ["prod", "test"]),
        ("schedule {} 'rate(1 day)' --toggle", None),
        ("schedule {} 'rate(1 day)'", []),
        ("trigger {} --s3-bucket reports --enable-in test", ["test"]),
        ("trigger {} --s3-bucket reports", []),
        (f"task {{}} {ENTRYPOINT} --schedule 'rate(1 day)' --enable-in prod", ["prod"]),
    ],
)
def test_secrets_of_a_task_that_exists(line: str, environments: list[str] | None, sample: Path, run: Run) -> None:
    """None: it is off everywhere. Without a toggle only one line says that they must exist."""
    _give_secrets(sample)
    result = run(line.format(LOADER))
    assert result.exit_code == 0, result.output
    assert _put(result.stdout) == _commands(environments or [])
    assert (MUST_EXIST in result.stdout) == (environments is not None)
    assert "put-parameter" not in run(line.format(LOADER)).stdout


def test_secrets_where_a_task_is_turned_on(sample: Path, run: Run) -> None:
    _give_secrets(sample)
    assert run(f"schedule {LOADER} 'rate(1 day)' --enable-in prod").exit_code == 0
    result = run(f"change {LOADER} --enable-in test --disable-in prod")
    assert _put(result.stdout) == _commands(["test"]) and MUST_EXIST in result.stdout
    # It runs in test already, whatever starts it.
    result = run(f"trigger {LOADER} --s3-bucket reports --enable-in test")
    assert result.exit_code == 0 and _put(result.stdout) == [] and MUST_EXIST not in result.stdout
    result = run(f"change {LOADER} --enable-in cps-preview --remove-secret KEY")
    assert result.exit_code == 0 and _put(result.stdout) == []


def _give_secrets(sample: Path) -> None:
    tasks = sample / "infra/ecs-tasks/template/tasks.tf"
    text = tasks.read_text()
    start = text.index("[", text.index("env", text.index(f'"{LOADER}"')))
    tasks.write_text(text[:start] + SECRETS + text[start + 1 :])


def _put(output: str) -> list[str]:
    return [line.strip() for line in output.splitlines() if "put-parameter" in line]


def _commands(names: list[str]) -> list[str]:
    return [PUT.format(name, f"KEY_{name.upper()}" if len(names) > 1 else "KEY") for name in names]


# --- several schedules of a task


def test_a_second_schedule_has_a_toggle_of_its_own(sample: Path, run: Run) -> None:
    before = tree(sample)
    first, second = f"{SCHEDULE} --schedule-name nightly --toggle", f"{SCHEDULE} --schedule-name dor-import-2"
    assert run(first).exit_code == 0
    assert run(f"{second} --enable-in test").exit_code == 0
    assert (_states(sample, OWN), _states(sample, "enable_dor_import_2_schedule")) == ("off off off", "off off on")
    for line in (first, f"{second} --toggle", f"{second} --enable-in test"):
        assert "Nothing to do" in run(line).stdout
    assert run("unschedule dor-import --schedule-name nightly").exit_code == 0
    assert "Nothing to do" in run(f"{second} --toggle enable_dor_import_2_schedule").stdout
    assert run("unschedule dor-import").exit_code == 0
    assert tree(sample) == before


def test_a_toggle_named_after_a_schedule_is_renamed_with_it(sample: Path, run: Run) -> None:
    for name in ("dor-import", "weekend-dor-import", "weekly"):
        assert run(f"{SCHEDULE} --schedule-name {name} --toggle").exit_code == 0
    before = tree(sample)
    assert run("rename dor-import dor-wages").exit_code == 0
    assert [toggle for toggle in toggle_names(Checkout(sample)) if toggle.endswith("_schedule")] == [
        "enable_reductions_process_agency_data_schedule",
        "enable_dor_wages_schedule",
        "enable_weekend_dor_wages_schedule",
        "enable_weekly_schedule",
    ]
    assert run("rename dor-wages dor-import").exit_code == 0
    assert tree(sample) == before
