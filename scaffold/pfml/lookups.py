"""Data sources that look up a resource by its name in AWS, in the template and in other folders of infra/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Place
from scaffold.files.layout import ENVIRONMENTS, TEMPLATE
from scaffold.pfml.environments import environment_names, values_by_environment
from scaffold.pfml.iam.rights import may_match
from scaffold.pfml.references import infra_files, places
from scaffold.pfml.starts import Start
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

# They compute something or read a file, and do not ask AWS.
COMPUTED = {"aws_iam_policy_document", "archive_file", "template_file", "template_cloudinit_config"}
COMPUTED |= {"null_data_source", "terraform_remote_state"}
NAMES = ("name", "function_name", "family", "bucket", "alarm_name", "identifier")
_META = {"count", "for_each", "provider", "depends_on"}
# What a data source finds, if that is not what its own type says.
_FINDS = {
    "aws_ecs_container_definition": "aws_ecs_task_definition",
    "aws_kms_key": "aws_kms_alias",
    "aws_lambda_invocation": "aws_lambda_function",
    "aws_secretsmanager_secret_version": "aws_secretsmanager_secret",
}
_CONFIGURATION = ("*.tf", "*.json", "*.tpl", "*.tftpl", "*.yml", "*.yaml")
# Terraform reads a data source with such an argument after it creates the resource.
_OF_RESOURCE = re.compile(r"\$\{[^}]*(?<![\w.-])aws_\w+\.[\w-]")
_REVISION = re.compile(r":\d+\Z")
_LOCAL = re.compile(r"(?<![\w.-])local\.([\w-]+)")


class DataSource(NamedTuple):
    """A data source that asks AWS."""

    folder: Folder
    placed: PlacedBlock

    @property
    def type(self) -> str:
        return self.placed.block.labels[0]

    @property
    def address(self) -> str:
        return f"data.{'.'.join(self.placed.block.labels)}"

    def finds(self, type: str) -> bool:
        """Whether it can find resources of a type; a data source of another provider can find anything."""
        return type in self.types or not self.type.startswith("aws_")

    @property
    def types(self) -> tuple[str, ...]:
        """The types of resources that it finds: one, or with the plural of its own, several of it."""
        finds = _FINDS.get(self.type, self.type)
        return finds, finds.removesuffix("s")

    def arguments(self, values: Values) -> Iterator[tuple[str, str]]:
        """The names and values of its arguments in an environment, also of those in blocks such as `filter`."""
        for attribute in _attributes(self.placed.block):
            if attribute.name not in _META:
                for node in _elements(attribute.value):
                    is_text = isinstance(node, hcl.Template | hcl.Reference)
                    yield attribute.name, values.of(self.placed.path, node) if is_text else "${…}"

    def names(self, name: str, values: Values) -> bool:
        """Whether an argument is a name, or ends in it as an ARN does."""
        ends = f"/{name}", f":{name}"
        texts = (text for _, argument in self.arguments(values) for text in (argument, _REVISION.sub("", argument)))
        return any(text == name or text.endswith(ends) for text in texts)

    def may_name(self, name: str, word: str, values: Values) -> bool:
        """The same also for a pattern or for an argument that is only partly known, if it is about a word in the
        name."""
        if self.names(name, values):
            return True
        if not self.type.startswith("aws_"):
            return False
        arguments = list(self.arguments(values))
        if any(argument.endswith(("prefix", "regex")) and word in text for argument, text in arguments):
            return True
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![\w-])", self._text()) is None:
            return False
        partly = [text for _, text in arguments if not is_known(text) and not _OF_RESOURCE.search(text)]
        return any(may_match(text.rpartition("/")[2], name) for text in partly)

    def _text(self) -> str:
        """The text of the block and of the local values that it is made from."""
        texts, seen = [self.folder.text(self.placed.path, self.placed.block)], set[str]()
        for text in texts:
            for name in dict.fromkeys(_LOCAL.findall(text)):
                local = self.folder.local(name) if name not in seen else None
                seen.add(name)
                if local:
                    texts.append(self.folder.text(local.path, local.value))
        return "\n".join(texts)


def lookups(folder: Folder) -> tuple[DataSource, ...]:
    """The data sources of a folder that ask AWS before a resource exists. One with `depends_on` is read after what it
    depends on is created.
    """
    return tuple(source for source in data_sources(folder) if "depends_on" not in source.placed.block.attributes)


def data_sources(folder: Folder) -> tuple[DataSource, ...]:
    """The data sources of a folder that ask AWS, in the files that parse."""
    return folder.once(_asking)


def _asking(folder: Folder) -> tuple[DataSource, ...]:
    return tuple(
        DataSource(folder, placed)
        for path in folder.files
        for placed in _data_sources(folder, path)
        if len(placed.block.labels) == 2 and placed.block.labels[0] not in COMPUTED
    )


def _data_sources(folder: Folder, path: str) -> list[PlacedBlock]:
    try:
        blocks = folder.checkout.blocks(path, "data") if folder.checkout.holds(path, "data") else []
    except Refusal:
        return []
    return [PlacedBlock(path, block) for block in blocks]


def lookups_of(checkout: Checkout, type: str, names: Mapping[str, str], word: str) -> Iterator[DataSource]:
    """The data sources of infra/ that look up a resource. names: its name in each environment. word: what the names
    contain and are searched for by.
    """
    for folder in _folders_with(checkout, word):
        for lookup in lookups(folder):
            if lookup.finds(type) and any(
                lookup.may_name(name, word, _values(folder, environment)) for environment, name in names.items()
            ):
                yield lookup


def in_same_plan(path: str) -> bool:
    """Whether Terraform plans a file together with the template."""
    return path.startswith((f"{TEMPLATE}/", f"{ENVIRONMENTS}/"))


def names_in_environments(placed: PlacedBlock, checkout: Checkout, attribute: str = "name") -> dict[str, str]:
    """The name of a resource of the template in each environment in which it is known."""
    named = placed.block.attributes.get(attribute)
    if named is None:
        return {}
    names = {
        environment: values.of(placed.path, named.value) for environment, values in _template_values(checkout).items()
    }
    return {environment: name for environment, name in names.items() if is_known(name)}


def families(folder: Folder, key: str) -> dict[str, str]:
    """The name of a task's definition in each environment."""
    definition = folder.block("resource", "aws_ecs_task_definition", "ecs_tasks")
    inner = folder.attribute_text(definition, "family").strip('"') if definition else ""
    return {
        environment: folder.expand_text(inner, {**values.variables, "each.key": folder.expand_text(key, {})})
        for environment, values in (_template_values(folder.checkout) if inner else {}).items()
    }


def names_from(start: Start) -> Iterator[tuple[str, dict[str, str]]]:
    """The names of what the module of a schedule or a trigger creates: the type, and the name in each environment."""
    checkout, variables = start.folder.checkout, {"task_name": start.given_name}
    module = Folder.of(checkout, f"infra/modules/{start.module}")
    for placed in module.blocks("resource", containing="var.task_name"):
        for attribute in placed.block.attributes.values():
            if attribute.name in NAMES and "var.task_name" in module.text(placed.path, attribute.value):
                yield (
                    placed.block.labels[0],
                    {
                        environment: module.expand(placed.path, attribute.value, {**values.variables, **variables})
                        for environment, values in _template_values(checkout).items()
                    },
                )


def lookup_of_start(start: Start) -> tuple[DataSource, str] | None:
    """A data source that looks up something of a schedule or a trigger by its name, and the type of that."""
    for type, names in names_from(start) if start.given_name else ():
        for lookup in lookups_of(start.folder.checkout, type, names, start.given_name):
            return lookup, type
    return None


def named_elsewhere(checkout: Checkout, ending: str) -> Place | None:
    """Where a folder of infra/ that is planned separately has a name with that ending, as in an ARN."""
    pattern = re.compile(rb"[}\w*?]%s(?![\w-])" % re.escape(ending.encode()))
    paths = [path for name in _CONFIGURATION for path in checkout.files("infra", name) if not in_same_plan(path)]
    return next(places(checkout, paths, pattern, []), None)


def _folders_with(checkout: Checkout, word: str) -> Iterator[Folder]:
    paths = (path for path in infra_files(checkout) if checkout.holds(path, word))
    for path in dict.fromkeys(path.rpartition("/")[0] for path in paths):
        yield Folder.of(checkout, path)


def _template_values(checkout: Checkout) -> dict[str, Values]:
    """The template's values in each environment; only its name if a file with further values does not parse."""
    try:
        return values_by_environment(checkout)
    except Refusal:
        template = Folder.of(checkout)
        return {name: Values(template, {"environment_name": name}) for name in environment_names(checkout)}


def _values(folder: Folder, environment: str) -> Values:
    in_template = _template_values(folder.checkout).get(environment) if folder.path == TEMPLATE else None
    return in_template or Values(folder, {"environment_name": environment} if environment else {})


def _attributes(block: hcl.Block) -> Iterator[hcl.Attribute]:
    yield from block.attributes.values()
    for inner in block.blocks:
        yield from _attributes(inner)


def _elements(node: hcl.Node) -> Iterator[hcl.Node]:
    node = hcl.unparenthesized(node)
    if isinstance(node, hcl.Tuple):
        for element in node.items:
            yield from _elements(element)
    else:
        yield node
