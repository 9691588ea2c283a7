"""Columns of equals signs, as `terraform fmt` aligns them."""

from __future__ import annotations

import re

from scaffold import hcl

_ASSIGNMENT = re.compile(r'(\s*)([\w-]+|"[^"]*")(\s*)= (?!.*(?:[\[{(]|<<-?\w+)$)')


def paragraph(data: bytes, first: int, last: int) -> tuple[int, int]:
    """The span of the paragraph around a span of lines: up to a blank line on both sides."""
    while first and data[data.rfind(b"\n", 0, first - 1) + 1 : first].strip():
        first = data.rfind(b"\n", 0, first - 1) + 1
    while last < len(data) and data[last : data.find(b"\n", last) + 1 or len(data)].strip():
        last = data.find(b"\n", last) + 1 or len(data)
    return first, last


def aligned(text: str) -> str:
    """Terraform text with the equals signs of adjacent one-line attributes in one column, as `fmt` does."""
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _alignable(lines[end], lines[start]):
            end += 1
        if end > start:
            lines[start:end] = _in_one_column(lines[start:end])
        start = max(end, start + 1)
    return "\n".join(lines)


def _alignable(line: str, first: str) -> bool:
    match, first_match = _ASSIGNMENT.match(line), _ASSIGNMENT.match(first)
    return match is not None and first_match is not None and match[1] == first_match[1]


def _in_one_column(lines: list[str]) -> list[str]:
    parts = [line.split("=", 1) for line in lines]
    width = max(len(left.rstrip()) for left, _ in parts)
    return [f"{left.rstrip():<{width}} ={right}" for left, right in parts]


def indented(text: str, wanted: str) -> str:
    """Lines of Terraform with another indentation; the text of a heredoc stays as it is."""
    text = text.strip("\n")
    own = text[: len(text) - len(text.lstrip())]
    if own == wanted:
        return text
    data = text.encode()
    heredocs = [(start, end) for kind, start, end in hcl.tokens(data, 0, len(data)) if kind == "heredoc"]
    lines, position = [], 0
    for line in text.split("\n"):
        inside = any(start < position <= end for start, end in heredocs)
        lines.append(wanted + line.removeprefix(own) if line.startswith(own) and line and not inside else line)
        position += len(line.encode()) + 1
    return "\n".join(lines)
