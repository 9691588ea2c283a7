"""A task size that Fargate does not support."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.aws.fargate import size_problem
from scaffold.pfml.containers import Container, containers
from scaffold.pfml.environments import environments
from scaffold.pfml.tasks import DEFINITION, Task, default_of
from scaffold.terraform.folder import PlacedBlock

WHY = "ECS rejects the task definition at deploy, so the old one stays in use until the size is fixed."
HOW = "Use a size from the list of supported combinations of CPU and memory in the documentation of Fargate."
_SIZES = ("cpu", "memory")
_UNITS = re.compile(r"(\d+|\d*\.\d+)\s*(vcpu|gb)", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    of_tasks = facts.template.block("resource", DEFINITION, "ecs_tasks")
    if of_tasks is not None and _is_fargate(facts, of_tasks):
        defaults = {name: default_of(facts.template, name) for name in _SIZES}
        for task in facts.once(tasks_in_focus):
            yield from _of_task(facts, task, defaults)
    if facts.focus:
        return
    for definition in facts.template.blocks("resource", DEFINITION):
        if _is_fargate(facts, definition):
            yield from _of_definition(facts, definition)


def _with_advice(problem: str) -> tuple[str, str]:
    what, _, advice = problem.partition("; ")
    return what, f"{advice[:1].upper()}{advice[1:]}."


def _is_fargate(facts: Facts, definition: PlacedBlock) -> bool:
    return "FARGATE" in facts.template.attribute_text(definition, "requires_compatibilities")


def _of_task(facts: Facts, task: Task, defaults: dict[str, str]) -> Iterator[Finding]:
    attributes = {name: task.attribute(facts.template, name) for name in _SIZES}
    written = {name: task.text(facts.template, name) or defaults[name] for name in _SIZES}
    problem_in = _problem(facts, written["cpu"], written["memory"])
    if problem_in is None:
        return
    problem, environment = problem_in
    given = [attribute for attribute in attributes.values() if attribute]
    by_default = [name for name in _SIZES if not attributes[name]]
    note = f" ({' and '.join(by_default)} by default)" if by_default else ""
    what, instead = _with_advice(problem)
    yield Finding(
        subject=task.name,
        message=f"{what}{note}, so the deploy fails{f' in {environment}' if environment else ''}",
        instead=instead,
        path=task.path,
        offset=given[0].start if given else task.entry.start,
        task=task.name,
    )


def _of_definition(facts: Facts, definition: PlacedBlock) -> Iterator[Finding]:
    written = {name: facts.template.attribute_text(definition, name) for name in _SIZES}
    sizes = {name: _size(text, name) for name, text in written.items()}
    cpu, memory = sizes["cpu"], sizes["memory"]
    if cpu is None or memory is None:
        return
    if problem := size_problem(cpu, memory):
        what, instead = _with_advice(problem)
        yield _finding(definition, f"{what}, so the deploy fails", instead, "cpu")
    listed = containers(facts.template, definition) or ()
    for name, size, unit in (("cpu", cpu, "CPU units"), ("memory", memory, "MiB of memory")):
        parts = [_of_container(facts, container, name) for container in listed]
        known = sum(part for part in parts if part)
        if known > size:
            yield _finding(
                definition,
                f"its containers have {known} {unit} in total, but the task has {size}, so ECS rejects it at deploy",
                f"Give the task more {name}, or the containers less.",
                name,
            )


def _finding(definition: PlacedBlock, message: str, instead: str, attribute: str) -> Finding:
    return Finding(
        subject=definition.block.labels[1],
        message=message,
        instead=instead,
        path=definition.path,
        offset=definition.block.attributes[attribute].start,
    )


def _of_container(facts: Facts, container: Container, name: str) -> int | None:
    node = container.attributes.get(name)
    return _size(facts.template.text(container.path, node), name) if node else None


def _problem(facts: Facts, cpu: str, memory: str) -> tuple[str, str] | None:
    """What is wrong, and in which environment, "" for all; None if nothing is wrong or a size is unknown."""
    sizes = _size(cpu, "cpu"), _size(memory, "memory")
    if sizes[0] is not None and sizes[1] is not None:
        problem = size_problem(sizes[0], sizes[1])
        return (problem, "") if problem else None
    if "var." not in f"{cpu}{memory}":
        return None
    for environment in environments(facts.checkout):
        here = _size(environment.values.of_text(cpu), "cpu"), _size(environment.values.of_text(memory), "memory")
        if here[0] is not None and here[1] is not None and (problem := size_problem(here[0], here[1])):
            return problem, environment.name
    return None


def _size(text: str, name: str) -> int | None:
    """CPU units or MiB. ECS also accepts strings such as "1 vCPU" and "2 GB"."""
    text = text.strip('"').strip()
    if text.isdecimal():
        return int(text)
    match = _UNITS.fullmatch(text)
    if match and (match[2].lower() == "vcpu") is (name == "cpu"):
        return round(float(match[1]) * 1024)
    return None
