"""Two Poetry scripts with the same name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.declarations.duplicates import repeated
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import known_scripts
from scaffold.audit.finding import Finding
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.scripts import script_tables

WHY = "TOML does not allow a key twice, so Poetry cannot install the API or build its image."
_KEY = re.compile(rb"^[ \t]*(?:([A-Za-z0-9_-]+)|\"([^\"\n]+)\"|'([^'\n]+)')[ \t]*=", re.MULTILINE)


def check(facts: Facts) -> Iterator[Finding]:
    # A file that parses has no duplicate keys.
    if known_scripts(facts.checkout) is not None:
        return
    data = facts.checkout.read(PYPROJECT_FILE) or b""
    scripts = [
        (start + match.start(), next(filter(None, match.groups())).decode("utf-8", "replace"))
        for start, end in script_tables(data)
        for match in _KEY.finditer(data[start:end])
    ]
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
