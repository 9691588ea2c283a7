"""Where the template uses a task by its name: references, names of families, overrides, commands, comments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import NamedTuple

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.hcl.comments import is_code
from scaffold.pfml.lookups import COMPUTED, NAMES
from scaffold.pfml.references import beginning, template_files
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder, PlacedBlock

_IN_STRING = re.compile(rb'"((?:[^"\\\n]|\\.)*)\Z')
_FAMILY_ENDS = re.compile(rb'[":*\\]')
_STATE = re.compile(rb'"(?:Next|Default|StartAt)"\s*:\s*"\Z')
_IS_STATE = re.compile(rb'"\s*:\s*\{')
_FIRST_WORD = re.compile(rb'\[\s*"\Z')


class Use(NamedTuple):
    """The bytes of a name, and the new name. block: the block of the file's top level that contains them."""

    path: str
    start: int
    end: int
    text: str
    block: hcl.Block | None

    def edit(self, checkout: Checkout, part: str) -> Edit:
        return checkout.rename(self.path, self.start, self.end, self.text, part)


def uses_in(naming: Naming, checkout: Checkout, blocks: Collection[Place]) -> Iterator[Use]:
    """The uses in some blocks of the template."""
    for use in uses(naming, checkout):
        if use.block is not None and (use.path, use.block.start) in blocks:
            yield use


def uses(naming: Naming, checkout: Checkout) -> Iterator[Use]:
    """The uses in the code of the template's Terraform, each once, without names of other things."""
    old, key = re.escape(naming.old.encode()), re.escape(naming.key.encode())
    begins = beginning(Folder.of(checkout)).encode()
    patterns = [
        rb'\b(?:ecs_)?tasks\s*\[\s*"%s(?="\s*\])' % key,
        rb"\b(?:ecs_)?tasks\.%s(?![\w-])" % key,
        rb"%s%s(?![\w-])" % (begins, old),
        rb'"?\b[Nn]ame"?\s*[:=]\s*"%s(?=")' % key,
        *([rb'"?\b[Cc]ommand"?\s*[:=]\s*\[\s*"%s(?=")' % old] if naming.script else []),
    ]
    for path in _terraform_with(naming, checkout):
        data, seen = checkout.require(path), set()
        for number, pattern in enumerate(patterns):
            for match in re.finditer(pattern, data):
                start, block = match.end() - len(naming.old.encode()), checkout.terraform(path).block_at(match.start())
                if start in seen or not is_code(data, start):
                    continue
                if number == 2 and not _is_family(begins, data, start, match.end(), block):
                    continue
                if number == 2 and _is_own_name(checkout, path, block, start):
                    continue
                if number == 3 and not _overrides(data, block):
                    continue
                seen.add(start)
                yield Use(path, start, match.end(), naming.new, block)


def comments(naming: Naming, checkout: Checkout) -> Iterator[Use]:
    """The uses in comments of the template, including commented-out code."""
    for path in _terraform_with(naming, checkout):
        data = checkout.require(path)
        for match in naming.word.finditer(data):
            if not is_code(data, match.start()):
                yield Use(path, match.start(), match.end(), naming.new, None)


def uses_elsewhere(naming: Naming, checkout: Checkout) -> Iterator[Use]:
    """The uses in other files of the template, such as the JSON of step functions, whose states keep their names."""
    begins = beginning(Folder.of(checkout)).encode()
    pattern = re.compile(rb"%s|(?:%s)%s(?![\w-])" % (naming.word.pattern, begins, re.escape(naming.old.encode())))
    for path in template_files(checkout):
        data = checkout.require(path)
        if path.endswith(".tf") or b"\0" in data:
            continue
        for match in pattern.finditer(data):
            start = match.end() - len(naming.old.encode())
            before = data[max(0, start - 200) : start]
            is_string = before.endswith(b'"') and data[match.end() : match.end() + 1] == b'"'
            if is_string and (_STATE.search(before) or _IS_STATE.match(data, match.end())):
                continue
            if is_string and _FIRST_WORD.search(before) and not naming.script:
                continue
            if start > match.start() and not _is_family(begins, data, start, match.end(), None):
                continue
            yield Use(path, start, match.end(), naming.new, None)


def _terraform_with(naming: Naming, checkout: Checkout) -> Iterator[str]:
    for path in Folder.of(checkout).files:
        if naming.old.encode() in checkout.require(path):
            yield path


def _is_family(begins: bytes, data: bytes, start: int, end: int, block: hcl.Block | None) -> bool:
    """Whether a name after the prefix of names in AWS is a task definition's: the whole string, or in an ARN.
    Roles and policies often have the same name, and paths in the parameter store begin with it."""
    string = _IN_STRING.search(data, max(0, start - 300), start)
    if string is None or not _FAMILY_ENDS.match(data, end):
        return False
    if re.fullmatch(rb"[^\s]*:task-definition/(?:\$\{\w*\.?)?%s" % begins, string[1]):
        return True
    of_iam = block is not None and "aws_iam_" in "".join(block.labels[:1])
    return not of_iam and re.fullmatch(rb"(?:\$\{\w*\.?)?%s" % begins, string[1]) is not None


def _is_own_name(
    checkout: Checkout, path: str, block: hcl.Block | None, offset: int, seen: frozenset[str] = frozenset()
) -> bool:
    """Whether a byte is in the name of another resource than a task definition, or in what a data source looks up; also
    in a local value that is used for nothing else."""
    if block is None:
        return False
    attribute = next((known for known in block.attributes.values() if known.start <= offset < known.end), None)
    if block.type == "locals":
        is_new = attribute is not None and attribute.name not in seen
        return is_new and attribute is not None and _only_names(checkout, attribute.name, seen | {attribute.name})
    type = "".join(block.labels[:1])
    looks_up = block.type == "data" and type not in COMPUTED
    return (looks_up or (attribute is not None and attribute.name in NAMES)) and type != "aws_ecs_task_definition"


def _only_names(checkout: Checkout, local: str, seen: frozenset[str]) -> bool:
    pattern, places = re.compile(rb"(?<![\w.-])local\.%s(?![\w-])" % re.escape(local.encode())), []
    for path in Folder.of(checkout).files:
        data = checkout.require(path)
        places += [(path, match.start()) for match in pattern.finditer(data) if is_code(data, match.start())]
    uses = (
        _is_own_name(checkout, path, checkout.terraform(path).block_at(offset), offset, seen) for path, offset in places
    )
    return bool(places) and all(uses)


def _overrides(data: bytes, block: hcl.Block | None) -> bool:
    """Whether a name may be a container's: whether its block has overrides, as schedules and step functions do."""
    return block is not None and re.search(rb"[Cc]ontainer_?[Oo]verrides", data[block.start : block.end]) is not None


# --- Terraform's own names


def rename_label(checkout: Checkout, placed: PlacedBlock, index: int, label: str, part: str) -> list[Edit]:
    """A label of a block."""
    data, old = checkout.require(placed.path), placed.block.labels[index].encode()
    position = placed.block.start + len(placed.block.type)
    for number in range(index + 1):
        wanted = placed.block.labels[number].encode()
        position = data.index(wanted, position) + len(wanted)
    return [checkout.rename(placed.path, position - len(old), position, label, part)]


def rename_address(checkout: Checkout, address: str, name: str, part: str) -> list[Edit]:
    """The references of the template to `module.x`, `var.x`, `aws_iam_role.x` and the like."""
    edits = []
    pattern = re.compile(rb"(?<![\w.-])%s(?![\w-])" % re.escape(address.encode()))
    length = len(address.rpartition(".")[2].encode())
    for path in Folder.of(checkout).files:
        data = checkout.require(path)
        for match in pattern.finditer(data):
            if is_code(data, match.start()):
                edits.append(checkout.rename(path, match.end() - length, match.end(), name, part))
    return edits


def rename_inside(naming: Naming, checkout: Checkout, path: str, node: hcl.Node, part: str) -> list[Edit]:
    """The task's name in a quoted string, except in interpolations."""
    if not isinstance(node, hcl.Template):
        return []
    text = checkout.require(path)[node.inner_start : node.inner_end].decode("utf-8", "replace")
    covered = [range(match.start(), match.end()) for match in re.finditer(r"\$\{[^}]*\}", text)]
    edits = []
    for start, end, new in naming.spans(text):
        if not any(start in row for row in covered):
            first = node.inner_start + len(text[:start].encode())
            edits.append(checkout.rename(path, first, first + len(text[start:end].encode()), new, part))
    return edits


def rename_word(naming: Naming, checkout: Checkout, path: str, node: hcl.Node, part: str) -> list[Edit]:
    """The task's name in text for people, such as a description."""
    matches = naming.word.finditer(checkout.require(path), node.start, node.end)
    return [checkout.rename(path, match.start(), match.end(), naming.new, part) for match in matches]


def unique(edits: list[Edit]) -> list[Edit]:
    """The edits, each span once, since a name may be found in several ways."""
    kept: dict[tuple[object, ...], Edit] = {}
    for edit in edits:
        reason = "" if edit.changes else edit.part + edit.reason
        kept.setdefault((edit.path, edit.start, edit.end, edit.target, reason), edit)
    for edit, following in pairwise(sorted(kept.values(), key=lambda edit: (edit.path, edit.start, edit.end))):
        overlap = edit.changes and following.changes and edit.path == following.path and following.start < edit.end
        assert not overlap, (edit, following)
    return list(kept.values())
