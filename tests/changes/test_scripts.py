"""Scripts in every form that Poetry accepts: read, added, renamed and removed, with tomllib as the judge."""

from __future__ import annotations

import tomllib
from itertools import product
from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.scripts import scripts
from tests.conftest import Run
from tests.helpers import tree

TASK = "dor-import"
REFERENCE = "massgov.pfml.dor.importer.import_dor:handler"
LINE = f'{TASK} = "{REFERENCE}"\n'
FORMS = {
    "string": LINE,
    "quoted": f"\"{TASK}\" = '{REFERENCE}'\n",
    "escaped": f'"dor\\u002dimport" = "{REFERENCE}"  # every night\n',
    "table": f'{TASK} = {{ reference = "{REFERENCE}", type = "console" }}\n',
    "callable": f'{TASK} = {{ callable = "{REFERENCE}" }}\n',
    "lines": f'{TASK} = {{ callable = "{REFERENCE}", extras = [\n  "]", # {{\n] }}\n',
    "text": f'{TASK} = """\\\n  {REFERENCE}"""\n',
    "dotted": f'{TASK}.reference = "{REFERENCE}"\n{TASK}.type = "console"\n',
    "dotted apart": f'{TASK}.reference = "{REFERENCE}"\nx-y = "x:y"\n"{TASK}".type = "console"\n',
    "extras": f'{TASK} = "{REFERENCE} [batch]"\n',
}
TABLES = {
    "poetry": ("[tool.poetry.scripts]", ""),
    "project": ("[project.scripts]", ""),
    "quoted": ("[ tool . 'poetry'.\"scripts\" ]  # programs", ""),
    "beside": ("[project.scripts]", '\n[tool.poetry.scripts]\nx-file = { reference = "bin/x", type = "file" }\n'),
    "shown": ("[tool.poetry.scripts]", '\n[tool.x]\ntext = """\n[tool.poetry.scripts]\ndor-import = 1\n"""\n'),
    "last": ("[tool.poetry.scripts]", None),
}


def write(sample: Path, form: str, table: str, newline: str = "\n") -> bytes:
    """A pyproject.toml with the script in this form, in this table."""
    header, behind = TABLES[table]
    text = (sample / PYPROJECT_FILE).read_text().replace(LINE, FORMS[form]).replace("[tool.poetry.scripts]", header)
    if behind is None:
        begin, end = text.index(header), text.index("[tool.black]")
        text = (text[:begin] + text[end:] + "\n" + text[begin:end]).rstrip("\n")
    else:
        text += behind
    data = text.replace("\n", newline).encode()
    (sample / PYPROJECT_FILE).write_bytes(data)
    return data


def flat(data: bytes) -> dict[tuple[str, ...], object]:
    """The scripts of both tables, and under () everything else."""
    document = tomllib.loads(data.decode())
    tables = {("project",): document.get("project", {}), ("tool", "poetry"): document["tool"]["poetry"]}
    found = {(*path, name): value for path, table in tables.items() for name, value in table.pop("scripts", {}).items()}
    return found | {(): {key: value for key, value in document.items() if value}}


@pytest.mark.parametrize(("form", "table"), list(product(FORMS, TABLES)))
def test_every_form_is_read(form: str, table: str, sample: Path) -> None:
    data = write(sample, form, table)
    script = scripts(Checkout(sample))[TASK]
    assert (script.reference.strip(), script.is_file) == (REFERENCE, False)
    assert script.offset == data.index(FORMS[form].encode()[:7])


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("form", "table"), list(product(FORMS, TABLES)))
def test_every_form_is_removed(form: str, table: str, newline: str, sample: Path, run: Run) -> None:
    before = write(sample, form, table, newline)
    result = run(f"remove {TASK} --keep-code")
    assert result.exit_code == 0, result.output
    after = (sample / PYPROJECT_FILE).read_bytes()
    assert flat(after) == {key: value for key, value in flat(before).items() if key[-1:] != (TASK,)}
    lines = after.splitlines()
    assert [line for line in before.splitlines() if line in lines] == lines


@pytest.mark.parametrize(("form", "table"), list(product([form for form in FORMS if form != "escaped"], TABLES)))
def test_every_form_is_renamed(form: str, table: str, sample: Path, run: Run) -> None:
    before = write(sample, form, table)
    result = run(f"rename {TASK} dor-export")
    assert result.exit_code == 0, result.output
    after = (sample / PYPROJECT_FILE).read_bytes()
    assert list(flat(after)) == [(*key[:-1], "dor-export") if key[-1:] == (TASK,) else key for key in flat(before)]
    assert list(flat(after).values()) == list(flat(before).values())


def test_a_name_with_escapes_is_not_renamed(sample: Path, run: Run) -> None:
    write(sample, "escaped", "poetry")
    assert "has escapes. Write it as dor-import." in run(f"rename {TASK} dor-export").output


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("end", ["", "# the last\n", "\n\n# of the next table\n", "x.reference = 'x:y'\n"])
def test_a_script_is_added_to_the_table_that_poetry_reads(
    table: str, newline: str, end: str, sample: Path, run: Run
) -> None:
    file = sample / PYPROJECT_FILE
    last = 'process_agency_data:main"\n'
    file.write_text(file.read_text().replace(last, last + end))
    before = write(sample, "string", table, newline)
    files = tree(sample)
    assert run("task x-y-task").exit_code == 0
    header = ("project",) if "project" in TABLES[table][0] else ("tool", "poetry")
    assert flat(file.read_bytes()) == flat(before) | {(*header, "x-y-task"): "massgov.pfml.tasks.x_y_task:main"}
    assert file.read_bytes().count(b"\n") - file.read_bytes().count(newline.encode()) == 0
    assert run("task x-y-task").output.count("unchanged") >= 2
    assert run("remove x-y-task").exit_code == 0
    assert tree(sample) == files


@pytest.mark.parametrize("form", ["string", "table"])
def test_a_table_for_each_script_is_removed_with_the_blank_line_before_it(form: str, sample: Path, run: Run) -> None:
    file = sample / PYPROJECT_FILE
    plain = file.read_text()
    table = f'[tool.poetry.scripts.{TASK}]\nreference = "{REFERENCE}"\n\n# of what it is\ntype = "console"\n'
    file.write_text(plain.replace(LINE, "").replace("[tool.black]", f"{table}\n[tool.black]"))
    assert scripts(Checkout(sample))[TASK].reference == REFERENCE
    assert run(f"remove {TASK} --keep-code").exit_code == 0
    assert file.read_text() == plain.replace(LINE, "")


def test_scripts_on_one_line_are_kept(sample: Path, run: Run) -> None:
    file = sample / PYPROJECT_FILE
    table = file.read_text().partition("[tool.poetry.scripts]\n")[2].partition("\n\n")[0]
    inline = "scripts = { " + ", ".join(table.splitlines()) + " }"
    file.write_text(
        file.read_text()
        .replace(f"[tool.poetry.scripts]\n{table}\n", "")
        .replace("[tool.poetry]", f"[tool.poetry]\n{inline}")
    )
    before = file.read_bytes()
    assert "not on a line of its own" in run(f"remove {TASK}").output
    assert file.read_bytes() == before
    assert "no table [tool.poetry.scripts] of their own" in run("task x-y-task").output


def test_without_scripts_the_message_names_both_tables(sample: Path, run: Run) -> None:
    file = sample / PYPROJECT_FILE
    file.write_text(file.read_text().replace("tool.poetry.scripts", "tool.scripts"))
    for command in ("list", "check", "task x-y-task", f"remove {TASK}"):
        output = run(command).output
        assert "either [tool.poetry.scripts] nor [project.scripts]" in output
        assert "PFML checkout" not in output


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("merge({}, { a = 1 })", "the call merge(…)"),
        ("{ for name in [] : name => {} }", "an expression"),
        ("local.others", "an expression"),
        ("[]", "an expression"),
    ],
)
def test_tasks_that_are_not_an_object_are_named_as_what_they_are(value: str, kind: str, sample: Path, run: Run) -> None:
    (sample / "infra/ecs-tasks/template/tasks.tf").write_text(f"locals {{\n  tasks = {value}\n}}\n")
    for command in ("list", "task x-y-task", f"remove {TASK}", "show x", f"rename {TASK} dor-export"):
        result = run(command)
        assert result.exit_code == 1
        assert f"tasks.tf:2: `tasks` in `locals` is {kind}, not an object" in result.output
