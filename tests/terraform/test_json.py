from __future__ import annotations

import json
from types import NoneType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import hcl
from scaffold.terraform.json.expressions import from_expression
from scaffold.terraform.json.text import Known, parse_template, template_error
from scaffold.terraform.json.values import JsonError, JsonString, Unknown, Value


def _plain(value: Value) -> object:
    if isinstance(value.data, JsonString):
        return value.data.shown
    if isinstance(value.data, Unknown):
        return f"<{value.data.shown}>"
    if isinstance(value.data, tuple):
        return [_plain(item) for item in value.data]
    if isinstance(value.data, dict):
        return {key: _plain(item) for key, item in value.data.items()}
    return value.data


def _parsed(text: str, heredoc: bool = True) -> object:
    found = parse_template(text.encode(), 0, len(text.encode()), heredoc)
    assert isinstance(found, Value), found
    return _plain(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["a", 1, true, null, {}]', ["a", 1.0, True, None, {}]),
        ('["${join(",", var.x)}-b"]', ['${join(",", var.x)}-b']),
        ('[${jsonencode("a")}, "b"]', ['<jsonencode("a")>', "b"]),
        ('["$${a}", "%%{b}"]', ["${a}", "%{b}"]),
        ('{"é": "\\u00e9"}', {"é": "é"}),
    ],
)
def test_a_heredoc(text: str, expected: object) -> None:
    assert _parsed(text) == expected


def test_a_quoted_string_has_escapes() -> None:
    assert _parsed(r"[\"a\", \"${x}\"]", heredoc=False) == ["a", "${x}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('["a", %{~ for y in z ~}"c"%{ endfor }]', ["a", "c"]),
        ('["a" %{ if x }, "b"%{ endif }]', ["a", "b", "<>"]),
        ('[%{ if x == "}" }"a"%{ else }"b"%{ endif }, "c"]', ["<>", "a", "b", "c"]),
        ('{ %{ if x }"a": 1, %{ endif }"b": { "c": %{ if x }2%{ else }3%{ endif } } }', {"a": 1, "b": {"c": "<>"}}),
        ('[{ %{ if x }"a": 1%{ else }"b": 2%{ endif } }]', [{"a": 1, "b": 2}]),
    ],
)
def test_each_branch_is_read(text: str, expected: object) -> None:
    assert _parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "at"),
    [('["a" "b"]', '"b"'), ('["a",]', ",]"), ('["${x}" 1]', "1]"), ('{"a" 1}', "1}"), ('["é", x]', "x]"), ("[1", "1")],
)
def test_invalid_json_is_reported_at_its_position(text: str, at: str) -> None:
    found = parse_template(text.encode(), 0, len(text.encode()))
    assert isinstance(found, JsonError)
    assert found.offset == text.encode().index(at.encode())


@pytest.mark.parametrize("text", ['[${x} "b"]', '["a" %{ if x }"b"%{ endif }]', '["${x"]'])
def test_values_from_the_deployment_may_be_json(text: str) -> None:
    assert parse_template(text.encode(), 0, len(text.encode())) is None


def test_a_value_knows_its_position() -> None:
    text = '{"é": ["${local.long_name}", "b"]}'.encode()
    found = parse_template(text, 0, len(text))
    assert isinstance(found, Value)
    items = found.get("é")
    assert items is not None
    assert [text[item.offset : item.offset + 2] for item in items.elements] == [b'"$', b'"b']


values = st.recursive(
    st.none() | st.booleans() | st.text(st.characters(codec="utf-8", exclude_characters="$%\ue000\ue001")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner),
)


@given(values, st.booleans())
def test_it_reads_what_json_reads(value: object, ascii: bool) -> None:
    assert _parsed(json.dumps(value, ensure_ascii=ascii, indent=1)) == value


def test_an_expression_is_read_as_jsonencode_writes_it() -> None:
    data = b'{ name = "a", "b" : concat([local.c, 1], var.d), e = "${f}-$${g}" }'
    known = {"local.c": ("c.tf", b'["c"]', hcl.parse_expression(b'["c"]', 0, 5))}
    found = from_expression(data, hcl.parse_expression(data, 0, len(data)), known.get)
    assert _plain(found) == {"name": "a", "b": [["c"], 1.0, "<var.d>"], "e": "${f}-${g}"}


def test_a_word_is_expanded() -> None:
    word = JsonString("a-\ue000-\ue000", ("x", "y")).expanded(lambda text: "1" if text == "x" else f"${{{text}}}")
    assert (word.shown, word.is_known) == ("a-1-${y}", False)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("a ${upper(x)} %{ if x }b%{ else }c%{ endif } $${ %%{ if", ""),
        ("a\n  ${upper(x}", "an interpolation is not valid"),
        ("a %{ for x in y }b", "%{ for … } without its %{ endfor }"),
        ("a %{ if x }%{ for y in z }%{ endif }", "%{ endif } without a %{ if … }"),
    ],
)
def test_why_a_template_does_not_parse(text: str, error: str) -> None:
    found = template_error(text.encode(), 0, len(text.encode()))
    assert (found.message if found else "").startswith(error) and (found is None) is (error == "")


@pytest.mark.parametrize(
    ("on", "is_value", "kind"), [(True, True, Value), (False, True, JsonError), (False, False, NoneType)]
)
def test_what_is_known_of_conditions_and_interpolations_decides_whether_a_template_is_valid(
    on: bool, is_value: bool, kind: type
) -> None:
    text = b'{ "a": ${x}, %{ if on }"b": 1 %{ endif } }'
    known = Known(lambda expression: on, lambda expression: is_value)
    assert isinstance(parse_template(text, 0, len(text), known=known), kind)
