"""Comments in the checkout that accept the findings of some rules where they stand.

    "old-report" = { # pfml-scaffold: ignore[task-name-form] the name is in a contract

Such a comment is at the end of the line, or on lines of its own directly above it. It applies to the line and to
whatever begins there: a block, an entry, a function, a table.
"""

from __future__ import annotations

import re
import tokenize
from collections.abc import Collection, Iterable, Iterator
from io import BytesIO
from pathlib import PurePosixPath
from typing import NamedTuple

from scaffold.audit import registry
from scaffold.audit.extent import end_of_line, extent
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.audit.finding import Violation
from scaffold.errors import unknown
from scaffold.files.marks import MARK
from scaffold.files.toml import comments
from scaffold.hcl.comments import is_code

_COMMENT = re.compile(rb"(#|//)[ \t]*pfml-scaffold:[ \t]*ignore\b(?:[ \t]*\[([^]\r\n]*)\])?([^\r\n]*)")
_SUFFIXES = (".tf", ".py", ".toml", ".yml", ".yaml", ".sh", "")  # a Makefile has none
_ALONE = re.compile(rb"[ \t]*(?:#|//)")
_FORM = "# pfml-scaffold: ignore[RULE] REASON"


class IgnoreComment(NamedTuple):
    """A comment at a byte of a file. It applies to the bytes from `first` up to `last`.

    problem, instead: what is wrong with it, "" if nothing is.
    """

    path: str
    offset: int
    rules: tuple[str, ...]
    first: int
    last: int
    problem: str = ""
    instead: str = ""

    def covers(self, violation: Violation) -> bool:
        rule, finding = violation
        return finding.path == self.path and rule.name in self.rules and self.first <= finding.offset < self.last


class Ignored(NamedTuple):
    """The findings that no comment accepts, and what the comments accept: pairs of a comment and a rule."""

    left: list[Violation]
    used: frozenset[tuple[IgnoreComment, str]]


def apply(comments: Iterable[IgnoreComment], violations: Iterable[Violation]) -> Ignored:
    """Remove what the comments accept."""
    by_path: dict[str, list[IgnoreComment]] = {}
    for comment in comments:
        by_path.setdefault(comment.path, []).append(comment)
    left, used = [], set()
    for violation in violations:
        covering = [comment for comment in by_path.get(violation.finding.path, []) if comment.covers(violation)]
        used |= {(comment, violation.rule.name) for comment in covering[:1]}
        if not covering:
            left.append(violation)
    return Ignored(left, frozenset(used))


def ignore_comments(checkout: TolerantCheckout, paths: Collection[str]) -> list[IgnoreComment]:
    """The comments in these files, by file and place."""
    return [comment for path in sorted(paths) if _is_marked(checkout, path) for comment in _comments(checkout, path)]


def _is_marked(checkout: TolerantCheckout, path: str) -> bool:
    """Whether a file may have such comments. Elsewhere, as in Markdown, the same text is not a comment."""
    name = PurePosixPath(path)
    if name.suffix not in _SUFFIXES or path in checkout.unparsed:
        return False
    return MARK in (checkout.read(path) or b"")


def _comments(checkout: TolerantCheckout, path: str) -> Iterator[IgnoreComment]:
    data = checkout.read(path) or b""
    spans = _comment_spans(data, path)
    for match in _COMMENT.finditer(data):
        if _is_comment(data, path, match.start(), spans):
            yield _comment(checkout, path, data, match)


def _is_comment(data: bytes, path: str, offset: int, spans: list[tuple[int, int]] | None) -> bool:
    if path.endswith(".tf"):
        return not is_code(data, offset)
    if spans is not None:
        return any(start <= offset < end for start, end in spans)
    # Where this begins a comment: a number sign at the beginning of a word.
    return data[offset : offset + 1] == b"#" and data[offset - 1 : offset] in (b"", b"\n", b" ", b"\t")


def _comment_spans(data: bytes, path: str) -> list[tuple[int, int]] | None:
    """The comments of a file in a language that has a tokenizer here."""
    if path.endswith(".toml"):
        return list(comments(data))
    return list(_python_comments(data)) if path.endswith(".py") else None


def _python_comments(data: bytes) -> Iterator[tuple[int, int]]:
    lines = [0]
    for line in data.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    try:
        for token in tokenize.tokenize(BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                yield lines[token.start[0] - 1], lines[token.start[0]]
    except (tokenize.TokenError, SyntaxError, ValueError, IndexError):
        return


def _comment(checkout: TolerantCheckout, path: str, data: bytes, match: re.Match[bytes]) -> IgnoreComment:
    names = [name.strip() for name in (match[2] or b"").decode("utf-8", "replace").split(",") if name.strip()]
    problem, instead = _problem(names, match[3].decode("utf-8", "replace"))
    rules = () if problem == _NO_REASON else tuple(name for name in names if name in registry.RULES)
    line = _line(data, match.start())
    last = extent(checkout, path, line)
    return IgnoreComment(path, match.start(), rules, line, last, problem, instead)


_NO_REASON = "an ignore comment needs a reason, and has no effect without one"


def _problem(names: list[str], reason: str) -> tuple[str, str]:
    """What is wrong with the comment, and what to do."""
    if not names:
        return "an ignore comment must name the rules that it ignores", f"Write {_FORM}."
    for name in names:
        if registry.is_group(name):
            return f"an ignore comment names {name}, which is a group of rules", f"Write {_FORM}."
        if name not in registry.RULES:
            refusal = unknown("rule", name, registry.names(), option="", where="")
            return f"an ignore comment names {name}, which is not a rule", refusal.instead
    return ("", "") if re.search(r"\w", reason) else (_NO_REASON, f"Write {_FORM}.")


def _line(data: bytes, offset: int) -> int:
    """The start of the line that a comment applies to: its own, or the next one if it is alone on its line."""
    line = data.rfind(b"\n", 0, offset) + 1
    while _ALONE.match(data, line):
        following = end_of_line(data, line) + 1
        if following >= len(data):
            return line
        line = following
    return line
