"""Changes a schedule: its expressions, its arguments, what turns it on, and the roles that all schedules pass on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scaffold.changes.parts.change import toggle
from scaffold.changes.parts.change.arguments import with_arguments
from scaffold.changes.parts.change.literal import is_string, not_literal
from scaffold.changes.parts.infra.schedule import expressions_of
from scaffold.changes.parts.infra.schedule_text import has_own_templates, retimed
from scaffold.changes.parts.infra.start import pass_on
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.enabled import where_enabled
from scaffold.pfml.schedules import Schedule, schedules, schedules_of
from scaffold.spec.change import ScheduleChange
from scaffold.spec.part_names import SCHEDULE
from scaffold.terraform.steps import Step, in_steps, insert_after, set_value

_VARIABLE = re.compile(r"var\.[\w-]+")
_SWITCH = "Use --enable-in and --disable-in to turn it on and off."


def change(modification: Modification) -> list[Edit]:
    edits, folder, subject = list[Edit](), modification.folder, modification.spec.subject
    if subject.task_role or subject.execution_role:
        for schedule in schedules_of(folder, modification.task.key):
            edits += pass_on(folder, schedule, modification.addition.roles, SCHEDULE)
    wanted, chosen = modification.spec.schedule, modification.schedule
    if wanted is None or chosen is None:
        return edits
    steps = _steps(modification, wanted, chosen)
    # First the comment, since it is recognized by the expressions that it was written for.
    changes = in_steps(modification.checkout, [_comment(modification, chosen, steps), *steps], SCHEDULE)
    unchanged = [modification.checkout.unchanged(*chosen.location, SCHEDULE)] if steps else []
    return [*edits, *(changes or unchanged)]


def _steps(modification: Modification, wanted: ScheduleChange, chosen: Schedule) -> list[Step]:
    steps: list[Step] = []
    if wanted.timing:
        expressions = expressions_of(wanted.timing, modification.checkout)
        steps += [_expression(chosen, argument, value) for argument, value in expressions]
    if wanted.arguments is not None:
        steps.append(_arguments(modification, chosen, wanted.arguments))
    if wanted.toggle:
        steps.append(_toggle(chosen, wanted.toggle))
    return steps


def _again(checkout: Checkout, chosen: Schedule) -> Schedule:
    """The schedule as it is in a step."""
    return next(schedule for schedule in schedules(checkout) if schedule.label == chosen.label)


def _comment(modification: Modification, chosen: Schedule, steps: Sequence[Step]) -> Step:
    """The comment for the schedule after the steps."""
    wanted, name = modification.spec.schedule, modification.task.name

    def step(checkout: Checkout) -> list[Edit]:
        environments = _environments(modification, chosen, steps) if has_own_templates(checkout) else None
        timing = wanted.timing if wanted else None
        return (
            retimed(_again(checkout, chosen), name, timing, environments) if timing or environments is not None else []
        )

    return step


def _environments(modification: Modification, chosen: Schedule, steps: Sequence[Step]) -> tuple[str, ...]:
    """Where the schedule is on after the steps and with the new values of its toggle."""
    checkout = modification.checkout
    edits = [*in_steps(checkout, steps, SCHEDULE), *toggle.change(modification)]
    plan = Plan(tuple(edits), {edit.path: checkout.require(edit.path) for edit in edits})
    return where_enabled(_again(checkout.after(plan.outcome()), chosen)).on


def _expression(chosen: Schedule, argument: str, value: str) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        schedule = _again(checkout, chosen)
        attribute = schedule.block.attributes.get(argument)
        if attribute is None:
            behind = schedule.block.attributes.get("task_name")
            text = [f'{argument} = "{value}"']
            return insert_after(checkout, schedule.path, schedule.block, behind, text, SCHEDULE)
        if not is_string(attribute.value):
            what = f"{argument} of the schedule {schedule.name!r}"
            raise not_literal(schedule.folder, schedule.path, attribute.value, what, "--schedule")
        return set_value(checkout, schedule.path, attribute.value, f'"{value}"', SCHEDULE)

    return step


def _arguments(modification: Modification, chosen: Schedule, arguments: tuple[str, ...]) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        schedule = _again(checkout, chosen)
        return with_arguments(modification.at(checkout), schedule, arguments)

    return step


def _toggle(chosen: Schedule, variable: str) -> Step:
    def step(checkout: Checkout) -> list[Edit]:
        schedule = _again(checkout, chosen)
        attribute, wanted = schedule.block.attributes.get("is_enabled"), f"var.{variable}"
        if attribute is None:
            behind = schedule.block.attributes.get("source")
            return insert_after(checkout, schedule.path, schedule.block, behind, [f"is_enabled = {wanted}"], SCHEDULE)
        has = schedule.text("is_enabled")
        if has not in ("true", "false", wanted):
            raise Refusal(
                f"the schedule {schedule.name!r} is already guarded: is_enabled = {has}",
                option="--toggle",
                value=variable,
                place=checkout.place(schedule.path, attribute.start),
                instead=_SWITCH if _VARIABLE.fullmatch(has) else "Change that condition by hand.",
            )
        return set_value(checkout, schedule.path, attribute.value, wanted, SCHEDULE)

    return step
