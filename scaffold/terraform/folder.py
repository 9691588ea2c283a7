"""A folder of Terraform as one module: its blocks, its local values, and the values of its expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar, cast

from scaffold import hcl
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import Place
from scaffold.files.layout import TEMPLATE
from scaffold.hcl import split_template
from scaffold.terraform import functions

# In PFML the longest text of a local value has 108 characters, and none is nested in another one of them.
_LONGEST, _DEEPEST = 100_000, 50
_BYTES_PER_STEP = 100
_RECENT = 64
_CONSTANT = re.compile(r"module\.(\w+)\.(\w+)\[([\w.]+)\]")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class PlacedBlock:
    """A block and the path of its file."""

    path: str
    block: hcl.Block

    @property
    def location(self) -> Place:
        return self.path, self.block.start

    def offset_of(self, name: str) -> int:
        """The byte of an attribute, or of the block if the attribute is not set."""
        attribute = self.block.attributes.get(name)
        return attribute.start if attribute else self.block.start


class LocalValue(NamedTuple):
    """A local value and the path of its file."""

    path: str
    attribute: hcl.Attribute

    @property
    def value(self) -> hcl.Node:
        return self.attribute.value


class _Expanded(NamedTuple):
    """The local values by name, and other texts with interpolations, as they are with some variables."""

    locals: dict[str, str]
    texts: dict[str, str]


class Folder:
    """The Terraform files of one folder. Files are parsed only when they are needed."""

    def __init__(self, checkout: Checkout, path: str) -> None:
        self.checkout = checkout
        self.path = path
        self._locals: dict[str, LocalValue | None] = {}
        self._searched: dict[tuple[str, ...], tuple[PlacedBlock, ...]] = {}
        self._first: dict[tuple[str, ...], PlacedBlock | None] = {}
        self._once: dict[Callable[[Folder], object], object] = {}
        self._expanded: dict[tuple[tuple[str, str], ...], _Expanded] = {}
        self._recent: dict[int, tuple[Mapping[str, str], _Expanded]] = {}
        self._depth = 0

    @classmethod
    def of(cls, checkout: Checkout, path: str = TEMPLATE) -> Folder:
        """The object for a folder, the same one for the whole checkout."""
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
        """The blocks of a type whose labels start with the given ones. Files without these words are not parsed.

        Each file is parsed only when the caller's iteration gets to it. Raises Refusal for one that does not parse.
        """
        return self._remembered(("blocks", type, *labels, "", containing), self._blocks(type, labels, containing))

    def _blocks(self, type: str, labels: tuple[str, ...], containing: str) -> Iterator[PlacedBlock]:
        words = [word for word in (type, *labels, containing) if word]
        for path in self.files:
            if all(self.checkout.holds(path, word) for word in words):
                for block in self.checkout.blocks(path, type, *labels):
                    yield PlacedBlock(path, block)

    def _remembered(self, key: tuple[str, ...], search: Iterator[PlacedBlock]) -> Iterator[PlacedBlock]:
        """The results of a search. A search that ran to its end is not repeated."""
        if key not in self._searched:
            blocks = []
            for placed in search:
                blocks.append(placed)
                yield placed
            self._searched[key] = tuple(blocks)
        else:
            yield from self._searched[key]

    def block(self, type: str, *labels: str) -> PlacedBlock | None:
        """The first of these blocks."""
        key = (type, *labels)
        if key not in self._first:
            self._first[key] = next(self.blocks(type, *labels), None)
        return self._first[key]

    def modules(self, source: str) -> Iterator[PlacedBlock]:
        """The module blocks whose source ends in a folder's name."""
        return self._remembered(("modules", source), self._modules(source))

    def _modules(self, source: str) -> Iterator[PlacedBlock]:
        for module_call in self.blocks("module", containing=source):
            if self.attribute_text(module_call, "source").strip('"').rstrip("/").split("/")[-1] == source:
                yield module_call

    def local(self, name: str) -> LocalValue | None:
        """A local value. Raises Refusal if the values that are followed from one to the next are too large."""
        local = self._named(name)
        if local is not None:
            steps = 1 + (local.value.end - local.value.start) // _BYTES_PER_STEP
            self.checkout.budget.spend(steps, f"local.{name}", local.path)
        return local

    def _named(self, name: str) -> LocalValue | None:
        if name not in self._locals:
            self._locals[name] = self._local(name)
        return self._locals[name]

    def _local(self, name: str) -> LocalValue | None:
        for placed in self.blocks("locals", containing=name):
            if name in placed.block.attributes:
                return LocalValue(placed.path, placed.block.attributes[name])
        return None

    def locals(self) -> Iterator[LocalValue]:
        """All local values."""
        for placed in self.blocks("locals"):
            for attribute in placed.block.attributes.values():
                yield LocalValue(placed.path, attribute)

    def text(self, path: str, node: hcl.Node) -> str:
        """The text of a node in one of the files."""
        return text_of(self.checkout.require(path), node)

    def attribute_text(self, placed: PlacedBlock, name: str) -> str:
        """The value of a block's attribute as it is written; "" if it is not set."""
        attribute = placed.block.attributes.get(name)
        return self.text(placed.path, attribute.value) if attribute else ""

    def entries(self, path: str, node: hcl.Object) -> dict[str, hcl.Item]:
        """The entries of an object by their keys, without quotes."""
        data = self.checkout.require(path)
        return {entry.name(data): entry for entry in node.items}

    # --- values

    def expand(self, path: str, node: hcl.Node | None, variables: Mapping[str, str]) -> str:
        """The text that an expression evaluates to, given some variables; unknown parts stay `${…}`."""
        if node is None:
            return ""
        data = self.checkout.require(path)
        if isinstance(node, hcl.Template):
            return self.expand_text(data[node.inner_start : node.inner_end].decode("utf-8", "replace"), variables)
        if isinstance(node, hcl.Call) and node.name in functions.KNOWN:
            result = functions.result(node.name, [self.expand(path, child, variables) for child in _flat(node)])
            if result is not None:
                return result
        return self._expand_reference(text_of(data, node), variables)

    def expand_text(self, inner: str, variables: Mapping[str, str]) -> str:
        """The inside of a quoted string with its interpolations expanded."""
        if "${" not in inner:
            return inner
        if self._depth:  # a value that refers to itself is not known yet
            return self._expand_pieces(inner, variables)
        known = self._known(variables).texts
        if inner not in known:
            known[inner] = self._expand_pieces(inner, variables)
        return known[inner]

    def _known(self, variables: Mapping[str, str]) -> _Expanded:
        """What was expanded with these variables, which callers pass many times and never change."""
        recent = self._recent.get(id(variables))
        if recent is None:
            if len(self._recent) == _RECENT:
                self._recent.clear()
            expanded = self._expanded.setdefault(tuple(variables.items()), _Expanded({}, {}))
            recent = self._recent[id(variables)] = variables, expanded
        return recent[1]

    def _expand_pieces(self, inner: str, variables: Mapping[str, str]) -> str:
        pieces, left = [], _LONGEST + len(inner)
        for literal, expression in split_template(inner):
            piece = literal if not expression else self._expand_reference(expression.strip(), variables)
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                self.checkout.budget.note(f"{self.path}: {inner[:40]}… has more than {_LONGEST:,} characters")
                return inner
        return "".join(pieces)

    def expanded(self, expression: str) -> str:
        """The value of an expression in every environment; `${…}` if it is unknown."""
        try:
            return self.expand_text(f"${{{expression}}}", {})
        except hcl.HclError:
            return f"${{{expression}}}"

    def _expand_reference(self, text: str, variables: Mapping[str, str]) -> str:
        kind, _, name = text.partition(".")
        if text in variables:
            return variables[text]
        if kind == "var" and name in variables:
            return variables[name]
        if kind == "local" and (local := self._named(name)):
            return self._expand_local(name, local, variables)
        if text.startswith('"') and text.endswith('"'):
            return self.expand_text(text[1:-1], variables)
        if match := _CONSTANT.fullmatch(text):
            module, output, key = match.groups()
            value = self._constant(module, output, self._expand_reference(key, variables))
            if value is not None:
                return value
        if text.startswith(functions.CALLS):
            return self._expand_call(text, variables)
        if re.fullmatch(r"\d+|true|false", text):
            return text
        return f"${{{text}}}"

    def _expand_call(self, text: str, variables: Mapping[str, str]) -> str:
        """The text of a function's result; `${…}` if it is unknown."""
        data = text.encode()
        node = hcl.parse_expression(data, 0, len(data))
        result = None
        if isinstance(node, hcl.Call) and node.name in functions.KNOWN:
            arguments = [self._expand_reference(text_of(data, child), variables) for child in _flat(node)]
            result = functions.result(node.name, arguments)
        return f"${{{text}}}" if result is None else result

    def _expand_local(self, name: str, local: LocalValue, variables: Mapping[str, str]) -> str:
        """The text of a local value, worked out once; `${…}` if it refers to itself, which Terraform refuses."""
        known = self._known(variables).locals
        if name not in known:
            known[name] = f"${{local.{name}}}"
            if self._depth == _DEEPEST:
                self.checkout.budget.note(f"{local.path}: local.{name} has more than {_DEEPEST} others behind it")
                return known[name]
            self._depth += 1
            try:
                known[name] = self.expand(local.path, local.value, variables)
            finally:
                self._depth -= 1
        return known[name]

    def _constant(self, module: str, output: str, key: str) -> str | None:
        """A value of a map that is another module's output, such as an environment's shorthand."""
        call = self.block("module", module)
        if call is None:
            return None
        source = self.attribute_text(call, "source").strip('"')
        folder = Folder.of(self.checkout, joined(self.path, source))
        placed = folder.block("output", output)
        value = placed.block.attributes.get("value") if placed else None
        if placed is None or value is None or not isinstance(value.value, hcl.Object):
            return None
        for entry in value.value.items:
            if entry.name(self.checkout.require(placed.path)) == key:
                return folder.expand(placed.path, entry.value, {})
        return None


def _flat(call: hcl.Call) -> Iterator[hcl.Node]:
    """The arguments of a call, and the elements of those that are lists."""
    for argument in call.arguments:
        if isinstance(argument, hcl.Tuple):
            yield from argument.items
        else:
            yield argument


def joined(folder: str, relative: str) -> str:
    """The folder at a path relative to another folder."""
    parts = folder.split("/")
    for step in relative.split("/"):
        if step == "..":
            parts = parts[:-1]
        elif step not in ("", "."):
            parts.append(step)
    return "/".join(parts)
