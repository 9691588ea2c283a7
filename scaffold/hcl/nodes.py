"""The nodes of a Terraform file, each with the span of bytes that it covers."""

from __future__ import annotations

from collections.abc import Iterator


class HclError(ValueError):
    """Text that is not valid HCL. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Node:
    """A span of bytes, `end` not included. Nodes are not changed once they are built, and compare by identity.

    Plain classes: a frozen dataclass takes three times as long to build, and a large checkout has 100,000 nodes.
    """

    __slots__ = ("end", "start")

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.start}, {self.end})"

    def children(self) -> tuple[Node, ...]:
        return ()

    def walk(self) -> Iterator[Node]:
        """This node and all nodes in it, in the order of the text."""
        yield self
        for child in self.children():
            yield from child.walk()

    def path_to(self, offset: int) -> Iterator[Node]:
        """This node, and those in it that contain a byte, the outermost first."""
        node: Node | None = self
        while node is not None:
            yield node
            node = next((child for child in node.children() if child.start <= offset < child.end), None)


class Template(Node):
    """A quoted string or a heredoc; `inner_start` and `inner_end` bound the text between the delimiters."""

    __slots__ = ("heredoc", "inner_end", "inner_start")

    def __init__(self, start: int, end: int, inner_start: int, inner_end: int, heredoc: bool = False) -> None:
        self.start = start
        self.end = end
        self.inner_start = inner_start
        self.inner_end = inner_end
        self.heredoc = heredoc


class Reference(Node):
    """A literal or a traversal: `1024`, `null`, `local.db_access`, `aws_iam_role.x[0].arn`."""

    __slots__ = ("indexes",)

    def __init__(self, start: int, end: int, indexes: tuple[Node, ...] = ()) -> None:
        self.start = start
        self.end = end
        self.indexes = indexes

    def children(self) -> tuple[Node, ...]:
        return self.indexes


class Traversal(Node):
    """Attributes or elements of any other expression: `f(x)[0].b`, `(a).b`, `[a, b][0]`."""

    __slots__ = ("indexes", "source")

    def __init__(self, start: int, end: int, source: Node, indexes: tuple[Node, ...]) -> None:
        self.start = start
        self.end = end
        self.source = source
        self.indexes = indexes

    def children(self) -> tuple[Node, ...]:
        return (self.source, *self.indexes)


class Call(Node):
    """`name(arguments)`."""

    __slots__ = ("arguments", "name")

    def __init__(self, start: int, end: int, name: str, arguments: tuple[Node, ...]) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.arguments = arguments

    def children(self) -> tuple[Node, ...]:
        return self.arguments


class Tuple(Node):
    """`[a, b]`."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: tuple[Node, ...]) -> None:
        self.start = start
        self.end = end
        self.items = items

    def children(self) -> tuple[Node, ...]:
        return self.items


class Item(Node):
    """An entry of an object; its span does not include a comma after it."""

    __slots__ = ("key", "value")

    def __init__(self, start: int, end: int, key: Node, value: Node) -> None:
        self.start = start
        self.end = end
        self.key = key
        self.value = value

    def children(self) -> tuple[Node, ...]:
        return (self.key, self.value)

    def name(self, data: bytes) -> str:
        """The key: the text of a name or a string, also in parentheses; any other expression as it is written."""
        key = unparenthesized(self.key)
        start, end = self.key.start, self.key.end
        if isinstance(key, Template) and not key.heredoc:
            start, end = key.inner_start, key.inner_end
        text = data[start:end].decode("utf-8", "replace")
        if text.isascii():
            return text
        from unicodedata import normalize

        return normalize("NFC", text)  # as Terraform does


class Object(Node):
    """`{ key = value }`."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: tuple[Item, ...]) -> None:
        self.start = start
        self.end = end
        self.items = items

    def children(self) -> tuple[Node, ...]:
        return self.items


class Conditional(Node):
    """`condition ? yes : no`."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, start: int, end: int, condition: Node, yes: Node, no: Node) -> None:
        self.start = start
        self.end = end
        self.condition = condition
        self.yes = yes
        self.no = no

    def children(self) -> tuple[Node, ...]:
        return (self.condition, self.yes, self.no)


class Binary(Node):
    """`left operator right`. A chain of equal operators nests to the left: `a || b || c` is `(a || b) || c`."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, start: int, end: int, operator: str, left: Node, right: Node) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.left = left
        self.right = right

    def children(self) -> tuple[Node, ...]:
        return (self.left, self.right)


class Unary(Node):
    """`!operand` or `-operand`."""

    __slots__ = ("operand", "operator")

    def __init__(self, start: int, end: int, operator: str, operand: Node) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.operand = operand

    def children(self) -> tuple[Node, ...]:
        return (self.operand,)


class Parentheses(Node):
    """`(inner)`."""

    __slots__ = ("inner",)

    def __init__(self, start: int, end: int, inner: Node) -> None:
        self.start = start
        self.end = end
        self.inner = inner

    def children(self) -> tuple[Node, ...]:
        return (self.inner,)


class For(Node):
    """`[for … in … : …]` or `{for … in … : … => …}`. `parts`: the collection, the results, the condition."""

    __slots__ = ("names", "parts")

    def __init__(self, start: int, end: int, names: tuple[str, ...], parts: tuple[Node, ...]) -> None:
        self.start = start
        self.end = end
        self.names = names
        self.parts = parts

    def children(self) -> tuple[Node, ...]:
        return self.parts


class Attribute(Node):
    """`name = value`."""

    __slots__ = ("name", "value")

    def __init__(self, start: int, end: int, name: str, value: Node) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.value = value

    def children(self) -> tuple[Node, ...]:
        return (self.value,)


class Block(Node):
    """`type "label" … { body }`; `body_start` is after the opening brace, `body_end` at the closing one."""

    __slots__ = ("attributes", "blocks", "body_end", "body_start", "labels", "type")

    def __init__(
        self,
        start: int,
        end: int,
        type: str,
        labels: tuple[str, ...],
        body_start: int,
        body_end: int,
        attributes: dict[str, Attribute],
        blocks: tuple[Block, ...],
    ) -> None:
        self.start = start
        self.end = end
        self.type = type
        self.labels = labels
        self.body_start = body_start
        self.body_end = body_end
        self.attributes = attributes
        self.blocks = blocks

    def children(self) -> tuple[Node, ...]:
        return (*self.attributes.values(), *self.blocks)

    def find(self, type: str, *labels: str) -> Block | None:
        """The first inner block with that type and those labels."""
        for block in self.blocks:
            if block.type == type and block.labels[: len(labels)] == labels:
                return block
        return None

    def block_at(self, offset: int) -> Block | None:
        """The inner block that contains a byte."""
        return next((block for block in self.blocks if block.start <= offset < block.end), None)


def unparenthesized(node: Node) -> Node:
    """An expression without the parentheses around it."""
    while isinstance(node, Parentheses):
        node = node.inner
    return node


def line_of(data: bytes, offset: int) -> int:
    """The line, counted from 1, of a byte."""
    return data.count(b"\n", 0, offset) + 1
