"""Two Poetry scripts with the same name."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.duplicates import repeated
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import known_scripts
from scaffold.audit.finding import Finding
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.files.toml import statements
from scaffold.pfml.scripts import TABLES

WHY = "TOML does not allow a key twice, so Poetry cannot install the API or build its image."
HOW = "Remove one of the two scripts, or give it another name."


def check(facts: Facts) -> Iterator[Finding]:
    # A file that parses has no duplicate keys.
    if known_scripts(facts.checkout) is not None:
        return
    lines = statements(facts.checkout.read(PYPROJECT_FILE) or b"")
    scripts = [(line.start, line.path[-1]) for line in lines if line.path[:-1] in TABLES and not line.is_header]
    runners = {command.program.shown: command.task for command in facts.once(all_commands) if command.program}
    for (first, _), (offset, script) in repeated(scripts, lambda entry: entry[1]):
        if facts.focus and script not in runners:
            continue
        place = facts.checkout.place(PYPROJECT_FILE, first)
        yield Finding(
            subject=script,
            message=f"the script {script} is already defined at {place}, so the file is not valid TOML",
            instead="Remove one of them, or rename it.",
            path=PYPROJECT_FILE,
            offset=offset,
            task=runners.get(script, ""),
        )
