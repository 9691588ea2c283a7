"""A folder of Terraform as one module: its blocks, and what its names and conditions come to in an environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar, cast

from scaffold import hcl
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.layout import TEMPLATE
from scaffold.hcl import split_template

_CONSTANT = re.compile(r"module\.(\w+)\.(\w+)\[([\w.]+)\]")


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block of some file of a folder."""

    path: str
    block: hcl.Block


class Folder:
    """The Terraform files of one folder. Files are parsed only when a question leads to them."""

    def __init__(self, checkout: Checkout, path: str) -> None:
        self.checkout = checkout
        self.path = path
        self._locals: dict[str, tuple[str, hcl.Attribute] | None] = {}
        self._once: dict[Callable[[Folder], object], object] = {}

    @classmethod
    def of(cls, checkout: Checkout, path: str = TEMPLATE) -> Folder:
        """The one object that a checkout has for a folder."""
        return checkout.once(cls, path)

    def once(self, analysis: Callable[[Folder], Result]) -> Result:
        """The result of an analysis of this folder, which runs the first time that it is needed."""
        if analysis not in self._once:
            self._once[analysis] = analysis(self)
        return cast(Result, self._once[analysis])

    @cached_property
    def files(self) -> list[str]:
        return self.checkout.terraform_files(self.path)

    def blocks(self, type: str, *labels: str, containing: str = "") -> Iterator[PlacedBlock]:
        """The blocks of a type whose labels begin with the given ones, in files that have these words at all."""
        for path in self.files:
            if all(self.checkout.holds(path, word) for word in (type, *labels, containing) if word):
                for block in self.checkout.blocks(path, type, *labels):
                    yield PlacedBlock(path, block)

    def block(self, type: str, *labels: str) -> PlacedBlock | None:
        return next(self.blocks(type, *labels), None)

    def modules(self, source: str) -> Iterator[PlacedBlock]:
        """The module blocks whose source ends in a folder's name."""
        for found in self.blocks("module", containing=source):
            attribute = found.block.attributes.get("source")
            if attribute and (self.text(found.path, attribute.value).strip('"').rstrip("/").split("/")[-1] == source):
                yield found

    def local(self, name: str) -> tuple[str, hcl.Attribute] | None:
        """A local value: its file, and where it stands."""
        if name not in self._locals:
            self._locals[name] = self._local(name)
        return self._locals[name]

    def _local(self, name: str) -> tuple[str, hcl.Attribute] | None:
        for found in self.blocks("locals", containing=name):
            if name in found.block.attributes:
                return found.path, found.block.attributes[name]
        return None

    def locals(self) -> Iterator[tuple[str, hcl.Attribute]]:
        for found in self.blocks("locals"):
            for attribute in found.block.attributes.values():
                yield found.path, attribute

    def text(self, path: str, node: hcl.Node) -> str:
        return text_of(self.checkout.require(path), node)

    def attribute_text(self, found: PlacedBlock, name: str) -> str:
        """What an attribute of a block is set to, as it is written; "" where it is not set."""
        attribute = found.block.attributes.get(name)
        return self.text(found.path, attribute.value) if attribute else ""

    # --- values

    def expand(self, path: str, node: hcl.Node | None, variables: Mapping[str, str]) -> str:
        """An expression as the text that it comes to, with variables given; what cannot be known stays `${…}`."""
        if node is None:
            return ""
        data = self.checkout.require(path)
        if isinstance(node, hcl.Template):
            return self.expand_text(data[node.inner_start : node.inner_end].decode("utf-8", "replace"), variables)
        return self._expand_reference(text_of(data, node), variables)

    def expand_text(self, inner: str, variables: Mapping[str, str]) -> str:
        """The inside of a quoted string with its interpolations expanded."""
        pieces = []
        for literal, expression in split_template(inner):
            pieces.append(literal if not expression else self._expand_reference(expression.strip(), variables))
        return "".join(pieces)

    def _expand_reference(self, text: str, variables: Mapping[str, str]) -> str:
        kind, _, name = text.partition(".")
        if text in variables:
            return variables[text]
        if kind == "var" and name in variables:
            return variables[name]
        if kind == "local" and (found := self.local(name)) and not _mentions(self, found, name):
            return self.expand(found[0], found[1].value, variables)
        if text.startswith('"') and text.endswith('"'):
            return self.expand_text(text[1:-1], variables)
        if match := _CONSTANT.fullmatch(text):
            module, output, key = match.groups()
            value = self._constant(module, output, self._expand_reference(key, variables))
            if value is not None:
                return value
        if re.fullmatch(r"\d+|true|false", text):
            return text
        return f"${{{text}}}"

    def _constant(self, module: str, output: str, key: str) -> str | None:
        """A value of a map that another folder puts out, such as an environment's shorthand."""
        call = self.block("module", module)
        if call is None:
            return None
        source = self.attribute_text(call, "source").strip('"')
        folder = Folder.of(self.checkout, joined(self.path, source))
        found = folder.block("output", output)
        value = found.block.attributes.get("value") if found else None
        if found is None or value is None or not isinstance(value.value, hcl.Object):
            return None
        for item in value.value.items:
            if folder.text(found.path, item.key).strip('"') == key:
                return folder.expand(found.path, item.value, {})
        return None


def _mentions(folder: Folder, found: tuple[str, hcl.Attribute], name: str) -> bool:
    """Whether a local value is made from itself, which Terraform refuses and an expansion would not survive."""
    return f"local.{name}" in folder.text(found[0], found[1].value)


def joined(folder: str, relative: str) -> str:
    """The folder that a relative path leads to from another."""
    parts = folder.split("/")
    for step in relative.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)


def boolean_variables(folder: Folder) -> list[str]:
    """The variables that can be a toggle: those of type bool, said or to be seen from the default."""
    return [
        found.block.labels[0]
        for found in folder.blocks("variable")
        if folder.attribute_text(found, "type") == "bool"
        or (not folder.attribute_text(found, "type") and folder.attribute_text(found, "default") in ("true", "false"))
    ]
