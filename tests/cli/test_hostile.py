"""Whatever a checkout holds, every command ends, and says what is wrong or what it did not look at."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from scaffold.cli.main import main

TEMPLATE = "infra/ecs-tasks/template"
TASKS, SCHEDULES, ROLES = f"{TEMPLATE}/tasks.tf", f"{TEMPLATE}/cloudwatch.tf", f"{TEMPLATE}/iam.tf"
MORE, ALARMS = f"{TEMPLATE}/more.tf", "infra/modules/alarms_api/alarms-aws.tf"
COMMANDS = (
    "check",
    "list",
    "rename dor-import dor-import-again --dry-run",
    "remove dor-import --dry-run",
    "schedule dor-import rate(1day) --dry-run",
)
HANGS_AFTER = 120  # seconds; each command takes one or two
Edit = tuple[str, str, str]


@pytest.fixture(autouse=True)
def hang() -> Iterator[None]:
    """Fail instead of waiting for ever."""

    def stop(*_: object) -> None:
        raise AssertionError(f"not done after {HANGS_AFTER} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS_AFTER)
    yield
    signal.alarm(0)


def edit(sample: Path, *edits: Edit) -> None:
    """Replace a text in each file; "" adds to its end."""
    for path, old, new in edits:
        file = sample / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text() if file.exists() else ""
        assert old in text, (path, old)
        file.write_text(text.replace(old, new, 1) if old else text + new)


def outputs(*lines: str) -> str:
    """What commands print, none of them with an internal error."""
    printed = ""
    for line in lines:
        words = [word.replace("(1day)", "(1 day)") for word in line.split(" ")]
        result = CliRunner().invoke(main, words, prog_name="pfml-scaffold")
        assert result.exception is None or isinstance(result.exception, SystemExit), line
        assert result.exit_code in (0, 1, 2) and "internal error" not in result.output, (
            f"{line}\n{result.output[:2000]}"
        )
        printed += result.output
    return printed


# --- local values that double each other


def doubled(first: str, next: str, times: int = 40) -> Edit:
    """Local values d0, d1, …, each of which uses the one before it twice."""
    lines = [
        f"  d0 = {first}",
        *(f"  d{index} = {next.replace('@', f'local.d{index - 1}')}" for index in range(1, times + 1)),
    ]
    return MORE, "", "locals {\n" + "\n".join(lines) + "\n}\n"


TEXT = doubled('"x${var.environment_name}x"', '"${@}${@}"')
LIST = doubled('[{ name : "A", value : "b" }]', "concat(@, @)")
NESTED = doubled('[{ name : "A", value : "b" }]', "[@, @]")
OBJECT = doubled('{ Effect = "Allow" }', "{ a = @, b = @ }")
CHOICE = doubled("aws_iam_role.dor_import_task_role.arn", 'var.x == "@" ? @ : @')
ACTIONS = doubled('["s3:GetObject"]', "concat(@, @)")
POLICY = 'resource "aws_iam_role_policy" "x" {\n  role = aws_iam_role.dor_import_task_role.id\n  policy = %s\n}\n'
SECRET = 'valueFrom : "/service'
CRON = '"cron(30 10 * * ? *)"'
DOUBLED: dict[str, tuple[Edit, ...]] = {
    "command": (TEXT, (TASKS, 'command   = ["dor-import"]', 'command   = ["${local.d40}"]')),
    "whole command": (ACTIONS, (TASKS, 'command   = ["dor-import"]', "command   = local.d40")),
    "value": (TEXT, (TASKS, 'value : "s3://', 'value : "${local.d40}s3://')),
    "name of a variable": (TEXT, (TASKS, 'name : "FOLDER_PATH"', 'name : "${local.d40}"')),
    "secret": (TEXT, (TASKS, SECRET, 'valueFrom : "${local.d40}/service')),
    "family": (TEXT, (TASKS, 'family                   = "', 'family                   = "${local.d40}')),
    "name of a role": (TEXT, (ROLES, "-ecs-tasks-", "-${local.d40}ecs-tasks-")),
    "schedule": (TEXT, (SCHEDULES, CRON, '"${local.d40}"')),
    "schedule by name": (TEXT, (SCHEDULES, CRON, "local.d40")),
    "condition": (CHOICE, (SCHEDULES, "is_enabled = true", "is_enabled = local.d40")),
    "comparison": (TEXT, (SCHEDULES, "is_enabled = true", 'is_enabled = local.d40 == "x"')),
    "role": (CHOICE, (TASKS, "task_role = aws_iam_role.dor_import_task_role.arn", "task_role = local.d40")),
    "group": (LIST, (TASKS, "local.fineos_s3_access", "local.d40")),
    "nested group": (NESTED, (TASKS, "local.fineos_s3_access", "local.d40")),
    "whole environment": (LIST, (TASKS, "env = [\n        local.fineos_s3_access\n      ]", "env = local.d40")),
    "alarms": (
        (ALARMS.replace("alarms-aws", "more"), "", ACTIONS[2].replace("s3:GetObject", "x")),
        (ALARMS, "alarm_names = [", "alarm_names = concat(local.d40, ["),
        (ALARMS, "\n  ]\n", "\n  ])\n"),
    ),
    "actions": (
        ACTIONS,
        (MORE, "", 'data "aws_iam_policy_document" "x" {\n  statement {\n    actions = local.d40\n  }\n}\n'),
        (MORE, "", POLICY % "data.aws_iam_policy_document.x.json"),
    ),
    "actions in JSON": (ACTIONS, (MORE, "", POLICY % "jsonencode({ Statement = [{ Action = local.d40 }] })")),
    "statements": (OBJECT, (MORE, "", POLICY % "jsonencode({ Statement = [local.d40] })")),
    "states": (
        OBJECT,
        (MORE, "", 'resource "aws_sfn_state_machine" "x" {\n  definition = jsonencode({ States = local.d40 })\n}\n'),
    ),
    "resources": (TEXT, (MORE, "", POLICY % 'jsonencode({ Statement = [{ Resource = "${local.d40}" }] })')),
}
UNEVALUATED = ("has more than 100,000 characters", "is part of values that are too large to be evaluated")


@pytest.mark.parametrize("where", DOUBLED)
def test_values_that_double_each_other(where: str, sample: Path) -> None:
    edit(sample, *DOUBLED[where])
    outputs(*COMMANDS)


@pytest.mark.parametrize("where", ["value", "family", "secret", "group", "nested group", "alarms", "actions", "role"])
def test_check_says_which_values_it_did_not_evaluate(where: str, sample: Path) -> None:
    edit(sample, *DOUBLED[where])
    lines = [line for line in outputs("check").splitlines() if line.startswith("not checked: ")]
    assert any(reason in line for line in lines for reason in UNEVALUATED)


def test_the_other_rules_still_run(sample: Path) -> None:
    edit(sample, *DOUBLED["group"], (TASKS, "cpu       = 4096", "cpu       = 4097"))
    assert "4097" in outputs("check")


@pytest.mark.parametrize("value", ["local.@", '"${local.@}"', '"x${local.@}"'])
def test_values_behind_many_others(value: str, sample: Path) -> None:
    lines = [f"  d{index} = {value.replace('@', f'd{index - 1}')}" for index in range(1, 2001)]
    edit(sample, (MORE, "", 'locals {\n  d0 = "x"\n' + "\n".join(lines) + "\n}\n"))
    edit(sample, (TASKS, 'value : "s3://', 'value : "${local.d2000}s3://'), (SCHEDULES, CRON, "local.d2000"))
    edit(sample, (TASKS, "task_role = aws_iam_role.dor_import_task_role.arn", "task_role = local.d2000"))
    assert "has more than 50 others behind it" in outputs(*COMMANDS)


def test_values_that_refer_to_each_other(sample: Path) -> None:
    text = 'locals {\n  p = local.q\n  q = local.p\n  r = "${local.s}x"\n  s = "${local.r}"\n  t = [local.u]\n  u = local.t\n}\n'
    edit(sample, (MORE, "", text), (TASKS, 'value : "s3://', 'value : "${local.p}${local.r}s3://'))
    edit(sample, (TASKS, "local.fineos_s3_access", "local.t"), (SCHEDULES, CRON, "local.p"))
    edit(sample, (MORE, "", POLICY % "local.q"), (f"{TEMPLATE}/s3.tf", 'bucket = "', 'bucket = local.p #"'))
    outputs(*COMMANDS, "trigger dor-import --s3-bucket reports --dry-run")


# --- blocks that Terraform refuses


@pytest.mark.parametrize("type", ["resource", "data", "module", "variable", "output", "provider", "locals"])
@pytest.mark.parametrize("labels", ["", '"aws_iam_role"', '"aws_s3_bucket" "a" "b"', "aws_iam_role_policy", '""'])
def test_labels(type: str, labels: str, sample: Path) -> None:
    edit(sample, (MORE, "", f"{type} {labels} {{\n}}\n"))
    outputs(*COMMANDS)


# --- TOML

PYPROJECT, EXCEPTIONS = "api/pyproject.toml", ".pfml-scaffold/check.toml"
TOML = {
    "dotted key": "x" + ".a" * 20_000 + " = 1\n",
    "dotted key in a table": "x = { y" + ".a" * 20_000 + " = 1 }\n",
    "dotted header": "[x" + ".a" * 20_000 + "]\n",
    "quoted parts": '"x"' + ' . "a"' * 20_000 + " = 1\n",
    "lists": "x = " + "[" * 20_000 + "]" * 20_000 + "\n",
    "tables": "x = " + "{ a = " * 5_000 + "1" + " }" * 5_000 + "\n",
    "number": f"x = {'9' * 5_000}\n",
    "hexadecimal": f"x = 0x{'f' * 8_000}\n",
    "not equal to itself": "x = [nan, inf, 1e99999]\n",
    "large": f"# {'x' * 300_000}\n",
    "no character": 'x = "\\ud800"\n',
}
SCRIPTS = "[tool.poetry.scripts]\n"


@pytest.mark.parametrize("kind", TOML)
def test_toml(kind: str, sample: Path) -> None:
    file = sample / PYPROJECT
    text = file.read_text()
    for hostile in (text + TOML[kind], text.replace(SCRIPTS, SCRIPTS + TOML[kind])):
        file.write_text(hostile)
        outputs(*COMMANDS[:3], "task my-new-task-name --dry-run")
    file.write_text(text)
    edit(sample, (EXCEPTIONS, "", TOML[kind]))
    assert f"error: {EXCEPTIONS}" in outputs("check")


@pytest.mark.parametrize(
    "value",
    ['"a\\u0000b:main"', f'"{"a." * 5_000}b:main"', '"../../../x:main"', '":"', "[1]", "nan", "{ reference = 5 }"],
)
def test_scripts(value: str, sample: Path) -> None:
    edit(sample, (PYPROJECT, SCRIPTS, f"{SCRIPTS}more-x = {value}\n"))
    outputs(*COMMANDS)


# --- Python

PROGRAM = "api/massgov/pfml/dor/importer/import_dor.py"
ENCODINGS = (
    "rot13",
    "hex",
    "zlib",
    "utf-16",
    "utf-7",
    "latin-1",
    "cp037",
    "idna",
    "undefined",
    "no-such",
    "unicode_escape",
)
LINES = {
    "text": ["x = 'a'", *["x = x + x"] * 60],
    "list": ["x = ['a']", *["x = x + x"] * 60],
    "formatted": ["x = 'a'", *["x = f'{x}{x}'"] * 60],
    "list in lists": ["x = []", *["x = [x, x]"] * 60, "y = str(x)"],
    "repeated": ["x = 'a' * 10**9", "y = 1 << 10**9", "z = 9**9**9", "w = f'{1:>999999999}'", "v = '%999999999d' % 3"],
    "number": [f"x = str(0x{'f' * 2_500})", f"y = -0x{'f' * 2_500}"],
    "huge number": [f"x = 0x{'f' * 8_000}"],
    "ranges": ["x = range(0, 10, 0)"],
    "large range": ["x = len(range(10**30))", "for y in range(10**30):", "    pass"],
    "loops": ["for i in range(500):", "    for j in range(500):", "        for k in range(500):", "            x = i"],
    "steps": ["x = ['a'][::0]", "y = {'a': 1}[['b']]"],
    "options": ["parser.add_argument('')", "parser.add_argument()", "parser.add_argument(5, nargs=10**9)"],
    "enum": ["import enum", "class E(str, enum.Enum):", "    a = 'b'", "x = E()"],
    "recursion": ["def f(x):", "    return f(f(x))", "x = f(parser)"],
}
SOURCES = {
    "parentheses": "x = " + "(" * 5_000 + "1" + ")" * 5_000,
    "signs": "x = " + "-" * 20_000 + "1",
    "sum": "x = " + "1+" * 20_000 + "1",
    "attributes": "x = a" + ".b" * 20_000,
    "calls": "x = f" + "()" * 20_000,
    "branches": "if 0: pass\n" + "elif 0: pass\n" * 5_000,
    "number": f"x = {'9' * 5_000}",
    "zero byte": "x = '\0'",
    "form feed": "\x0cx = 1\ry = 2",
    "escapes": "x = '\\d \\N{NOPE}'",
    "no character": "x = '\\ud800'",
}


def test_programs_that_declare_an_encoding(sample: Path) -> None:
    text = (sample / PROGRAM).read_text()
    for encoding in ENCODINGS:
        (sample / PROGRAM).write_text(f"# coding: {encoding}\n{text}")
        printed = outputs("check", "list")
        assert PROGRAM in printed, encoding
    for data in (
        text.encode("utf-16"),
        b"# \xe9\n" + text.encode(),
        b"\xef\xbb\xbf# coding: latin-1\n" + text.encode(),
    ):
        (sample / PROGRAM).write_bytes(data)
        outputs(*COMMANDS)


@pytest.mark.parametrize("kind", LINES)
def test_programs(kind: str, sample: Path) -> None:
    lines = ["import argparse", "parser = argparse.ArgumentParser()", *LINES[kind]]
    lines += ["parser.add_argument('--x', choices=[x], default=x, help=x)", "parser.parse_args()"]
    start = "def handler() -> None:\n"
    edit(sample, (PROGRAM, start, start + "".join(f"    {line}\n" for line in lines)))
    outputs(*COMMANDS)


@pytest.mark.parametrize("kind", SOURCES)
def test_sources(kind: str, sample: Path) -> None:
    edit(sample, (PROGRAM, "", f"\n{SOURCES[kind]}\n"))
    edit(sample, ("api/tests/test_more.py", "", f"from massgov.pfml.dor.importer import import_dor\n{SOURCES[kind]}\n"))
    outputs(*COMMANDS)


# --- a team's templates

LOOP = "{% for x in range(9999) %}"
MEMORY = "it takes too much memory"
TEMPLATES = {
    "nested loops": (LOOP * 3 + "{% endfor %}" * 3, "it takes more than 100,000 steps"),
    "loops over text": ("{% for x in 'a' * 9999 %}" * 4 + "{% endfor %}" * 4, "it takes more than 100,000 steps"),
    "macros": (
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "it takes more than 100,000 steps",
    ),
    "long text": ("{{ 'x' * 10**9 }}", "the result of * may be too large"),
    "powers": ("{{ 9**9**9 }}", "the result of ** may be too large"),
    "width": ("{{ '%999999999d' % 1 }}", "the result of % may be too large"),
    "range": ("{% for x in range(10**6) %}{% endfor %}", "a range may have at most 10,000 numbers"),
    "filter": ("{{ 'x' | center(10**9) }}", MEMORY),
    "method": ("{{ 'x'.ljust(10**9) }}", MEMORY),
    "format": ("{{ '{:999999999}'.format(1) }}", MEMORY),
    "doubled text": (
        "{% set n = namespace(x='a') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        MEMORY,
    ),
    "list": ("{{ range(3) | batch(10**9, 'x') | list }}", MEMORY),
}


@pytest.mark.parametrize("name", ["toggle.tf", "function.py"], ids=["rendered", "included"])
@pytest.mark.parametrize("kind", TEMPLATES)
def test_templates(kind: str, name: str, sample: Path) -> None:
    text, message = TEMPLATES[kind]
    edit(sample, (f".pfml-scaffold/template/snippets/{name}", "", text))
    assert message in outputs("task my-new-task-name --schedule rate(1day) --toggle --dry-run")


# --- names and arguments


@pytest.mark.parametrize("name", ["a" * 5_000, "a/" * 3_000, "\udcff", "a" * 300])
def test_long_names(name: str, sample: Path) -> None:
    outputs(f"demo {name}x", f"list --repo {name}", f"task x-y --repo {name}", f"task x-y --module massgov.{name}.x")
    outputs(
        f"task {name}", f"show {name}", f"check {name}", f"rename dor-import {name}", f"task x-y --cpu {'9' * 5_000}"
    )


@pytest.mark.parametrize("text", ["\ue000", "\ue0005\ue000${var.x}", "\\ue000", "a\ue0010\ue001b", "\ue000\ue001" * 50])
def test_private_characters(text: str, sample: Path) -> None:
    line = "task x-y --schedule rate(1day) --args --schedule-arg"
    outputs(f"{line} {text} --dry-run", f"{line} {text}", "list", "check", "remove x-y")
    edit(
        sample,
        (SCHEDULES, '"command": [', f'"command": ["{text}", ')
        if '"command": [' in (sample / SCHEDULES).read_text()
        else (MORE, "", ""),
    )
    outputs(*COMMANDS)


def test_names_on_the_disk_that_are_not_utf_8(sample: Path) -> None:
    for folder in ("infra/ecs-tasks/environments", "infra/modules", "api/massgov/pfml", "api/tests", TEMPLATE, "."):
        place = sample / folder / "\udcff\udcfe"
        place.mkdir()
        (place / "main.tf").write_text("locals {\n  dor-import = 1\n}\n")
        (place / "x.py").write_text("import massgov.pfml.dor.importer.import_dor\n")
        (sample / folder / "test_\udcff.py").write_text("# dor-import\n")
        (sample / folder / "\udcff.tf").write_text("# dor-import\n")
    printed = outputs(
        *COMMANDS,
        "list --format json",
        "list buckets --format csv",
        "list environments",
        "check --format json",
        "check --format github",
        "runbook dor-import test",
    )
    printed.encode()
    assert "not checked: infra/ecs-tasks/environments/b'\\xff\\xfe': its name is not valid UTF-8" in printed


def test_a_deep_tree(sample: Path) -> None:
    folders = (TEMPLATE, "api/massgov", "infra")
    for folder in folders:
        here = os.open(sample / folder, os.O_RDONLY)
        for _ in range(1_500):
            os.mkdir("d", dir_fd=here)
            inner = os.open("d", os.O_RDONLY, dir_fd=here)
            os.close(here)
            here = inner
        os.close(here)
    try:
        outputs(*COMMANDS, "task my-new-task-name --dry-run")
    finally:  # pytest's own way of removing it is recursive
        subprocess.run(["rm", "-rf", *(sample / folder / "d" for folder in folders)], check=True)
