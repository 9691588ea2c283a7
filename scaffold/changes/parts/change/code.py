"""What an entrypoint gets if a task is changed: a database session, arguments, or another listing."""

from __future__ import annotations

from dataclasses import replace

from scaffold.changes.parts.api.completion import Completion, completion
from scaffold.changes.parts.api.generated import Form, origins_of, writing
from scaffold.changes.parts.paths import module_path
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal
from scaffold.pfml.scripts import script_reference
from scaffold.python.module import Module
from scaffold.spec.schedule import schedule
from scaffold.spec.specs import TaskSpec


def completed(modification: Modification) -> tuple[Completion, Module] | None:
    """How the entrypoint becomes what was asked for, and its module; None if it is that, or its author has to do it."""
    spec = task_spec(modification)
    if spec is None:
        return None
    module = Module(modification.checkout, module_path(spec.module))
    asked = completion(spec, module)
    if asked is None and modification.listing:
        asked = _listing(modification.listing, spec, module)
    return (asked, module) if asked else None


def task_spec(modification: Modification) -> TaskSpec | None:
    """What the entrypoint should do, as the options of `task`; None if nothing was asked of it, or it has no module."""
    spec, checkout = modification.spec, modification.checkout
    arguments = (spec.schedule.arguments if spec.schedule else None) or ()
    if not (spec.database or spec.arguments or arguments or modification.listing):
        return None
    entry = script_reference(modification.task.script(modification.folder), checkout)
    dotted, _, function = entry.partition(":")
    if not entry or checkout.read(module_path(dotted)) is None:
        return None
    timing = schedule("any-name", "rate(1 day)", arguments=arguments) if arguments else None
    try:
        return TaskSpec(
            name=modification.task.own_name,
            module=dotted,
            function=function,
            database=spec.database,
            arguments=spec.arguments,
            schedule=timing,
        )
    except Refusal:  # a name that the tool would not give
        return None


def _listing(listing: str, spec: TaskSpec, module: Module) -> Completion | None:
    """The stub with another way to list what its trigger waits for, if it is as the tool wrote it."""
    known = writing(module, origins_of(module, spec.module, spec.function))
    if known is None or known[0].origin.spec.listing in ("", listing):
        return None
    form, lines = known
    wanted = form.origin._replace(spec=replace(form.origin.spec, listing=listing))
    return Completion(form, lines, Form(wanted, module.checkout))
