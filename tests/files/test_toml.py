"""The statements of TOML text: what tomllib reads, with the lines that it is written on."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from scaffold.files.toml import statements

NAMES = st.sampled_from(["a", "b-c", "D_1", '"x.y"', "'p = q'", '"t\\u0041b"', '"]"', "''"])
VALUES = st.sampled_from(
    [
        "1",
        '"a # b = c"',
        "'[x]'",
        '"\\"]["',
        "[]",
        '[\n  "a", # ]\n  [1, 2],\n]',
        "{ a = [1,\n2], b.c = '}' }",
        '"""\n[tool.poetry.scripts]\nx = 1\n"""',
        '"""a"""""',
        "'''\n[x]\n''''",
        '"""\\\n  \\""" ]"""',
        "1979-05-27 07:32:00",
    ]
)
GAPS = st.sampled_from(["", " ", "\t"])
NOISE = st.sampled_from(["", "\n", "# [comment]\n", "# x = 1\n", "  \n", "# '''\n"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[tuple[str, ...], object]]:
    """A document, and its keys with their values."""
    lines, keys = [], {}
    used: set[tuple[str, ...]] = set()
    for table in draw(st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=4)):
        gap = draw(GAPS)
        header = f"{gap}[{gap}{f'{gap}.{gap}'.join(table)}{gap}]{gap}\n"
        path = tuple(plain(name) for name in table)
        if any(path[: len(other)] == other for other in used) or any(other[: len(path)] == path for other in used):
            continue
        used.add(path)
        lines += [draw(NOISE), header]
        for name in draw(st.lists(NAMES, max_size=4, unique_by=plain)):
            value, gap = draw(VALUES), draw(GAPS)
            lines += [draw(NOISE), f"{gap}{name}{gap}={gap}{value}{draw(st.sampled_from(['', ' # end']))}\n"]
            keys[*path, plain(name)] = tomllib.loads(f"x = {value}")["x"]
    return "".join(lines), keys


def plain(name: str) -> str:
    return next(iter(tomllib.loads(f"{name} = 1")))


@given(documents(), st.sampled_from(["\n", "\r\n"]), st.sampled_from(["", "\ufeff"]), st.booleans())
def test_each_statement_is_what_tomllib_reads(
    document: tuple[str, dict[tuple[str, ...], object]], newline: str, bom: str, last: bool
) -> None:
    text, keys = document
    data = (bom + text.replace("\n", newline)).encode()
    data = data if last else data.removesuffix(newline.encode())
    tomllib.loads(data.decode("utf-8-sig"))  # the strategy makes valid documents
    found = [statement for statement in statements(data) if not statement.is_header]
    assert [statement.path for statement in found] == list(keys)
    for statement, value in zip(found, keys.values(), strict=True):
        alone = tomllib.loads(data[statement.start : statement.end].decode())
        read = alone[statement.path[-1]]
        assert str(read).replace("\r\n", "\n") == str(value)
        assert plain(data[slice(*statement.names[-1])].decode()) == statement.path[-1]


@given(st.text(alphabet="a=.[]{}\"'#\\\n ", max_size=60))
def test_any_text_has_statements_on_lines_of_their_own(text: str) -> None:
    data, end = text.encode(), 0
    for statement in statements(data):
        assert end <= statement.start < statement.end
        assert statement.start == 0 or data[statement.start - 1 : statement.start] == b"\n"
        end = statement.end
