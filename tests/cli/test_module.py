"""`--module`: as a path, without a value, and left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.spec.modules import dotted
from tests.conftest import Run

MODULE = "massgov.pfml.foo.bar"


@pytest.mark.parametrize(
    ("typed", "module"),
    [
        ("massgov.pfml.foo.bar", MODULE),
        ("massgov/pfml/foo/bar.py", MODULE),
        ("massgov/pfml/foo/bar", MODULE),
        ("./massgov/pfml/foo/bar.py", MODULE),
        ("api/massgov/pfml/foo/bar.py", MODULE),
        ("./api/massgov/pfml/foo/bar.py", MODULE),
        ("../api/massgov/pfml/foo/bar.py", MODULE),
        ("/home/me/api/pfml/api/massgov/pfml/foo/bar.py", MODULE),
        ("massgov\\pfml\\foo\\bar.py", MODULE),
        ("api\\massgov\\pfml\\foo\\bar.py", MODULE),
        ("massgov/pfml/api/bar.py", "massgov.pfml.api.bar"),
        ("massgov/pfml/foo/bar-baz.py", "massgov.pfml.foo.bar-baz"),
        ("../x", "../x"),
        ("bar.py", "bar.py"),
        ("", ""),
        ("/", "/"),
    ],
)
def test_a_path_is_a_module(typed: str, module: str) -> None:
    assert dotted(typed) == module


@pytest.mark.parametrize(
    "line", ["task dor-export --module", "task dor-export --module --db", "task --module --db dor-export"]
)
def test_without_a_value_it_proposes_modules(line: str, sample: Path, run: Run) -> None:
    result = run(line)
    assert result.exit_code == 1
    assert result.stderr == (
        "error: --module: it needs a module. Write massgov.pfml.dor.importer.dor_export (in the package of dor-import; "
        "the default), or massgov.pfml.fineos.dor_export, massgov.pfml.fineos.tool.dor_export, "
        "massgov.pfml.reductions.dor_export or massgov.pfml.tasks.dor_export.\n"
    )


@pytest.mark.parametrize("line", ["task dor-import", "task dor-import --like fineos-bucket-tool"])
def test_a_task_that_exists_keeps_its_module_and_function(line: str, sample: Path, run: Run) -> None:
    result = run(line)
    assert "exists  api/massgov/pfml/dor/importer/import_dor.py" in result.stdout or result.exit_code, result.output
    assert "but you asked for 'massgov" not in result.stderr
    assert "Module " not in result.stdout


def test_a_script_that_exists_keeps_its_module(sample: Path, run: Run) -> None:
    file = sample / "api/pyproject.toml"
    script = 'dor-import = "massgov.pfml.dor.importer.import_dor:handler"\n'
    assert script in file.read_text()
    file.write_text(file.read_text().replace(script, f'{script}dor-more = "massgov.pfml.dor.mock.generate:more"\n'))
    result = run("task dor-more")
    assert result.exit_code == 0, result.output
    assert "insert  api/massgov/pfml/dor/mock/generate.py" in result.stdout
    assert "Module massgov.pfml.dor.mock.generate, since the script dor-more runs it\n" in result.stdout
