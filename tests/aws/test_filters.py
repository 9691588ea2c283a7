"""Filters of S3 notifications: URL-encoded."""

from __future__ import annotations

from unicodedata import normalize
from urllib.parse import unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.aws import filters
from scaffold.errors import Refusal
from scaffold.spec.s3_filters import check_filter, filter_text, key_text, note

KEYS = st.text(st.characters(codec="utf-8"), max_size=20)


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("my folder/", "my+folder/"),
        ("year=2022/", "year%3D2022/"),
        ("a+b@c&d$e,f:g;h?", "a%2Bb%40c%26d%24e%2Cf%3Ag%3Bh%3F"),
        ("café\n", "caf%C3%A9%0A"),
        ("100%", "100%25"),
        ("-_.(1)'!/x", "-_.(1)'!/x"),
    ],
)
def test_encoded(key: str, written: str) -> None:
    assert filters.encoded(key) == written
    assert filters.decoded(written) == key
    assert not filters.unencoded(written)


@given(key=KEYS)
def test_every_key_has_a_filter(key: str) -> None:
    written = filters.encoded(key)
    assert unquote_plus(written) == key
    assert filters.normal(written) == written
    assert not filters.unencoded(written) and not filters.invalid_escape(written) and not filters.wildcard(written)


@pytest.mark.parametrize(
    ("typed", "written", "keys"),
    [
        ("a b/", "a+b/", "a b/"),
        ("a+b/", "a%2Bb/", "a+b/"),
        ("year%3d2022/a+b%20c", "year%3D2022/a+b+c", "year=2022/a b c"),
        ("a%2Fb", "a/b", "a/b"),
        ("%2A.csv", "%2A.csv", "*.csv"),
        ("${var.a + 1}=${ local.b }/$${", "${var.a + 1}%3D${ local.b }/%24%7B", "${var.a + 1}=${ local.b }/$${"),
        ("%{if", "", "Write %25"),
        ("a%", "", "Write %25"),
        ("a%zz%3D", "", "Write %25"),
        ("%FF", "", "UTF-8"),
        ("in/*.csv", "", "Use --s3-prefix in/ and --s3-suffix .csv, or write %2A"),
        ("*", "", "Omit --s3-prefix, or write %2A"),
        ("data-??/", "", "Use --s3-prefix data- and --s3-suffix /, or"),
        ("[0-9]{a,b}", "", "Omit --s3-prefix"),
        ("${var.a}/*", "", "Keep the text before the wildcard"),
        ("x" * 1025, "", "Use a shorter one"),
        ("=" * 342, "", "at most 1024 characters, but this has 1026"),
        ("=" * 341 + "${var.name_of_a_variable}", "%3D" * 341 + "${var.name_of_a_variable}", ""),
    ],
)
def test_typed(typed: str, written: str, keys: str) -> None:
    try:
        check_filter(typed, "--s3-prefix")
    except Refusal as refusal:
        assert not written and keys in str(refusal)
        return
    assert filter_text(typed) == written
    assert key_text(typed) == keys or not keys
    said = note("--s3-prefix", typed)
    assert bool(said) == (filters.has_escape(typed) or written != typed)
    assert key_text(typed) == keys if keys else said


@given(key=KEYS.map(lambda text: normalize("NFC", text)))
def test_the_written_form_can_be_typed(key: str) -> None:
    """What the tool writes is taken as it is if it has an escape, and is the same text otherwise."""
    written = filters.encoded(key)
    if filters.has_escape(written):
        check_filter(written, "--s3-suffix")
        assert filter_text(written) == written
