"""The names of resources of the template, and of the modules that it calls, in each environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.declarations.calls import calls_in
from scaffold.audit.facts.facts import Facts
from scaffold.aws.unique_names import UNIQUE, WORLD, Unique
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.pfml.environments import environments
from scaffold.terraform.conditions import decide, gate
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.references import mentions_in
from scaffold.terraform.values import Values, is_known

_ENVIRONMENT = "var.environment_name"
_JOINS = ("toset", "keys", "concat", "merge", "flatten", "distinct")
_ANY = "<each.key>"
_PROVIDER = ("profile", "allowed_account_ids", "access_key", "region")


class SharedName(NamedTuple):
    """A name that several environments give to a resource. call: the module call that creates it; None in the template.
    environments: those that have it, at least two."""

    text: str
    unique: Unique
    placed: PlacedBlock
    call: PlacedBlock | None
    environments: tuple[str, ...]


class _Place(NamedTuple):
    """The template, or a module as it calls it. values: by environment that has it."""

    folder: Folder
    call: PlacedBlock | None
    values: Mapping[str, Values]


def shared_names(facts: Facts) -> Iterator[SharedName]:
    """The names that must be unique and that at least two environments of the same account certainly have."""
    accounts = {environment.name: _account(facts, environment.name) for environment in environments(facts.checkout)}
    values = {environment.name: environment.values for environment in environments(facts.checkout)}
    template = _Place(facts.template, None, values)
    for placed in _named(template.folder, _ENVIRONMENT):
        yield from _shared(template, placed, accounts)
    for call in calls_in(facts, TEMPLATE):
        folder = Folder.of(facts.checkout, call.folder)
        is_passed = facts.template.attribute_text(call.placed, "environment_name") == _ENVIRONMENT
        if named := _named(folder, _ENVIRONMENT if is_passed else ""):
            existing = _existing(template, call.placed)
            passed = {name: _passed(folder, call.placed, values) for name, values in existing.items()}
            for placed in named:
                yield from _shared(_Place(folder, call.placed, passed), placed, accounts)


def _named(folder: Folder, without: str) -> list[PlacedBlock]:
    """The resources whose names must be unique. without: what no name mentions, since such a name differs."""
    return [
        placed
        for type, unique in UNIQUE.items()
        for placed in folder.blocks("resource", type)
        if unique.attribute in placed.block.attributes
        and not {"provider", unique.within} & placed.block.attributes.keys()
        if not without or without not in folder.attribute_text(placed, unique.attribute)
    ]


def _passed(folder: Folder, call: PlacedBlock, own: Values) -> Values:
    """The values of a module's variables: what a call passes, else the defaults."""
    passed = {name: own.of(call.path, argument.value) for name, argument in call.block.attributes.items()}
    for variable in folder.blocks("variable"):
        default = variable.block.attributes.get("default")
        if default and variable.block.labels:
            passed.setdefault(variable.block.labels[0], folder.expand(variable.path, default.value, {}))
    return Values(folder, {name: value for name, value in passed.items() if is_known(value)})


def _existing(place: _Place, placed: PlacedBlock) -> dict[str, Values]:
    """The values where a block certainly exists, with its `each.key`."""
    condition, for_each = gate(place.folder, placed), placed.block.attributes.get("for_each")
    if for_each and not _is_fixed(place.folder, placed.path, for_each.value):
        return {}
    existing = {
        name: values for name, values in place.values.items() if condition is None or decide(condition[0], values)
    }
    each = {"each.key": _ANY}
    if for_each and isinstance(for_each.value, hcl.Call) and for_each.value.name == "toset":
        each["each.value"] = _ANY
    return {name: Values(values.folder, {**values.variables, **each}) for name, values in existing.items()}


def _is_fixed(folder: Folder, path: str, node: hcl.Node) -> bool:
    """Whether at least one key of a `for_each` is written in the folder, and so the same in every environment."""
    if isinstance(node, hcl.Object):
        return any(_is_fixed(folder, path, entry.key) for entry in node.items)
    if isinstance(node, hcl.Tuple) or (isinstance(node, hcl.Call) and node.name in _JOINS):
        return any(_is_fixed(folder, path, child) for child in node.children())
    return all(
        mention.kind == "local"
        and (local := folder.local(mention.name)) is not None
        and _is_fixed(folder, local.path, local.value)
        for mention in mentions_in(folder.checkout, path, node)
    )


def _shared(place: _Place, placed: PlacedBlock, accounts: Mapping[str, tuple[str, ...]]) -> Iterator[SharedName]:
    unique = UNIQUE[placed.block.labels[0]]
    by_name: dict[tuple[str, ...], list[str]] = {}
    for environment, values in _existing(place, placed).items():
        text = values.of(placed.path, placed.block.attributes[unique.attribute].value)
        if text and is_known(text):
            account = () if unique.scope == WORLD else accounts[environment]
            by_name.setdefault((text, *account), []).append(environment)
    for (text, *_), names in by_name.items():
        if len(names) > 1:
            yield SharedName(text, unique, placed, place.call, tuple(names))


def _account(facts: Facts, environment: str) -> tuple[str, ...]:
    """What an environment's provider says about the account and the region, as it is written."""
    folder = Folder.of(facts.checkout, f"{ENVIRONMENTS}/{environment}")
    texts = []
    for provider in folder.blocks("provider", "aws"):
        texts += [folder.attribute_text(provider, name) for name in _PROVIDER]
        texts += [folder.text(provider.path, block) for block in provider.block.blocks if block.type == "assume_role"]
    return tuple(texts)
