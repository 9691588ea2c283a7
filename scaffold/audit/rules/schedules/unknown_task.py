"""A schedule, trigger, EventBridge target or step function for a task definition that does not exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.starts.failure_monitor import known_groups
from scaffold.audit.facts.tasks.entries import known_tasks
from scaffold.audit.facts.tasks.machines import family_of, state_runs
from scaffold.audit.finding import Finding
from scaffold.audit.similar import did_you_mean
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import environment_names, values_by_environment
from scaffold.pfml.event_targets import event_targets
from scaffold.pfml.starts import Start, TaskDefinition, gates, named_definition
from scaffold.pfml.tasks import DEFINITION, full_name, tasks_object, unique_task
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.values import is_known

WHY = (
    "Terraform rejects a reference to it, so nothing can be planned or deployed in any environment; a step function "
    "that names its family fails at that state."
)
HOW = "Correct the name, add the task, or remove what starts it."
_STATE, _TARGET = ("the step function fails at that state", "the state"), ("nothing is started", "the target")
_ARGUMENTS = ("ecs_task_definition_arn", "ecs_task_definition_family")


def check(facts: Facts) -> Iterator[Finding]:
    resources = facts.template.blocks("resource", DEFINITION)
    known = {resource.block.labels[1]: resource for resource in resources}
    for start in all_starts(facts.checkout):
        if facts.in_focus(start.task_name):
            yield from _findings(facts, start, known)
    if not facts.focus:
        yield from _of_targets(facts, known)
        yield from _of_states(facts, known)


def _of_targets(facts: Facts, known: Mapping[str, PlacedBlock]) -> Iterator[Finding]:
    for target in event_targets(facts.template):
        attribute = target.definition
        problem = next((what for text in target.definitions if (what := _of_target(facts, text, known))), None)
        if attribute and problem:
            counted = "count" in target.block.attributes
            where = " where the condition of its count holds" if counted and gates(facts.template, target) else ""
            yield Finding(
                subject=target.label,
                message=f"the EventBridge target {target.label} starts {problem[0]}{where}",
                instead=problem[1],
                path=target.path,
                offset=attribute.start,
            )


def _of_target(facts: Facts, text: str, known: Mapping[str, PlacedBlock]) -> tuple[str, str] | None:
    """What is wrong with a task definition of a target, which is named by a reference or by an ARN."""
    definition = named_definition(text)
    if definition:
        return _problem(facts, definition, known)
    texts = (values.of_text(text) for values in values_by_environment(facts.checkout).values())
    problems = (_unknown_family(facts, family_of(arn), _TARGET) for arn in texts if ":task-definition/" in arn)
    return next(filter(None, problems), None)


def _of_states(facts: Facts, known: Mapping[str, PlacedBlock]) -> Iterator[Finding]:
    """One finding for each state, also if it is the same in several environments."""
    reported: set[tuple[str, int]] = set()
    for run in facts.once(state_runs):
        place = (run.path, run.definition.offset)
        definition = named_definition(run.expression)
        problem = _problem(facts, definition, known) if definition else _unknown_family(facts, run.family, _STATE)
        if problem and place not in reported:
            reported.add(place)
            yield Finding(
                subject=run.state,
                message=f"the state {run.state} runs {problem[0]}",
                instead=problem[1],
                path=run.path,
                offset=run.definition.offset,
            )


def _unknown_family(facts: Facts, family: str, what: tuple[str, str]) -> tuple[str, str] | None:
    """The same for a task definition that is named by its family. what: the consequence, and what can be removed."""
    groups = facts.once(known_groups)
    names = [task.name for task in facts.once(known_tasks)]
    begins = [full_name(facts.template, environment, "") for environment in environment_names(facts.checkout)]
    name = next((family.removeprefix(begin) for begin in begins if family.startswith(begin)), "")
    if groups is None or not name or not is_known(family) or family in groups:
        return None
    return (
        f"the task {name!r}, which is not in local.tasks, so {what[0]}",
        did_you_mean(name, names, f"Add the task, or remove {what[1]}."),
    )


def _findings(facts: Facts, start: Start, known: Mapping[str, PlacedBlock]) -> Iterator[Finding]:
    """One finding for each definition that does not exist, since both arguments usually have the same one."""
    reported: set[TaskDefinition] = set()
    for argument in _ARGUMENTS:
        definition = start.definition(argument)
        problem = _problem(facts, definition, known) if definition and definition not in reported else None
        if definition and problem:
            reported.add(definition)
            yield Finding(
                subject=start.name,
                message=f"the {start.kind} {start.name} starts {problem[0]}",
                instead=problem[1],
                path=start.path,
                offset=start.block.attributes[argument].start,
                task=start.task_name,
            )


def _problem(facts: Facts, definition: TaskDefinition, known: Mapping[str, PlacedBlock]) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    name, key = definition.resource, definition.key
    resource = known.get(name)
    if resource is None:
        return _no_resource(name, known) if facts.complete() else None
    many = "for_each" in resource.block.attributes
    if many and not key and "count" not in resource.block.attributes:
        return f"{DEFINITION}.{name} without an index, so Terraform rejects the plan", 'Add the task: ["…"].'
    if key and not many:
        return (
            f"{key!r} of {DEFINITION}.{name}, which has no for_each, so Terraform rejects the plan",
            f'Remove ["{key}"].',
        )
    keys = _keys(facts, resource) if key and unique_task(facts.template, key) is None else set()
    if not keys or key in keys or facts.template.expand_text(key, {}) in keys:
        return None
    return (
        f"the task {key!r}, which is not in local.tasks, so Terraform rejects the plan",
        did_you_mean(key, keys, "Add the task, or remove this."),
    )


def _no_resource(resource: str, known: Mapping[str, PlacedBlock]) -> tuple[str, str]:
    return (
        f"{DEFINITION}.{resource}, which does not exist in the template, so Terraform rejects the plan",
        did_you_mean(resource, known, "Use an existing task definition."),
    )


def _keys(facts: Facts, resource: PlacedBlock) -> set[str]:
    """The keys of a resource that is created for each task; none if some keys cannot be read."""
    if not facts.once(known_tasks) or facts.template.attribute_text(resource, "for_each") != "local.tasks":
        return set()
    path, entries = tasks_object(facts.template)
    if any(not isinstance(entry.key, hcl.Reference | hcl.Template) for entry in entries.items):
        return set()
    texts = [entry.name(facts.checkout.require(path)) for entry in entries.items]
    return {*texts, *(facts.template.expand_text(text, {}) for text in texts)}
