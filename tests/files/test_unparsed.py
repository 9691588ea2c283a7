from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.errors import Refusal
from scaffold.files.unparsed import check_merged, unparsed
from tests.conftest import Run
from tests.helpers import tree

CONFLICT = "<<<<<<< HEAD\n=======\n>>>>>>> feature\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["HEAD", ""])
def test_conflict_markers_are_what_is_wrong(name: str, end: str) -> None:
    data = f"a{end}{'<' * 7}{' ' + name if name else ''}{end}b{end}=======c{end}{'>' * 7} x{end}".encode()
    assert str(unparsed(data, "x.tf", "found '<'", 9)) == "x.tf:2: merge conflict markers. Resolve the conflict first."
    with pytest.raises(Refusal, match="merge conflict markers"):
        check_merged(data, "Makefile")


@pytest.mark.parametrize(
    "data",
    [b"", b"<<<<<<< HEAD\n", b" <<<<<<< HEAD\n >>>>>>> x\n", b"<<<<<<<<\n>>>>>>>>\n", b"x = <<<<<<< HEAD\n>>>>>>> x"],
)
def test_other_files_have_what_the_parser_says(data: bytes) -> None:
    assert str(unparsed(data, "x.tf", "found '<'", 9)) == "x.tf:9: found '<'. Fix the file first."
    check_merged(data, "Makefile")


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("infra/ecs-tasks/template/tasks.tf", "task my-new-task"),
        ("infra/ecs-tasks/template/cloudwatch.tf", "schedule dor-import 'rate(1 day)'"),
        ("api/pyproject.toml", "task my-new-task"),
        ("api/massgov/pfml/dor/importer/import_dor.py", "task my-task --module massgov.pfml.dor.importer.import_dor"),
        ("api/Makefile", "rename dor-import dor-importer"),
        (".pfml-scaffold/check.toml", "check"),
    ],
)
def test_commands_name_the_conflict(path: str, command: str, sample: Path, run: Run) -> None:
    file = sample / path
    file.parent.mkdir(exist_ok=True)
    text = file.read_text() if file.exists() else ""
    file.write_text(text + CONFLICT)
    before = tree(sample)
    result = run(command)
    place = f"{path}:{text.count(chr(10)) + 1}"
    assert result.exit_code
    assert (
        "merge conflict markers" in result.stderr and place in result.stderr and "Resolve the conflict" in result.stderr
    )
    assert tree(sample) == before
