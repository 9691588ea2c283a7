"""An entrypoint in a folder without an __init__.py."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import entrypoint_of, known_scripts
from scaffold.audit.finding import Finding
from scaffold.files.checkout import with_parents

WHY = "It runs, but pytest, mypy and the build do not treat the folder as a package, or use the wrong package name."
HOW = "Add an empty __init__.py to the folder."


def check(facts: Facts) -> Iterator[Finding]:
    runners = {command.program.shown: command.task for command in reversed(facts.once(all_commands)) if command.program}
    seen: set[str] = set()
    for script in known_scripts(facts.checkout) or ():
        if facts.focus and script not in runners:
            continue
        target = entrypoint_of(script, facts.checkout)
        path = target.definition.module.path if target and target.definition else ""
        for folder in _without(facts, path):
            if folder not in seen:
                seen.add(folder)
                yield Finding(
                    subject=folder,
                    message=f"the entrypoint of the script {script} is in {folder}, which has no __init__.py",
                    instead="Add an empty __init__.py.",
                    path=path,
                    task=runners.get(script, ""),
                )


def _without(facts: Facts, path: str) -> list[str]:
    folders = [folder for folder in with_parents(path) if folder.startswith("api/")]
    return [folder for folder in folders if facts.checkout.read(f"{folder}/__init__.py") is None]
