"""Lists, objects and blocks as they are laid out: their entries with commas, comments and line breaks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.files.marks import FOR_CHECK
from scaffold.terraform.gaps import Tail, comma, comments, indent, lead, tail

_INDENT = "  "


@dataclass(frozen=True)
class Element:
    """An entry, or the opening bracket, as what precedes the first one. comma: the span of the comma behind it."""

    data: bytes
    start: int
    end: int
    comma: tuple[int, int] | None = None

    @cached_property
    def own_end(self) -> int:
        """Its end with the comments behind it, without the comma if that is on a later line."""
        return tail(self.data, self.comma[1] if self.comma and not self.comma_is_below else self.end).end

    @cached_property
    def edge(self) -> int:
        """Where the text that belongs to what follows begins: behind the comma, and behind comments that end a line."""
        return self.full_end if self.ends_line else self._code_end

    @cached_property
    def full_end(self) -> int:
        """Its end with its comma and the comments behind it."""
        return self._tail.end

    @property
    def ends_line(self) -> bool:
        return self._tail.ends_line

    @property
    def last_line(self) -> int | None:
        """The beginning of the line on which it ends with its comma; None if a comment goes on after that line."""
        continues = b"\n" in self.data[self._code_end : self.full_end]
        return None if continues else self.data.rfind(b"\n", 0, self._code_end) + 1

    @property
    def _code_end(self) -> int:
        return self.comma[1] if self.comma else self.end

    @cached_property
    def _tail(self) -> Tail:
        return tail(self.data, self._code_end)

    @property
    def comma_is_below(self) -> bool:
        return self.comma is not None and b"\n" in self.data[self.end : self.comma[1]]


@dataclass(frozen=True)
class Bracketed:
    """A list, an object or a block, with what is in it.

    headed: the indexes of the entries to which the comments above them do not belong, except for those for `check`.
    """

    data: bytes
    node: hcl.Object | hcl.Tuple | hcl.Block
    headed: frozenset[int] = frozenset()

    @property
    def start(self) -> int:
        """Where the inside begins."""
        return self.node.body_start if isinstance(self.node, hcl.Block) else self.node.start + 1

    @property
    def end(self) -> int:
        return self.node.body_end if isinstance(self.node, hcl.Block) else self.node.end - 1

    @cached_property
    def nodes(self) -> list[hcl.Node]:
        return sorted(self.node.children(), key=lambda node: node.start)

    @property
    def is_tuple(self) -> bool:
        return isinstance(self.node, hcl.Tuple)

    @property
    def inside(self) -> bytes:
        return self.data[self.start : self.end]

    @property
    def opening(self) -> Element:
        return Element(self.data, self.node.start, self.start)

    @cached_property
    def entries(self) -> tuple[Element, ...]:
        return tuple(
            Element(self.data, node.start, node.end, comma(self.data, node.end, self.end)) for node in self.nodes
        )

    def before(self, index: int) -> Element:
        return self.entries[index - 1] if index else self.opening

    def gap(self, index: int) -> tuple[int, int]:
        """The gap in front of an entry and its comments: behind what is before them, with the comments of that."""
        before, position = self.before(index), self.entries[index].start
        start = lead(self.data, before.edge, position, FOR_CHECK if index in self.headed else None)
        others = comments(self.data, before.edge, start)
        return (tail(self.data, others[-1][1]).end if others else before.edge), start

    @property
    def outer_indent(self) -> str:
        """The indentation of the line on which it begins."""
        return indent(self.data, self.node.start)

    @property
    def indent(self) -> str:
        """The indentation of its entries, as far as they begin a line."""
        for entry in reversed(self.entries):
            if self._begins_line(entry.start) and not self.is_closed_behind(entry):
                return indent(self.data, entry.start)
        return self.outer_indent + _INDENT

    def heads_more(self, first: int, last: int) -> bool:
        """Whether a comment above consecutive entries may also be meant for the entry directly below them."""
        if last == len(self.entries) - 1 or not self._begins_line(self.entries[first].start):
            return False
        between = self.data[self.entries[last].full_end : self.entries[last + 1].start]
        return not between.strip() and between.count(b"\n") == 1

    def _begins_line(self, position: int) -> bool:
        return not self.data[self.data.rfind(b"\n", 0, position) + 1 : position].strip()

    def is_closed_behind(self, entry: Element) -> bool:
        """Whether the closing bracket is on the same line."""
        return b"\n" not in self.data[entry.full_end : self.end]
