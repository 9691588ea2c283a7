"""A task's command that is no Poetry script."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts import Facts
from scaffold.audit.finding import Finding, Severity
from scaffold.checkout import PYPROJECT_FILE

SEVERITY = Severity.ERROR
WHY = "The container starts and ends at once, since no program of that name is installed in the image."


def check(facts: Facts) -> Iterator[Finding]:
    scripts = facts.scripts
    if scripts is None:
        return
    for task in facts.tasks:
        script, item = task.script(facts.template), task.attribute(facts.template, "command")
        if item and script and "${" not in script and script not in scripts:
            yield Finding(
                subject=facts.name_of(task),
                message=f"the command {script!r} is no script of {PYPROJECT_FILE}, so the container ends at once",
                instead=_instead(script, scripts),
                path=task.path,
                offset=item.start,
                task=facts.name_of(task),
            )


def _instead(script: str, scripts: dict[str, str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(script, scripts, 1)
    return f"Did you mean {near[0]}?" if near else f"Add it to [tool.poetry.scripts] in {PYPROJECT_FILE}."
