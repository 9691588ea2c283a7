from __future__ import annotations

import pytest

from scaffold.hcl import HclError, parse, proof


def _prove(data: bytes, spans: list[tuple[int, int]]) -> None:
    """Prove a file that is new."""
    proof.prove(b"", data, [(0, 0)] * len(spans), spans)


def _edit(before: str, after: str) -> None:
    """Prove an edit, whose text is in ^…^."""
    (old, old_spans), (new, new_spans) = _marked(before), _marked(after)
    proof.prove(old, new, old_spans, new_spans)


def _marked(text: str) -> tuple[bytes, list[tuple[int, int]]]:
    first, edited, last = (part.encode() for part in text.split("^"))
    return first + edited + last, [(len(first), len(first + edited))]


@pytest.mark.parametrize(
    "text",
    [
        "locals {\n  a = {\n    b = 1 c = 2\n  }\n}\n",
        'locals {\n  a = [\n    "b"\n    "c"\n  ]\n}\n',
        "locals {\n  a = {\n    b = {\n    c = 1\n  }\n}\n",
        "x {\n  a = 1\n} y {\n}\n",
        'x {\n  a = "${b c}"\n}\n',
        "x {\n  a = = 1\n}\n",
    ],
)
def test_a_lost_comma_or_brace_anywhere_is_an_error(text: str) -> None:
    for start in range(len(text)):
        with pytest.raises(HclError):
            _prove(text.encode(), [(start, len(text))])


@pytest.mark.parametrize(
    ("text", "edited", "read"),
    [
        ("locals {\n  a = {\n    b = 1\n    c = 2\n  }\n}\n", "    c = 2\n", ["c = 2"]),
        ("locals {\n  a = {\n    b = 1,\n    c = 2\n  }\n}\n", ",", ["{\n    b = 1,\n    c = 2\n  }"]),
        ("x {\n  a = true\n}\n", "true", ["true"]),
        ("x {\n  a = true\n}\n\ny {\n}\n", "\ny {\n}\n", ["y {\n}"]),
        ("x {\n  a = 1\n\n  b = 2\n  c = 3\n}\n", "\n  b = 2\n  c = 3\n", ["b = 2", "c = 3"]),
    ],
)
def test_python_hcl2_reads_the_smallest_parts_that_contain_the_edit(text: str, edited: str, read: list[str]) -> None:
    start = text.index(edited)
    nodes = proof._smallest(parse(text.encode()), start, start + len(edited))
    assert [text[node.start : node.end] for node in nodes] == read
    _prove(text.encode(), [(start, start + len(edited))])


def test_text_that_does_not_parse_is_an_error_with_its_line() -> None:
    data = b'a {\n}\nb "x" {\n  c = "${x y}"\n}\n'
    with pytest.raises(HclError) as raised:
        _prove(data, [(18, 20)])
    assert raised.value.line == 4


def test_escapes_that_python_hcl2_does_not_know_pass() -> None:
    _prove(b'a = "%%{ and $${"\n', [(0, 5)])


# What python-hcl2 does not read: as values, and as the keys of objects.
UNREAD = (
    "<<E\n  x\n  E  ",
    "<<_\n_",
    "<<E\n${<<E\nx\nE\n}\nE",
    '"${~ x ~}"',
    '"${x # }\n}"',
    '"${\n  x\n}"',
    '"${/* } */ x}"',
    "!!x",
    "é.b",
    "{ a /* c */ = 1 }",
    "(!\nx)",
    "[for # c\n x in y : x]",
)


@pytest.mark.parametrize("value", UNREAD)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("m {\n  a = @^^\n}\n", "m {\n  a = @^\n  b = 1^\n}\n"),
        ("m {\n  a = @\n^  b = 1\n^}\n", "m {\n  a = @\n^^}\n"),
        ("m {\n^  b = 1\n^  a = @\n}\n", "m {\n^^  a = @\n}\n"),
        ("m {\n  a = [@\n, b^, c^]\n}\n", "m {\n  a = [@\n, b^^]\n}\n"),
        ("m {\n  a = @\n}\n^n {\n}\n^", "m {\n  a = @\n}\n^^"),
        ("^m {\n  a = @\n}^\n", '^dynamic "m" {\n  content {\n    a = @\n  }\n}^\n'),
        ("a = [1^^]\nb = @\n", "a = [1^, (@\n)^]\nb = @\n"),
        ("a = ^x^\nb = (@\n)\n", "a = ^x == (@\n)^\nb = (@\n)\n"),
    ],
)
def test_what_python_hcl2_never_read_does_not_count(value: str, before: str, after: str) -> None:
    _edit(before.replace("@", value), after.replace("@", value))


@pytest.mark.parametrize("other", ["", "n {\n  a = !!b\n}\n"])
@pytest.mark.parametrize(
    ("before", "seen", "after"),
    [
        ("^^", "^m {\n  a = 1\n  b = 2\n}\n^", "^m {\n  a = 1,  b = 2\n}\n^"),
        ("^^", "^m = {\n  a = 1\n  b = 2\n}\n^", "^m = {\n  a = 1\n  b   2\n}\n^"),
        ("^^", "^m = [\n  a,\n  b\n]\n^", "^m = [\n  a \n  b\n]\n^"),
        ("m {\n  a = 1\n\n^  b = 2\n^  c = 3\n}\n", "m {\n  a = 1\n\n^^  c = 3\n}\n", "m {\n  a = 1,\n^^  c = 3\n}\n"),
        ("a = [\n  b,\n^  c,\n^  d\n]\n", "a = [\n  b,\n^^  d\n]\n", "a = [\n  b \n^^  d\n]\n"),
    ],
)
def test_a_broken_edit_is_noticed_even_if_this_parser_does_not_notice_it(
    monkeypatch: pytest.MonkeyPatch, before: str, seen: str, after: str, other: str
) -> None:
    """seen: what a parser with a fault takes the edited text for."""
    texts = [_marked(text + other)[0] for text in (before, seen, after)]
    assert len(texts[1]) == len(texts[2])
    monkeypatch.setattr(proof, "parse", {texts[0]: parse(texts[0]), texts[2]: parse(texts[1])}.__getitem__)
    with pytest.raises(HclError):
        _edit(before + other, after + other)
