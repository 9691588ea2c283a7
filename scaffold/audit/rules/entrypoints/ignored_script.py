"""A script in `[tool.poetry.scripts]` that Poetry 2 ignores, because `[project.scripts]` has scripts, too."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.scripts import known_scripts
from scaffold.audit.finding import Finding
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.scripts import POETRY, PROJECT, label

WHY = "Poetry 2 takes all console scripts from one table, so the program is missing in the image, and its task fails."
HOW = "Move the script to [project.scripts]."


def check(facts: Facts) -> Iterator[Finding]:
    scripts = (known_scripts(facts.checkout) or {}).values()
    if facts.whole is None or not any(script.table == PROJECT for script in scripts):
        return
    for script in scripts:
        if script.table == POETRY and not script.is_file:
            yield Finding(
                subject=script.name,
                message=f"Poetry 2 ignores the script {script.name}, because {label(PROJECT)} has scripts, too",
                instead=f"Move it to {label(PROJECT)}.",
                path=PYPROJECT_FILE,
                offset=script.offset,
            )
