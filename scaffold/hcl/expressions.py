"""Expressions of HCL into nodes."""

from __future__ import annotations

from scaffold.hcl.nodes import (
    Binary,
    Call,
    Conditional,
    For,
    Item,
    Node,
    Object,
    Parentheses,
    Reference,
    Traversal,
    Tuple,
    Unary,
)
from scaffold.hcl.strings import StringParser

# Operators that bind tighter have higher numbers (Terraform, "Arithmetic and Logical Operators").
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"))
_PRECEDENCE = {operator: level for level, operators in enumerate(_LEVELS, 1) for operator in operators}
# Each makes the tree of nodes one level deeper.
_MOST_OPERATORS = 150
STRINGS = ("string", "quote", "heredoc")


class ExpressionParser(StringParser):
    """Recursive descent over the tokens of an expression."""

    def expression(self) -> Node:
        node = self.operand()
        if self.kind in _PRECEDENCE:
            node = self.binary(node, 1)
        if self.kind != "?":
            return node
        self.advance()
        yes = self.expression()
        self.take(":")
        no = self.expression()
        return Conditional(node.start, no.end, node, yes, no)

    def binary(self, left: Node, lowest: int) -> Node:
        """An operand and the operators after it that bind at least as tightly as a level."""
        count = 0
        while (level := _PRECEDENCE.get(self.kind, 0)) >= lowest:
            operator, count = self.kind, count + 1
            if count > _MOST_OPERATORS:
                self.fail(f"more than {_MOST_OPERATORS} operators in a row")
            self.advance()
            right = self.operand()
            if _PRECEDENCE.get(self.kind, 0) > level:
                right = self.binary(right, level + 1)
            left = Binary(left.start, right.end, operator, left, right)
        return left

    def operand(self) -> Node:
        if self.kind in ("-", "!"):
            start, operator = self.start, self.kind
            self.advance()
            operand = self.operand()
            return Unary(start, operand.end, operator, operand)
        node = self.primary()
        return self.traversal(node) if self.kind in (".", "[") else node

    def primary(self) -> Node:
        kind, start, end = self.kind, self.start, self.end
        if kind == "name":
            self.advance()
            return self.call(start, end) if self.kind in ("(", "::") else Reference(start, end)
        if kind == "number":
            self.advance()
            return Reference(start, end)
        if kind in STRINGS:
            return self.template()
        if kind == "[":
            return self.list()
        if kind == "{":
            return self.object()
        if kind == "(":
            return self.parentheses()
        self.fail("expected a value")

    def parentheses(self) -> Parentheses:
        start, outer = self.start, self.lines
        self.lines = False
        self.advance()
        inner = self.expression()
        return Parentheses(start, self.close(")", outer), inner)

    def traversal(self, node: Node) -> Node:
        indexes: list[Node] = []
        splat = False
        while self.kind in (".", "["):
            if self.kind == "[":
                indexes += self.index()
                splat = False
            else:
                self.advance()
                splat = self.step(splat)
        if isinstance(node, Reference):
            return Reference(node.start, self.last_end, tuple(indexes))
        return Traversal(node.start, self.last_end, node, tuple(indexes))

    def step(self, splat: bool) -> bool:
        """Go past what follows a dot. splat: whether there was a `.*`, and no index since; so is the result."""
        if self.kind == "*" and not splat:
            splat = True
        elif self.kind != "name" and not (self.kind == "number" and b"." not in self.data[self.start : self.end]):
            self.fail("expected a name after the dot")
        self.advance()
        return splat

    def index(self) -> tuple[Node, ...]:
        outer = self.lines
        self.advance()
        if self.kind == "*":
            self.advance()
            self.take("]")
            return ()
        self.lines = False
        if self.kind == "newline":
            self.advance()
        key = self.expression()
        self.close("]", outer)
        return (key,)

    def call(self, start: int, end: int) -> Call:
        """`name(arguments)` or `provider::name::name(arguments)`."""
        name = self.data[start:end].decode("utf-8", "replace")
        while self.kind == "::":
            self.advance()
            name = f"{name}::{self.name()}"
        outer, self.lines = self.lines, False
        self.take("(")
        arguments = self.expressions(")")
        if self.kind == "..." and arguments:
            self.advance()
        return Call(start, self.close(")", outer), name, arguments)

    def expressions(self, closing: str) -> tuple[Node, ...]:
        """Expressions with commas between them, before the closing bracket."""
        expressions: list[Node] = []
        while self.kind != closing:
            expressions.append(self.expression())
            if self.kind != ",":
                break
            self.advance()
        return tuple(expressions)

    def list(self) -> Node:
        start, outer = self.start, self.lines
        self.lines = False
        self.advance()
        if self.is_word(b"for"):
            return self.for_expression(start, outer, "]")
        items = self.expressions("]")
        return Tuple(start, self.close("]", outer), items)

    def object(self) -> Node:
        start, outer = self.start, self.lines
        self.lines = False
        self.advance()
        if self.is_word(b"for"):
            return self.for_expression(start, outer, "}")
        self.lines = True
        items: list[Item] = []
        while self.kind != "}":
            items.append(self.entry())
            if self.kind not in (",", "newline", "}"):
                self.fail("expected a comma or a new line between entries")
            if self.kind == ",":
                self.advance()
            if self.kind == "newline":
                self.advance()
        return Object(start, self.close("}", outer), tuple(items))

    def entry(self) -> Item:
        key = self.expression()
        if self.kind not in ("=", ":"):
            self.fail("expected '=' or ':' after the key")
        self.advance()
        value = self.expression()
        return Item(key.start, value.end, key, value)

    def for_expression(self, start: int, outer: bool, closing: str) -> For:
        """`for k, v in collection : key => value... if condition`"""
        self.advance()
        names, collection = self.loop_header()
        parts = [collection]
        self.take(":")
        parts.append(self.expression())
        if closing == "}":
            self.take("=>")
            parts.append(self.expression())
            if self.kind == "...":
                self.advance()
        if self.is_word(b"if"):
            self.advance()
            parts.append(self.expression())
        return For(start, self.close(closing, outer), names, tuple(parts))
