"""Text next to an edit in any form that Terraform accepts, also forms that python-hcl2 does not read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import Result

from tests.conftest import Run
from tests.helpers import ROOT, hashicorp_parses, restore, tree

FORMS = {
    "provider function": 'provider::aws::trim_iam_role_path("x")',
    "strip markers": '"${~ var.environment_name ~}"',
    "comment in an interpolation": '"${var.environment_name # }\n}"',
    "block comment in an interpolation": '"${/* } */ var.environment_name}"',
    "line breaks in an interpolation": '"${\n  var.environment_name\n}"',
    "blanks behind a heredoc": "<<EOT\n  x\n  EOT  ",
    "heredoc in a heredoc": "<<EOT\n${<<EOT\nx\nEOT\n}\nEOT",
    "short marker": "<<_\nx\n_",
    "double negation": "!!var.enable_dor_import_trigger",
    "expressions as keys": '{ (var.environment_name) = 1, "a" == "b" : 2, upper("x") = 3, "${var.environment_name}-x" = 4 }',
    "comment behind a key": "{ a /* c */ = 1 }",
    "line break after for": "[\nfor\nx in [1] : x]",
    "for over lines": "{\nfor k,\nv in { a = 1 } : k => v\n}",
    "directive": '"%{ if true ~}a%{ else }b%{ endif }"',
    "long escape": '"\\U0001F600"',
    "numbers": "[1.e5, 1e5, 007]",
    "legacy index": "var.app_subnet_ids.0.b.*.c",
    "name outside of ASCII": "{ é = 1 }",
    "conditional over lines": "(true\n? 1\n: 2)",
}
INFRA = "infra/ecs-tasks/template"
NEW_TASK = 'task x-y-task --schedule "rate(1 day)" --toggle enable_x_y --s3-bucket agency_transfer --s3-prefix xy/ --db'
INVERSES = [
    (NEW_TASK, "remove x-y-task"),
    ('schedule load-employers-to-fineos "rate(1 day)"', "unschedule load-employers-to-fineos"),
    ("trigger fineos-bucket-tool --s3-bucket agency_transfer --s3-prefix x/", "untrigger fineos-bucket-tool"),
    ("rename fineos-bucket-tool fineos-bucket-thing", "rename fineos-bucket-thing fineos-bucket-tool"),
    ("rename reductions-process-agency-data reductions-x", "rename reductions-x reductions-process-agency-data"),
]


def _behind(sample: Path, path: str, line: str, text: str) -> None:
    """Add text behind the last such line of a file."""
    file = sample / path
    before, found, after = file.read_text().rpartition(f"{line}\n")
    assert found, line
    file.write_text(f"{before}{found}{text}\n{after}")


def _surround(sample: Path, values: list[str]) -> None:
    """Add attributes with these values wherever commands edit."""
    for index, value in enumerate(values):
        attribute = f"odd{index} = {value}"
        element = f"(\n{value}\n)"
        _behind(sample, f"{INFRA}/tasks.tf", "        local.emails_reductions\n      ]", attribute)
        _behind(sample, f"{INFRA}/tasks.tf", "        local.fineos_s3_access\n      ]", attribute)
        _behind(sample, f"{INFRA}/tasks.tf", "        local.db_access,", f"{{ name : {element}, value : {element} }},")
        _behind(sample, f"{INFRA}/cloudwatch.tf", "aws_iam_role.reductions_workflow_task_role.arn", attribute)
        _behind(sample, f"{INFRA}/s3_subscriptions.tf", "  bucket = data.aws_s3_bucket.agency_transfer.id", attribute)
        _behind(sample, f"{INFRA}/s3_subscriptions.tf", '    filter_suffix       = ".csv"', attribute)
        _behind(sample, f"{INFRA}/s3.tf", "}", f"locals {{\n  s3_odd{index} = {value}\n}}")
        _behind(sample, f"{INFRA}/iam.tf", "}", f"locals {{\n  iam_odd{index} = {value}\n}}")
        _behind(sample, f"{INFRA}/variables.tf", "}", f"locals {{\n  variables_odd{index} = {value}\n}}")
        _behind(
            sample, "infra/modules/alarms_api/alarms-aws.tf", '    "reductions-process-agency-data",', f"{element},"
        )
        _behind(sample, "infra/ecs-tasks/environments/prod/main.tf", '  source = "../../template"', attribute)
    for path in sample.rglob("*.tf"):
        hashicorp_parses(path.read_bytes())


def _worked(result: Result) -> None:
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("form", FORMS)
def test_a_task_is_added_and_removed_beside_any_form(sample: Path, run: Run, form: str) -> None:
    _surround(sample, [FORMS[form]])
    before = tree(sample)
    _worked(run(NEW_TASK))
    _worked(run("remove x-y-task"))
    assert tree(sample) == before


@pytest.mark.parametrize("form", FORMS)
def test_a_team_s_template_may_have_any_form(sample: Path, run: Run, form: str) -> None:
    snippets = sample / ".pfml-scaffold/template/snippets"
    snippets.mkdir(parents=True)
    text = (ROOT / "template/snippets/task.tf").read_text()
    (snippets / "task.tf").write_text(text.replace("      command", f"      odd = {FORMS[form]}\n      command", 1))
    before = tree(sample)
    _worked(run("task x-y-task --env-var A_B=c"))
    assert FORMS[form] in (sample / INFRA / "tasks.tf").read_text()
    _worked(run("remove x-y-task"))
    assert tree(sample) == before


@pytest.mark.parametrize(("command", "inverse"), INVERSES[1:])
def test_each_command_works_beside_all_forms_and_can_be_undone(
    sample: Path, run: Run, command: str, inverse: str
) -> None:
    _surround(sample, list(FORMS.values()))
    before = tree(sample)
    _worked(run(command))
    for path in sample.rglob("*.tf"):
        hashicorp_parses(path.read_bytes())
    _worked(run(inverse))
    assert tree(sample) == before


@pytest.mark.parametrize(
    "command", ["remove reductions-process-agency-data", "unschedule fineos-bucket-tool", "untrigger dor-import"]
)
def test_removals_work_beside_all_forms(sample: Path, run: Run, command: str) -> None:
    _surround(sample, list(FORMS.values()))
    _worked(run(command))
    for path in sample.rglob("*.tf"):
        hashicorp_parses(path.read_bytes())


@pytest.mark.parametrize("command", ["list", "show dor-import", "check --format json"])
def test_readers_cope_with_all_forms(sample: Path, run: Run, command: str) -> None:
    _surround(sample, list(FORMS.values()))
    result = run(command)
    assert result.exit_code in (0, 1) and "unparsed-file" not in result.output, result.output


@pytest.mark.parametrize(
    "command", ["list", "check", "task fineos-bucket-tool --module massgov.pfml.fineos.tool.bucket"]
)
def test_strip_markers_in_what_is_read(sample: Path, run: Run, command: str) -> None:
    expected = run(command).output
    for path in sample.rglob("*.tf"):
        text = path.read_text()
        path.write_text(re.sub(r"(?<!\$)\$\{([^{}\"]+)\}(?=[^ ])", r"${~ \1 ~}", text))
        hashicorp_parses(path.read_bytes())
    assert run(command).output == expected


def test_a_key_in_parentheses_is_the_task(sample: Path, run: Run) -> None:
    file = sample / INFRA / "tasks.tf"
    file.write_text(file.read_text().replace('"fineos-bucket-tool" = {', '("fineos-bucket-tool") = {'))
    before = tree(sample)
    _worked(run("task fineos-bucket-tool --module massgov.pfml.fineos.tool.bucket --env-var A_B=c"))
    assert (
        file.read_text().count('"fineos-bucket-tool") = {') == 1 and '"fineos-bucket-tool" = {' not in file.read_text()
    )
    restore(sample, before)
    _worked(run("rename fineos-bucket-tool fineos-bucket-thing"))
    _worked(run("rename fineos-bucket-thing fineos-bucket-tool"))
    assert tree(sample) == before
    _worked(run("remove fineos-bucket-tool"))


@pytest.mark.parametrize("form", FORMS)
def test_a_gate_in_any_form_is_kept_or_refused(sample: Path, run: Run, form: str) -> None:
    file = sample / INFRA / "s3_subscriptions.tf"
    file.write_text(
        file.read_text().replace("var.enable_dor_import_trigger ? 1 : 0", f"(\n{FORMS[form]}\n) == 1 ? 1 : 0")
    )
    _worked(run("list"))
    result = run("trigger fineos-bucket-tool --s3-bucket agency_transfer --s3-prefix x/ --toggle enable_x")
    assert result.exit_code == 0 or ("heredoc" in result.output and "<<" in FORMS[form]), result.output
    hashicorp_parses(file.read_bytes())
