"""An entrypoint whose definition uses a name that may not be bound yet."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import entrypoint_of, known_scripts, lookup
from scaffold.audit.finding import Finding
from scaffold.pfml.unbound import Unbound, bindings_in, unbound_names
from scaffold.python.bindings import stop
from scaffold.python.lookup import Binding

WHY = "The module cannot be imported, so the script fails before it does anything."
HOW = "Define or import the name above its first use, at the top level of the module and without a condition."


def check(facts: Facts) -> Iterator[Finding]:
    runners = {command.program.shown: command.task for command in reversed(facts.once(all_commands)) if command.program}
    for script in known_scripts(facts.checkout) or ():
        target = entrypoint_of(script, facts.checkout) if not facts.focus or script in runners else None
        if target is not None and target.function is not None:
            module = target.function.module
            for line, what, instead in _problems(facts, target.function):
                yield Finding(
                    subject=script,
                    message=f"{what} when the script {script} imports {module.path}",
                    instead=instead,
                    path=module.path,
                    offset=module.offset(line),
                    task=runners.get(script, ""),
                )


def _problems(facts: Facts, function: Binding) -> Iterator[tuple[int, str, str]]:
    """The line, what fails there, and what to do."""
    module = function.module
    bindings = bindings_in(module, lookup(facts.checkout))
    for unbound in unbound_names(function, bindings):
        fails = "fails" if unbound.surely else "may fail"
        what = f"the entrypoint uses {unbound.name}, which {_why(function, unbound)}, so this {fails}"
        yield unbound.line, what, "Bind it above the function, outside of any condition."
    line = stop(module.tree, bindings)
    if line:
        yield line, "this always stops the program", "Move it into a function."


def _why(function: Binding, unbound: Unbound) -> str:
    if not unbound.bound:
        return "nothing binds"
    if unbound.bound > function.node.lineno:
        return f"is bound only later, at line {unbound.bound}"
    return f"is not {'' if unbound.surely else 'always '}bound there (see line {unbound.bound})"
