"""The sample installs, the scaffolded script runs as a command, its test passes; and the wheel is complete."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from string import ascii_lowercase

import pytest

from tests.conftest import Run

ROOT = Path(__file__).parents[1]
TASK = "task my-nightly-report --db --description 'Say \"hi\" \\' --schedule 'rate(1 day)' --schedule-arg=--steps --schedule-arg one"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with access to this one's pytest and poetry-core."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, system_site_packages=False, with_pip=False)
    packages = next(folder.glob("lib/python*/site-packages"))
    (packages / "outer.pth").write_text("\n".join(path for path in sys.path if "site-packages" in path))
    return folder


def _call(words: list[str], cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=cwd, env=os.environ | variables, capture_output=True, text=True, check=False)


def test_the_script_runs_as_a_command_and_its_test_passes(sample: Path, run: Run, environment: Path) -> None:
    assert run(TASK).exit_code == 0
    python = str(environment / "bin/python")
    install = [python, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps", "-e", "api"]
    installed = _call(install, sample)
    assert installed.returncode == 0, installed.stderr

    ran = _call([str(environment / "bin/my-nightly-report"), "--steps", "one"], sample)
    assert ran.returncode == 0, ran.stderr
    assert '"message": "Starting"' in ran.stderr and "my-nightly-report" in ran.stderr
    assert 'Say "hi" \\.' in _call([str(environment / "bin/my-nightly-report"), "--help"], sample).stdout

    test = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/tasks/test_my_nightly_report.py"]
    passed = _call(test, sample / "api")
    assert passed.returncode == 0, passed.stdout
    assert "1 passed" in passed.stdout

    module = sample / "api/massgov/pfml/tasks/my_nightly_report.py"
    module.write_text(module.read_text().replace('logger.info("Starting"', 'raise ValueError("boom"'))
    failed = _call(test, sample / "api")
    assert failed.returncode == 1 and "boom" in failed.stdout

    module.write_text(
        module.read_text()
        .replace("raise ValueError", "logger.info")
        .replace('@background_task("my-nightly-report")\n', "")
    )
    assert _call(test, sample / "api").returncode == 1


SHAPES = [
    "task my-task",
    "task my-task --db --args --description 'x'",
    f"task my-task --description '{'A long description that does not fit on one line. ' * 5}'",
    "task my-task --db --schedule 'rate(1 day)' --schedule-arg=--from --schedule-arg x --schedule-arg=--odd:name=1 --schedule-arg rest",
    f"task {'my-very-long-name-' * 5}task --db --args",
    f"task my-task --function {'a_very_long_function_name_' * 3}x --module massgov.pfml.tasks.{'long_' * 8}x",
    "task my-task --module massgov.pfml.fineos.tool.bucket --function other --db",
    "task my-task --module massgov.pfml.dor.mock.generate --function other",
    "task my-task --function run --db --args",
    "task my-task --db --args --function a_function_with_a_name_that_is_much_longer_than_any_sensible_name_would_be_in_python",
    "task my-task --description 'Import the daily wage files of all the agencies and write their totals into a report abcdef'",
]


def test_the_python_is_clean_under_the_linters_of_the_api(sample: Path, run: Run) -> None:
    """Each shape is a separate task whose name is as long as my-task, so that each tool runs only once."""
    files, modules = set(), []
    for letter, line in zip(ascii_lowercase, SHAPES, strict=False):
        result = run(line.replace("task my-task", f"task my-tas{letter}"))
        assert result.exit_code == 0, result.stderr
        paths = {
            word for row in result.stdout.splitlines() for word in re.findall(r"(?:create|insert) +api/(\S+?\.py)", row)
        }
        assert len(paths) >= 2, line
        files |= paths
        modules.append(min(path for path in paths if not path.endswith("__init__.py")))
    assert len(set(modules)) == len(SHAPES) <= len(ascii_lowercase)
    for tool in (["black", "--check", "-q"], ["isort", "--check-only"], ["flake8"]):
        checked = _call([sys.executable, "-m", *tool, *sorted(files)], sample / "api")
        assert checked.returncode == 0, (tool, checked.stdout, checked.stderr)
    typed = _call([sys.executable, "-m", "mypy", "--python-version", "3.10", *modules], sample / "api")
    assert typed.returncode == 0, typed.stdout


def test_what_the_schedule_passes_is_what_the_entrypoint_parses(sample: Path, run: Run, environment: Path) -> None:
    words = ["--steps", "a", "b", "--to=s3://x", "--verbose", "--odd:name", "1", "-v"]
    options = [part for word in words for part in ("--schedule-arg", word)]
    assert (
        run("task", "my-task", "--schedule", "rate(1 day)", *[f"--schedule-arg={word}" for word in words]).exit_code
        == 0
    )
    assert options
    code = (
        "import sys; sys.path.insert(0, '.'); from massgov.pfml.tasks import my_task;"
        f"sys.argv = ['my-task', *{words!r}]; print(vars(my_task.parse_args(sys.argv[1:])))"
    )
    ran = _call([sys.executable, "-c", code], sample / "api")
    assert ran.stdout.strip() == str({"steps": ["a", "b"], "to": "s3://x", "verbose": True, "odd_name": "1", "v": True})


def test_an_installed_wheel_works_far_from_this_repository(tmp_path: Path) -> None:
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    built = _call(build, tmp_path)
    assert built.returncode == 0, built.stderr
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    for needed in ("scaffold/template/snippets/task.tf", "scaffold/template/cookiecutter.json", "scaffold/hooks/post_gen_project.py", "scaffold/rule_pages/start-role.md",
                   "scaffold/sample/api/setup.cfg", "scaffold/py.typed", "scaffold/sample/infra/ecs-tasks/template/tasks.tf", "scaffold/sample/.gitignore"):  # fmt: skip
        assert needed in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests/")]
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import sys; sys.argv[0] = 'pfml-scaffold'; from scaffold.cli.main import main; main()"
    here = {"PYTHONPATH": str(tmp_path / "site"), "PYTHONSAFEPATH": "1"}
    for words in (["demo", "sample"], ["task", "my-task", "--repo", "sample", "--schedule", "rate(1 day)"]):
        ran = _call([sys.executable, "-c", code, *words], tmp_path, **here)
        assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "sample/api/massgov/pfml/tasks/my_task.py").is_file()
