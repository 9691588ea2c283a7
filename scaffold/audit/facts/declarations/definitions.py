"""The names that a folder of Terraform defines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from scaffold.audit.facts.facts import Facts
from scaffold.terraform.folder import Folder, joined
from scaffold.terraform.references import Mention


class Definitions(NamedTuple):
    """names: by the kind of a Mention, such as `var` or a resource's type. providers: the prefixes of the types of all
    resources and data sources, such as aws. sources: the folders of the checkout that the modules call."""

    folder: str
    names: Mapping[str, frozenset[str]]
    providers: frozenset[str]
    sources: Mapping[str, str]

    def is_undefined(self, mention: Mention) -> bool:
        """Whether the folder does not define a name; False for an unknown kind."""
        if mention.kind not in self.names:
            # Any other first word may be a name that Terraform itself defines.
            provider, separator, _ = mention.kind.partition("_")
            return bool(separator) and provider in self.providers
        return mention.name not in self.names[mention.kind]


def definitions(facts: Facts, folder: str) -> Definitions | None:
    """None if a file does not parse or is Terraform in JSON, so that no name is certainly undefined."""
    if not facts.complete(folder) or any(name.endswith(".tf.json") for name in facts.checkout.entries(folder)):
        return None
    names: dict[str, set[str]] = {"local": set(), "var": set(), "module": set(), "data": set()}
    providers, sources = set(), {}
    for path in facts.checkout.terraform_files(folder):
        for block in facts.checkout.terraform(path).blocks:
            if block.type == "locals":
                names["local"] |= set(block.attributes)
            elif block.type in ("resource", "data") and len(block.labels) == 2:
                providers.add(block.labels[0].partition("_")[0])
                kind, name = (block.labels[0], block.labels[1])
                names.setdefault(kind if block.type == "resource" else "data", set()).add(
                    name if block.type == "resource" else f"{kind}.{name}"
                )
            elif block.type in ("variable", "module") and block.labels:
                names["var" if block.type == "variable" else "module"].add(block.labels[0])
                source = block.attributes.get("source") if block.type == "module" else None
                text = Folder.of(facts.checkout, folder).text(path, source.value).strip('"') if source else ""
                if text.startswith("."):
                    sources[block.labels[0]] = joined(folder, text)
    return Definitions(
        folder, {kind: frozenset(of_kind) for kind, of_kind in names.items()}, frozenset(providers), sources
    )


def outputs(facts: Facts, folder: str) -> frozenset[str] | None:
    """The outputs of a folder; None if they are unknown."""
    if not facts.checkout.is_folder(folder) or not facts.complete(folder):
        return None
    return frozenset(output.block.labels[0] for output in Folder.of(facts.checkout, folder).blocks("output"))
