"""Our rendering of the template is cookiecutter's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.generate import generate_files  # type: ignore[import-untyped]
from jinja2 import FileSystemBytecodeCache

from scaffold.python.layout import docstring
from scaffold.rendering import render
from scaffold.rendering.files import template_folder
from scaffold.rendering.render import new_file
from tests.helpers import tree

FOLDER = "{{cookiecutter.__checkout}}"
HOSTILE = "{{ 7 * 7 }} {% raw %} {# ''' \\ \" `id` $(id)"
SETTINGS = json.loads((template_folder() / "cookiecutter.json").read_text(encoding="utf-8"))

BAREBONES: dict[str, Any] = {
    "name": "my-new-task-name",
    "module": "massgov.pfml.tasks.my_new_task_name",
    "function": "main",
    "__checkout": "rendered",
    "__package_path": "massgov/pfml/tasks",
    "__module_name": "my_new_task_name",
    "__decorator": '@background_task("my-new-task-name")',
    "__docstring": "",
    "__db": False,
    "__worker": "run",
    "__options": "",
    "__test_path": "tests/tasks",
    "__test_name": "test_main",
    "__test_call": "main",
    "__test_import": "from massgov.pfml.tasks.my_new_task_name import main",
    "__test_patches": False,
    "__parser": "    parser = argparse.ArgumentParser(description=main.__doc__)",
    "__signature": "def main() -> None:",
    "__worker_signature": "def run(db_session: db.Session) -> None:",
    "__test_signature": "def test_main():",
}
DATABASE = {"__db": True, "__test_patches": True, "__docstring": docstring(HOSTILE)}
ARGUMENTS = {"__options": f"    parser.add_argument({HOSTILE!r})", "__test_patches": True}


@pytest.mark.parametrize("more", [{}, DATABASE, ARGUMENTS, DATABASE | ARGUMENTS], ids=["", "db", "args", "both"])
def test_new_files_are_as_cookiecutter_renders_them(more: dict[str, Any], tmp_path: Path) -> None:
    values = BAREBONES | more
    context = {"cookiecutter": values | {"_jinja2_env_vars": SETTINGS["_jinja2_env_vars"], "__hooks": ""}}
    rendered = Path(generate_files(template_folder(), context, tmp_path, accept_hooks=False))
    (rendered / "needs-the-hooks").unlink()
    templates = [path for path in tree(template_folder() / FOLDER) if path != "needs-the-hooks"]
    assert len(templates) == 2
    ours = {_filled(path, values): new_file(path, None, values).encode() for path in templates}
    assert tree(rendered) == ours


def _filled(path: str, values: dict[str, Any]) -> str:
    for name, value in values.items():
        path = path.replace(f"{{{{cookiecutter.{name}}}}}", str(value))
    return path


def test_a_cache_that_cannot_be_written_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(FileSystemBytecodeCache, "dump_bytecode", full)
    render._environment.cache_clear()
    assert "my-task" in render.snippet("alarm.tf", None, name="my-task")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    render._environment.cache_clear()
    assert "my-task" in render.snippet("alarm.tf", None, name="my-task")
    render._environment.cache_clear()
