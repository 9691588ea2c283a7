from __future__ import annotations

import pytest

from scaffold.hcl import HclError, parse, proof


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
            proof.prove(text.encode(), [(start, len(text))])


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
    proof.prove(text.encode(), [(start, start + len(edited))])


def test_text_that_python_hcl2_does_not_parse_is_an_error_with_its_line() -> None:
    # The content of an interpolation, which this package's parser does not parse at first.
    data = b'a {\n}\nb "x" {\n  c = "${x y}"\n}\n'
    with pytest.raises(HclError) as raised:
        proof.prove(data, [(18, 20)])
    assert raised.value.line == 4


def test_escapes_that_python_hcl2_does_not_know_pass() -> None:
    proof.prove(b'a = "%%{ and $${"\n', [(0, 5)])
