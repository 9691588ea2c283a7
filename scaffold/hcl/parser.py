"""HCL 2's native syntax into nodes (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md).

It accepts what HashiCorp's parser accepts, and nothing else (tests/hcl/test_hashicorp.py). It reads bytes with any line
ending, keeps exact positions, and is much faster than python-hcl2, which reads each edited block once more as an
independent proof (proof.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from scaffold.hcl.expressions import STRINGS, ExpressionParser
from scaffold.hcl.nodes import Attribute, Block, HclError, Node, line_of
from scaffold.hcl.scanner import is_literal


@lru_cache(maxsize=256)
def parse(data: bytes) -> Block:
    """The whole file as one block without a type. Raises HclError."""
    with _bounded(data, 0):
        return _Parser(data, 0, len(data), lines=True).file()


def parse_expression(data: bytes, start: int, end: int) -> Node:
    """The expression between two bytes, such as the inside of `${…}`. Raises HclError."""
    with _bounded(data, start):
        return _Parser(data, start, end, lines=False).only_expression()


def tokens(data: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The tokens between two bytes, without white space and comments: the kind and the span of each.

    The kind is `name`, `number`, `string`, `heredoc`, `newline`, or the text of an operator. Raises HclError.
    """
    parser = _Parser(data, start, end, lines=True)
    parser.advance()
    while parser.kind != "end":
        if parser.kind in STRINGS:
            kind = "heredoc" if parser.kind == "heredoc" else "string"
            node = parser.template()
            yield kind, node.start, node.end
        else:
            yield parser.kind, parser.start, parser.end
            parser.advance()


def end_of_sequence(data: bytes, start: int, end: int) -> int:
    """The byte after the brace that closes the interpolation or directive at a byte. Raises HclError."""
    with _bounded(data, start):
        return _Parser(data, start, end, lines=False).sequence(start, ["if", "for"])


@contextmanager
def _bounded(data: bytes, start: int) -> Iterator[None]:
    """Text that is nested deeper than Python's stack is an error of the text."""
    try:
        yield
    except RecursionError as error:
        raise HclError("nested too deeply", line_of(data, start)) from error


class _Parser(ExpressionParser):
    """Recursive descent over the tokens of one span."""

    # --- bodies

    def file(self) -> Block:
        self.at_end = False
        self.advance()
        attributes, blocks = self.body("end")
        return Block(0, len(self.data), "", (), 0, len(self.data), attributes, blocks)

    def body(self, closing: str) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while True:
            if self.kind == "newline":
                self.advance()
            if self.kind == closing:
                return attributes, tuple(blocks)
            if self.kind != "name":
                self.fail("expected a block or an attribute")
            start, name = self.start, self.text()
            self.advance()
            if self.kind != "=":
                blocks.append(self.block(start, name))
            elif name in attributes:
                self.fail(f"the attribute {name!r} is set twice")
            else:
                attributes[name] = self.attribute(start, name)
            if self.kind not in ("newline", "end"):
                self.fail("expected a new line")

    def attribute(self, start: int, name: str) -> Attribute:
        self.take("=")
        value = self.expression()
        return Attribute(start, value.end, name, value)

    def block(self, start: int, type: str) -> Block:
        labels = []
        while self.kind != "{":
            labels.append(self.label())
        body_start = self.end
        self.advance()
        if self.kind in ("newline", "}"):
            attributes, blocks = self.body("}")
        else:
            attributes, blocks = self.one_line_body(), ()
        body_end = self.start
        end = self.close("}", True)
        return Block(start, end, type, tuple(labels), body_start, body_end, attributes, blocks)

    def label(self) -> str:
        if self.kind == "name":
            return self.name()
        if self.kind not in ("string", "quote"):
            self.fail("expected '{'")
        node = self.template()
        text = self.data[node.inner_start : node.inner_end]
        if not is_literal(text):
            raise HclError("an interpolation in a label", line_of(self.data, node.start))
        return text.decode("utf-8", "replace")

    def one_line_body(self) -> dict[str, Attribute]:
        """`{ name = value }`: HCL allows a single attribute there, and nothing else."""
        start, name = self.start, self.name()
        return {name: self.attribute(start, name)}

    def only_expression(self) -> Node:
        self.advance()
        node = self.expression()
        if self.kind != "end":
            self.fail("expected the end of the expression")
        return node
