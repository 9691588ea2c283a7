from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.layout import TEMPLATE
from scaffold.inventory.runbook.runbook import as_text, runbook
from scaffold.pfml.environments import environment_names
from scaffold.pfml.tasks import task_names
from scaffold.rendering.literals import shell
from scaffold.terraform.folder import Folder
from tests.helpers import change

SCHEDULER = "infra/modules/ecs_task_scheduler"
COMPOSE = """\
services:
  mass-pfml-api:
    environment:
      - DB_HOST=mass-pfml-db
      # - FOLDER_PATH=dor_mock
"""


def _runbook(root: Path, task: str = "fineos-bucket-tool", environment: str = "test") -> str:
    return runbook(task, environment, "kevin.yeh", Checkout.find(root))


def _blocks(markdown: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", markdown, re.MULTILINE | re.DOTALL)


def _command(markdown: str, *start: str) -> list[str]:
    """The words of the first command that starts like this."""
    for block in _blocks(markdown, "sh"):
        for line in block.splitlines():
            words = shlex.split(line)
            if words[: len(start)] == list(start):
                return words
    raise AssertionError(f"no command {start}")


def _value(words: list[str], option: str) -> str:
    return words[words.index(option) + 1]


def _put_rules(markdown: str) -> list[list[str]]:
    commands = [line.strip() for block in _blocks(markdown, "sh") for line in block.splitlines()]
    return [shlex.split(line) for line in commands if line.startswith("aws events put-rule")]


def _variables(markdown: str) -> list[str]:
    """The items of the block for docker-compose.yml, as YAML reads them."""
    [block, *_] = _blocks(markdown, "yaml")
    loaded = yaml.safe_load(block)
    items = loaded if isinstance(loaded, list) else loaded["services"]["mass-pfml-api"]["environment"]
    assert all(isinstance(item, str) for item in items)
    return list(items)


def test_commands_name_the_task(sample: Path) -> None:
    text = _runbook(sample)
    assert _command(text, "poetry") == ["poetry", "run", "fineos-bucket-tool"]
    assert "make --directory=api build-and-publish\n" in _blocks(text, "sh")
    assert (
        "terraform -chdir=infra/ecs-tasks/environments/test/ apply --var service_docker_tag=$(git rev-parse HEAD)\n"
        in text
    )
    assert "\n./bin/run-ecs-task/run-task.sh test fineos-bucket-tool kevin.yeh\n" in text
    assert "\naws logs tail service/pfml-api-test/ecs-tasks --follow\n" in text
    assert '\naws.logGroup:"service/pfml-api-test/ecs-tasks" aws.logStream:*fineos-bucket-tool*\n' in text


def test_arguments_of_a_schedule_are_those_of_the_environment(sample: Path) -> None:
    words = _command(
        _runbook(sample),
        "./bin/run-ecs-task/run-task.sh",
        *("test", "fineos-bucket-tool", "kevin.yeh"),
        "fineos-bucket-tool",
    )
    assert _value(words, "--copy_dir") == "s3://fineos-test-data-export/dataexports"
    assert "${" not in _value(words, "--to_dir")


def test_interpolation_with_quotes_is_one_argument(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/cloudwatch.tf", '"--recursive"', '"--types", "${join(",", local.types)}"')
    text = _runbook(sample)
    words = _command(
        text, "./bin/run-ecs-task/run-task.sh", "test", "fineos-bucket-tool", "kevin.yeh", "fineos-bucket-tool"
    )
    assert _value(words, "--types") == '${join(",", local.types)}'
    assert "only Terraform knows it" in text


def test_schedule_is_made_frequent_and_put_back(sample: Path) -> None:
    frequent, back = _put_rules(_runbook(sample))
    assert _value(frequent, "--name") == _value(back, "--name") == "fineos-daily-export-copy_test_schedule"
    assert _value(frequent, "--schedule-expression") == "rate(5 minutes)"
    assert _value(back, "--schedule-expression") == "cron(30 9 * * ? *)"
    # PutRule replaces the whole rule.
    assert (
        _value(frequent, "--description")
        == _value(back, "--description")
        == "When fineos-daily-export-copy runs in test"
    )


def test_rule_is_named_and_timed_as_the_module_does_it(sample: Path) -> None:
    change(
        sample,
        f"{SCHEDULER}/cloudwatch.tf",
        '"${var.task_name}_${var.environment_name}_schedule"',
        '"${var.environment_name}.${var.task_name}"',
    )
    change(sample, f"{SCHEDULER}/cloudwatch.tf", "is_daylight_savings = true", "is_daylight_savings = false")
    back = _put_rules(_runbook(sample))[1]
    assert _value(back, "--name") == "test.fineos-daily-export-copy"
    assert _value(back, "--schedule-expression") == "cron(30 10 * * ? *)"


def test_module_with_one_expression(sample: Path) -> None:
    change(
        sample,
        f"{SCHEDULER}/cloudwatch.tf",
        "local.is_daylight_savings ? var.schedule_expression_daylight_savings : var.schedule_expression_standard",
        "var.schedule_expression",
    )
    change(
        sample,
        f"{TEMPLATE}/cloudwatch.tf",
        'schedule_expression_standard         = "cron(30 10 * * ? *)"',
        'schedule_expression = "rate(24 hours)"',
    )
    assert _value(_put_rules(_runbook(sample))[1], "--schedule-expression") == "rate(24 hours)"


@pytest.mark.parametrize(("environment", "state"), [("test", "ENABLED"), ("cps-preview", "DISABLED")])
def test_schedule_is_put_back_as_its_toggle_has_it(sample: Path, environment: str, state: str) -> None:
    frequent, back = _put_rules(_runbook(sample, "reductions-process-agency-data", environment))
    assert _value(frequent, "--state") == "ENABLED"
    assert _value(back, "--state") == state


def test_unknown_expression_is_put_back_by_applying(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/cloudwatch.tf", '"cron(30 9 * * ? *)"', "data.external.times.result")
    text = _runbook(sample)
    assert len(_put_rules(text)) == 1
    assert "Apply again to change it back." in text


def test_second_schedule_gets_its_own_commands(sample: Path, run: object) -> None:
    path = sample / TEMPLATE / "cloudwatch.tf"
    block = re.search(r'module "fineos_daily_export_copy_scheduler" \{.*?\n\}\n', path.read_text(), re.DOTALL)
    assert block
    second = (
        block[0]
        .replace("fineos_daily_export_copy_scheduler", "second")
        .replace("fineos-daily-export-copy", "second-copy")
    )
    path.write_text(path.read_text() + second)
    rules = [_value(words, "--name") for words in _put_rules(_runbook(sample))]
    assert rules == ["fineos-daily-export-copy_test_schedule"] * 2 + ["second-copy_test_schedule"] * 2


def test_task_without_schedule_or_trigger(sample: Path) -> None:
    text = _runbook(sample, "load-employers-to-fineos")
    assert "schedule" not in text and "trigger" not in text


def test_trigger_by_a_key_that_its_filter_takes(sample: Path) -> None:
    key = _command(_runbook(sample, "dor-import"), "aws", "s3", "cp")[-1]
    notification = (sample / TEMPLATE / "s3_subscriptions.tf").read_text()
    prefix = re.search(r'filter_prefix\s+= "(.*)"', notification)
    assert prefix and key.startswith(f"s3://massgov-pfml-test-agency-transfer/{prefix[1]}")


# --- environment variables


def test_variables_with_their_values(sample: Path) -> None:
    assert _variables(_runbook(sample, "dor-import")) == [
        "DB_HOST=${DB_HOST}",
        "DB_NAME=${DB_NAME}",
        "DB_USERNAME=${DB_USERNAME}",
        "DB_PASSWORD=${DB_PASSWORD}",
        "FOLDER_PATH=s3://massgov-pfml-test-agency-transfer/dor/received",
        "GPG_DECRYPTION_KEY=${GPG_DECRYPTION_KEY}",
        "ENVIRONMENT=test",
        "LOGGING_LEVEL=",
        "NEW_RELIC_LICENSE_KEY=${NEW_RELIC_LICENSE_KEY}",
        "NR_INSERT_API_KEY=${NR_INSERT_API_KEY}",
    ]


def test_variables_that_docker_compose_sets_are_commented_out(sample: Path) -> None:
    (sample / "api/docker-compose.yml").write_text(COMPOSE)
    change(sample, "api/Makefile", ".PHONY", "APP_NAME := mass-pfml-api\n.PHONY")
    text = _runbook(sample, "dor-import")
    names = [item.partition("=")[0] for item in _variables(text)]
    assert "DB_HOST" not in names
    assert {"DB_NAME", "FOLDER_PATH"} <= set(names)
    assert "# - DB_HOST=${DB_HOST}  # Terraform: data.aws_db_instance.default.address\n" in text


@pytest.mark.parametrize(
    ("terraform", "item"),
    [
        ('"a: b # c"', "X=a: b # c"),
        ('"ends:"', "X=ends:"),
        ('"say \\"hi\\"\\n"', 'X=say "hi"\n'),
        ('"$${HOME} costs $5"', "X=$${HOME} costs $$5"),
        ("var.environment_name", "X=test"),
        ('var.environment_name == "x" ? "1" : "2"', "X=${X}"),
        ('"é"', "X=é"),
    ],
)
def test_any_value_is_one_item_of_the_list(sample: Path, terraform: str, item: str) -> None:
    change(sample, f"{TEMPLATE}/tasks.tf", "local.fineos_s3_access\n", f'{{ name : "X", value : {terraform} }}\n')
    assert _variables(_runbook(sample))[0] == item


def test_group_by_condition_is_the_one_that_holds(sample: Path) -> None:
    change(
        sample,
        f"{TEMPLATE}/tasks.tf",
        "local.fineos_s3_access\n",
        "var.enable_dor_import_trigger ? local.emails : local.db_access\n",
    )
    assert "PFML_EMAIL_ADDRESS=pfml-no-reply@example.com" in _variables(_runbook(sample))
    assert "DB_PASSWORD=${DB_PASSWORD}" not in _variables(_runbook(sample))


def test_secrets_are_read_from_where_they_are(sample: Path) -> None:
    text = _runbook(sample, "dor-import")
    assert (
        'export GPG_DECRYPTION_KEY="$(aws ssm get-parameter --with-decryption '
        '--name /service/pfml-api/test/dor-gpg-decryption-key --query Parameter.Value --output text)"\n'
    ) in text
    change(
        sample,
        f"{TEMPLATE}/tasks.tf",
        '"/service/${local.app_name}/${var.environment_name}/dor-gpg-decryption-key"',
        '"arn:aws:secretsmanager:us-east-1:1:secret:key"',
    )
    assert "get-secret-value --secret-id arn:aws:secretsmanager:us-east-1:1:secret:key " in _runbook(
        sample, "dor-import"
    )


def test_mount_of_the_credentials(sample: Path) -> None:
    (sample / "api/docker-compose.override.yml").write_text("      # - $HOME/.aws:/home/me/.aws:ro\n")
    assert "\n- $HOME/.aws:/home/me/.aws:ro\n" in _runbook(sample)


def test_checkout_from_before_the_groups_names_the_file(sample: Path) -> None:
    change(sample, f"{TEMPLATE}/tasks.tf", '"env"', '"environment_variables"')
    (sample / TEMPLATE / "json").mkdir()
    (sample / TEMPLATE / "json/default_template.json").write_text("[]")
    text = _runbook(sample)
    assert f"{TEMPLATE}/json/default_template.json lists the" in text
    assert _blocks(text, "yaml") == []


# --- protected environments

CHANGES = (
    "put-rule",
    "terraform",
    "build-and-publish",
    "run-task.sh",
    "s3 cp",
    "rate(5 minutes)",
    "poetry run",
    "export ",
)


def _settings(root: Path, text: str) -> None:
    (root / ".pfml-scaffold").mkdir(exist_ok=True)
    (root / ".pfml-scaffold/config.toml").write_text(text)


@pytest.mark.parametrize("task", ["fineos-bucket-tool", "dor-import", "reductions-process-agency-data"])
def test_nothing_to_paste_changes_a_protected_environment(task: str, sample: Path) -> None:
    text = _runbook(sample, task, "prod")
    commands = "".join(_blocks(text, "sh"))
    assert [change for change in CHANGES if change in commands] == []
    assert "prod is protected (by default, because of its name)." in text
    assert f"pfml-scaffold runbook {task} --environment test --author kevin.yeh\n" in commands
    assert "aws logs tail service/pfml-api-prod/ecs-tasks --follow\n" in commands
    assert "--overwrite" not in commands


def test_rule_of_a_protected_environment_is_only_shown(sample: Path) -> None:
    text = _runbook(sample, environment="prod")
    assert _command(text, "aws", "events", "describe-rule")
    assert "&&" not in "".join(_blocks(text, "sh"))


def test_settings_replace_the_default(sample: Path) -> None:
    _settings(sample, '[environments]\nprotected = ["test"]\n')
    assert "test is protected (listed in .pfml-scaffold/config.toml:2)." in _runbook(sample)
    text = _runbook(sample, environment="prod")
    assert "is protected" not in text and "put-rule" in text


def test_another_environment_is_proposed_only_if_it_is_not_protected(sample: Path) -> None:
    _settings(sample, '[environments]\nprotected = ["prod", "test"]\n')
    assert "--environment cps-preview" in _runbook(sample, environment="prod")
    _settings(sample, '[environments]\nprotected = ["prod", "test", "cps-preview"]\n')
    assert "use another environment" not in _runbook(sample, environment="prod")


WORKFLOW = """\
name: Deploy it
on:
  workflow_dispatch:
    inputs:
      target_env:
        required: true
      version:
        required: true
jobs:
  check:
    steps:
      - if: contains(inputs.target_env, 'test') && github.actor != 'x'
        run: |
          echo "not for you"
          exit 1
      - run: git push origin HEAD:deploy/api/${{ inputs.target_env }}
      - run: terraform -chdir=infra/ecs-tasks/environments/x apply
"""


def test_deployment_is_that_of_the_workflow(sample: Path) -> None:
    for path, text in {
        ".github/workflows/deploy.yml": WORKFLOW,
        "docs/deployment.md": "[it](https://github.com/o/r/actions?query=workflow%3A%22Deploy+it%22)",
        "docs/api/releases.md": "",
    }.items():
        (sample / path).parent.mkdir(parents=True, exist_ok=True)
        (sample / path).write_text(text)
    text = _runbook(sample)
    assert "test is protected (guarded by .github/workflows/deploy.yml:12)." in text
    assert 'The workflow "Deploy it" (.github/workflows/deploy.yml)' in text
    assert "\n<https://github.com/o/r/actions?query=workflow%3A%22Deploy+it%22>\n" in text
    assert "with `target_env` set to `test`; it also asks for `version`." in text
    assert 'It stops with "not for you"' in text
    assert "git fetch origin && git log -1 origin/deploy/api/test\n" in text
    assert "See docs/deployment.md and docs/api/releases.md." in text
    other = _runbook(sample, environment="cps-preview")
    assert 'Normally the workflow "Deploy it" (.github/workflows/deploy.yml) does both' in other


@pytest.mark.parametrize("branches", ["\n      - main\n      - deploy/api/prod", " [main, deploy/api/prod]"])
def test_deployment_by_a_push(branches: str, sample: Path) -> None:
    path = sample / ".github/workflows/api-deploy.yml"
    path.parent.mkdir(parents=True)
    path.write_text(f"on:\n  push:\n    branches:{branches}\nenv:\n  folder: infra/ecs-tasks/environments\n")
    text = _runbook(sample, environment="prod")
    assert 'The workflow "api-deploy.yml" (.github/workflows/api-deploy.yml) builds' in text
    assert "It runs when the branch `deploy/api/prod` is pushed.\n" in text and "by hand (" not in text


# --- what the page in PFML's documentation says, too


def test_local_run_names_the_messages_to_expect(sample: Path) -> None:
    assert 'begin with "start load-employers-to-fineos" and "loaded employers".' in _runbook(
        sample, "load-employers-to-fineos"
    )


def test_local_times_are_explained(sample: Path) -> None:
    text = _runbook(sample)
    assert "- in winter: At 05:30, every day (`cron(30 10 * * ? *)`)\n" in text
    assert "- in summer: At 05:30, every day (`cron(30 9 * * ? *)`)\n" in text
    place = f"{SCHEDULER}/cloudwatch.tf:"
    assert f"`local.is_daylight_savings` ({place}" in text


def test_missing_secrets_are_listed_ten_at_a_time(sample: Path) -> None:
    path = f"{TEMPLATE}/tasks.tf"
    secrets = ", ".join(f'{{ name : "K{number}", valueFrom : "/k/test/{number}" }}' for number in range(11))
    change(
        sample,
        path,
        "local.fineos_s3_access\n",
        f'{secrets},\n{{ name : "A", valueFrom : "arn:aws:ssm:us-east-1:1:parameter/a/b" }}\n',
    )
    text = _runbook(sample)
    calls = [shlex.split(line) for line in text.splitlines() if line.startswith("aws ssm get-parameters ")]
    names = [words[words.index("--names") + 1 :] for words in calls]
    assert [len(group) for group in names] == [10, len(names[1])] and "/a/b" in names[1]
    assert 'aws ssm put-parameter --type SecureString --name /k/test/3 --value "${K3_TEST:?}"\n' in text
    # One that all environments share is not created for this one.
    assert "put-parameter --type SecureString --name /a/b" not in text and "${A_TEST" not in text


def test_saved_view_is_that_of_the_documentation(sample: Path) -> None:
    assert "Saved view" not in _runbook(sample)
    address = "https://one.newrelic.com/launcher?platform[accountId]=1&launcher=ey=="
    (sample / "docs/infra").mkdir(parents=True)
    (sample / "docs/infra/logs.md").write_text(
        f"[syntax](https://docs.newrelic.com/ecs) [APM](https://one.newrelic.com/apm) [ECS logs]({address})"
    )
    assert f'Saved view "ECS logs":\n<{address}>\n' in _runbook(sample)
    assert f'Saved view "ECS logs":\n{address}\n' in as_text(_runbook(sample))


def test_channel_is_that_of_the_monitor(sample: Path) -> None:
    assert "Slack" not in _runbook(sample)
    (sample / "infra/monitoring").mkdir(exist_ok=True)
    (sample / "infra/monitoring/ecs_failure.tf").write_text('SLACK_CHANNEL_ID = module.constants.channels["pd"]\n')
    assert "posted to the Slack channel #pd." in _runbook(sample)


# --- files that are missing in the checkout


@pytest.mark.parametrize(
    ("path", "used", "notice"),
    [
        ("api/Makefile", "make --directory=api login", "no target `login` in api/Makefile"),
        ("api/Makefile", "build-and-publish\n", "no target `build-and-publish` in api/Makefile"),
        ("bin/run-ecs-task/run-task.sh", "./bin/run-ecs-task/run-task.sh", "no bin/run-ecs-task/run-task.sh"),
    ],
)
def test_missing_files_are_left_out_and_mentioned(sample: Path, path: str, used: str, notice: str) -> None:
    assert used in _runbook(sample) and notice not in _runbook(sample)
    (sample / path).unlink()
    assert used not in "".join(_blocks(_runbook(sample), "sh"))
    assert notice in _runbook(sample)


@pytest.mark.parametrize(
    ("path", "used", "notice"),
    [
        ("api/massgov/pfml/util/logging/decodelog.py", "| python3 api/massgov/pfml/util/logging/decodelog.py", "There is no api/massgov/pfml/util/logging/decodelog.py"),
        ("api/docker-compose.yml", "to api/docker-compose.yml", "There is no api/docker-compose.yml"),
        ("api/docker-compose.override.yml", "as described in api/docker-compose.override.yml", "There is no api/docker-compose.override.yml"),
        ("docs/deployment.md", "docs/deployment.md", ""),
        ("docs/infra/1-first-time-setup.md", "docs/infra/1-first-time-setup.md", ""),
    ],
)  # fmt: skip
def test_optional_files_are_used_if_they_exist(sample: Path, path: str, used: str, notice: str) -> None:
    before = _runbook(sample)
    assert used not in before and notice in before
    (sample / path).parent.mkdir(parents=True, exist_ok=True)
    (sample / path).write_text("x")
    assert used in _runbook(sample)
    assert not notice or notice not in _runbook(sample)


def test_script_that_poetry_does_not_know(sample: Path) -> None:
    change(sample, "api/pyproject.toml", "fineos-bucket-tool = ", "other = ")
    text = _runbook(sample)
    assert "no script `fineos-bucket-tool` in api/pyproject.toml" in text
    assert "poetry run" not in text


def test_old_terraform_has_no_chdir(sample: Path) -> None:
    change(sample, "infra/ecs-tasks/environments/test/main.tf", ">= 0.14", "0.12.24")
    text = _runbook(sample)
    assert "-chdir" not in text
    assert "(cd infra/ecs-tasks/environments/test/ && terraform init && terraform apply --var " in text


def test_log_group_of_state_changes(sample: Path) -> None:
    assert "no log group `/events`" in _runbook(sample)
    folder = sample / "infra/env-shared/template"
    folder.mkdir(parents=True)
    (folder / "ecs.tf").write_text(
        'locals {\n  app_name = "pfml-api"\n}\n'
        'resource "aws_cloudwatch_log_group" "events" {\n'
        '  name = "service/${local.app_name}-${var.environment_name}/ecs-tasks/events"\n}\n'
    )
    assert _command(_runbook(sample), "aws", "logs", "tail", "service/pfml-api-test/ecs-tasks/events")


def test_log_group_is_the_checkouts(sample: Path) -> None:
    change(
        sample,
        f"{TEMPLATE}/cloudwatch.tf",
        '"service/${local.app_name}-${var.environment_name}/ecs-tasks"',
        '"tasks/${var.environment_name}"',
    )
    assert "saw watch --raw tasks/test\n" in _runbook(sample)


# --- refusals


@pytest.mark.parametrize(
    "author", ["Kevin.Yeh", "kevin", "kevin.", ".yeh", "kevin yeh", "kevin.yeh;id", "-k.y", "kevin.yeh\n", ""]
)
def test_author_is_first_and_last_name(sample: Path, author: str) -> None:
    with pytest.raises(Refusal, match=r"--author"):
        runbook("dor-import", "test", author, Checkout.find(sample))


def test_author_with_hyphens_and_digits(sample: Path) -> None:
    assert "anne-marie.o-neil2" in runbook("dor-import", "test", "anne-marie.o-neil2", Checkout.find(sample))


# --- safe to paste, readable


@pytest.mark.parametrize(
    "word", ["plain", "$HOME", "a'b", "`id`", "two\nlines", "tab\tand \\ and 'quotes'\n", "\x1b[0m", "é\u2028x"]
)
def test_shell_reads_back_what_was_quoted(word: str) -> None:
    quoted = shell(word)
    assert "\n" not in quoted
    output = subprocess.run(
        ["bash", "-c", f"printf %s {quoted}"], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    ).stdout
    assert output.decode() == word


def test_hostile_names_stay_words(sample: Path) -> None:
    hostile = "x; touch pwned $(id) 'y"
    path = sample / TEMPLATE / "tasks.tf"
    path.write_text(path.read_text().replace('"fineos-bucket-tool"', f'"{hostile}"'))
    path = sample / TEMPLATE / "cloudwatch.tf"
    path.write_text(
        path.read_text()
        .replace('"fineos-bucket-tool"', f'"{hostile}"')
        .replace("fineos-daily-export-copy", hostile)
        .replace("--recursive", "one\\ntwo")
    )
    text = _runbook(sample, hostile)
    runs = [
        shlex.split(line) for block in _blocks(text, "sh") for line in block.splitlines() if line.startswith("./bin/")
    ]
    assert [words[1:4] for words in runs] == [["test", hostile, "kevin.yeh"]] * 2
    assert _value(_put_rules(text)[0], "--name") == f"{hostile}_test_schedule"
    _assert_shell(text)


def _assert_shell(markdown: str) -> None:
    blocks = _blocks(markdown, "sh")
    assert blocks
    for block in blocks:
        subprocess.run(["bash", "-n"], input=block.encode(), check=True)


def test_every_task_of_the_sample_everywhere(sample: Path) -> None:
    checkout = Checkout.find(sample)
    for environment in environment_names(checkout):
        for task in task_names(Folder.of(checkout)):
            text = runbook(task, environment, "kevin.yeh", checkout)
            _assert_shell(text)
            assert "\n\n\n" not in text and not re.search(r"[ \t]$", text, re.MULTILINE)


@pytest.mark.real
def test_every_real_task(real_checkout: Path) -> None:
    checkout = Checkout.find(real_checkout)
    for task in task_names(Folder.of(checkout)):
        text = runbook(task, environment_names(checkout)[0], "kevin.yeh", checkout)
        _assert_shell(text)
        if _blocks(text, "yaml"):
            _variables(text)
        assert f"run-task.sh {environment_names(checkout)[0]} {task} kevin.yeh\n" in text


def test_text_has_the_words_without_the_markup() -> None:
    markdown = "# A `b`\n\nSee `c`:\n\n```sh\nd `e`\n\nf\n```\n"
    assert as_text(markdown) == "A b\n===\n\nSee c:\n\n    d `e`\n\n    f\n"


def test_text_is_wrapped_but_nothing_to_copy() -> None:
    address, words = f"https://example.org/{'x' * 120}", " ".join(["word"] * 30)
    markdown = f"{words}\nends.\n<{address}>\n\n1. {words}\n\n```sh\n{words}\n```\n"
    lines = as_text(markdown).splitlines()
    assert lines[1] == "word word word word word word ends." and len(lines[0]) <= 120
    assert lines[2:] == [address, "", f"1. {words}", "", f"    {words}"]
