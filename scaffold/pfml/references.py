"""What else in the Terraform of the tasks uses something that is about to be removed: references and mentions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.hcl.comments import is_code
from scaffold.pfml.environments import deployed_names, environment_names
from scaffold.pfml.tasks import application
from scaffold.terraform.folder import Folder

_COMMAND = re.compile(rb'"?\b[Cc]ommand"?\s*[:=]\s*\[\s*\Z')
# The name of a schedule or trigger, a description, and the states of a step function (Amazon States Language).
_NAME = re.compile(rb'\b(?:task_name|description)\s*=\s*\Z|"(?:Next|Default|StartAt)"\s*:\s*\Z')
_NAMES_ONLY = re.compile(r"aws_iam_|variable$")


def first_reference(checkout: Checkout, address: str, gone: Sequence[Edit]) -> Place | None:
    """Where the template still refers to `aws_iam_role.x`, `module.x` or `var.x` after the edits."""
    pattern = re.compile(rb"(?<![\w.-])%s(?![\w-])" % re.escape(address.encode()))
    return next(places(checkout, template_files(checkout), pattern, gone), None)


def first_mention(checkout: Checkout, name: str, gone: Sequence[Edit]) -> Place | None:
    """Where the template still uses a task by its name: as a whole string, or after the prefix of the tasks' names in
    AWS. A role, a variable, a schedule or a state that merely has that name does not use the task, nor does a command,
    which names a script.
    """
    for place in _mentions(checkout, name, gone):
        if not _is_command(checkout, *place) and not _only_names(checkout, *place):
            return place
    return next(uses_in_environments(checkout, name), None)


def uses_in_environments(checkout: Checkout, name: str) -> Iterator[Place]:
    """Where the environments select a task in an output of the template, `module.tasks.ecs_task_arns["my-task"]`: the
    path, and the end of the name.
    """
    word = re.escape(name)
    for environment in deployed_names(checkout):
        folder = Folder.of(checkout, f"{ENVIRONMENTS}/{environment}")
        paths = [path for path in folder.files if checkout.holds(path, name)]
        call = next(folder.modules("template"), None) if paths else None
        if call is None:
            continue
        output = rf"(?<![\w.-])module\.{re.escape(call.block.labels[0])}(?:\.[\w-]+)+"
        pattern = re.compile(rf'{output}(?:\[\s*"{word}(?="\s*\])|\.{word}(?![\w-]))'.encode())
        for path in paths:
            data = checkout.require(path)
            yield from ((path, match.end()) for match in pattern.finditer(data) if is_code(data, match.start()))


def first_run(checkout: Checkout, script: str, gone: Sequence[Edit]) -> Place | None:
    """Where the template still runs a script: as the first word of a command."""
    return next((place for place in _mentions(checkout, script, gone) if _is_command(checkout, *place)), None)


def _mentions(checkout: Checkout, name: str, gone: Sequence[Edit]) -> Iterator[Place]:
    begins, word = beginning(Folder.of(checkout)), re.escape(name)
    pattern = re.compile(rf'(?:"|{begins}){word}(?=["\\:*\s])(?!"\s*[=:]\s*\{{)|\btasks\.{word}(?![\w-])'.encode())
    yield from places(checkout, template_files(checkout), pattern, gone)


def _is_command(checkout: Checkout, path: str, offset: int) -> bool:
    return _COMMAND.search(checkout.require(path)[max(0, offset - 200) : offset]) is not None


def beginning(folder: Folder) -> str:
    """A pattern of `pfml-api-test-`, `pfml-api-${environment_name}-` and the like."""
    known = "|".join(re.escape(name) for name in environment_names(folder.checkout))
    return rf'(?:{re.escape(application(folder))}|app_name\}})-(?:(?:{known})-|[^"\s/]*\}}-)?'


def _only_names(checkout: Checkout, path: str, offset: int) -> bool:
    """Whether a mention is the name of something else."""
    data = checkout.require(path)
    if _NAME.search(data[data.rfind(b"\n", 0, offset) + 1 : offset]):
        return True
    if not path.endswith(".tf"):
        return False
    block = checkout.terraform(path).block_at(offset)
    return block is not None and any(_NAMES_ONLY.match(word) for word in (block.type, *block.labels[:1]))


def template_files(checkout: Checkout) -> list[str]:
    """All files of the template, including the JSON of step functions."""
    return checkout.files(TEMPLATE, "*")


def infra_files(checkout: Checkout) -> list[str]:
    """All Terraform files under infra/."""
    return checkout.terraform_files("infra", below=True)


def places(
    checkout: Checkout, paths: Iterable[str], pattern: re.Pattern[bytes], gone: Sequence[Edit]
) -> Iterator[Place]:
    """Where files match a pattern after the edits, except in comments of Terraform."""
    for path in paths:
        data = checkout.require(path)
        spans = [(edit.start, edit.end) for edit in gone if edit.path == path and edit.changes]
        for match in pattern.finditer(data):
            offset = match.start()
            if any(start <= offset < end for start, end in spans):
                continue
            if not path.endswith(".tf") or is_code(data, offset):
                yield path, offset
    for edit in gone:
        if edit.changes and pattern.search(edit.text):
            yield edit.path, edit.start
