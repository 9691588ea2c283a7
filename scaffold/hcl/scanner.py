"""Tokens of HCL, as HashiCorp's scanner reads them (hclsyntax/scan_tokens.rl).

A scanner reads one token ahead. Whether a line break is a token or white space depends on the brackets around it, which
only the parser knows: it sets `lines` before it goes to the next token.
"""

from __future__ import annotations

import re
from typing import NoReturn

from scaffold.hcl.nodes import HclError, line_of

# Before 3.11.5, Python keeps what a possessive group has read of an alternative that then fails (CPython issue 106052).
# So only single characters are repeated possessively here. A lookahead says where white space ends.
_COMMENT = rb"\#[^\n]*+|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*\*/"
_SPACE = rb"(?:[ \t]++|" + _COMMENT + rb")*(?![ \t]|" + _COMMENT + rb")"
# The lines after a line break that are empty or comments belong to it.
_LINE_BREAK = rb"(?P<newline>\r?\n)(?:[ \t\n]++|\r\n|" + _COMMENT + rb")*(?![ \t\n]|\r\n|" + _COMMENT + rb")"
_NAME = rb"[A-Za-z_][\w-]*+(?![\x80-\xff])"
_ANY_NAME = rb"[A-Za-z_\x80-\xff][\w\x80-\xff-]*"
# `$${` and `%%{` are escapes, other signs that do not open a sequence are text. So is `${name}`: it needs no parser.
TEXT = (
    rb'(?:[^"\\$%\r\n]++|\\[nrt"\\]|\$\$\{|%%\{|\$(?!\{)|%(?!\{)|\$\{[ \t]*'
    + _NAME
    + rb"(?:\."
    + _NAME
    + rb"|\[\d+\])*[ \t]*\})*"
)
_TOKEN = re.compile(
    _SPACE
    + rb"(?:"
    + _LINE_BREAK
    + rb"|(?P<name>"
    + _NAME
    + rb""")
    |(?P<operator>[=!<>]=|=>|&&|\|\||::|\.\.\.|~\}|<(?!<-?"""
    + _ANY_NAME
    + rb"""\r?\n)|[-+*/%!>?:=.,(){}\[\]])
    |(?P<string>\""""
    + TEXT
    + rb"""\")
    |(?P<number>\d(?:[.\d]|[eE][+-]?\d)*(?<=\d))
    |(?P<foreign>"""
    + _ANY_NAME
    + rb""")
    |(?P<heredoc><<-?(?P<marker>"""
    + _ANY_NAME
    + rb""")\r?\n)
    |(?P<quote>")
    |(?P<end>\Z))""",
    re.VERBOSE | re.DOTALL,
)
_MATCH = _TOKEN.match
SEQUENCE = re.compile(rb"\$\$\{|%%\{|[$%]\{")
_BOM = b"\xef\xbb\xbf"
_OPERATORS = {text.encode(): text for text in ("==", "!=", "<=", ">=", "=>", "&&", "||", "::", "...", "~}")}
_OPERATORS |= {text.encode(): text for text in "<>+-*/%!?:=.,(){}[]"}
_KINDS = ("", "newline", "name", "operator", "string", "number", "name", "heredoc", "marker", "quote", "end")
_NEWLINE, _OPERATOR, _NUMBER, _FOREIGN = 1, 3, 5, 6


class Scanner:
    """The next token: its kind and span.

    The kind is `name`, `number`, `string`, `newline`, `end`, the text of an operator, or, for the beginning of a string
    that has to be parsed, `quote` or `heredoc`. There is none before the first `advance`.

    at_end: whether a heredoc may end without a line break at the end of the text, as in the text of a node, also
    in `${…}`. In a file it may not.
    """

    at_end = True

    def __init__(self, data: bytes, start: int, end: int, lines: bool) -> None:
        self.data = data
        self.limit = end
        self.lines = lines
        self.kind = ""
        self.start = self.end = self.last_end = start
        self.position = start + len(_BOM) if start == 0 and data.startswith(_BOM) else start

    def advance(self) -> None:
        """Go to the next token. Raises HclError."""
        self.last_end, data, position = self.end, self.data, self.position
        while True:
            match = _MATCH(data, position, self.limit)
            if match is None:
                self.position = position
                self._fail_at_character()
            group = match.lastindex or 0
            position = match.end()
            if group != _NEWLINE or self.lines:
                break
        self.position = position
        self.start, self.end = start, end = match.span(group)
        if group == _OPERATOR:
            self.kind = _OPERATORS[data[start:end]]
            return
        self.kind = _KINDS[group]
        if group == _FOREIGN:
            self._check_name()
        elif group == _NUMBER:
            self._check_number(match[group])

    def _check_name(self) -> None:
        if not self.text().replace("-", "_").isidentifier():
            self.fail("invalid name")

    def _check_number(self, text: bytes) -> None:
        if not text.isdigit() and not re.fullmatch(rb"\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", text):
            self.fail("invalid number")

    def text(self) -> str:
        """The text of the token."""
        return self.data[self.start : self.end].decode("utf-8", "replace")

    def is_word(self, word: bytes) -> bool:
        """Whether the token is a word such as `for`."""
        return self.kind == "name" and self.data[self.start : self.end] == word

    def take(self, kind: str) -> None:
        """Go past a token of a kind. Raises HclError for any other."""
        if self.kind != kind:
            self.fail(f"expected {kind!r}")
        self.advance()

    def close(self, kind: str, lines: bool) -> int:
        """Go past a closing bracket, with line breaks as outside of it. Returns the end of the bracket."""
        if self.kind != kind:
            self.fail(f"expected {kind!r}")
        end = self.end
        self.lines = lines
        self.advance()
        return end

    def fail(self, problem: str) -> NoReturn:
        """Raise an HclError at the token."""
        shown = "the end" if self.kind in ("end", "newline") else repr(self.text()[:40])
        raise HclError(f"{problem}, found {shown}", line_of(self.data, self.start))

    def _fail_at_character(self) -> NoReturn:
        skipped = re.compile(_SPACE, re.DOTALL).match(self.data, self.position, self.limit)
        position = skipped.end() if skipped else self.position
        character = self.data[position : position + 4].decode("utf-8", "replace")[:1]
        raise HclError(f"unexpected character {character!r}", line_of(self.data, position))


def is_literal(text: bytes) -> bool:
    """Whether the text of a string has no interpolations or directives."""
    return all(match[0] in (b"$${", b"%%{") for match in SEQUENCE.finditer(text))
