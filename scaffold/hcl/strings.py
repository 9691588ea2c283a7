"""Quoted strings and heredocs: literal text, interpolations and directives."""

from __future__ import annotations

import re
from abc import abstractmethod
from functools import cache, lru_cache
from typing import NoReturn

from scaffold.hcl.nodes import HclError, Node, Template, line_of
from scaffold.hcl.scanner import SEQUENCE, TEXT, Scanner

# Terraform strips white space, as Unicode defines it, from the line that closes a heredoc.
_BLANKS = rb"(?:[ \t\v\f]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80)*"
_LONE_RETURN = re.compile(rb"\r(?!\n)")


class StringParser(Scanner):
    """Parses strings that the scanner only opens, with the expressions in them."""

    @abstractmethod
    def expression(self) -> Node:
        """The expression at the next token."""

    def template(self) -> Template:
        """The string at the next token."""
        start, end, lines = self.start, self.end, self.lines
        if self.kind == "string":
            node = Template(start, end, start + 1, end - 1)
        else:
            node = self._quoted(start) if self.kind == "quote" else self._heredoc(start)
            self.end, self.lines = node.end, lines
        self.advance()
        return node

    def _quoted(self, start: int) -> Template:
        directives: list[str] = []
        position = start + 1
        while True:
            text = _quoted_text().match(self.data, position, self.limit)
            position = text.end() if text else position
            opening = self.data[position : min(position + 2, self.limit)]
            if opening[:1] == b'"':
                break
            if opening not in (b"${", b"%{"):
                self._fail_in_string(start, position)
            position = self.sequence(position, directives)
        self._check_closed(directives, start)
        self.position = position + 1
        return Template(start, position + 1, start + 1, position)

    def _fail_in_string(self, start: int, position: int) -> NoReturn:
        if self.data[position : position + 1] == b"\\" and position + 1 < self.limit:
            shown = self.data[position : position + 5].decode("utf-8", "replace")[:2]
            raise HclError(f"invalid escape sequence {shown}", line_of(self.data, position))
        raise HclError("a string is not closed", line_of(self.data, start))

    def _heredoc(self, start: int) -> Template:
        marker = self.data[start : self.end].strip(b"<-\r\n")
        inner = position = self.position
        directives: list[str] = []
        closing = self._closing(marker, position)
        while (opening := self._opening(position, closing.start())) >= 0:
            position = self.sequence(opening, directives)
            if position > closing.start():
                closing = self._closing(marker, position)
        self._check_closed(directives, start)
        self.position = closing.end()
        return Template(start, closing.end(1), inner, closing.start(), True)

    def _closing(self, marker: bytes, position: int) -> re.Match[bytes]:
        """The line that closes a heredoc, up to its line break; the group ends behind the marker."""
        match = _closing_pattern(marker, self.at_end).search(self.data, position, self.limit)
        if match is None:
            raise HclError(f"the heredoc {marker.decode()} is not closed", line_of(self.data, position) - 1)
        return match

    def _opening(self, start: int, end: int) -> int:
        """The first byte of the next sequence in the text of a heredoc; -1 if there is none."""
        found = (match.start() for match in SEQUENCE.finditer(self.data, start, end) if len(match[0]) == 2)
        opening = next(found, -1)
        if lone := _LONE_RETURN.search(self.data, start, end if opening < 0 else opening):
            raise HclError("unexpected character '\\r'", line_of(self.data, lone.start()))
        return opening

    # --- interpolations and directives

    def sequence(self, position: int, directives: list[str]) -> int:
        """Parse an interpolation or a directive. Returns the byte after its closing brace.

        directives: the open `if`, `else` and `for`, which it changes.
        """
        begin = position + 2
        self.position = begin + (self.data[begin : min(begin + 1, self.limit)] == b"~")
        self.lines = False
        self.advance()
        if self.data[position : position + 1] == b"$":
            self.expression()
        else:
            self._directive(directives)
        if self.kind in ("end", "string", "quote"):
            raise HclError("an interpolation is not closed", line_of(self.data, position))
        if self.kind not in ("}", "~}"):
            self.fail("expected '}'")
        return self.end

    def _directive(self, directives: list[str]) -> None:
        word = self.text()
        if self.kind != "name" or word not in ("if", "else", "endif", "for", "endfor"):
            self.fail("expected a directive such as 'if'")
        innermost = directives[-1] if directives else ""
        closes = {"else": ("if",), "endif": ("if", "else"), "endfor": ("for",)}
        if word in closes:
            if innermost not in closes[word]:
                self.fail("unexpected directive")
            directives.pop()
        if not word.startswith("end"):
            directives.append(word)
        self.advance()
        if word == "for":
            self.loop_header()
        elif word == "if":
            self.expression()

    def loop_header(self) -> tuple[tuple[str, ...], Node]:
        """`k, v in collection`: the names, and the collection."""
        names = [self.name()]
        if self.kind == ",":
            self.advance()
            names.append(self.name())
        if not self.is_word(b"in"):
            self.fail("expected 'in'")
        self.advance()
        return tuple(names), self.expression()

    def name(self) -> str:
        """The name at the next token."""
        text = self.text()
        self.take("name")
        return text

    def _check_closed(self, directives: list[str], start: int) -> None:
        if directives:
            raise HclError(f"a directive {directives[-1]!r} is not closed", line_of(self.data, start))


@cache
def _quoted_text() -> re.Pattern[bytes]:
    """Text, as in TEXT, and escapes of characters, but not of surrogates."""
    short = rb"u(?![dD][89a-fA-F])[\da-fA-F]{4}"
    long = rb"U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[\da-fA-F]{4}"
    return re.compile(rb"(?:\\" + short + rb"|\\" + long + rb"|" + TEXT + rb")*", re.VERBOSE)


@lru_cache(maxsize=64)
def _closing_pattern(marker: bytes, at_end: bool) -> re.Pattern[bytes]:
    follows = rb"(?=\r?\n|\}?\Z)" if at_end else rb"(?=\r?\n)"
    return re.compile(rb"^(" + _BLANKS + re.escape(marker) + rb")" + _BLANKS + follows, re.MULTILINE)
