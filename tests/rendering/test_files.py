"""A team's own templates, in `.pfml-scaffold/template/` of its checkout."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from scaffold.rendering.files import CHECKOUT_FOLDER, OWN_FOLDER, template_folder, template_names
from tests.conftest import Run
from tests.helpers import permissions_apply, tree

ENTRYPOINT = f"{CHECKOUT_FOLDER}/api/{{{{cookiecutter.__package_path}}}}/{{{{cookiecutter.__module_name}}}}.py"
TEST = f"{CHECKOUT_FOLDER}/api/{{{{cookiecutter.__test_path}}}}/test_{{{{cookiecutter.__module_name}}}}.py"
NAME = "my-new-task-name"
ALL = (
    f"task {NAME} --db --args --description x --task-role new --execution-role new --secret API_KEY"
    " --schedule 'rate(1 day)' --s3-bucket reports --s3-prefix mine/ --toggle --enable-in test"
)


def packaged(name: str) -> str:
    return (template_folder() / name).read_text(encoding="utf-8")


def own(sample: Path, name: str, text: str | bytes) -> Path:
    """A template of the team's."""
    file = sample / OWN_FOLDER / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def refused(sample: Path, run: Run, line: str = ALL) -> str:
    before = tree(sample)
    result = run(line)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert tree(sample) == before
    return result.stderr.removeprefix("error: ").rstrip("\n")


def test_the_files_that_can_be_overridden() -> None:
    assert {"runbook.md", ENTRYPOINT, TEST, "snippets/schedule.tf"} <= {*template_names()}
    assert not [name for name in template_names() if name.startswith(("hooks/", "templates/", "cookiecutter"))]


@pytest.mark.parametrize("how", ["as packaged", "crlf", "byte order mark", "links"])
def test_copies_of_all_templates_change_nothing(how: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(ALL).exit_code == 0
    made = tree(sample)
    assert run(f"remove {NAME}").exit_code == 0 and tree(sample) == before
    for name in template_names():
        data = packaged(name).encode()
        data = data.replace(b"\n", b"\r\n") if how == "crlf" else b"\xef\xbb\xbf" + data if "mark" in how else data
        file = own(sample, name, data)
        if how == "links":
            moved = file.rename(sample / ".pfml-scaffold" / name.replace("/", "-"))
            file.symlink_to(os.path.relpath(moved, file.parent))
    with_own = tree(sample)
    assert run(ALL).exit_code == 0
    assert {path: data for path, data in tree(sample).items() if not path.startswith(".pfml-scaffold/")} == made
    assert "Nothing to do" in run(ALL).stdout
    assert run(f"remove {NAME}").exit_code == 0
    assert tree(sample) == with_own


BROKEN = [
    ("snippets/toggle.tf", "a\n{% if x %}\n", ":2: Unexpected end of template."),
    ("snippets/toggle.tf", "{{ variable | shout }}", ":1: No filter named 'shout'."),
    ("snippets/toggle.tf", "\n\n{{ variabel }}", ":3: 'variabel' is undefined. Did you mean variable?"),
    ("snippets/toggle.tf", "{{ zzz }}", ":1: 'zzz' is undefined. Available: name, variable, what."),
    ("snippets/toggle.tf", "{{ 1 / 0 }}", ":1: it cannot be rendered: ZeroDivisionError: division by zero."),
    ("snippets/toggle.tf", '{% include "toggle.tf" %}', ":1: it includes itself, or is nested too deeply."),
    ("snippets/toggle.tf", '{% include "../../x" %}', ":1: it includes '../../x', which is not a template file."),
    ("snippets/toggle.tf", "{{ name.__class__ }}", ":1: a template may not access Python internals: "),
    ("snippets/toggle.tf", "{{ cycler.__init__.__globals__.os }}", ":1: a template may not access Python internals: "),
    ("snippets/toggle.tf", "{% for x in range(10 ** 9) %}{% endfor %}", ":1: a range may have at most 10,000 numbers."),
    (
        "snippets/toggle.tf",
        "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
        ": it includes itself, or is nested too deeply.",
    ),
    ("snippets/toggle.tf", "{% for x in [1] %}" * 30 + "{% endfor %}" * 30, ": it cannot be rendered: SyntaxError: "),
    ("snippets/toggle.tf", b"# ok\n# caf\xe9\n", ":2: not valid UTF-8. Save it as UTF-8."),
    (
        "snippets/toggle.tf",
        'variable "{{ variable }}" {\n  type = bool,\n}',
        ":2: it does not render valid Terraform, at",
    ),
    ("snippets/toggle.tf", 'variable "{{ variable }}" {\n', ":1: it does not render valid Terraform, at"),
    ("snippets/toggle.tf", "", ": with this template a second run would insert the toggle in infra/ecs-"),
    (
        "snippets/enable.tf",
        "{{ variable }} = true",
        ": with this template enable_my_new_task_name_schedule would not be false",
    ),
    ("snippets/task.tf", '"other" = {\n  command = ["x"]\n}', ": with this template infra/ecs-tasks/template/tasks.tf"),
    (
        "snippets/task.tf",
        '"{{ key }}" = {\n  command = \n}',
        ":2: it does not render valid Terraform, at 'command =': ",
    ),
    ("snippets/alarm.tf", '"x"', ": with this template the alarm would not be recognized"),
    ("snippets/alarm.tf", '"x" ]', ":1: it does not render valid Terraform, at '\"x\" ]': "),
    ("snippets/task_role.tf", "", ": with this template a second run would insert the IAM role in infra/"),
    (
        "snippets/schedule.tf",
        'module "a" {\n  source = "./x"\n}',
        ": with this template the schedule would not be recognized",
    ),
    (
        "snippets/trigger.tf",
        'module "a" {\n  source = "./x"\n}',
        ": with this template the S3 trigger would not be recognized",
    ),
    ("snippets/lambda_function.tf", "lambda_function {\n}", ": with this template "),
    ("snippets/notification.tf", 'resource "x" "y" {\n}', ": with this template "),
    (ENTRYPOINT, "x = (\n", ":1: it does not render valid Python, at 'x = (': '(' was never closed."),
    (ENTRYPOINT, "x = 1\n", ": with this template "),
    (
        ENTRYPOINT,
        "{{ cookiecutter.functon }}",
        ":1: 'dict object' has no attribute 'functon'. Did you mean cookiecutter.function?",
    ),
    (TEST, "def test_it():\n    pass\n", ": with this template the test would not be recognized as the task's"),
    ("snippets/function.py", "def {{ cookiecutter.function }}():\n    pass", ": with this template "),
    ("snippets/function.py", "async {{ cookiecutter.__signature }}\n    pass", ": with this template "),
    (
        "snippets/function.py",
        "{{ cookiecutter.__signature }}\n   x\n  y",
        ":3: it does not render valid Python, at 'y': ",
    ),
]


@pytest.mark.parametrize(("name", "text", "message"), BROKEN)
def test_a_broken_template_is_refused_at_the_broken_line(
    name: str, text: str | bytes, message: str, sample: Path, run: Run
) -> None:
    own(sample, name, text)
    assert refused(sample, run).startswith(f"{OWN_FOLDER}/{name}{message}")


def test_a_schedule_without_its_argument(sample: Path, run: Run) -> None:
    """Arguments for an existing schedule are taken from the template's whole module."""
    own(sample, "snippets/schedule.tf", packaged("snippets/schedule.tf").replace("input =", "inputs ="))
    line = f"task {NAME} --schedule 'rate(1 day)'"
    assert run(line).exit_code == 0
    assert "with this template " in refused(sample, run, f"{line} --schedule-arg=--all")


def test_an_error_outside_the_teams_template_is_not_blamed_on_it(sample: Path, run: Run) -> None:
    own(sample, "snippets/toggle.tf", packaged("snippets/toggle.tf"))
    assert refused(sample, run, f"task {NAME} --env nonsense").startswith("--env 'nonsense': ")


# --- what is in the folder


MISPLACED = [
    ("snippets/schedules.tf", "'snippets/schedules.tf': it overrides nothing. Did you mean snippets/schedule.tf?"),
    ("schedule.tf", "'schedule.tf': it overrides nothing. Did you mean snippets/schedule.tf?"),
    ("templates/task.tf", "'templates/task.tf': it overrides nothing. Did you mean snippets/task.tf?"),
    ("qqq", "'qqq': it overrides nothing. These files can be overridden: runbook.md, "),
    ("hooks/post_gen_project.py", "'hooks/post_gen_project.py': it overrides nothing. "),
]


@pytest.mark.parametrize("line", [ALL, "schedule dor-import 'rate(1 day)' --schedule-name x"])
@pytest.mark.parametrize(("name", "message"), MISPLACED)
def test_a_file_that_overrides_nothing_is_refused(name: str, message: str, line: str, sample: Path, run: Run) -> None:
    own(sample, name, "x")
    assert refused(sample, run, line).startswith(f"{OWN_FOLDER} {message}")


def test_the_questions_are_the_same_for_all(sample: Path, run: Run) -> None:
    own(sample, "cookiecutter.json", "{}")
    assert refused(sample, run).startswith(f"{OWN_FOLDER}/cookiecutter.json: the questions are the options of ")


def test_a_folder_with_another_name(sample: Path, run: Run) -> None:
    own(sample, "snippets/task.tf", "x")
    (sample / OWN_FOLDER).rename(sample / ".pfml-scaffold/templates")
    assert "Rename it to .pfml-scaffold/template." in refused(sample, run)


def test_files_left_by_editors_are_ignored(sample: Path, run: Run) -> None:
    for name in (".DS_Store", "snippets/.task.tf.swp", "snippets/task.tf~", "../README.md"):
        own(sample, name, "x")
    assert run(ALL).exit_code == 0


@pytest.mark.parametrize("kind", ["broken link", "link to a folder", "fifo", "folder"])
def test_paths_that_are_not_files(kind: str, sample: Path, run: Run, tmp_path: Path) -> None:
    file = own(sample, "snippets/task.tf", "x")
    file.unlink()
    if kind == "fifo":
        os.mkfifo(file)
    elif kind == "folder":
        file.mkdir()
    else:
        file.symlink_to(tmp_path if kind == "link to a folder" else tmp_path / "nowhere")
    assert refused(sample, run).startswith(f"{OWN_FOLDER}/snippets/task.tf: ")


def test_a_file_in_place_of_the_folder(sample: Path, run: Run) -> None:
    (sample / ".pfml-scaffold").mkdir()
    (sample / OWN_FOLDER).write_text("x")
    assert refused(sample, run) == f"{OWN_FOLDER}: not a folder. Replace it with a folder, or remove it."


@pytest.mark.parametrize("name", ["", "snippets", "snippets/task.tf"])
def test_what_cannot_be_read(name: str, sample: Path, run: Run) -> None:
    own(sample, "snippets/task.tf", packaged("snippets/task.tf"))
    path = sample / OWN_FOLDER / name
    before = tree(sample)
    path.chmod(0)
    try:
        with permissions_apply():
            result = run(ALL)
    finally:
        path.chmod(0o700)
    assert (result.exit_code, result.stdout) == (1, "") and "Permission denied" in result.stderr, result.output
    assert tree(sample) == before


# --- created parts are recognized


def test_a_value_is_never_a_template(sample: Path, run: Run) -> None:
    own(sample, "snippets/function.py", packaged("snippets/function.py").replace("Starting", "Beginning"))
    hostile = "{{ 7 * 7 }} {% raw %} {# x"
    assert run("task", NAME, "--description", hostile, "--env-var", f"X={hostile}").exit_code == 0
    assert hostile in (sample / "api/massgov/pfml/tasks/my_new_task_name.py").read_text()
    assert run(f"remove {NAME}").exit_code == 0
    assert not (sample / "api/massgov/pfml/tasks").exists()


@pytest.mark.parametrize(
    "line", [f"task {NAME}", f"task {NAME} --module massgov.pfml.dor.mock.generate --function other"]
)
def test_code_older_than_the_teams_template_is_removed_too(line: str, sample: Path, run: Run) -> None:
    before = tree(sample)
    assert run(line).exit_code == 0
    files = [
        own(sample, name, packaged(name).replace("Starting", "x").replace("monkeypatch", "y"))
        for name in template_names()
    ]
    assert run(f"remove {NAME}").exit_code == 0
    for file in files:
        file.unlink()
    assert tree(sample) == before


def test_code_from_another_template_is_kept(sample: Path, run: Run) -> None:
    own(sample, "snippets/function.py", packaged("snippets/function.py").replace("Starting", "Beginning"))
    assert run(f"task {NAME}").exit_code == 0
    shutil.rmtree(sample / OWN_FOLDER)
    assert "edited since it was generated" in run(f"remove {NAME}").stdout


def test_a_session_of_the_teams_own(sample: Path, run: Run) -> None:
    """A team's template has no fixed place that shows whether a function was created with --db."""
    text = packaged("snippets/function.py").replace(
        "with db.session_scope(db.init(), close=True) as", "with our_db() as"
    )
    own(sample, "snippets/function.py", text)
    before = tree(sample)
    assert run(f"task {NAME} --db").exit_code == 0
    assert run(f"remove {NAME}").exit_code == 0
    assert tree(sample) == before


def test_a_template_that_does_not_fit_the_test(sample: Path, run: Run) -> None:
    """As those for version 0.1.0, where only an entrypoint with a database session had a worker."""
    text = packaged("snippets/function.py")
    own(sample, "snippets/function.py", text.partition("{{ cookiecutter.__worker_signature }}")[0])
    assert "the test would import 'run', which the entrypoint's module would not have" in refused(
        sample, run, f"task {NAME}"
    )
    own(sample, "snippets/function.py", text.replace("parse_args(args: List[str])", "parse_args()"))
    line = f"task {NAME} --args"
    assert "the test would call parse_args with other arguments than it takes" in refused(sample, run, line)
