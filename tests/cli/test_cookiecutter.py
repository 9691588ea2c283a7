"""`cookiecutter <this repository> -o <checkout>` asks for the options of `pfml-scaffold task`, and does the same."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from cookiecutter.exceptions import FailedHookException  # type: ignore[import-untyped]
from cookiecutter.main import cookiecutter  # type: ignore[import-untyped]

from scaffold.cli.commands.task import task
from scaffold.cli.cookiecutter import DEPENDENCIES, arguments, make, refuse
from scaffold.cli.sample import lay_out
from scaffold.errors import Refusal
from tests.conftest import Run
from tests.helpers import ROOT, changed, tree

REPOSITORY = ROOT
TEMPLATE = REPOSITORY / "template"
NAME = "my-new-task-name"
FOLDER = ".pfml-scaffold-cookiecutter-x"
HOSTILE = "{{ 7 * 7 }} {% raw %} {# ''' \"\"\" \\ ${ $(id) `id` %{ </script> é"
HOSTILE_VALUE = HOSTILE.replace("${", "")  # which starts an interpolation in Terraform


def raw(text: str) -> str:
    """An answer for cookiecutter's command line, escaped because cookiecutter renders it."""
    return "{{ " + json.dumps(text) + " }}"


@pytest.fixture(autouse=True)
def configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty configuration for cookiecutter instead of the user's."""
    file = tmp_path / "cookiecutterrc"
    file.write_text(f"replay_dir: {tmp_path / 'replay'}\n")
    monkeypatch.setenv("COOKIECUTTER_CONFIG", str(file))
    return file


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """Another sample checkout, in which cookiecutter runs."""
    lay_out(tmp_path / "other")
    return tmp_path / "other"


def answer(checkout: Path, answers: Mapping[str, object], template: Path = REPOSITORY) -> None:
    cookiecutter(str(template), no_input=True, extra_context=dict(answers), output_dir=str(checkout))


def process(checkout: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cookiecutter", *words],
        cwd=checkout,
        input=typed,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
    )


CASES: dict[str, tuple[dict[str, object], str]] = {
    "barebones": ({}, ""),
    "module": (
        {"module": "massgov.pfml.dor.mock.generate", "function": "count", "command": "count-them", "db": "yes"},
        "--module massgov.pfml.dor.mock.generate --function count --command count-them --db",
    ),
    "hostile": (
        {
            "description": raw(f"Two\n{HOSTILE}"),
            "args": True,
            "env_var": raw(shlex.join([f"ONE={HOSTILE_VALUE}", "TWO=-\n\t'x'"])),
            "secret": "MY_KEY MY_TOKEN=/service/${local.app_name}/common/token",
        },
        shlex.join(
            [f"--description=Two\n{HOSTILE}", "--args", f"--env-var=ONE={HOSTILE_VALUE}", "--env-var=TWO=-\n\t'x'"]
        )
        + " --secret MY_KEY --secret 'MY_TOKEN=/service/${local.app_name}/common/token'",
    ),
    "full": (
        {
            "db": True,
            "env": "emails fineos_api_access",
            "env_var": "LEVEL=${var.logging_level}",
            "cpu": 2048,
            "memory": "4096",
            "task_role": "new",
            "execution_role": "new",
            "task_role_name": "a-role",
            "execution_role_name": "another-role",
            "schedule": "cron(0 4 ? * MON-FRI *)",
            "timezone": "America/New_York",
            "schedule_name": "my-schedule",
            "schedule_arg": "--to 's3://a b' --full",
            "s3_bucket": "agency_transfer",
            "s3_prefix": "mine/",
            "s3_suffix": ".csv",
            "s3_event": "s3:ObjectCreated:Put s3:ObjectCreated:Copy",
            "toggle": "*",
            "enable_in": "test prod",
        },
        """--db --env emails --env fineos_api_access --env-var LEVEL=${var.logging_level} --cpu 2048 --memory 4096
        --task-role new --execution-role new --task-role-name a-role
        --execution-role-name another-role --schedule 'cron(0 4 ? * MON-FRI *)'
        --timezone America/New_York --schedule-name my-schedule --schedule-arg=--to --schedule-arg='s3://a b'
        --schedule-arg=--full --s3-bucket agency_transfer --s3-prefix mine/ --s3-suffix .csv
        --s3-event s3:ObjectCreated:Put --s3-event s3:ObjectCreated:Copy --enable-in test --enable-in prod --toggle""",
    ),
    "another": (
        {
            "like": "reductions-process-agency-data",
            "schedule": "cron(0 9 * * ? *)",
            "daylight_schedule": "cron(0 8 * * ? *)",
            "toggle": "enable_new",
            "enable_in": "all",
            "disable_in": "prod",
        },
        """--like reductions-process-agency-data --schedule 'cron(0 9 * * ? *)'
        --daylight-schedule 'cron(0 8 * * ? *)' --toggle enable_new --enable-in all --disable-in prod""",
    ),
}


def test_the_teams_own_templates_count(sample: Path, other: Path, run: Run) -> None:
    for checkout in (sample, other):
        own = checkout / ".pfml-scaffold/template/snippets"
        own.mkdir(parents=True)
        text = (TEMPLATE / "snippets/function.py").read_text(encoding="utf-8")
        (own / "function.py").write_text(text.replace("Starting", "Beginning"), encoding="utf-8")
    run("task", NAME)
    answer(other, {"name": NAME})
    assert tree(other) == tree(sample)
    assert "Beginning" in (other / "api/massgov/pfml/tasks/my_new_task_name.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_the_files_are_those_of_the_command(case: str, sample: Path, other: Path, run: Run) -> None:
    answers, options = CASES[case]
    result = run("task", NAME, *shlex.split(options))
    assert result.exit_code == 0, result.output
    answer(other, {"name": NAME, **answers})
    assert tree(other) == tree(sample)
    assert sorted(os.listdir(other)) == sorted(os.listdir(sample))


def test_typed_answers_to_a_clone(sample: Path, other: Path, run: Run, tmp_path: Path) -> None:
    """A clone also has the links of template/. What is typed at a prompt is data, for cookiecutter, too."""
    answers = {"name": NAME, "description": HOSTILE, "db": "y", "schedule": "rate(1 hour)", "schedule_arg": "--n 'a b'"}
    typed = "".join(f"{answers.get(question, '')}\n" for question in _questions())
    result = process(other, str(_clone(tmp_path)), typed=typed)
    assert result.returncode == 0, result.stderr
    options = "--db --schedule 'rate(1 hour)' --schedule-arg=--n --schedule-arg='a b'"
    run("task", NAME, f"--description={HOSTILE}", *shlex.split(options))
    assert tree(other) == tree(sample)
    assert "--env-var NAME=VALUE: An environment variable." in result.stdout
    assert f"Module massgov.pfml.tasks.{NAME.replace('-', '_')}, since" in result.stdout


def _clone(folder: Path) -> Path:
    source, clone = folder / "source", folder / "clone"
    source.mkdir()
    for link in ("cookiecutter.json", "{{cookiecutter.__checkout}}"):
        shutil.copy(REPOSITORY / link, source, follow_symlinks=False)
    for name in ("hooks", "template", "scaffold"):
        left_out = shutil.ignore_patterns("__pycache__", "sample")
        shutil.copytree(REPOSITORY / name, source / name, symlinks=True, ignore=left_out)
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-C", str(source)]
    for command in ("init --quiet", "add --all", "commit --quiet --message=x", f"clone --quiet . {clone}"):
        subprocess.run([*git, *command.split()], check=True)
    return clone


def test_a_dry_run_writes_nothing(other: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = tree(other)
    answer(other, {"name": NAME, "dry_run": True, "format": "json"})
    assert {change["part"] for change in json.loads(capfd.readouterr().out)["changes"]} >= {"entrypoint", "test"}
    assert tree(other) == before


def test_a_refusal_leaves_no_files(other: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before, folders = tree(other), sorted(other.iterdir())
    with pytest.raises(FailedHookException):
        answer(other, {"name": NAME, "schedule": "rate(1 days)"})
    assert capfd.readouterr().err.startswith("error: --schedule 'rate(1 days)': ")
    assert (tree(other), sorted(other.iterdir())) == (before, folders)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"name": "export"}, "error: NAME 'export': "),
        ({"name": ""}, "error: NAME"),
        ({"name": "--help"}, "error: NAME '--help': "),
        ({"name": NAME, "env": "a 'b"}, 'error: --env "a \'b": not valid shell syntax: no closing'),
        ({"name": NAME, "memory": "much"}, "error: --memory 'much': it must be a whole number"),
        ({"name": NAME, "module": "../../etc/x\n.y"}, "error: --module '../../etc/x\\n.y': "),
    ],
)
def test_refusals(answers: dict[str, object], message: str, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (other / FOLDER).mkdir()
    monkeypatch.chdir(other / FOLDER)
    before = tree(other)
    assert message in (refuse(answers) or "")
    assert tree(other) == before


def test_a_folder_that_is_not_cookiecutters_is_not_removed(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(other / "api")
    assert "Do not set __checkout." in (refuse({"name": NAME}) or "")
    with pytest.raises(Refusal, match="this folder would be deleted"):
        make({"name": NAME})


def test_no_checkout(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = process(tmp_path / "empty", str(REPOSITORY), "--no-input", f"name={NAME}")
    assert result.returncode == 1
    assert "not a PFML checkout" in result.stderr
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_run_that_fails_after_the_dry_run(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cookiecutter then removes its folder, and crashes if the folder is missing."""
    (other / FOLDER / "api").mkdir(parents=True)
    monkeypatch.chdir(other / FOLDER)
    before = tree(other)
    assert make({"name": "export"}) == 1
    assert list((other / FOLDER).iterdir()) == []
    assert tree(other) == before


def test_configured_defaults_are_refused(configuration: Path, other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with configuration.open("a") as file:
        file.write("default_context: {timezone: UTC, full_name: Jane, __worker: x, cpu: 2048}\n")
    (other / FOLDER).mkdir()
    monkeypatch.chdir(other / FOLDER)
    answers = {"name": NAME, "timezone": "UTC", "cpu": "", "__worker": "x"}
    assert (refuse(answers) or "").startswith("error: timezone 'UTC': this default in ~/.cookiecutterrc")
    assert (refuse(answers | {"timezone": "", "cpu": "2048"}) or "").startswith("error: cpu '2048': this default")
    assert refuse(answers | {"timezone": ""}) is None


@pytest.mark.parametrize("template", [REPOSITORY, TEMPLATE], ids=["repository", "folder"])
def test_a_replay(template: Path, sample: Path, other: Path) -> None:
    answer(sample, {"name": NAME, "description": raw(HOSTILE)}, template)
    result = process(other, str(template), "--replay")
    assert (result.returncode, result.stderr) == (0, "")
    assert tree(other) == tree(sample)


@pytest.mark.parametrize("template", [REPOSITORY, TEMPLATE], ids=["repository", "folder"])
@pytest.mark.parametrize("accept", ["no", "ask"])
def test_without_hooks_it_fails_and_leaves_nothing(accept: str, template: Path, other: Path) -> None:
    before = tree(other), sorted(other.iterdir())
    words = ("--no-input", "--accept-hooks", accept, f"name={NAME}")
    result = process(other, str(template), *words, typed="n\n")
    assert result.returncode == 1
    assert "needs-the-hooks" in result.stdout
    assert (tree(other), sorted(other.iterdir())) == before


@pytest.mark.parametrize("module", DEPENDENCIES)
def test_a_dependency_that_is_missing_in_cookiecutters_environment(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = (REPOSITORY / "hooks/pre_gen_project.py").read_text(encoding="utf-8")
    answers = json.dumps({"name": NAME, "_repo_dir": str(TEMPLATE)})
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SystemExit) as end:
        exec(hook.replace("{{ cookiecutter | tojson }}", answers), {})
    assert end.value.code == (
        f"error: No module named '{module}'. Install pfml-scaffold in the environment of cookiecutter, {sys.prefix}."
    )


def test_all_dependencies_are_looked_for() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[^\w-]", dependency)[0] for dependency in project["dependencies"]}
    cookiecutters, not_everywhere = {"click", "cookiecutter", "jinja2"}, {"tzdata"}
    # Lists, calendars, questions, and an audit that no write runs.
    not_for_a_task = {"cron-descriptor", "icalendar", "policy_sentry", "prompt-toolkit", "questionary"}
    packages = {"hcl2": "python-hcl2", "re2": "google-re2"}
    assert needed - cookiecutters - not_everywhere - not_for_a_task == {
        packages.get(name, name) for name in DEPENDENCIES
    }


def test_rendered_files_without_the_hooks(sample: Path, tmp_path: Path, run: Run) -> None:
    """Nobody uses them, but they are the same as the command's files for a plain task."""
    before = tree(sample)
    run("task", NAME, "--db", "--args", "--description", 'Says "hi" \\o/')
    answers = {"name": NAME, "db": True, "args": True, "description": raw('Says "hi" \\o/')}
    template = shutil.copytree(TEMPLATE, tmp_path / "template", symlinks=False)
    (template / "{{cookiecutter.__checkout}}/needs-the-hooks").unlink()
    out = cookiecutter(
        str(template), no_input=True, extra_context=answers, output_dir=str(tmp_path), accept_hooks=False
    )
    made = {
        path: data for path, data in changed(before, tree(sample)).items() if f"{NAME.replace('-', '_')}.py" in path
    }
    assert len(made) == 2
    assert tree(Path(out)) == made


# --- the questions


def _settings() -> dict[str, object]:
    settings: dict[str, object] = json.loads((TEMPLATE / "cookiecutter.json").read_text(encoding="utf-8"))
    return settings


def _questions() -> list[str]:
    return [name for name in _settings() if not name.startswith("_")]


def _options() -> dict[str, click.Parameter]:
    """The options of the command by the names of their questions. `-o` has the role of `--repo`."""
    named = {option.opts[-1].lstrip("-").replace("-", "_"): option for option in task.params}
    return {name: option for name, option in named.items() if name != "repo"}


def test_each_option_has_a_question() -> None:
    assert _questions() == list(_options())


@pytest.mark.parametrize("name", [name for name, option in _options().items() if isinstance(option, click.Option)])
def test_a_question_has_the_words_of_the_option(name: str) -> None:
    option, settings = _options()[name], _settings()
    assert isinstance(option, click.Option)
    assert isinstance(settings["__prompts__"], dict)
    help = (option.help or "").replace("Repeatable.", "").strip()
    if settings[name]:
        help = re.sub(r" ?\[default: .*\]", "", help)
    assert settings["__prompts__"][name].startswith(
        f"{' '.join(filter(None, (option.opts[-1], option.metavar)))}: {help.replace('[', '(').replace(']', ')')}"
    )
    assert settings["__prompts__"][name].endswith("Separate several as in a shell.") == option.multiple
    default = settings[name]
    if option.is_flag:
        assert default is False
    elif isinstance(option.type, click.Choice):
        assert default == list(option.type.choices)
    else:
        assert isinstance(default, str)


def test_arguments() -> None:
    answers = {"name": "-a b", "db": False, "args": True, "toggle": "*", "env": "a 'b c'", "cpu": "", "format": "text"}
    assert arguments(answers, Path("/x")) == [
        *("task", "--repo=/x", "--args", "--env=a", "--env=b c", "--toggle=*", "--format=text", "--", "-a b")
    ]
    with pytest.raises(Refusal, match="no escaped character"):
        arguments({"name": "a-b", "env": "\\"}, Path("/x"))
