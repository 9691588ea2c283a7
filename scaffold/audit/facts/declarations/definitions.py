"""What a folder of Terraform defines, by the names under which its code refers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scaffold.audit.facts.facts import Facts
from scaffold.terraform.folder import Folder, joined
from scaffold.terraform.references import Mention


@dataclass(frozen=True, slots=True)
class Definitions:
    """names: by kind as a Mention has it, a resource's type included. providers: the beginnings of the types of all
    resources and data sources, such as aws. sources: the folders of the checkout that the modules call."""

    folder: str
    names: Mapping[str, frozenset[str]]
    providers: frozenset[str]
    sources: Mapping[str, str]

    def lacks(self, mention: Mention) -> bool:
        """Whether it is a name of this kind that the folder does not have; false for a kind that cannot be told."""
        if mention.kind not in self.names:
            # Any other first word may be a name that only Terraform knows.
            provider, separator, _ = mention.kind.partition("_")
            return bool(separator) and provider in self.providers
        return mention.name not in self.names[mention.kind]


def definitions(facts: Facts, folder: str) -> Definitions | None:
    """None where a file does not parse, or is Terraform in JSON, so that nothing can be said to lack."""
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
    return Definitions(folder, {kind: frozenset(found) for kind, found in names.items()}, frozenset(providers), sources)


def outputs(facts: Facts, folder: str) -> frozenset[str] | None:
    """The outputs of a folder; None where they cannot be told."""
    if not facts.checkout.is_folder(folder) or not facts.complete(folder):
        return None
    return frozenset(found.block.labels[0] for found in Folder.of(facts.checkout, folder).blocks("output"))
