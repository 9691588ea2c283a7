"""The named values that Terraform code refers to: in expressions, strings and heredocs, but not in comments.

The variables of a `for` or a `dynamic` block are local to it, so `each.value`, `lambda_function.value` and the like are
not included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.hcl.parser import end_of_sequence

_TRAVERSAL = re.compile(rb"([A-Za-z_][\w-]*)\s*\.\s*([A-Za-z_][\w-]*)(?:\s*\.\s*([A-Za-z_][\w-]*))?")
_DIRECTIVE = re.compile(rb"~?\s*(for\s+([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\s|if\s|else\b|endif\b|endfor\b)")
# `${a.b[0].c}`, as most interpolations are, needs no parser.
_PLAIN = re.compile(rb"\$\{[ \t]*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[\d+\])*)[ \t]*\}")
_OPENING = re.compile(rb"\\.|\$\$\{|%%\{|[$%]\{", re.DOTALL)
_HEREDOC_OPENING = re.compile(rb"\$\$\{|%%\{|[$%]\{")
# These contain no references, or references to something that was removed.
_NO_BLOCKS = frozenset(("moved", "removed", "import", "terraform", "provider"))
_NO_ATTRIBUTES = frozenset(("provider", "providers", "ignore_changes", "type"))
_NO_KINDS = frozenset(("each", "self", "path", "count", "terraform", "provider"))


class Mention(NamedTuple):
    """kind: `local`, `var`, `module`, `data`, or a resource's type. name: the first label, for `data` "type.label".
    rest: the attribute that is read, "" if it is used as a whole or by an index."""

    kind: str
    name: str
    rest: str
    path: str
    offset: int


def mentions(checkout: Checkout, path: str, block: hcl.Block | None = None) -> tuple[Mention, ...]:
    """The references in a file, or in one block of it. Raises Refusal for a file that does not parse."""
    reader = _Reader(path, checkout.require(path))
    return tuple(reader.of_block(block or checkout.terraform(path), frozenset()))


def mentions_in(checkout: Checkout, path: str, node: hcl.Node) -> Iterator[Mention]:
    """The references in one expression."""
    yield from _Reader(path, checkout.require(path)).of_node(node, frozenset())


class _Reader(NamedTuple):
    path: str
    data: bytes

    def of_block(self, block: hcl.Block, scope: frozenset[str]) -> Iterator[Mention]:
        if block.type in _NO_BLOCKS:
            return
        if block.type == "dynamic":
            yield from self._of_dynamic(block, scope)
            return
        for name, attribute in block.attributes.items():
            # The `type` of a resource may be an expression, that of a variable is not.
            if name not in _NO_ATTRIBUTES or (name == "type" and block.type != "variable"):
                yield from self.of_node(attribute.value, scope)
        for inner in block.blocks:
            yield from self.of_block(inner, scope)

    def _of_dynamic(self, block: hcl.Block, scope: frozenset[str]) -> Iterator[Mention]:
        for name, attribute in block.attributes.items():
            if name != "iterator":
                yield from self.of_node(attribute.value, scope)
        iterator = block.attributes.get("iterator")
        variable = self._text(iterator.value) if iterator else block.labels[0] if block.labels else ""
        for inner in block.blocks:
            yield from self.of_block(inner, scope | {variable})

    def of_node(self, node: hcl.Node, scope: frozenset[str]) -> Iterator[Mention]:
        if isinstance(node, hcl.Template):
            yield from self._of_template(node, scope)
            return
        if isinstance(node, hcl.Reference):
            yield from self._of_reference(node, scope)
        elif isinstance(node, hcl.For):
            scope |= set(node.names)
        for child in node.children():
            yield from self.of_node(child, scope)

    def _of_reference(self, node: hcl.Reference, scope: frozenset[str]) -> Iterator[Mention]:
        match = _TRAVERSAL.match(self.data, node.start, node.end)
        if match is None:
            return
        kind, name, rest = (part.decode() if part else "" for part in match.groups())
        if kind in scope or kind in _NO_KINDS:
            return
        if kind == "data":
            if rest:
                yield Mention(kind, f"{name}.{rest}", "", self.path, node.start)
        else:
            yield Mention(kind, name, rest, self.path, node.start)

    def _of_template(self, node: hcl.Template, scope: frozenset[str]) -> Iterator[Mention]:
        opening = _HEREDOC_OPENING if node.heredoc else _OPENING
        position = node.inner_start
        while match := opening.search(self.data, position, node.inner_end):
            position = match.end()
            if match.group() not in (b"${", b"%{"):
                continue
            if plain := _PLAIN.match(self.data, match.start(), node.inner_end):
                position = plain.end()
                yield from self._of_reference(hcl.Reference(*plain.span(1)), scope)
                continue
            end = self._closing(match.start(), node.inner_end)
            start, position = position, end + 1
            if match.group() == b"%{":
                directive = _DIRECTIVE.match(self.data, start, end)
                if directive:
                    scope |= {name.decode() for name in directive.groups()[1:] if name}
                    start = directive.end()
            yield from self._of_expression(start, end, scope)

    def _of_expression(self, start: int, end: int, scope: frozenset[str]) -> Iterator[Mention]:
        start += self.data[start : start + 1] == b"~"
        end -= self.data[end - 1 : end] == b"~"
        if not self.data[start:end].strip():
            return
        try:
            yield from self.of_node(hcl.parse_expression(self.data, start, end), scope)
        except hcl.HclError:
            return

    def _closing(self, start: int, end: int) -> int:
        """The position of the brace that closes an interpolation or a directive."""
        try:
            return end_of_sequence(self.data, start, end) - 1
        except hcl.HclError:
            return end

    def _text(self, node: hcl.Node) -> str:
        return self.data[node.start : node.end].decode("utf-8", "replace")
