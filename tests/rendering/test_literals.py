"""User input stays data in every language that it is written into."""

from __future__ import annotations

import ast
import json
from functools import partial
from unicodedata import normalize

import pygohcl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold import hcl
from scaffold.python.layout import LINE_LENGTH, docstring, python_call, python_string
from scaffold.rendering.literals import hcl_string, hcl_value, json_string

# HCL 2 takes UTF-8 text without surrogates and normalizes it (NFC); pygohcl passes it through C strings, without NUL.
TEXT = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    .filter(lambda text: "${" not in text)
    .map(partial(normalize, "NFC"))
)


@given(TEXT)
def test_terraform_reads_a_value_as_it_was_typed(text: str) -> None:
    assert pygohcl.loads(f'a = "{hcl_string(text)}"\n') == {"a": text}


@given(TEXT)
def test_terraform_and_json_read_an_argument_as_it_was_typed(text: str) -> None:
    heredoc = pygohcl.loads(f"a = <<JSON\n  [{json_string(text)}]\n  JSON\n")["a"]
    assert json.loads(heredoc) == [text]


@given(st.text())
def test_python_reads_a_string_as_it_was_typed(text: str) -> None:
    assert ast.literal_eval(python_string(text)) == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Zs"]), min_size=1))
def test_a_docstring_contains_the_typed_text(text: str) -> None:
    body = ast.parse(f"def f():\n{docstring(text)}\n").body[0]
    assert isinstance(body, ast.FunctionDef)
    assert " ".join((ast.get_docstring(body) or "").split()).removesuffix(".") == text.removesuffix(".")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("${var.x}", "var.x"),
        ("${ var.x }", "var.x"),
        ('${lookup(var.m, "k")}', 'lookup(var.m, "k")'),
        ("a${var.x}", '"a${var.x}"'),
        ("${var.x}${var.y}", '"${var.x}${var.y}"'),
        ("$${var.x}", '"$${var.x}"'),
        ("%{if true}", '"%%{if true}"'),
        ("1024", '"1024"'),
        ('say "hi"\\', '"say \\"hi\\"\\\\"'),
        ("", '""'),
    ],
)
def test_interpolations_stay_and_a_single_one_is_a_bare_expression(value: str, written: str) -> None:
    assert hcl_value(value) == written


@pytest.mark.parametrize("value", ["${", "${}", "${a b}", "${a", 'x${"}', "${a}${", "${a # }", '${a} ${"b}'])
def test_an_interpolation_without_an_expression_is_an_error(value: str) -> None:
    with pytest.raises(hcl.HclError):
        hcl_value(value)


@pytest.mark.parametrize("words", [["'a'"], ["'a'" * 40], ["'a'"] * 20, ["'a'"] * 40])
def test_a_call_is_laid_out_in_lines_that_fit_if_possible(words: list[str]) -> None:
    text = python_call("call", words, 4)
    assert ast.parse(text.strip())
    assert len(words) == 1 or all(len(line) <= LINE_LENGTH for line in text.splitlines())
