"""The folders of infra/ by what their Terraform contains."""

from __future__ import annotations

from scaffold.audit.facts.facts import Facts
from scaffold.pfml.references import infra_files
from scaffold.terraform.folder import Folder


def folders_with(facts: Facts, word: str) -> list[Folder]:
    """The folders of infra/ whose Terraform contains a word."""
    paths = [path for path in infra_files(facts.checkout) if facts.checkout.holds(path, word)]
    return [Folder.of(facts.checkout, folder) for folder in dict.fromkeys(path.rpartition("/")[0] for path in paths)]


def complete_folders_with(facts: Facts, word: str) -> list[Folder]:
    """Those of them that parse completely, where something may be reported as missing."""
    return [folder for folder in folders_with(facts, word) if facts.complete(folder.path)]
