"""The variables and locals of the template that nothing in it reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scaffold import hcl
from scaffold.audit.facts import Facts
from scaffold.audit.mentions import mentions, mentions_in
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
        for block in facts.checkout.terraform(path).blocks:
            if block.type == "variable" and block.labels:
                declared["var", block.labels[0]] = Unused("var", block.labels[0], path, block)
                # What a variable says of itself in its validation is no use of it.
                continue
            if block.type == "locals":
                for name, attribute in block.attributes.items():
                    declared["local", name] = Unused("local", name, path, attribute)
                    found = mentions_in(facts.checkout, path, attribute.value)
                    read |= {(one.kind, one.name) for one in found} - {("local", name)}
            else:
                read |= {(one.kind, one.name) for one in mentions(facts.checkout, path, block)}
    yield from (one for key, one in declared.items() if key not in read)
