"""Variables, locals and resources of the template that nothing refers to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.similar import nearest
from scaffold.files.layout import TEMPLATE
from scaffold.hcl.comments import is_code
from scaffold.pfml.iam.rights import RoleRights
from scaffold.pfml.iam.roles import Roles, aws_name
from scaffold.pfml.references import infra_files
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.references import Mention, mentions

_PART_OF_NAME = re.compile(rb"[\w.-]")
_SEARCHED = ("infra", "bin", ".github")
_TEXTS = (".tf", ".tfvars", ".json", ".yml", ".yaml", ".sh", ".py", ".js", ".ts", ".tpl", ".tmpl")


class Unused(NamedTuple):
    """kind: `var` or `local`. path and node: where it is declared."""

    kind: str
    name: str
    path: str
    node: hcl.Block | hcl.Attribute


def unused(facts: Facts) -> Iterator[Unused]:
    """Nothing if a file does not parse or is Terraform in JSON. What a misspelt reference probably means is used."""
    if not facts.complete() or any(name.endswith(".tf.json") for name in facts.checkout.entries(TEMPLATE)):
        return
    declared: dict[tuple[str, str], Unused] = {}
    read: set[tuple[str, str]] = set()
    for path in facts.template.files:
        for declaration in _declared(facts, path):
            declared[declaration.kind, declaration.name] = declaration
    for path in facts.template.files:
        others = (mention for mention in facts.checkout.once(mentions, path) if not _by_itself(mention, declared))
        read |= {(mention.kind, mention.name) for mention in others}
    undefined = [(kind, name) for kind, name in read if kind in ("var", "local") and (kind, name) not in declared]
    read |= {(kind, nearest(name, _of_kind(kind, declared))) for kind, name in undefined}
    yield from (declaration for key, declaration in declared.items() if key not in read)


def _of_kind(kind: str, declared: Iterable[tuple[str, str]]) -> list[str]:
    """The declared names that an undefined reference may mean."""
    return sorted(name for own, name in declared if own == kind)


def _declared(facts: Facts, path: str) -> Iterator[Unused]:
    for block in facts.checkout.terraform(path).blocks:
        if block.type == "variable" and block.labels:
            yield Unused("var", block.labels[0], path, block)
        elif block.type == "locals":
            for name, attribute in block.attributes.items():
                yield Unused("local", name, path, attribute)


def _by_itself(mention: Mention, declared: Mapping[tuple[str, str], Unused]) -> bool:
    """Whether a mention is in the declaration that it names, such as a variable's own validation."""
    own = declared.get((mention.kind, mention.name))
    return own is not None and own.path == mention.path and own.node.start <= mention.offset < own.node.end


def unreferenced(
    facts: Facts, kind: str, resources: Sequence[PlacedBlock], apart: Sequence[PlacedBlock] = ()
) -> list[PlacedBlock]:
    """The resources (or data sources, with `data.TYPE` as kind) that no code of the template refers to, not counting
    the code of the blocks `apart`."""
    # The character before a match is checked afterwards, since a pattern that begins with a lookbehind is slow.
    pattern = re.compile(rb"%s\.([\w-]+)" % re.escape(kind.encode()))
    left_out: dict[str, list[tuple[int, int]]] = {}
    for placed in apart:
        left_out.setdefault(placed.path, []).append((placed.block.start, placed.block.end))
    labels = {resource.block.labels[1] for resource in resources}
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
    return [resource for resource in resources if resource.block.labels[1] not in used]


def unmentioned(facts: Facts, resources: Sequence[PlacedBlock]) -> list[PlacedBlock]:
    """The resources whose names are in no file of the infrastructure, as they would be in an ARN or a data source.

    Only the text after the last interpolation of a name is searched for. A resource for which that is too short counts
    as mentioned.
    """
    tails = ((resource, _tail(facts.template, resource)) for resource in resources)
    sought = [(resource, resource.block.attributes["name"], tail) for resource, tail in tails if len(tail) > 3]
    for path in _files(facts):
        if not sought:
            break
        data = facts.checkout.read(path) or b""
        sought = [name for name in sought if name[2] not in data or not _is_in(path, data, *name)]
    return [resource for resource, _, _ in sought]


def unused_roles(facts: Facts) -> tuple[PlacedBlock, ...]:
    """The roles that nothing refers to, not counting their own policies, or names. Empty if a file does not parse."""
    if not facts.complete():
        return ()
    roles = [role.placed for role in Roles.of(facts.template).by_label.values()]
    links = [link for of_role in RoleRights.of(facts.template).links.values() for link in of_role]
    links = [link for link in links if link.block.type == "resource"]
    return tuple(unmentioned(facts, unreferenced(facts, "aws_iam_role", roles, links)))


def unused_variables(facts: Facts) -> frozenset[str]:
    """The names of the template's variables that nothing uses."""
    return frozenset(declaration.name for declaration in unused(facts) if declaration.kind == "var")


def extended_elsewhere(facts: Facts, label: str, folder: Folder | None = None) -> bool:
    """Whether a file in another folder of infra/ that gives roles policies has the name of a role of the template, or
    of another folder; for that one also whether an output has the role."""
    folder = folder or facts.template
    role = Roles.of(folder).by_label[label].placed
    name, tail = role.block.attributes.get("name"), _tail(folder, role)
    if name is None or len(tail) < 4 or (folder is not facts.template and _is_output(folder, label)):
        return True
    for path in infra_files(facts.checkout):
        data = facts.checkout.read(path) or b""
        if (
            not path.startswith(f"{folder.path}/")
            and b"aws_iam_role_policy" in data
            and _is_in(path, data, role, name, tail)
        ):
            return True
    return False


def _is_output(folder: Folder, label: str) -> bool:
    outputs = folder.blocks("output", containing=f"aws_iam_role.{label}")
    return any(f"aws_iam_role.{label}." in folder.text(output.path, output.block) for output in outputs)


def _tail(folder: Folder, resource: PlacedBlock) -> bytes:
    return aws_name(folder, resource).rpartition("}")[2].encode()


def _is_in(path: str, data: bytes, resource: PlacedBlock, name: hcl.Attribute, tail: bytes) -> bool:
    for match in re.finditer(rb"%s(?![\w-])" % re.escape(tail), data):
        itself = path == resource.path and name.start <= match.start() < name.end
        part = data[max(0, match.start() - 1) : match.start()] in (b"-", b"/")
        if not itself and not part and (not path.endswith(".tf") or is_code(data, match.start())):
            return True
    return False


def _files(facts: Facts) -> Iterator[str]:
    """The template's files first, as they have most of the names."""
    for folder in (TEMPLATE, *_SEARCHED):
        yield from (path for path in facts.checkout.files(folder, "*") if path.endswith(_TEXTS))
