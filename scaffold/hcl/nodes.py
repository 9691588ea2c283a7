"""What Terraform text consists of: nodes that carry the span of bytes at which they stand, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class HclError(ValueError):
    """Text that is no HCL. `line` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Node:
    """A span of bytes, `end` not included."""

    start: int
    end: int

    def children(self) -> tuple[Node, ...]:
        return ()

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Template(Node):
    """A quoted string or a heredoc; `inner_start` and `inner_end` bound what stands between the delimiters."""

    inner_start: int
    inner_end: int
    heredoc: bool = False


@dataclass(frozen=True, slots=True)
class Reference(Node):
    """A literal or a traversal: `1024`, `null`, `local.db_access`, `aws_iam_role.x[0].arn`."""

    indexes: tuple[Node, ...] = ()

    def children(self) -> tuple[Node, ...]:
        return self.indexes


@dataclass(frozen=True, slots=True)
class Call(Node):
    name: str
    arguments: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.arguments


@dataclass(frozen=True, slots=True)
class Tuple(Node):
    items: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Item(Node):
    """An entry of an object; its span leaves out a comma behind it."""

    key: Node
    value: Node

    def children(self) -> tuple[Node, ...]:
        return (self.key, self.value)


@dataclass(frozen=True, slots=True)
class Object(Node):
    items: tuple[Item, ...]

    def children(self) -> tuple[Node, ...]:
        return self.items


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    condition: Node
    yes: Node
    no: Node

    def children(self) -> tuple[Node, ...]:
        return (self.condition, self.yes, self.no)


@dataclass(frozen=True, slots=True)
class Compound(Node):
    """Operators, parentheses and `for` expressions: their meaning is in `parts`, their order is not kept."""

    parts: tuple[Node, ...]

    def children(self) -> tuple[Node, ...]:
        return self.parts


@dataclass(frozen=True, slots=True)
class Attribute(Node):
    name: str
    value: Node

    def children(self) -> tuple[Node, ...]:
        return (self.value,)


@dataclass(frozen=True, slots=True)
class Block(Node):
    """`type "label" … { body }`; `body_start` is behind the opening brace, `body_end` at the closing one."""

    type: str
    labels: tuple[str, ...]
    body_start: int
    body_end: int
    attributes: dict[str, Attribute]
    blocks: tuple[Block, ...]

    def children(self) -> tuple[Node, ...]:
        return (*self.attributes.values(), *self.blocks)

    def find(self, type: str, *labels: str) -> Block | None:
        """The first inner block of that type and those labels."""
        for block in self.blocks:
            if block.type == type and block.labels[: len(labels)] == labels:
                return block
        return None


def line_of(data: bytes, offset: int) -> int:
    """The line, counted from 1, of a byte."""
    return data.count(b"\n", 0, offset) + 1
