"""The Makefile target: a rule in api/Makefile that runs the task's script."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaffold.changes.parts.requests import Addition, Removal, Renaming
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.files.layout import MAKEFILE
from scaffold.files.unparsed import check_merged
from scaffold.pfml.makefile import Target, makefile_text, own_runs, targets, targets_that_run, variables
from scaffold.pfml.scripts import scripts
from scaffold.pfml.tasks import Task, all_tasks
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

PART = part_names.MAKE_TARGET
TEMPLATES: tuple[str, ...] = ("snippets/target.mk",)
RECREATED = ""
# A rule without its comment, which may contain anything, or a line of a recipe.
_LINE = re.compile(rb"(?m)^(?:[^\s#:=][^:=#\n]*::?(?!=)[^=#\n]*|\t.*)")


def add(addition: Addition) -> list[Edit]:
    spec, checkout = addition.spec, addition.checkout
    if not isinstance(spec, TaskSpec) or not spec.makefile:
        return []
    if checkout.read(MAKEFILE) is None:
        raise Refusal("this checkout has no such file", option="--makefile", place=MAKEFILE, instead="Omit --makefile.")
    check_merged(checkout.require(MAKEFILE), MAKEFILE)
    existing = next((target for target in targets(checkout) if target.name == spec.name), None)
    if existing is None:
        return [_insertion(addition, _rendered(spec, checkout))]
    if existing not in targets_that_run(checkout, spec.command):
        raise Refusal(
            f"the target {spec.name} does not run the script {spec.command}",
            option="--makefile",
            place=checkout.place(MAKEFILE, existing.start),
            instead="Rename that target, or omit --makefile.",
        )
    return [checkout.unchanged(MAKEFILE, existing.start, PART)]


def find(task: Task, checkout: Checkout) -> list[Place]:
    script = task.script(Folder.of(checkout))
    return [(MAKEFILE, target.start) for target in targets_that_run(checkout, script)]


def remove(removal: Removal) -> list[Edit]:
    """The targets that do nothing but to run the task's script, if that is removed and nothing else uses them."""
    checkout, script = removal.checkout, removal.command
    if removal.chosen or (script in scripts(checkout) and not removal.removes(part_names.SCRIPT)):
        return []
    own = targets_that_run(checkout, script)
    check_merged(checkout.read(MAKEFILE) or b"", MAKEFILE)
    return [edit for target in own for edit in _removed(checkout, target, script)]


def rename(renaming: Renaming) -> list[Edit]:
    """The script in recipes if it gets another name, and the target with the task's name if it runs that script."""
    naming, checkout = renaming.naming, renaming.checkout
    check_merged(checkout.read(MAKEFILE) or b"", MAKEFILE)
    own = targets_that_run(checkout, renaming.command)
    edits = list[Edit]()
    if any(target.name == naming.old for target in own):
        taken = next((target for target in targets(checkout) if target.name == naming.new), None)
        if taken:
            raise naming.taken("a Makefile target has that name", checkout.place(MAKEFILE, taken.start))
        edits += [_renamed(checkout, offset, naming.old, naming.new) for offset in _names(checkout, naming.old)]
    if naming.script:
        edits += [_renamed(checkout, offset, naming.old, naming.new) for offset in _script_uses(checkout, naming.old)]
    return sorted(edits, key=lambda edit: edit.start)


def _renamed(checkout: Checkout, offset: int, old: str, new: str) -> Edit:
    return checkout.rename(MAKEFILE, offset, offset + len(old), new, PART)


def _script_uses(checkout: Checkout, script: str) -> Iterator[int]:
    """Where recipes run a script."""
    yield from (run.offset for run in own_runs(checkout) if run.program == script)


# --- added


def _rendered(spec: TaskSpec, checkout: Checkout) -> str:
    """The rule, without variables that the Makefile does not have."""
    text = makefile_text(checkout)
    known = variables(text)
    return snippet(
        "target.mk",
        checkout,
        name=spec.name,
        # A backslash at its end would continue the line.
        help=spec.description.rstrip(". \\"),
        runner="$(PY_RUN_CMD)" if "PY_RUN_CMD" in known else "poetry run",
        command=spec.command,
        args="$(args)" in text,
        decode_log="DECODE_LOG" in known,
    )


def _insertion(addition: Addition, text: str) -> Edit:
    """After the last target that is named after the script of a task, else at the end of the file."""
    checkout, folder = addition.checkout, addition.folder
    scripts_of_tasks = {task.script(folder) for task in all_tasks(folder)}
    similar = [target for target in targets(checkout) if target.name in scripts_of_tasks]
    if not similar:
        return checkout.append(MAKEFILE, text, PART)
    return checkout.insert(MAKEFILE, similar[-1].end, f"\n\n{text}", PART)


# --- removed


def _removed(checkout: Checkout, target: Target, script: str) -> list[Edit]:
    """A target that does nothing else, also from the targets that are declared as phony."""
    if not target.runs_only(script, makefile_text(checkout)):
        return [
            checkout.keep(
                MAKEFILE, target.start, PART, f"{target.name} does more than run the script, and fails without it"
            )
        ]
    data = checkout.require(MAKEFILE)
    others = [offset for offset in _names(checkout, target.name) if offset != target.start]
    phony = [offset for offset in others if data.startswith(b".PHONY", _line_start(data, offset))]
    used = next((offset for offset in others if offset not in phony), None)
    if used is not None:
        why = f"{target.name} is still used, and fails without the script"
        return [checkout.keep(MAKEFILE, target.start, PART, why, (MAKEFILE, used))]
    words = [_without_word(checkout, offset, offset + len(target.name.encode())) for offset in phony]
    return [*words, _without_rule(checkout, target)]


def _without_word(checkout: Checkout, start: int, end: int) -> Edit:
    before = checkout.require(MAKEFILE)[:start]
    return checkout.remove(MAKEFILE, len(before.rstrip(b" \t")), end, PART)


def _without_rule(checkout: Checkout, target: Target) -> Edit:
    """The rule with the comments right above it, and with the blank lines before these."""
    data, start = checkout.require(MAKEFILE), target.start
    while start and data.startswith(b"#", above := _line_start(data, start - 1)):
        start = above
    before = len(data[:start].rstrip())
    end = target.end if before else len(data) - len(data[target.end :].lstrip())
    return checkout.remove(MAKEFILE, before, end, PART)


# --- where targets are named


def _names(checkout: Checkout, name: str) -> Iterator[int]:
    """Where rules name a target, and recipes make it, in the order of the file."""
    data, word = checkout.require(MAKEFILE), rb"(?<![\w./-])%s(?![\w./-])" % re.escape(name.encode())
    made = re.compile(rb"(?:(?<![\w-])make|\$[({]MAKE[)}])[ \t][^;&|\n]*?" + word)
    for line in _LINE.finditer(data):
        pattern = made if line[0].startswith(b"\t") else re.compile(word)
        yield from (match.end() - len(name.encode()) for match in pattern.finditer(data, *line.span()))


def _line_start(data: bytes, offset: int) -> int:
    return data.rfind(b"\n", 0, offset) + 1
