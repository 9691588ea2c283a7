"""The variables and locals of the template that nothing in it reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.files.layout import TEMPLATE
from scaffold.hcl.comments import is_code
from scaffold.pfml.iam.roles import Roles, aws_name
from scaffold.terraform.folder import PlacedBlock
from scaffold.terraform.references import Mention, mentions

_PART_OF_NAME = re.compile(rb"[\w.-]")
_SEARCHED = ("infra", "bin", ".github")
_TEXTS = (".tf", ".tfvars", ".json", ".yml", ".yaml", ".sh", ".py", ".js", ".ts", ".tpl", ".tmpl")


@dataclass(frozen=True, slots=True)
class Unused:
    """kind: `var` or `local`. path and node: where it is declared."""

    kind: str
    name: str
    path: str
    node: hcl.Block | hcl.Attribute


def unused(facts: Facts) -> Iterator[Unused]:
    """Nothing where a file does not parse or is Terraform in JSON."""
    if not facts.complete() or any(name.endswith(".tf.json") for name in facts.checkout.entries(TEMPLATE)):
        return
    declared: dict[tuple[str, str], Unused] = {}
    read: set[tuple[str, str]] = set()
    for path in facts.template.files:
        for one in _declared(facts, path):
            declared[one.kind, one.name] = one
    for path in facts.template.files:
        read |= {(one.kind, one.name) for one in facts.checkout.once(mentions, path) if not _by_itself(one, declared)}
    yield from (one for key, one in declared.items() if key not in read)


def _declared(facts: Facts, path: str) -> Iterator[Unused]:
    for block in facts.checkout.terraform(path).blocks:
        if block.type == "variable" and block.labels:
            yield Unused("var", block.labels[0], path, block)
        elif block.type == "locals":
            for name, attribute in block.attributes.items():
                yield Unused("local", name, path, attribute)


def _by_itself(mention: Mention, declared: Mapping[tuple[str, str], Unused]) -> bool:
    """Whether it stands in what it names, such as a variable's own validation, which is no use of it."""
    one = declared.get((mention.kind, mention.name))
    return one is not None and one.path == mention.path and one.node.start <= mention.offset < one.node.end


def unreferenced(
    facts: Facts, kind: str, found: Sequence[PlacedBlock], apart: Sequence[PlacedBlock] = ()
) -> list[PlacedBlock]:
    """Those of some resources (or data sources, `kind` being `data.TYPE` then) that no code of the template refers to,
    what stands in some other blocks left out."""
    # What may not stand in front is looked at in the matches alone, since a pattern that begins with it is slow.
    pattern = re.compile(rb"%s\.([\w-]+)" % re.escape(kind.encode()))
    left_out: dict[str, list[tuple[int, int]]] = {}
    for one in apart:
        left_out.setdefault(one.path, []).append((one.block.start, one.block.end))
    labels = {one.block.labels[1] for one in found}
    used: set[str] = set()
    for path in facts.template.files:
        data = facts.checkout.require(path)
        for match in pattern.finditer(data):
            label, offset = match[1].decode(), match.start()
            if label in used or label not in labels or _PART_OF_NAME.match(data, max(0, offset - 1)):
                continue
            inside = any(start <= offset < end for start, end in left_out.get(path, ()))
            if not inside and is_code(data, offset):
                used.add(label)
    return [one for one in found if one.block.labels[1] not in used]


def unmeant(facts: Facts, found: Sequence[PlacedBlock]) -> list[PlacedBlock]:
    """Those of some resources whose name is in no file of the infrastructure, as it is in an ARN or in a data source.

    Sought is what stands behind a name's last interpolation, in which alone it differs between environments; one that
    is too short to be found counts as meant.
    """
    sought = [(one, one.block.attributes["name"], tail) for one in found if len(tail := _tail(facts, one)) > 3]
    for path in _files(facts):
        if not sought:
            break
        data = facts.checkout.read(path) or b""
        sought = [each for each in sought if each[2] not in data or not _is_in(path, data, *each)]
    return [one for one, _, _ in sought]


def extended_elsewhere(facts: Facts, label: str) -> bool:
    """Whether another folder of infra/ has the name of a role of the template in a file that gives roles policies."""
    found = Roles.of(facts.template).by_label[label].placed
    name, tail = found.block.attributes.get("name"), _tail(facts, found)
    if name is None or len(tail) < 4:
        return True
    for path in facts.checkout.terraform_files("infra", below=True):
        data = facts.checkout.read(path) or b""
        if (
            not path.startswith(f"{TEMPLATE}/")
            and b"aws_iam_role_policy" in data
            and _is_in(path, data, found, name, tail)
        ):
            return True
    return False


def _tail(facts: Facts, found: PlacedBlock) -> bytes:
    return aws_name(facts.template, found).rpartition("}")[2].encode()


def _is_in(path: str, data: bytes, found: PlacedBlock, name: hcl.Attribute, tail: bytes) -> bool:
    for match in re.finditer(rb"%s(?![\w-])" % re.escape(tail), data):
        itself = path == found.path and name.start <= match.start() < name.end
        part = data[max(0, match.start() - 1) : match.start()] in (b"-", b"/")
        if not itself and not part and (not path.endswith(".tf") or is_code(data, match.start())):
            return True
    return False


def _files(facts: Facts) -> Iterator[str]:
    """The template's files first, since there most is found."""
    for folder in (TEMPLATE, *_SEARCHED):
        yield from (path for path in facts.checkout.files(folder, "*") if path.endswith(_TEXTS))
