from __future__ import annotations

import os
from pathlib import Path

import hcl2
import pytest

from scaffold import hcl
from scaffold.cli.sample import SAMPLE

FOLDERS = [SAMPLE] + ([Path(os.environ["PFML_CHECKOUT"])] if "PFML_CHECKOUT" in os.environ else [])
FILES = [path for folder in FOLDERS for path in sorted((folder / "infra").rglob("*.tf"))]


@pytest.mark.parametrize("crlf", [False, True])
def test_blocks_are_where_python_hcl2_finds_them(crlf: bool) -> None:
    """An independent oracle: the top-level blocks of every file, as spans of bytes."""
    assert len(FILES) > 30
    for path in FILES[:40]:
        data = path.read_bytes().replace(b"\n", b"\r\n") if crlf else path.read_bytes()
        text = data.decode()
        expected = [
            (len(text[: node.meta.start_pos].encode()), len(text[: node.meta.end_pos].encode()))
            for node in hcl2.parses_to_tree(text).iter_subtrees()
            if node.data == "block" and text[node.meta.start_pos - 1 : node.meta.start_pos] in ("", "\n")
        ]
        assert sorted((block.start, block.end) for block in hcl.parse(data).blocks) == sorted(expected), path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a = "x"', '"x"'),
        ('a = "x${var.y["z"]}\\"" # c', '"x${var.y["z"]}\\""'),
        ('a = "$${ not }" // c', '"$${ not }"'),
        ("a = [\n  1, # c\n  2\n]", "[\n  1, # c\n  2\n]"),
        ("a = {\n  b = 1\n  c : 2,\n}", "{\n  b = 1\n  c : 2,\n}"),
        ("a = var.b ? [1] : []", "var.b ? [1] : []"),
        ("a = (var.b\n  || var.c) ? 1 : 0", "(var.b\n  || var.c) ? 1 : 0"),
        ("a = [for x in var.y : x.z if x.w != null]", "[for x in var.y : x.z if x.w != null]"),
        ("a = {for k, v in var.y : k => v...}", "{for k, v in var.y : k => v...}"),
        ('a = f(x, "y"...)[0].b[*].c', 'f(x, "y"...)[0].b[*].c'),
        ("a = <<-EOT\n  b }\n  EOT\n", "<<-EOT\n  b }\n  EOT"),
        ("a = <<EOT\n  ${b}\n  EOT \n", "<<EOT\n  ${b}\n  EOT"),
        ("a = -1 + !b", "-1 + !b"),
        ("a = é-b", "é-b"),
        ("a = /* = */ 1", "1"),
    ],
)
def test_an_attribute_ends_where_its_value_does(text: str, value: str) -> None:
    for data in (text.encode(), f"{text}\n".encode(), f"x = 1\n{text}\ny = 2\n".encode()):
        attribute = hcl.parse(data).attributes["a"]
        assert data[attribute.value.start : attribute.value.end].decode() == value


def test_elements_of_a_list_end_before_line_breaks_and_comments() -> None:
    data = b'a = [\n  "x",\n  "y" # last\n]\n'
    value = hcl.parse(data).attributes["a"].value
    assert [data[item.start : item.end] for item in value.children()] == [b'"x"', b'"y"']


@pytest.mark.parametrize(
    ("opening", "inner", "closing"),
    [
        ("(", "1", ")"),
        ("[", "", "]"),
        ("{ a = ", "1", "}"),
        ("!", "a", ""),
        ("a ? b : ", "c", ""),
        ("a || ", "b", ""),
        ('"${', "a", '}"'),
        ("f(", "", ")"),
        ("a[", "0", "]"),
    ],
)
def test_text_that_is_nested_too_deeply_is_refused(opening: str, inner: str, closing: str) -> None:
    text = opening * 20_000 + inner + closing * 20_000
    with pytest.raises(hcl.HclError, match=r"deeply|in a row"):
        hcl.parse(f"a = 1\nb = {text}\n".encode())
    with pytest.raises(hcl.HclError, match=r"deeply|in a row"):
        hcl.parse_expression(text.encode(), 0, len(text))
    data = f"a = {opening * 100}{inner}{closing * 100}\n".encode()
    assert list(hcl.parse(data).walk())


def test_the_nodes_around_a_byte() -> None:
    data = b'a "x" {\n  b { c = [1, f("d")] }\n}\n\nlocals {\n}\n'
    root = hcl.parse(data)
    path = root.path_to(data.index(b'"d"'))
    kinds = ["Block", "Block", "Block", "Attribute", "Tuple", "Call", "Template"]
    assert [type(node).__name__ for node in path] == kinds
    assert [type(node).__name__ for node in root.path_to(data.index(b"\nlocals"))] == ["Block"]
    assert root.block_at(data.index(b"1")) is root.blocks[0]
    assert root.block_at(data.index(b"\nlocals")) is None


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a-b", "a-b"),
        ('"a"', "a"),
        ('("a")', "a"),
        ("(var.a)", "(var.a)"),
        ('"a" == "b" ? "c" : "d"', '"a" == "b" ? "c" : "d"'),
        ('f("a")', 'f("a")'),
        ('"${a}-b"', "${a}-b"),
        ('"e\u0301"', "\u00e9"),
    ],
)
def test_the_name_of_an_entry(key: str, name: str) -> None:
    data = f"a = {{ {key} = 1 }}\n".encode()
    value = hcl.parse(data).attributes["a"].value
    assert isinstance(value, hcl.Object)
    assert [item.name(data) for item in value.items] == [name]


@pytest.mark.parametrize(
    ("inner", "pieces"),
    [
        ("a ${~ x ~} b ${y} c", [("a", ""), ("", " x "), ("b ", ""), ("", "y"), (" c", "")]),
        ("${~ x ~} ${~y}", [("", " x "), ("", "y")]),
        ("$${~ x }", [("$${~ x }", "")]),
        ("${<<E\nx\nE}", [("", "<<E\nx\nE")]),
        ("${<<E\n}\nE\n}", [("", "<<E\n}\nE\n")]),
    ],
)
def test_pieces_of_a_string(inner: str, pieces: list[tuple[str, str]]) -> None:
    assert list(hcl.split_template(inner)) == pieces


def test_a_byte_order_mark_is_not_part_of_the_first_block() -> None:
    block = hcl.parse(b'\xef\xbb\xbfvariable "a" {}\n').blocks[0]
    assert (block.start, block.labels) == (3, ("a",))


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ('a = "x\n', 1, "not closed"),
        ("a = [1\nb = 2\n", 2, "expected"),
        ('x "y" {\n  a = 1\n', 3, "expected"),
        ("a = 1\na = 2\n", 2, "set twice"),
        ("a = 1 b = 2\n", 1, "new line"),
        ("a = <<X\n", 1, "not closed"),
        ("a = = 1\n", 1, "expected a value"),
        ("\n\na = { b }\n", 3, "after the key"),
        ("a = 1 +\n", 1, "expected a value"),
        ("a = @\n", 1, "unexpected character"),
        ('a = "${x"\n', 1, "not closed"),
    ],
)
def test_invalid_syntax_is_refused_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(hcl.HclError, match=problem) as raised:
        hcl.parse(text.encode())
    assert raised.value.line == line
