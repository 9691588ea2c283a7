"""What starts what, drawn in layers: what starts by itself, step functions, tasks.

The layers are given by the kind of each node, and hardly any edges cross, so a layout library (Graphviz is a binary,
networkx has no layered layout without it) would save little: the nodes of a layer are ordered by the mean position of
what they start (Sugiyama, Tagawa and Toda, 1981), and moved down until none overlap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_CHARACTER, _PADDING = 7.3, 16
"""Widths, in pixels, of 12 px in a monospaced font, and of the space around a text."""
_HEIGHT, _ROW, _GAP, _MARGIN = 24, 32, 110, 8


@dataclass(frozen=True, slots=True)
class Edge:
    """source, target: keys of nodes. when, where: in words. place: `file:line` of what makes it so. is_off: whether it
    is off in the environment of the page."""

    source: str
    target: str
    when: str
    where: str
    place: str
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node. kind: schedule, bucket, machine or task. layer: counted from the left."""

    key: str
    text: str
    kind: str
    layer: int


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """Sizes in pixels. label: what a screen reader says."""

    number: int
    text: str
    kind: str
    label: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """source, target: numbers of nodes. path: as SVG has it."""

    source: int
    target: int
    source_text: str
    target_text: str
    when: str
    where: str
    place: str
    is_off: bool
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    nodes: tuple[DrawnNode, ...]
    edges: tuple[DrawnEdge, ...]
    width: int
    height: int


def drawn(nodes: Sequence[GraphNode], edges: Sequence[Edge]) -> Drawing:
    """The drawing. The last layer keeps its order; each one to the left of it follows what it starts."""
    layers: dict[int, list[GraphNode]] = defaultdict(list)
    for node in nodes:
        layers[node.layer].append(node)
    rows, columns, labels = _rows(layers, edges), _columns(layers), _labels(nodes, edges)
    placed = {
        node.key: DrawnNode(
            number=number,
            text=node.text,
            kind=node.kind,
            label=labels[node.key],
            x=columns[node.layer],
            y=_MARGIN + round(rows[node.key] * _ROW),
            width=_width(node),
            height=_HEIGHT,
        )
        for number, node in enumerate(nodes)
    }
    lines = tuple(_line(edge, placed[edge.source], placed[edge.target]) for edge in edges)
    width = max((node.x + node.width for node in placed.values()), default=0) + _MARGIN
    height = max((node.y + node.height for node in placed.values()), default=0) + _MARGIN
    return Drawing(tuple(placed.values()), lines, width, height)


def _rows(layers: Mapping[int, Sequence[GraphNode]], edges: Sequence[Edge]) -> dict[str, float]:
    """The row of each node: as near to the mean row of what it starts as the others of its layer allow."""
    targets = defaultdict(list)
    for edge in edges:
        targets[edge.source].append(edge.target)
    rows: dict[str, float] = {}
    for layer in sorted(layers, reverse=True):
        wanted = {}
        for position, node in enumerate(layers[layer]):
            below = [rows[target] for target in targets[node.key] if target in rows]
            wanted[node.key] = sum(below) / len(below) if below else float(position)
        free = 0.0
        for key in sorted(wanted, key=wanted.__getitem__):
            rows[key] = max(wanted[key], free)
            free = rows[key] + 1
    return rows


def _columns(layers: Mapping[int, Sequence[GraphNode]]) -> dict[int, int]:
    """The left edge of each layer."""
    columns, left = {}, _MARGIN
    for layer in sorted(layers):
        columns[layer] = left
        left += max(map(_width, layers[layer])) + _GAP
    return columns


def _width(node: GraphNode) -> int:
    return round(len(node.text) * _CHARACTER) + _PADDING


def _labels(nodes: Sequence[GraphNode], edges: Sequence[Edge]) -> dict[str, str]:
    """What a screen reader says of each node: what it is, what it starts, and what starts it."""
    texts = {node.key: node.text for node in nodes}
    after, before = defaultdict(list), defaultdict(list)
    for edge in edges:
        after[edge.source].append(texts[edge.target])
        before[edge.target].append(texts[edge.source])
    labels = {}
    for node in nodes:
        label = f"{node.kind} {node.text}"
        label += f", starts {', '.join(after[node.key])}" if after[node.key] else ""
        labels[node.key] = label + (f", started by {', '.join(before[node.key])}" if before[node.key] else "")
    return labels


def _line(edge: Edge, source: DrawnNode, target: DrawnNode) -> DrawnEdge:
    """A curve from the right side of one node to the left side of another."""
    x, y = source.x + source.width, source.y + source.height // 2
    end_x, end_y = target.x, target.y + target.height // 2
    middle = (x + end_x) // 2
    path = f"M{x} {y}C{middle} {y} {middle} {end_y} {end_x} {end_y}"
    numbers = source.number, target.number
    return DrawnEdge(*numbers, source.text, target.text, edge.when, edge.where, edge.place, edge.is_off, path)
