"""A Makefile target that runs a Poetry script that does not exist."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.programs import is_other_program, tools
from scaffold.audit.facts.tasks.scripts import known_scripts
from scaffold.audit.finding import Finding
from scaffold.audit.similar import did_you_mean
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.makefile import MakefileRun, project_runs

WHY = "make fails, since Poetry finds no command with that name."
HOW = "Correct the script's name in the target, add the script to pyproject.toml, or remove the target."
_SCRIPT = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+")
# The logs of the project's own scripts are piped into it, but not those of other tools.
_OWN = re.compile(r"DECODE_LOG|decodelog")


def check(facts: Facts) -> Iterator[Finding]:
    scripts = known_scripts(facts.checkout)
    if scripts is None or facts.focus:
        return
    dependencies = tools(facts.checkout)
    for path, run in project_runs(facts.checkout):
        is_known = run.program in scripts or is_other_program(run.program, dependencies)
        if not is_known and _is_ours(run, scripts):
            yield _finding(run, path, scripts)


def _is_ours(run: MakefileRun, scripts: Collection[str]) -> bool:
    """Whether a program can only be a script of this project: its name looks like one, unlike those of other tools."""
    if not _SCRIPT.fullmatch(run.program):
        return False
    first = re.split("[-_]", run.program)[0]
    same_prefix = any(re.split("[-_]", script)[0] == first for script in scripts)
    return same_prefix or bool(_OWN.search(run.line)) or bool(get_close_matches(run.program, scripts, 1, 0.8))


def _finding(run: MakefileRun, path: str, scripts: Collection[str]) -> Finding:
    target = f"the target {run.target}" if run.target else "a target"
    return Finding(
        subject=run.program,
        message=f"{target} runs {run.program}, which is not a script in {PYPROJECT_FILE}, so make fails",
        instead=did_you_mean(run.program, scripts, "Remove the target, or add the script.", 0.8),
        path=path,
        offset=run.offset,
    )
