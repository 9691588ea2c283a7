"""A target of a Makefile that runs a Poetry script that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.programs import MakefileRun, is_other_program, runs, tools
from scaffold.audit.finding import Finding
from scaffold.files.layout import PYPROJECT_FILE

WHY = "make ends with an error, since Poetry finds no command of that name."
# Each with the folders from which `poetry run` takes the API's project.
_FILES = {"api/Makefile": ("",), "Makefile": ("api", "./api"), "infra/Makefile": ("../api",)}
_SCRIPT = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+")
# The project's own log lines are piped into it; tools write none such.
_OWN = re.compile(r"DECODE_LOG|decodelog")


def check(facts: Facts) -> Iterator[Finding]:
    if facts.scripts is None or facts.focus:
        return
    dependencies = tools(facts.checkout)
    for path, folders in _FILES.items():
        for run in runs(facts.checkout.read(path) or b""):
            if run.folder.rstrip("/") not in folders or not _is_ours(run, facts.scripts):
                continue
            if run.program not in facts.scripts and not is_other_program(run.program, dependencies):
                yield _finding(run, path, facts.scripts)


def _is_ours(run: MakefileRun, scripts: dict[str, str]) -> bool:
    """Whether a program can be none but a script of the project: tools have names of other kinds."""
    if not _SCRIPT.fullmatch(run.program):
        return False
    first = re.split("[-_]", run.program)[0]
    named_so = any(re.split("[-_]", script)[0] == first for script in scripts)
    return named_so or bool(_OWN.search(run.line)) or bool(get_close_matches(run.program, scripts, 1, 0.8))


def _finding(run: MakefileRun, path: str, scripts: dict[str, str]) -> Finding:
    near = get_close_matches(run.program, scripts, 1, 0.8)
    target = f"the target {run.target}" if run.target else "a target"
    return Finding(
        subject=run.program,
        message=f"{target} runs {run.program}, which is no script of {PYPROJECT_FILE}",
        instead=f"Did you mean {near[0]}?" if near else "Take the target out, or add the script.",
        path=path,
        offset=run.offset,
    )
