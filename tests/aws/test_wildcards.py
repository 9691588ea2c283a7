from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaffold.aws.actions import action_exists
from scaffold.aws.wildcards import matches
from scaffold.pfml.iam.rights import may_match


@given(st.text("ab*?", max_size=7), st.text("ab\n", max_size=7))
def test_it_matches_what_a_regular_expression_matches(pattern: str, text: str) -> None:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert matches(pattern, text) == (re.fullmatch(expression, text, re.DOTALL) is not None)


@pytest.mark.parametrize(
    "hostile", ["*?" * 500, "*a" * 500, "*" * 100_000 + "?", ("*" + "a" * 30) * 50, "*?" * 20 + "!"]
)
def test_it_ends(hostile: str) -> None:
    """As regular expressions, these take longer than anybody waits."""
    assert not matches(hostile + "!", "a" * 3000)
    assert not may_match(f"arn:aws:s3:::{hostile}!", f"arn:aws:s3:::{'a' * 1000}")
    assert not action_exists(f"s3:{hostile}!")


def test_a_pattern_of_stars_matches_everything() -> None:
    assert matches("*?" * 500 + "*", "a" * 500) and not matches("*?" * 500, "a" * 499)
