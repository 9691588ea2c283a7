"""An entrypoint that uses a submodule that nothing imports."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import entrypoint_of, known_scripts, lookup
from scaffold.audit.finding import Finding
from scaffold.python.environment.imported import Imports
from scaffold.python.submodules import Submodules

WHY = "The package has the submodule as an attribute only if something imports it, so the program ends with an error."
HOW = "Import the submodule itself, as `import a.b.c` or `from a.b import c`."


def check(facts: Facts) -> Iterator[Finding]:
    runners = {command.program.shown: command.task for command in reversed(facts.once(all_commands)) if command.program}
    submodules = Submodules(lookup(facts.checkout).once(Imports))
    seen: set[str] = set()
    for name, script in (known_scripts(facts.checkout) or {}).items():
        target = entrypoint_of(name, facts.checkout) if not facts.focus or name in runners else None
        module = target.function.module if target and target.function else None
        # A function that is defined elsewhere runs after more imports than those of its own module.
        if module is None or module.path in seen or not _is_in(script.reference, module.path):
            continue
        seen.add(module.path)
        for use in submodules.unimported(module):
            yield Finding(
                subject=name,
                message=(
                    f"the entrypoint of the script {name} uses {use.dotted}, but nothing that it imports imports this "
                    "submodule, so it fails here"
                ),
                instead=f"Add import {use.dotted}.",
                path=module.path,
                offset=module.offset(use.node.lineno),
                task=runners.get(name, ""),
            )


def _is_in(reference: str, path: str) -> bool:
    dotted = reference.partition(":")[0].replace(".", "/")
    return path in (f"api/{dotted}.py", f"api/{dotted}/__init__.py")
