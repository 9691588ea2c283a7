"""The variables and locals of the template that nothing in it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts import Facts
from scaffold.audit.mentions import Mention
from scaffold.terraform import TEMPLATE


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
        read |= {(one.kind, one.name) for one in facts.mentions(path) if not _by_itself(one, declared)}
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
