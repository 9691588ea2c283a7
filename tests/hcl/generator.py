"""Random Terraform text: valid HCL of the whole grammar, with the spans of its nodes, and mutations of any text.

Everything is chosen by a `random.Random`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple

NAMES = (
    "a", "b1", "x-y", "_z", "for_", "in", "if", "for", "true", "null", "provider", "é", "e\u0301", "переменная", "名前",
    "endif", "local", "var",
)  # fmt: skip
NUMBERS = ("0", "7", "12", "1.5", "1e5", "2E+3", "1.5e-7", "007", "0.0", "1e05")
LITERALS = (
    "a", " ", "é", "e\u0301", "$", "%", "$$", "$${", "%%{", "$$${", "}", "{", "~}", "#", "//", "/*", "'", "~", "`", ";",
    "\u00a0", "\u2028", "😀", "\ue000", "EOT", "<<EOT", "for", ":", "\t",
)  # fmt: skip
ESCAPES = (r"\n", r"\r", r"\t", r"\"", r"\\", r"\u00e9", r"\u0301", r"\U0001F600", r"\uFFFF", r"\U0010ffff")
MARKERS = ("EOT", "E", "JSON", "e-1", "_", "É")
BINARY = ("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||")
COMMENTS = ("/**/", "/* a */", '/* "${ */', "/* é\n */")
LINE_COMMENTS = ("#", "# a", "//", "// é", '# "${ [', "#/*", "//*/")


class Span(NamedTuple):
    kind: str
    start: int
    end: int


class Generator:
    """Text of one file. spans: the nodes that a parser should find, as bytes; nodes in strings are not included."""

    def __init__(self, random: Random, depth: int = 4) -> None:
        self.random = random
        self.text = ""
        self.size = 0
        self.depth = depth
        self.strings = 0
        self.lines = True
        self.newline = random.choice(("\n", "\n", "\r\n"))
        self.spans: list[Span] = []

    def put(self, *texts: str) -> None:
        for text in texts:
            self.text += text
            self.size += len(text.encode())

    def chance(self, one_in: int) -> bool:
        return self.random.randrange(one_in) == one_in - 1

    @contextmanager
    def node(self, kind: str) -> Iterator[None]:
        start, strings = self.size, self.strings
        yield
        if not strings:
            self.spans.append(Span(kind, start, self.size))

    @contextmanager
    def mode(self, lines: bool) -> Iterator[None]:
        before, self.lines = self.lines, lines
        yield
        self.lines = before

    # --- white space

    def blank(self, required: bool = False) -> None:
        """White space, which may be empty."""
        choice = self.random.randrange(12)
        if choice < 7:
            self.put(" " if required or choice < 3 else "")
        elif choice == 7:
            self.put(self.random.choice(("  ", "\t", " \t")))
        elif choice == 8:
            self.put(self.random.choice(COMMENTS))
        elif self.lines:
            self.put(" ")
        elif choice == 9:
            self.put(" ", self.random.choice(LINE_COMMENTS), self.newline)
        else:
            self.put(self.newline)

    def line_break(self) -> None:
        """The end of a line, where a line break is a token."""
        if self.chance(4):
            self.put(self.random.choice(("", " ")), self.random.choice(LINE_COMMENTS))
        elif self.chance(4):
            self.put(" ", self.random.choice(COMMENTS[:3]))
        self.put(self.newline)
        if self.chance(6):
            self.put(self.random.choice(("", "  ", "\t", "# a", "/* a */")), self.newline)

    # --- bodies

    def file(self) -> str:
        if self.chance(12):
            self.put("\ufeff")
        self.body(self.depth)
        if self.chance(4) and not self.text.endswith(("EOT\n", "E\n")):
            self.put(self.random.choice(("# a", "/* a */", "  ", "")))
        return self.text

    def body(self, depth: int) -> None:
        for index in range(self.random.randrange(1, 4)):
            if self.chance(4):
                self.line_break()
            if depth and self.chance(3):
                self.block(depth - 1)
            else:
                self.attribute(f"{self.random.choice(NAMES)}{index}" if self.chance(2) else f"n{index}", depth)
            self.line_break()

    def attribute(self, name: str, depth: int) -> None:
        with self.node("Attribute"):
            self.put(name)
            self.blank()
            self.put("=")
            self.blank()
            self.expression(depth)

    def block(self, depth: int) -> None:
        with self.node("Block"):
            self.put(self.random.choice(NAMES))
            for _ in range(self.random.randrange(3)):
                self.blank(True)
                if self.chance(3):
                    self.put(" ", self.random.choice(NAMES))
                else:
                    self.put('"', self.literal(quoted=True), '"')
            self.blank()
            self.put("{")
            if self.chance(4):
                self.blank()
                with self.mode(True):
                    # A comment up to the end of the line would make it a body of several lines.
                    if self.chance(2):
                        self.attribute("a", min(depth, 1))
                        self.blank()
            else:
                self.line_break()
                self.body(depth)
                self.put(self.random.choice(("", "  ")))
            self.put("}")

    # --- expressions

    def expression(self, depth: int) -> None:
        if depth and self.chance(6):
            with self.node("Conditional"):
                self.operation(depth - 1)
                for sign in "?:":
                    self.blank()
                    self.put(sign)
                    self.blank(True)
                    self.expression(depth - 1)
        else:
            self.operation(depth)

    def operation(self, depth: int) -> None:
        self.term(depth)
        while depth and self.chance(5):
            self.blank(True)
            self.put(self.random.choice(BINARY), " ")
            self.blank()
            self.term(depth - 1)

    def term(self, depth: int) -> None:
        if self.chance(10):
            with self.node("Unary"):
                self.put(self.random.choice("!-"))
                self.blank()
                self.term(depth)
            return
        kinds: list[Callable[[int], None]] = [self.name, self.name, self.number, self.quoted, self.quoted]
        if depth:
            kinds += [self.tuple, self.object, self.call, self.parentheses, self.for_tuple, self.for_object]
            kinds += [self.heredoc, self.traversal, self.traversal]
        self.random.choice(kinds)(max(depth - 1, 0))

    def name(self, depth: int = 0) -> None:
        self.put(self.random.choice(NAMES))

    def number(self, depth: int) -> None:
        self.put(self.random.choice(NUMBERS))

    def traversal(self, depth: int) -> None:
        self.random.choice((self.name, self.name, self.call, self.parentheses, self.tuple))(depth)
        splat = False
        for _ in range(self.random.randrange(1, 4)):
            if self.chance(4):
                self.blank()
            kind = self.random.randrange(7)
            if kind == 0 and not splat:
                self.put(".*")
                splat = True
            elif kind == 1:
                self.put("[*]")
                splat = False
            elif kind == 2:
                self.put(".", self.random.choice(("0", "12")))
                if self.chance(2):
                    self.put(" ")
                self.put(".", self.random.choice(NAMES))
            elif kind == 3:
                splat = False
                self.put("[")
                with self.mode(False):
                    self.blank()
                    self.expression(depth)
                    self.blank()
                self.put("]")
            else:
                self.put(".")
                if self.chance(8):
                    self.blank()
                self.name()

    def call(self, depth: int) -> None:
        with self.node("Call"):
            self.name()
            while self.chance(3):
                self.blank()
                self.put("::")
                self.blank()
                self.name()
            self.blank()
            self.put("(")
            with self.mode(False):
                self.blank()
                if self.sequence(depth):
                    self.put(self.random.choice(("", "", ",", "...", " ...")))
                self.blank()
            self.put(")")

    def sequence(self, depth: int) -> bool:
        """Expressions with commas between them; whether there is one."""
        count = self.random.randrange(4)
        for index in range(count):
            if index:
                self.blank()
                self.put(",")
                self.blank()
            self.expression(depth)
        return count > 0

    def tuple(self, depth: int) -> None:
        with self.node("Tuple"), self.mode(False):
            self.put("[")
            self.blank()
            # A list that began with the name `for` would be a `for` expression.
            if self.random.randrange(3):
                self.quoted(depth)
                while self.chance(2):
                    self.put(",")
                    self.blank()
                    self.expression(depth)
                if self.chance(3):
                    self.blank()
                    self.put(",")
            self.blank()
            self.put("]")

    def object(self, depth: int) -> None:
        with self.node("Object"):
            self.put("{")
            with self.mode(True):
                self.separator(optional=True)
                for _ in range(self.random.randrange(4)):
                    if self.text[-1] not in "{\n,":
                        self.separator()
                    with self.node("Item"):
                        self.key(depth)
                        self.blank()
                        self.put(self.random.choice("=:"))
                        self.blank()
                        self.expression(depth)
                    self.blank()
                    if self.chance(6):
                        self.line_break()
                        self.line_break()
                    elif self.chance(6):
                        self.put(",")
            self.put("}")

    def separator(self, optional: bool = False) -> None:
        """Between the entries of an object; optional: before the first one."""
        if not optional and self.chance(2):
            self.put(",")
            self.blank()
        elif not optional or self.chance(2):
            self.line_break()
        if self.chance(3):
            self.line_break()

    def key(self, depth: int) -> None:
        kind = self.random.randrange(7)
        if kind < 3:
            self.put(self.random.choice([name for name in NAMES if name != "for"]))
        elif kind == 3:
            self.quoted(depth)
        elif kind == 4:
            self.parentheses(depth)
        else:
            # Any expression, but not one that begins with `for`.
            self.quoted(depth)
            self.put(self.random.choice(("", " == b", " + 1", ".b[c]", ".*.b", " && c", "[0]")))

    def parentheses(self, depth: int) -> None:
        with self.node("Parentheses"), self.mode(False):
            self.put("(")
            self.blank()
            self.expression(depth)
            self.blank()
            self.put(")")

    def for_tuple(self, depth: int) -> None:
        with self.node("For"), self.mode(False):
            self.put("[")
            self.loop(depth)
            self.expression(depth)
            self.loop_end(depth)
            self.put("]")

    def for_object(self, depth: int) -> None:
        with self.node("For"), self.mode(False):
            self.put("{")
            self.loop(depth)
            self.expression(depth)
            self.blank()
            self.put("=>")
            self.blank()
            self.expression(depth)
            if self.chance(3):
                self.blank()
                self.put("...")
            self.loop_end(depth)
            self.put("}")

    def loop(self, depth: int) -> None:
        self.blank()
        self.put("for")
        self.header(depth)
        self.blank()
        self.put(":")
        self.blank()

    def header(self, depth: int) -> None:
        """`k, v in collection`, with the blank before it."""
        self.blank(True)
        self.put(" ", self.random.choice(NAMES))
        if self.chance(2):
            self.blank()
            self.put(",")
            self.blank()
            self.name()
        self.put(" ")
        self.blank()
        self.put("in ")
        self.blank()
        self.expression(depth)

    def loop_end(self, depth: int) -> None:
        self.blank()
        if self.chance(3):
            self.put(" if ")
            self.blank()
            self.expression(depth)
            self.blank()

    # --- strings

    def literal(self, quoted: bool) -> str:
        texts = [self.random.choice(LITERALS) for _ in range(self.random.randrange(4))]
        if quoted and self.chance(3):
            texts.append(self.random.choice(ESCAPES))
        if not quoted and self.chance(4):
            texts.append(self.random.choice(('"', "\\", "\\x", '\\"')))
        text = "".join(texts)
        # Two literals beside each other must not open a sequence.
        return re.sub(r"([$%])(?=\{)", r"\1\1", re.sub(r"[$%]+\{", lambda match: match[0][0] + "{", text)) + (
            "." if text.endswith(("$", "%", "{")) or text[-1:] in "$%" else ""
        )

    def quoted(self, depth: int) -> None:
        with self.node("Template"):
            self.put('"')
            self.strings += 1
            self.pieces(depth, quoted=True)
            self.strings -= 1
            self.put('"')

    def pieces(self, depth: int, quoted: bool) -> None:
        for _ in range(self.random.randrange(3)):
            self.put(self.literal(quoted))
            kind = self.random.randrange(6)
            if kind < 2:
                with self.inside("$"):
                    self.expression(depth)
            elif kind == 2 and depth:
                self.directive(depth - 1, quoted)
        self.put(self.literal(quoted))

    @contextmanager
    def inside(self, sign: str) -> Iterator[None]:
        """The brackets of an interpolation or a directive."""
        self.put(sign, "{", self.random.choice(("", "", "~")))
        with self.mode(False):
            self.blank()
            yield
            self.blank()
        self.put(self.random.choice(("}", "}", "~}")))

    def directive(self, depth: int, quoted: bool) -> None:
        if self.chance(2):
            with self.inside("%"):
                self.put("for")
                self.header(depth)
            self.pieces(depth, quoted)
            with self.inside("%"):
                self.put("endfor")
            return
        with self.inside("%"):
            self.put("if ")
            self.expression(depth)
        self.pieces(depth, quoted)
        if self.chance(2):
            with self.inside("%"):
                self.put("else")
            self.pieces(depth, quoted)
        with self.inside("%"):
            self.put("endif")

    def heredoc(self, depth: int) -> None:
        """A heredoc; the line break after it is a token unless line breaks are ignored, so it stands in parentheses."""
        with self.node("Parentheses"), self.mode(False):
            self.put("(")
            self.blank()
            with self.node("Template"):
                marker = self.random.choice(MARKERS)
                self.put(self.random.choice(("<<", "<<-")), marker, self.newline)
                self.strings += 1
                for _ in range(self.random.randrange(3)):
                    self.put(self.random.choice(("", "  ", "\t", f"{marker}x", f"{marker} x", f"x{marker}", ".")))
                    if self.chance(2):
                        self.pieces(depth, quoted=False)
                        self.put(".")
                    self.put(self.newline)
                self.strings -= 1
                self.put(self.random.choice(("", "  ", "\t")), marker)
            self.put(self.random.choice(("", "", " ", "\t")), self.newline)
            self.blank()
            self.put(")")


# --- mutations

_PIECE = re.compile(r"<<-?[\w-]+|[\w-]+|\r?\n|[ \t]+|::|\.\.\.|=>|&&|\|\||[=!<>]=|[$%]+\{~?|~\}|\\.|.", re.DOTALL)
INSERTIONS: tuple[str, ...] = (
    *"{}[]()<>,=:?!.*+-/%~\"'\\#&|^;` \t\r\n$", "for", "for ", "in", "if", "::", "...", "=>", "==", "&&", "${", "%{",
    "~}", "${~", "$${", "%{ if a }", "%{ else }", "%{ endif }", "%{ for a in b }", "%{ endfor }", "<<EOT\n", "EOT\n",
    "\nEOT\n", "<<-E\n", "1", "1e5", ".5", "1.2.3", "e5", "[*]", ".*", ".0", "0.1", "\\u00e9", "\\uD800", "\\x", "é",
    "\u0301", "\u00a0", "\u2028", "\ufeff", "/*", "*/", "//", "# ", "\r\n", "\x00", "\x0b", "\x0c", "a", "a = 1\n",
    "a {\n}\n", "a { b = 1 }\n", "{ a = 1 }", "(a)", "[a]", "f(a)", "a::b(c)", "“",
)  # fmt: skip


def mutated(random: Random, text: str, times: int) -> str:
    """A text with some pieces deleted, repeated, exchanged, moved or inserted."""
    for _ in range(times):
        pieces: list[str] = _PIECE.findall(text)
        if not pieces:
            return random.choice(INSERTIONS)
        index, second = random.randrange(len(pieces)), random.randrange(len(pieces))
        # What is near matters more than what is far away.
        second = min(index + random.randrange(1, 5), len(pieces) - 1) if random.randrange(3) else second
        kind = random.randrange(7)
        if kind == 0:
            del pieces[index]
        elif kind == 1:
            pieces.insert(index, pieces[second])
        elif kind == 2:
            pieces[index], pieces[second] = pieces[second], pieces[index]
        elif kind == 3:
            del pieces[min(index, second) : max(index, second)]
        elif kind == 4 and len(pieces[index]) > 1:
            place = random.randrange(len(pieces[index]))
            pieces[index] = pieces[index][:place] + pieces[index][place + 1 :]
        else:
            pieces.insert(index, random.choice(INSERTIONS))
        text = "".join(pieces)
    return text
