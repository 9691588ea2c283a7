"""Our rendering of the template is cookiecutter's."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.generate import generate_files  # type: ignore[import-untyped]
from jinja2 import FileSystemBytecodeCache

from scaffold.changes.parts.api import context
from scaffold.changes.parts.api.context import Origin
from scaffold.rendering import render
from scaffold.rendering.files import template_folder
from scaffold.rendering.render import new_file
from scaffold.spec.specs import FOLDER, PREFIX, TaskSpec
from tests.helpers import tree

CHECKOUT = "{{cookiecutter.__checkout}}"
HOSTILE = "{{ 7 * 7 }} {% raw %} {# ''' \\ \" `id` $(id)"
SETTINGS = json.loads((template_folder() / "cookiecutter.json").read_text(encoding="utf-8"))

ORIGIN = Origin(TaskSpec(name="my-new-task-name", module="massgov.pfml.tasks.my_new_task_name"), "", "run")
HOSTILE_ONE = Origin(replace(ORIGIN.spec, description=HOSTILE), f"    parser.add_argument({HOSTILE!r})", "run")
ORIGINS = [
    ORIGIN._replace(spec=replace(origin.spec, database=database, listing=listing), options=origin.options)
    for origin in (ORIGIN, HOSTILE_ONE)
    for database in (False, True)
    for listing in ("", FOLDER, PREFIX)
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_new_files_are_as_cookiecutter_renders_them(origin: Origin, tmp_path: Path) -> None:
    values = context.test_context(origin, "test_run", {}) | {"__checkout": "rendered"}
    given = {"cookiecutter": values | {"_jinja2_env_vars": SETTINGS["_jinja2_env_vars"], "__hooks": ""}}
    rendered = Path(generate_files(template_folder(), given, tmp_path, accept_hooks=False))
    (rendered / "needs-the-hooks").unlink()
    templates = [path for path in tree(template_folder() / CHECKOUT) if path != "needs-the-hooks"]
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
