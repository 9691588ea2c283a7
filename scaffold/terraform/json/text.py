"""JSON as text: in a heredoc, a string with interpolations, or a template file.

Each value has the byte at which it begins. Interpolations in strings are kept; outside of strings they are `Unknown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from json import JSONDecodeError, JSONDecoder
from typing import NamedTuple, NoReturn

from scaffold import hcl
from scaffold.hcl.templates import BARE, MARK
from scaffold.terraform.json.values import PLAIN, JsonError, JsonString, Unknown, Value

_DIRECTIVE = re.compile(r"%\{~?\s*(if|else|endif|for|endfor)\b((?:[^}\"]|\"(?:[^\"\\]|\\.)*\")*)\}")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\nrt]))')
_SPECIAL = re.compile(r"\\|\$\$\{|%%\{")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_MARKS, _ESCAPED_MARKS = re.compile(f"[{MARK}{BARE}]"), re.compile(r"\\u[eE]00[01]")
_BLANKS, _SPACE = (" ", "\t", "\r", "\n"), re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()
_BARE = re.compile(f"{BARE}(\\d+){BARE}")
_NUMBERED = re.compile(f"{MARK}(\\d+){MARK}")


class Known(NamedTuple):
    """What is known of the expressions in a template: the value of a condition, None if it is open, and whether an
    interpolation outside of a string is a single JSON value."""

    decide: Callable[[str], bool | None]
    is_value: Callable[[str], bool]


_NOTHING = Known(lambda expression: None, lambda expression: False)


def parse_template(
    data: bytes, start: int, end: int, heredoc: bool = True, known: Known = _NOTHING
) -> Value | JsonError | None:
    """The JSON in a template, with the members of both branches of each `%{ if }` whose condition is open.

    None if it is not valid, but could be with values that are only known at deployment.
    """
    try:
        pieces = list(template_pieces(data[start:end].decode("utf-8", "replace"), start, heredoc))
    except hcl.HclError:
        return None
    decisions = [known.decide(expression) if kind == "if" else None for kind, expression, _ in pieces]
    is_open = any(kind in ("if", "for") and decisions[index] is None for index, (kind, _, _) in enumerate(pieces))
    branches = (True, False) if is_open else (True,)
    values = []
    for branch in branches:
        text, positions, expressions = _joined(_taken(pieces, decisions, branch))
        try:
            values.append(_Reader(text, positions, expressions).document())
        except JSONDecodeError as error:
            if is_open or not all(map(known.is_value, _bare_before(text, error.pos, expressions))):
                return None
            return JsonError(error.msg, positions[min(error.pos, len(positions) - 1)] if positions else start)
    return values[0] if len(values) == 1 else _merged(values[0], values[1])


def template_error(data: bytes, start: int, end: int, heredoc: bool = True) -> JsonError | None:
    """Why a template does not parse: an interpolation or a directive that is not closed."""
    text = data[start:end].decode("utf-8", "replace")
    try:
        pieces = list(template_pieces(text, start, heredoc))
    except hcl.HclError as error:
        before = "".join(text.splitlines(keepends=True)[: error.line - 1])
        return JsonError(f"an interpolation is not valid: {error}", start + len(before.encode()))
    opened: list[tuple[str, int]] = []
    for kind, _, offset in pieces:
        if kind in ("if", "for"):
            opened.append((kind, offset))
        elif kind in ("endif", "endfor", "else"):
            wanted = "for" if kind == "endfor" else "if"
            if not opened or opened[-1][0] != wanted:
                return JsonError(f"%{{ {kind} }} without a %{{ {wanted} … }}", offset)
            if kind != "else":
                opened.pop()
    return JsonError(f"%{{ {opened[0][0]} … }} without its %{{ end{opened[0][0]} }}", opened[0][1]) if opened else None


def _bare_before(text: str, end: int, expressions: list[str]) -> Iterator[str]:
    """The expressions of the interpolations outside of strings that begin up to a character."""
    return (expressions[int(match[1])] for match in _BARE.finditer(text) if match.start() <= end)


def _merged(first: Value, second: Value) -> Value:
    """The values of two branches as one: all members of both, and Unknown where they differ."""
    if _is_same(first, second):
        return first
    if isinstance(first.data, Mapping) and isinstance(second.data, Mapping):
        both = {key: _merged(first.data[key], second.data[key]) for key in first.data if key in second.data}
        return Value({**first.data, **second.data, **both}, first.offset)
    if isinstance(first.data, tuple) and isinstance(second.data, tuple):
        return Value(_merged_items(first.data, second.data), first.offset)
    return Value(Unknown(""), first.offset)


def _is_same(first: Value, second: Value) -> bool:
    """Whether two values differ at most in their positions."""
    mine, theirs = first.data, second.data
    if isinstance(mine, dict) and isinstance(theirs, dict):
        return mine.keys() == theirs.keys() and all(_is_same(value, theirs[key]) for key, value in mine.items())
    if isinstance(mine, tuple) and isinstance(theirs, tuple):
        return len(mine) == len(theirs) and all(map(_is_same, mine, theirs))
    return mine == theirs


def _merged_items(first: tuple[Value, ...], second: tuple[Value, ...]) -> tuple[Value, ...]:
    mine, theirs = ({element.offset: element for element in elements} for elements in (first, second))
    merged = {offset: _merged(mine.get(offset, element), element) for offset, element in theirs.items()}
    elements = tuple(element for _, element in sorted((mine | merged).items()))
    if mine.keys() == theirs.keys():
        return elements
    # The number of elements is unknown; so is which one is first, unless it is the same in both.
    unknown = Value(Unknown(""), elements[0].offset)
    return (*elements, unknown) if first[:1] == second[:1] else (unknown, *elements)


# --- a template as pieces: text, interpolations, directives

DIRECTIVES = ("if", "else", "endif", "for", "endfor")
_Piece = tuple[str, str, int]


def template_pieces(text: str, start: int, heredoc: bool) -> Iterator[_Piece]:
    position = start
    for literal, expression in hcl.split_template(text, written=True):
        if expression:
            yield "expression", expression, position
            position += len(expression.encode()) + 3
            continue
        yield from _literals(literal, position, heredoc)
        position += len(literal.encode())


def _literals(literal: str, start: int, heredoc: bool) -> Iterator[_Piece]:
    done = 0
    for match in _DIRECTIVE.finditer(literal):
        if literal[max(0, match.start() - 1) : match.start()] == "%":
            continue
        yield "text" if heredoc else "quoted", literal[done : match.start()], start + len(literal[:done].encode())
        yield match[1], match[2], start + len(literal[: match.start()].encode())
        done = match.end()
    yield "text" if heredoc else "quoted", literal[done:], start + len(literal[:done].encode())


def _taken(pieces: list[_Piece], decisions: list[bool | None], branch: bool) -> Iterator[_Piece]:
    """The pieces that remain if every condition that is open has this value; the body of a loop is taken once."""
    stack: list[bool] = []
    for piece, decision in zip(pieces, decisions, strict=True):
        kind = piece[0]
        if kind == "if":
            stack.append(branch if decision is None else decision)
        elif kind == "else" and stack:
            stack[-1] = not stack[-1]
        elif kind == "for":
            stack.append(True)
        elif kind in ("endif", "endfor") and stack:
            stack.pop()
        elif kind not in DIRECTIVES and all(stack):
            yield piece


def _joined(pieces: Iterator[_Piece]) -> tuple[str, list[int], list[str]]:
    """The text with a mark for each interpolation, the byte of each of its characters, and the expressions."""
    text = ""
    positions: list[int] = []
    expressions: list[str] = []
    for kind, marked, offset in pieces:
        piece = without_marks(marked)
        if kind == "expression":
            sign = MARK if _inside_string(text) else BARE
            mark = f"{sign}{len(expressions)}{sign}"
            expressions.append(piece)
            positions += [offset] * len(mark)
            text += mark
            continue
        if piece.isascii() and not _SPECIAL.search(piece):
            text += piece
            positions += range(offset, offset + len(piece))
            continue
        for character, width in characters(piece, kind == "quoted"):
            text += without_marks(character)
            positions.append(offset)
            offset += width
    return text, positions, expressions


def characters(text: str, quoted: bool) -> Iterator[tuple[str, int]]:
    """The characters of a literal, unescaped, each with the number of bytes that it takes in the file."""
    index = 0
    while index < len(text):
        escape = _ESCAPE.match(text, index) if quoted else None
        if escape:
            yield chr(int(escape[1], 16)) if escape[1] else _ESCAPED[escape[2]], len(escape[0])
            index = escape.end()
        elif text.startswith(("$${", "%%{"), index):
            yield text[index], 2
            yield "{", 1
            index += 3
        else:
            yield text[index], len(text[index].encode())
            index += 1


def without_marks(text: str) -> str:
    """A text in which the two characters that stand for interpolations here are replaced, also as escapes of JSON."""
    return _MARKS.sub("\ufffd", _ESCAPED_MARKS.sub(r"\\ufffd", text))


def _inside_string(text: str) -> bool:
    line = text[text.rfind("\n") + 1 :]
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', line)) % 2 == 1


# --- JSON with positions (RFC 8259)


class _Reader:
    def __init__(self, text: str, positions: list[int], expressions: list[str]) -> None:
        self.text, self.positions, self.expressions = text, [*positions, positions[-1] if positions else 0], expressions
        self.index = 0

    def document(self) -> Value:
        value = self._value()
        if self._peek():
            self._fail("Extra data")
        return value

    def _peek(self) -> str:
        if self.text[self.index : self.index + 1] in _BLANKS:
            self.index = _SPACE.match(self.text, self.index).end()  # type: ignore[union-attr]  # may be empty
        return self.text[self.index : self.index + 1]

    def _fail(self, message: str) -> NoReturn:
        raise JSONDecodeError(message, self.text, self.index)

    def _value(self) -> Value:
        first = self._peek()
        offset = self.positions[self.index]
        if first == '"':
            return Value(self._string(), offset)
        if first == "{":
            return Value(dict(self._members()), offset)
        if first == "[":
            return Value(tuple(self._elements()), offset)
        if first == BARE:
            end = self.text.index(BARE, self.index + 1)
            shown = self.expressions[int(self.text[self.index + 1 : end])]
            self.index = end + 1
            return Value(Unknown(shown), offset)
        match = PLAIN.match(self.text, self.index)
        if match is None:
            self._fail("Expecting value")
        self.index = match.end()
        known = {"true": True, "false": False, "null": None}
        return Value(known[match[0]] if match[0] in known else float(match[0]), offset)

    def _string(self) -> JsonString:
        decoded, self.index = _DECODER.raw_decode(self.text, self.index)
        text = str(decoded)
        if MARK not in text:
            return JsonString(text)
        numbers = _NUMBERED.findall(text)
        return JsonString(_NUMBERED.sub(MARK, text), tuple(self.expressions[int(number)] for number in numbers))

    def _members(self) -> Iterator[tuple[str, Value]]:
        for _ in self._between("}"):
            if self._peek() != '"':
                self._fail("Expecting property name enclosed in double quotes")
            key = self._string().shown
            if self._peek() != ":":
                self._fail("Expecting ':' delimiter")
            self.index += 1
            yield key, self._value()

    def _elements(self) -> Iterator[Value]:
        for _ in self._between("]"):
            yield self._value()

    def _between(self, closing: str) -> Iterator[None]:
        self.index += 1
        if self._peek() == closing:
            self.index += 1
            return
        while True:
            yield None
            following = self._peek()
            if following not in (",", closing) or not following:
                self._fail("Expecting ',' delimiter")
            comma = self.index
            self.index += 1
            if following == closing:
                return
            if self._peek() == closing:
                self.index = comma
                self._fail("Illegal trailing comma")
