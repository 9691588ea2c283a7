"""HCL 2's native syntax into nodes (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md).

It reads bytes with any line ending and keeps exact positions, and is much faster than python-hcl2, which reads each
edited block once more as an independent proof (proof.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NoReturn

from scaffold.hcl.nodes import (
    Attribute,
    Binary,
    Block,
    Call,
    Conditional,
    For,
    HclError,
    Item,
    Node,
    Object,
    Parentheses,
    Reference,
    Template,
    Traversal,
    Tuple,
    Unary,
    line_of,
)

Token = tuple[str, int, int]

_SKIPPED = rb"(?:[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)*+"
_TOKEN = re.compile(
    _SKIPPED
    + rb"""(?:(?P<newline>\n)
    |(?P<name>[A-Za-z_\x80-\xff][\w\x80-\xff-]*)
    |(?P<heredoc><<-?(?P<marker>[A-Za-z_\x80-\xff][\w\x80-\xff-]*)[ \t]*\r?\n)
    |(?P<operator>&&|\|\||==|!=|<=|>=|=>|\.\.\.|[-+*/%!<>?:=.,(){}\[\]~])
    |(?P<string>"(?:[^"\\$%\n]|\\.|\$\$\{|%%\{|\$(?!\{)|%(?!\{))*")
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<quote>")
    |(?P<end>\Z))""",
    re.VERBOSE | re.DOTALL,
)
_INTERPOLATION = re.compile(rb'\\.|\$\$\{|%%\{|\$\{|%\{|"|\n', re.DOTALL)
# Operators that bind tighter have higher numbers (Terraform, "Arithmetic and Logical Operators").
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
_BOM = b"\xef\xbb\xbf"


@lru_cache(maxsize=256)
def parse(data: bytes) -> Block:
    """The whole file as one block without a type. Raises HclError."""
    return _Parser(data, 0, len(data)).file()


def parse_expression(data: bytes, start: int, end: int) -> Node:
    """The expression between two bytes, such as the inside of `${…}`. Raises HclError."""
    return _Parser(data, start, end, in_brackets=True).only_expression()


def tokens(data: bytes, start: int, end: int) -> Iterator[Token]:
    """The tokens between two bytes, without white space and comments: the kind and the span of each.

    The kind is `name`, `number`, `string`, `heredoc`, `newline`, or the text of an operator. Raises HclError.
    """
    position = start + len(_BOM) if start == 0 and data.startswith(_BOM) else start
    match_token = _TOKEN.match
    while True:
        match = match_token(data, position, end)
        if match is None:
            raise _unexpected(data, position, end)
        kind = match.lastgroup or ""
        first, position = match.span(kind)
        if kind == "operator":
            kind = match[kind].decode()
        elif kind == "end":
            return
        elif kind == "quote":
            kind, position = "string", _end_of_string(data, position, end)
        elif kind == "heredoc":
            position = _end_of_heredoc(data, position, end, match["marker"])
        yield kind, first, position


def _unexpected(data: bytes, position: int, end: int) -> HclError:
    skipped = re.compile(_SKIPPED, re.DOTALL).match(data, position, end)
    position = skipped.end() if skipped else position
    character = data[position : position + 4].decode("utf-8", "replace")[:1]
    return HclError(f"unexpected character {character!r}", line_of(data, position))


def _end_of_string(data: bytes, position: int, end: int) -> int:
    start = position
    while match := _INTERPOLATION.search(data, position, end):
        position = match.end()
        text = match.group()
        if text == b'"':
            return position
        if text == b"\n":
            break
        if text in (b"${", b"%{"):
            position = end_of_interpolation(data, position, end)
    raise HclError("a string is not closed", line_of(data, start))


def end_of_interpolation(data: bytes, position: int, end: int) -> int:
    """The byte after the brace that closes an interpolation; `position` is after the opening one. Raises HclError."""
    depth = 1
    for kind, _, stop in tokens(data, position, end):
        depth += (kind == "{") - (kind == "}")
        if depth == 0:
            return stop
    raise HclError("an interpolation is not closed", line_of(data, position))


def _end_of_heredoc(data: bytes, position: int, end: int, marker: bytes) -> int:
    closing = re.compile(rb"^[ \t]*" + re.escape(marker) + rb"(?=[ \t]*\r?(?:\n|\Z))", re.MULTILINE)
    match = closing.search(data, position, end)
    if match is None:
        raise HclError(f"the heredoc {marker.decode()} is not closed", line_of(data, position) - 1)
    return match.end()


def _without_line_breaks(data: bytes, start: int, end: int, in_brackets: bool) -> Iterator[Token]:
    """The tokens without meaningless line breaks: those in parentheses, brackets and `for` expressions."""
    ignored = [in_brackets]
    previous, held = "", None
    for token in tokens(data, start, end):
        kind = token[0]
        if kind == "newline":
            if previous == "{for":
                held = token
            elif not ignored[-1]:
                yield token
            continue
        if previous == "{for":
            ignored[-1] = kind == "name"
            if held and kind != "name":
                yield held
            held = None
        if kind in ("(", "[", "{"):
            ignored.append(kind != "{")
        elif kind in (")", "]", "}") and len(ignored) > 1:
            ignored.pop()
        elif previous == "{" and kind == "name" and data[token[1] : token[2]] == b"for":
            kind = "{for"
        previous = kind
        yield token


class _Parser:
    """Recursive descent over the tokens of one span. `kind` and `token` are the next one."""

    def __init__(self, data: bytes, start: int, end: int, in_brackets: bool = False) -> None:
        self.data = data
        self.tokens = [*_without_line_breaks(data, start, end, in_brackets), ("end", end, end)]
        self.position = 0
        self.token = self.tokens[0]
        self.kind = self.token[0]
        self.last_end = start

    # --- tokens

    def take(self) -> Token:
        token = self.token
        if self.kind != "end":
            self.last_end = token[2]
            self.position += 1
            self.token = self.tokens[self.position]
            self.kind = self.token[0]
        return token

    def text(self, token: Token) -> str:
        return self.data[token[1] : token[2]].decode("utf-8", "replace")

    def expect(self, kind: str) -> Token:
        if self.kind != kind:
            self.fail(f"expected {kind!r}", self.token)
        return self.take()

    def skip_newlines(self) -> None:
        while self.kind == "newline":
            self.take()

    def fail(self, problem: str, token: Token) -> NoReturn:
        shown = "the end" if token[0] in ("end", "newline") else repr(self.text(token)[:40])
        raise HclError(f"{problem}, found {shown}", line_of(self.data, token[1]))

    # --- bodies

    def file(self) -> Block:
        attributes, blocks = self.body("end")
        return Block(0, len(self.data), "", (), 0, len(self.data), attributes, blocks)

    def body(self, closing: str) -> tuple[dict[str, Attribute], tuple[Block, ...]]:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while True:
            self.skip_newlines()
            if self.kind == closing:
                return attributes, tuple(blocks)
            if self.kind != "name":
                self.fail("expected a block or an attribute", self.token)
            name = self.take()
            if self.kind == "=":
                self.take()
                attribute = self.attribute(name)
                if attribute.name in attributes:
                    self.fail(f"the attribute {attribute.name!r} is set twice", name)
                attributes[attribute.name] = attribute
            else:
                blocks.append(self.block(name))
            if self.kind not in ("newline", closing):
                self.fail("expected a new line", self.token)

    def one_line_body(self) -> dict[str, Attribute]:
        """`{ name = value }`: HCL allows a single attribute there, and nothing else."""
        name = self.expect("name")
        self.expect("=")
        attribute = self.attribute(name)
        return {attribute.name: attribute}

    def attribute(self, name: Token) -> Attribute:
        value = self.expression()
        return Attribute(name[1], value.end, self.text(name), value)

    def block(self, name: Token) -> Block:
        labels = []
        while self.kind in ("name", "string"):
            labels.append(self.text(self.take()).strip('"'))
        opening = self.expect("{")
        attributes, blocks = self.body("}") if self.kind in ("newline", "}") else (self.one_line_body(), ())
        closing = self.expect("}")
        return Block(name[1], closing[2], self.text(name), tuple(labels), opening[2], closing[1], attributes, blocks)

    # --- expressions

    def only_expression(self) -> Node:
        node = self.expression()
        if self.kind != "end":
            self.fail("expected the end of the expression", self.token)
        return node

    def expression(self) -> Node:
        node = self.operand()
        if self.kind in _PRECEDENCE:
            node = self.binary(node, 1)
        if self.kind != "?":
            return node
        self.take()
        yes = self.expression()
        self.expect(":")
        no = self.expression()
        return Conditional(node.start, no.end, node, yes, no)

    def binary(self, left: Node, lowest: int) -> Node:
        """An operand and the operators after it that bind at least as tightly as a level."""
        while (level := _PRECEDENCE.get(self.kind, 0)) >= lowest:
            operator, right = self.take()[0], self.operand()
            if _PRECEDENCE.get(self.kind, 0) > level:
                right = self.binary(right, level + 1)
            left = Binary(left.start, right.end, operator, left, right)
        return left

    def operand(self) -> Node:
        if self.kind in ("-", "!"):
            operator = self.take()
            operand = self.operand()
            return Unary(operator[1], operand.end, operator[0], operand)
        node = self.primary()
        return self.traversal(node) if self.kind in (".", "[") else node

    def primary(self) -> Node:
        kind, token = self.kind, self.token
        if kind == "name":
            self.take()
            return self.call(token) if self.kind == "(" else Reference(token[1], token[2])
        if kind in ("string", "heredoc"):
            self.take()
            return self.template(token)
        if kind == "number":
            self.take()
            return Reference(token[1], token[2])
        if kind == "[":
            return self.list(token)
        if kind == "{":
            return self.object(token)
        if kind == "(":
            self.take()
            inner = self.expression()
            self.expect(")")
            return Parentheses(token[1], self.last_end, inner)
        self.fail("expected a value", token)

    def template(self, token: Token) -> Template:
        kind, start, end = token
        if kind == "string":
            return Template(start, end, start + 1, end - 1)
        inner_start = self.data.index(b"\n", start) + 1
        inner_end = max(inner_start, self.data.rindex(b"\n", start, end) + 1)
        return Template(start, end, inner_start, inner_end, True)

    def traversal(self, node: Node) -> Node:
        indexes: list[Node] = []
        while self.kind in (".", "["):
            if self.take()[0] == "[":
                indexes += self.index()
                self.expect("]")
            elif self.kind in ("name", "number", "*"):
                self.take()
            else:
                self.fail("expected a name after the dot", self.token)
        if isinstance(node, Reference):
            return Reference(node.start, self.last_end, tuple(indexes))
        return Traversal(node.start, self.last_end, node, tuple(indexes))

    def index(self) -> tuple[Node, ...]:
        if self.kind == "*":
            self.take()
            return ()
        return (self.expression(),)

    def call(self, name: Token) -> Call:
        self.take()
        arguments = self.expressions(")")
        return Call(name[1], self.last_end, self.text(name), arguments)

    def expressions(self, closing: str) -> tuple[Node, ...]:
        """Expressions with commas between them, up to the closing bracket."""
        expressions: list[Node] = []
        while self.kind != closing:
            expressions.append(self.expression())
            if self.kind == "...":
                self.take()
            if self.kind != ",":
                break
            self.take()
        self.expect(closing)
        return tuple(expressions)

    def list(self, token: Token) -> Node:
        self.take()
        if self.at_for():
            return self.for_expression(token, "]")
        elements = self.expressions("]")
        return Tuple(token[1], self.last_end, elements)

    def object(self, token: Token) -> Node:
        self.take()
        self.skip_newlines()
        if self.at_for():
            return self.for_expression(token, "}")
        entries: list[Item] = []
        while self.kind != "}":
            entries.append(self.entry())
            if self.kind not in (",", "newline", "}"):
                self.fail("expected a comma or a new line between entries", self.token)
            if self.kind == ",":
                self.take()
            self.skip_newlines()
        self.take()
        return Object(token[1], self.last_end, tuple(entries))

    def entry(self) -> Item:
        key = self.operand()
        if self.kind not in ("=", ":"):
            self.fail("expected '=' or ':' after the key", self.token)
        self.take()
        value = self.expression()
        return Item(key.start, value.end, key, value)

    def at_for(self) -> bool:
        if self.kind != "name" or self.text(self.token) != "for":
            return False
        return self.tokens[self.position + 1][0] == "name"

    def for_expression(self, token: Token, closing: str) -> For:
        """`for k, v in collection : key => value... if condition`"""
        self.take()
        self.expect("name")
        if self.kind == ",":
            self.take()
            self.expect("name")
        keyword = self.take()
        if self.text(keyword) != "in":
            self.fail("expected 'in'", keyword)
        parts = [self.expression()]
        self.expect(":")
        parts.append(self.expression())
        if self.kind == "=>":
            self.take()
            parts.append(self.expression())
        if self.kind == "...":
            self.take()
        if self.kind == "name" and self.text(self.token) == "if":
            self.take()
            parts.append(self.expression())
        self.expect(closing)
        return For(token[1], self.last_end, tuple(parts))
