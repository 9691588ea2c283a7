"""The environments of a checkout, and the template's values in each."""

from __future__ import annotations

from typing import NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known


class Environment(NamedTuple):
    """An environment that has the tasks.

    call: its module block that calls the template. values: the template's values there.
    """

    name: str
    call: PlacedBlock
    values: Values


def environment_names(checkout: Checkout) -> tuple[str, ...]:
    """The environments of the checkout: the folders that have a main.tf."""
    return checkout.once(_environment_names)


def _environment_names(checkout: Checkout) -> tuple[str, ...]:
    return tuple(name for name in checkout.folders(ENVIRONMENTS) if checkout.is_file(f"{ENVIRONMENTS}/{name}/main.tf"))


def deployed_names(checkout: Checkout) -> tuple[str, ...]:
    """The names of the environments that have the tasks, as far as they can be determined without parsing their
    files.
    """
    return checkout.once(_deployed_names)


def _deployed_names(checkout: Checkout) -> tuple[str, ...]:
    word = f"/{TEMPLATE.rpartition('/')[2]}"
    return tuple(
        name
        for name in environment_names(checkout)
        if any(checkout.holds(path, word) for path in checkout.terraform_files(f"{ENVIRONMENTS}/{name}"))
    )


def environments(checkout: Checkout) -> tuple[Environment, ...]:
    """The environments that have the tasks."""
    return checkout.once(_environments)


def _environments(checkout: Checkout) -> tuple[Environment, ...]:
    return tuple(Environment(name, call, values_in(name, checkout)) for name, call in template_calls(checkout))


def template_calls(checkout: Checkout) -> tuple[tuple[str, PlacedBlock], ...]:
    """The environments that have the tasks, each with its module block that calls the template."""
    return checkout.once(_template_calls)


def names_with_tasks(checkout: Checkout) -> tuple[str, ...]:
    """The names of the environments that have the tasks."""
    return tuple(name for name, _ in template_calls(checkout))


def _template_calls(checkout: Checkout) -> tuple[tuple[str, PlacedBlock], ...]:
    result = []
    for name in deployed_names(checkout):
        call = next(Folder.of(checkout, f"{ENVIRONMENTS}/{name}").modules("template"), None)
        if call is not None:
            result.append((name, call))
    return tuple(result)


def values_by_environment(checkout: Checkout) -> dict[str, Values]:
    """The template's values in each environment that has the tasks; if there is none, what is known without one, under
    "".
    """
    return checkout.once(_values_by_environment)


def _values_by_environment(checkout: Checkout) -> dict[str, Values]:
    values = {environment.name: environment.values for environment in environments(checkout)}
    return values or {"": Values(Folder.of(checkout), {})}


def values_in(environment: str, checkout: Checkout) -> Values:
    """The template's values in an environment: what its main.tf sets, else the variables' defaults."""
    return checkout.once(_values_in, environment)


def _values_in(checkout: Checkout, environment: str) -> Values:
    values = {"environment_name": environment, **checkout.once(_defaults)}
    folder = Folder.of(checkout, f"{ENVIRONMENTS}/{environment}")
    for call in folder.modules("template"):
        for attribute in call.block.attributes.values():
            values[attribute.name] = folder.expand(call.path, attribute.value, {})
    return Values(Folder.of(checkout), {name: value for name, value in values.items() if is_known(value)})


def _defaults(checkout: Checkout) -> dict[str, str]:
    """The defaults of the template's variables."""
    template = Folder.of(checkout)
    return {
        variable.block.labels[0]: template.expand(variable.path, default.value, {})
        for variable in template.blocks("variable")
        if variable.block.labels and (default := variable.block.attributes.get("default"))
    }
