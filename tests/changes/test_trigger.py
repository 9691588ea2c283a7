"""A trigger in a bucket's notification: the existing ones keep their meaning in every environment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.terraform.conditions import alternatives, grouped, one_line, unwrapped
from scaffold.terraform.folder import Folder, PlacedBlock
from tests.conftest import Run
from tests.helpers import differences, fmt_differences, hashicorp_parses, tree

FILE = "infra/ecs-tasks/template/s3_subscriptions.tf"
COMMAND = "task my-task --s3-bucket agency_transfer --s3-prefix mine/"
STATIC = """
  lambda_function {
    lambda_function_arn = module.trigger_dor_import.lambda_arn
    events              = ["s3:ObjectCreated:*"]
    filter_prefix       = "dor/received/"
  }
"""
DYNAMIC = """
  dynamic "lambda_function" {
    for_each = var.b ? [1] : []
    content {
      lambda_function_arn = module.other.lambda_arn
      events              = ["s3:ObjectCreated:*"]
      filter_prefix       = "other/"
    }
  }
"""
QUEUE = """
  queue {
    queue_arn     = aws_sqs_queue.x.arn
    events        = ["s3:ObjectRemoved:*"]
    filter_prefix = "gone/"
  }
"""
GATES = [
    "",
    "1",
    "var.a ? 1 : 0",
    "(var.a) ? 1 : 0",
    "var.a ? 0 : 1",
    "!var.a ? 1 : 0",
    "var.a || var.b ? 1 : 0",
    "(var.a || var.b) ? 1 : 0",
    "var.a && var.b ? 1 : 0",
    "(var.a && var.b || var.t) ? 1 : 0",
    "(\n    var.a || # one\n    var.b    # two\n  ) ? 1 : 0",
    "var.t ? 1 : 0",
]


def _notification(gate: str, body: str) -> str:
    count = f"  count  = {gate}\n" if gate else ""
    return f'resource "aws_s3_bucket_notification" "agency_transfer_notifications" {{\n{count}  bucket = data.aws_s3_bucket.agency_transfer.id\n{body}}}\n'


def _write(sample: Path, gate: str, body: str) -> None:
    text = (sample / FILE).read_text()
    (sample / FILE).write_text(text[: text.index('resource "aws_s3_bucket_notification"')] + _notification(gate, body))
    variables = "".join(f'\nvariable "{name}" {{\n  type    = bool\n  default = false\n}}\n' for name in "abt")
    with (sample / "infra/ecs-tasks/template/variables.tf").open("a") as file:
        file.write(variables + "\nlocals {\n  in_use = [var.a, var.b, var.t]\n}\n")


def _holds(condition: str, values: Mapping[str, bool]) -> bool:
    """Evaluate a condition of `&&`, `||`, `!` and variables in Python, which has the same rules."""
    text = re.sub(r"#[^\n]*", "", condition).replace("\n", " ").replace("&&", " and ").replace("||", " or ")
    text = re.sub(r"!(?!=)", " not ", text)
    text = re.sub(r"var\.(\w+)", lambda match: str(values[match[1]]), text)
    return bool(eval(text.strip(), {"__builtins__": {}}, {"true": True, "false": False}))


def _made(sample: Path, values: Mapping[str, bool]) -> set[str]:
    """The prefixes that have a destination in an environment with these variables."""
    folder = Folder.of(Checkout(sample))
    found = next(folder.blocks("resource", "aws_s3_bucket_notification"))
    if not _exists(folder, found, "count", values):
        return set()
    prefixes = set()
    for block in found.block.blocks:
        content = (block.find("content") or block) if block.type == "dynamic" else block
        if block.type != "dynamic" or _exists(folder, PlacedBlock(found.path, block), "for_each", values):
            prefixes.add(folder.attribute_text(PlacedBlock(found.path, content), "filter_prefix"))
    return prefixes


def _exists(folder: Folder, found: PlacedBlock, attribute: str, values: Mapping[str, bool]) -> bool:
    if attribute not in found.block.attributes:
        return True
    return _number(folder, found, found.block.attributes[attribute].value, values)


def _number(folder: Folder, found: PlacedBlock, node: hcl.Node, values: Mapping[str, bool]) -> bool:
    if isinstance(node, hcl.Call):
        return any(_number(folder, found, argument, values) for argument in node.arguments)
    if not isinstance(node, hcl.Conditional):
        return folder.text(found.path, node) == "1"
    chosen = node.yes if _holds(folder.text(found.path, node.condition), values) else node.no
    return folder.text(found.path, chosen) not in ("0", "[]")


@pytest.mark.parametrize("toggle", ["", "t", "a"])
@pytest.mark.parametrize("body", [STATIC, DYNAMIC, STATIC + DYNAMIC + QUEUE])
@pytest.mark.parametrize("gate", GATES)
def test_existing_destinations_keep_their_meaning(gate: str, body: str, toggle: str, sample: Path, run: Run) -> None:
    _write(sample, gate, body)
    clean = fmt_differences(sample / FILE) == ""
    assignments = [dict(zip("abt", values, strict=True)) for values in product((False, True), repeat=3)]
    before = [_made(sample, values) for values in assignments]
    line = COMMAND + (f" --toggle {toggle}" if toggle else "")
    files = tree(sample)
    result = run(line)
    assert result.exit_code == 0, result.stderr
    for values, old in zip(assignments, before, strict=True):
        new = {'"mine/"'} if not toggle or values[toggle] else set()
        assert _made(sample, values) == old | new, values
    hashicorp_parses((sample / FILE).read_bytes())
    assert not clean or fmt_differences(sample / FILE) == ""
    assert "Nothing to do" in run(line).stdout
    assert run("remove my-task").exit_code == 0
    assert differences(tree(sample), files) == {}


@pytest.mark.parametrize(
    ("for_each", "written"),
    [
        ('var.b ? ["x/"] : []', 'for_each = var.a && var.b ? ["x/"] : []'),
        ("[1]", "for_each = [for value in [1] : value if var.a]"),
        ("local.all", "for_each = { for key, value in local.all : key => value if var.a }"),
        ('{ dor = "x/" }', 'for_each = { for key, value in { dor = "x/" } : key => value if var.a }'),
    ],
)
def test_a_dynamic_block_keeps_its_values(for_each: str, written: str, sample: Path, run: Run) -> None:
    body = DYNAMIC.replace("var.b ? [1] : []", for_each).replace('"other/"', "lambda_function.value")
    _write(sample, "var.a ? 1 : 0", body.replace("lambda_function.value", '"other/"'))
    result = run(f"{COMMAND} --toggle t")
    assert result.exit_code == 0, result.stderr
    assert written in (sample / FILE).read_text()


def test_a_heredoc_in_a_block_stays_as_it_is(sample: Path, run: Run) -> None:
    body = STATIC.replace('"dor/received/"', "trimspace(<<EOT\ndor/received/\n  x\nEOT\n    )")
    _write(sample, "var.a ? 1 : 0", body)
    assert run(f"{COMMAND} --s3-event s3:ObjectRemoved:Delete").exit_code == 0
    assert "\ndor/received/\n  x\nEOT\n" in (sample / FILE).read_text()


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("infra/bi/template/main.tf", 'bucket = "massgov-pfml-${var.environment}-agency-transfer"'),
        ("infra/other/main.tf", 'bucket = "massgov-pfml-test-agency-transfer"'),
        ("infra/ecs-tasks/template/other.tf", "bucket = local.unknown"),
        ("infra/ecs-tasks/template/other.tf", "bucket = data.aws_s3_bucket.agency_transfer.id"),
    ],
)
def test_a_second_notification_is_refused_with_its_place(path: str, text: str, sample: Path, run: Run) -> None:
    (sample / path).parent.mkdir(parents=True, exist_ok=True)
    (sample / path).write_text(f'resource "aws_s3_bucket_notification" "x" {{\n  {text}\n}}\n')
    result = run(COMMAND)
    assert result.exit_code == 1 and f"{path}:1" in result.stderr


@pytest.mark.parametrize(
    "bucket",
    [
        "local.at",
        'format("massgov-pfml-%s-agency-transfer", var.environment_name)',
        '"massgov-pfml-${var.environment_name}-agency-transfer"',
    ],
)
def test_a_bucket_is_known_however_it_is_named(bucket: str, sample: Path, run: Run) -> None:
    _write(sample, "", STATIC)
    text = (sample / FILE).read_text().replace("= data.aws_s3_bucket.agency_transfer.id", f"= {bucket}")
    (sample / FILE).write_text(f"{text}\nlocals {{\n  at = data.aws_s3_bucket.agency_transfer.id\n}}\n")
    assert run(COMMAND).exit_code == 0
    assert (sample / FILE).read_text().count('resource "aws_s3_bucket_notification"') == 1


@pytest.mark.parametrize(
    ("written", "options", "overlap"),
    [
        ('filter_prefix = "a/"', "--s3-prefix a/b/", True),
        ('filter_prefix = "a/b/"', "--s3-prefix a/", True),
        ('filter_prefix = "a/"', "--s3-prefix b/", False),
        ('filter_suffix = ".csv"', "--s3-prefix b/", True),
        ('filter_suffix = ".csv"', "--s3-suffix .txt", False),
        ('filter_suffix = ".csv"', "--s3-suffix x.csv", True),
        ('filter_prefix = "a/"\n    filter_suffix = ".csv"', "--s3-prefix a/ --s3-suffix .txt", False),
        ('filter_prefix = "${local.app_name}/"', "--s3-prefix pfml-api/", True),
        ("filter_prefix = local.app_name", "--s3-prefix pfml-api/", True),
        ('filter_prefix = "${var.environment_name}/"', "--s3-prefix prod/", True),
        ('filter_prefix = "${var.environment_name}/"', "--s3-prefix other/", False),
        ('filter_prefix = "x/${data.y.z}/"', "--s3-prefix x/y/", True),
        ("", "--s3-prefix x/", True),
        ("", "--s3-prefix x/ --s3-event s3:ObjectRemoved:Delete", False),
        ("", "--s3-prefix x/ --s3-event s3:ObjectCreated:Put", True),
    ],
)
def test_filters_that_can_match_one_key_are_refused(
    written: str, options: str, overlap: bool, sample: Path, run: Run
) -> None:
    body = re.sub(r"    filter_prefix .*\n", f"    {written}\n" if written else "", STATIC)
    _write(sample, "", body)
    result = run(f"task my-task --s3-bucket agency_transfer {options}")
    assert (result.exit_code, "overlaps" in result.stderr) == ((1, True) if overlap else (0, False)), result.stderr


def test_conditions() -> None:
    assert unwrapped("((a || b))") == "a || b"
    assert unwrapped("(a) || (b)") == "(a) || (b)"
    assert grouped("a && b") == "(a && b)" and grouped("(var.a)") == "var.a"
    assert alternatives("(var.a || f(x, y || z))") == ["var.a", "f(x, y || z)"]
    assert alternatives("var.a && var.b") is None
    assert one_line("(\n  a || # b\n  c\n)") == "(a || c)"


# --- filters, which S3 compares URL-encoded

PREFIXES = (
    "my folder/",
    "year=2022/",
    "a+b/",
    "café/",
    "a@b:c/",
    "100%25/",
    "x${var.environment_name}=y/",
    "(1)/",
    "$1/",
)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_filters_are_written_encoded_and_recognized(sample: Path, run: Run, prefix: str) -> None:
    command = f"trigger fineos-bucket-tool --s3-bucket agency_transfer --s3-prefix '{prefix}' --s3-suffix '{prefix}'"
    before = run("check").stdout
    assert run(command).exit_code == 0
    written = re.findall(r'filter_(?:prefix|suffix) += "(.*)"', (sample / FILE).read_text())[-2:]
    assert re.fullmatch(r"([\w./()+-]|%[0-9A-F]{2}|\$\{[^}]*\})+", written[0]) and written[0] == written[1]
    after = (sample / FILE).read_bytes()
    assert "unchanged" in run(command).stdout
    again = (
        f"trigger fineos-bucket-tool --s3-bucket agency_transfer --s3-prefix '{written[0]}' --s3-suffix '{written[0]}'"
    )
    if "%" in written[0]:
        assert "unchanged" in run(again).stdout
    assert (sample / FILE).read_bytes() == after
    assert run("check").stdout == before
    hashicorp_parses(after)


@pytest.mark.parametrize(
    ("existing", "typed"),
    [("a%20b/", "a b/"), ("a+b/", "a b/"), ("year%3d2022/", "year=2022/"), ("caf%C3%A9/", "café/"), ("x%2Fy/", "x/y/")],
)
def test_another_form_of_the_same_filter_overlaps_and_is_recognized(
    sample: Path, run: Run, existing: str, typed: str
) -> None:
    _write(sample, "", STATIC.replace("dor/received/", existing))
    refused = run(f"trigger fineos-bucket-tool --s3-bucket agency_transfer --s3-prefix '{typed}more/'")
    assert refused.exit_code == 1 and "overlaps" in refused.stderr
    assert "unchanged" in run(f"trigger dor-import --s3-bucket agency_transfer --s3-prefix '{typed}'").stdout


def test_a_filter_that_is_not_encoded_is_not_taken_for_the_encoded_one(sample: Path, run: Run) -> None:
    _write(sample, "", STATIC.replace("dor/received/", "a b/"))
    refused = run("task dor-import-again --s3-bucket agency_transfer --s3-prefix 'a b/'")
    assert refused.exit_code == 1 and "overlaps" in refused.stderr
    refused = run("trigger dor-import --s3-bucket agency_transfer --s3-prefix 'a b/'")
    assert refused.exit_code == 1 and "not URL-encoded: write prefix 'a+b/'" in refused.stderr


def test_the_policy_names_keys_as_they_are(sample: Path, run: Run) -> None:
    assert run("task my-task --s3-bucket reports --s3-prefix 'my folder/year=2022/'").exit_code == 0
    text = (sample / "infra/ecs-tasks/template/iam.tf").read_text()
    assert 'values   = ["my folder/year=2022/*"]' in text and ".arn}/my folder/year=2022/*" in text
    assert 'filter_prefix       = "my+folder/year%3D2022/"' in (sample / FILE).read_text()
    assert "my folder/year=2022/*" in run("show my-task").stdout
    assert "my folder/year=2022/" in run("runbook my-task --environment test --author first.last").stdout
