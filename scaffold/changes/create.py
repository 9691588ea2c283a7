"""`task`, `schedule` and `trigger`: from a spec to the proven edits of all parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from scaffold.changes.like import with_like
from scaffold.changes.listing import with_listing
from scaffold.changes.module import with_module
from scaffold.changes.parts.hints import to_change, without_others
from scaffold.changes.parts.infra import task
from scaffold.changes.parts.requests import Addition
from scaffold.changes.parts.table import PARTS
from scaffold.changes.proof import ProofError, other_tasks_same, proven
from scaffold.changes.recognition import blamed, prove_recognized
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.pfml.tasks import default_size, find_task, tasks_object
from scaffold.rendering.literals import shell
from scaffold.spec.specs import Subject, TaskSpec
from scaffold.terraform.folder import Folder


def addition(spec: Subject, checkout: Checkout) -> Addition:
    """What a spec adds to a checkout, with its module, and what `--like` takes from another task. Raises Refusal."""
    if isinstance(spec, TaskSpec):
        try:
            spec = with_default_size(with_like(with_module(spec, checkout), checkout), checkout)
            spec = with_listing(spec, checkout)
        except Refusal as refusal:
            raise _of_existing(refusal, spec, checkout) from refusal
    return Addition(spec, checkout)


def create(asked: Addition) -> Plan:
    """The proven plan of an addition. Raises Refusal before anything is written."""
    try:
        plan = proven(asked.checkout, _edits(asked))
        if isinstance(asked.spec, TaskSpec):
            _prove_tasks(asked, plan)
    except ProofError as error:
        raise blamed(error, asked.checkout) from error
    except Refusal as refusal:
        raise _of_existing(refusal, asked.spec, asked.checkout) from refusal
    prove_recognized(asked, plan, lambda after: _edits(Addition(asked.spec, after)))
    return plan


def _edits(asked: Addition) -> Iterator[Edit]:
    # The entry of an existing task is edited last, after what starts the task.
    last = None if isinstance(asked.spec, TaskSpec) else task.PART
    for part in sorted(PARTS, key=lambda part: last == part.PART):
        yield from part.add(asked)


def _of_existing(refusal: Refusal, spec: Subject, checkout: Checkout) -> Refusal:
    """The refusal of `task` for a task that exists: that it does, what does not fit, and what can be done with it."""
    task = find_task(Folder.of(checkout), spec.name) if isinstance(spec, TaskSpec) else None
    if task is None:
        return refusal
    hint, name = without_others(refusal.instead) or to_change(task.name), shell(task.name)
    refusal.instead = ""
    return Refusal(
        f"the task already exists, and what you asked for does not fit it: {refusal}",
        option="NAME",
        value=spec.name,
        place=checkout.place(task.path, task.entry.start),
        instead=f"See it with pfml-scaffold show {name}, start it with pfml-scaffold schedule or trigger, or choose "
        f"another NAME. {hint}",
    )


def with_default_size(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """The spec with the default CPU and memory of the task or the template, which an option for only one must fit."""
    if (spec.cpu is None) == (spec.memory is None):
        return spec
    folder = Folder.of(checkout)
    existing = find_task(folder, spec.name)
    has = [existing.text(folder, name).strip('"') if existing else "" for name in ("cpu", "memory")]
    cpu, memory = (int(own) if own.isdigit() else known for own, known in zip(has, default_size(folder), strict=True))
    return replace(spec, default_size=(cpu, memory))


def _prove_tasks(asked: Addition, plan: Plan) -> None:
    """The tasks afterwards are the tasks before and the new one. Raises ProofError."""
    path, _ = tasks_object(asked.folder)
    if path in plan.paths and asked.key not in other_tasks_same(plan, path, asked.key):
        raise ProofError(f"{path} would not get the task {asked.spec.name}")
