"""The environments, and the template's values in each."""

from __future__ import annotations

from collections.abc import Mapping

from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.terraform.folder import Folder
from scaffold.terraform.values import Values, is_known


def values_in(environment: str, checkout: Checkout) -> Values:
    """The template's values in an environment: what its main.tf gives, else the variables' defaults."""
    template = Folder.of(checkout)
    return values_of(environment, Folder.of(checkout, f"{ENVIRONMENTS}/{environment}"), template, defaults(template))


def values_of(environment: str, folder: Folder, template: Folder, default: Mapping[str, str]) -> Values:
    """The same for whoever asks for several environments: `folder` is the environment's."""
    found = {"environment_name": environment, **default}
    for call in folder.modules("template"):
        for attribute in call.block.attributes.values():
            found[attribute.name] = folder.expand(call.path, attribute.value, {})
    return Values(template, _known(found))


def defaults(template: Folder) -> dict[str, str]:
    """The defaults of a folder's variables."""
    return {
        found.block.labels[0]: template.expand(found.path, default.value, {})
        for found in template.blocks("variable")
        if found.block.labels and (default := found.block.attributes.get("default"))
    }


def _known(values: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if is_known(value)}


def environments(checkout: Checkout) -> list[str]:
    """The environments of the checkout: the folders that hold a main.tf."""
    return [
        name for name in checkout.folders(ENVIRONMENTS) if (checkout.root / ENVIRONMENTS / name / "main.tf").is_file()
    ]
