"""A reference to a local, variable, module, data source or resource that does not exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scaffold.audit.facts.declarations.calls import BOOTSTRAP, module_calls
from scaffold.audit.facts.declarations.definitions import Definitions, definitions, outputs
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import task_at, tasks_in_focus
from scaffold.audit.finding import Finding
from scaffold.audit.similar import did_you_mean
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.environments import environment_names
from scaffold.terraform.references import Mention, mentions, mentions_in

WHY = "Terraform rejects the plan of every environment, so nothing can be deployed until the reference is fixed."
HOW = "Correct the name, or define what it refers to."


def check(facts: Facts) -> Iterator[Finding]:
    references = list(_of_tasks(facts) if facts.focus else _of_folder(facts, TEMPLATE))
    template = definitions(facts, TEMPLATE) if references else None
    if template:
        yield from _undefined(facts, template, references)
    if facts.focus:
        return
    for folder in _other_folders(facts):
        defined = definitions(facts, folder)
        if defined:
            yield from _undefined(facts, defined, _of_folder(facts, folder))


def _other_folders(facts: Facts) -> Iterator[str]:
    for name in environment_names(facts.checkout):
        yield f"{ENVIRONMENTS}/{name}"
    if facts.checkout.is_folder(BOOTSTRAP):
        yield BOOTSTRAP
    # Only the modules that tasks consist of.
    yield from dict.fromkeys(call.folder for call in facts.once(module_calls) if call.folder != TEMPLATE)


def _of_folder(facts: Facts, folder: str) -> Iterator[Mention]:
    for path in facts.checkout.terraform_files(folder):
        yield from facts.checkout.once(mentions, path)


def _of_tasks(facts: Facts) -> Iterator[Mention]:
    """The references in the entries in focus, and in their schedules and triggers."""
    for task in facts.once(tasks_in_focus):
        yield from mentions_in(facts.checkout, task.path, task.value)
    for start in all_starts(facts.checkout):
        if start.task_name in facts.focus:
            yield from mentions(facts.checkout, start.path, start.block)


def _undefined(facts: Facts, defined: Definitions, references: Iterable[Mention]) -> Iterator[Finding]:
    """One finding for each undefined name and each task that refers to it, at the first reference."""
    seen = set()
    for mention in references:
        reference = f"{mention.kind}.{mention.name}"
        finding = None
        if defined.is_undefined(mention):
            finding = _finding(facts, mention, reference, defined.names.get(mention.kind, ()), defined.folder)
        elif mention.kind == "module" and mention.rest and mention.name in defined.sources:
            folder = defined.sources[mention.name]
            known = outputs(facts, folder)
            if known is not None and mention.rest not in known:
                finding = _finding(facts, mention, f"{reference}.{mention.rest}", known, folder)
        if finding and (finding.subject, finding.task) not in seen:
            seen.add((finding.subject, finding.task))
            yield finding


def _finding(facts: Facts, mention: Mention, reference: str, known: Iterable[str], folder: str) -> Finding:
    start, _, name = reference.rpartition(".")
    if mention.kind == "data":
        start, name = "data", mention.name
    return Finding(
        subject=reference,
        message=f"there is no {reference} in {folder}, so Terraform rejects the plan",
        instead=did_you_mean(name, sorted(known), "Define it, or remove the reference.", prefix=f"{start}."),
        path=mention.path,
        offset=mention.offset,
        task=_task_at(facts, mention),
    )


def _task_at(facts: Facts, mention: Mention) -> str:
    """The task whose entry, schedule or trigger contains a reference, "" for none."""
    if task := task_at(facts, mention.path, mention.offset):
        return task.name
    for start in all_starts(facts.checkout):
        block = start.block
        if start.path == mention.path and block.start <= mention.offset < block.end:
            return start.task_name
    return ""
