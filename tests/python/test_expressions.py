from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scaffold.python.expressions import Regex, UnsupportedError
from tests.conftest import Run

NAMES = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,4}", fullmatch=True)
PIECES = ["a", "b", "-", ".", ".*", ".+", "[a-c]", "[^a]", r"\w+", r"\d", "(a|b)", "(?:ab)?", "^", "$", r"\b", "a{2,3}"]
PIECES += ["(?i)", "|", "(?=a)", r"\Z", "{,2}", "[[:alpha:]]", "*", "(", "+?", "a*+"]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), NAMES)
@example("pfml-api-.*-a", "pfml-api-prod-a")
def test_it_matches_as_python_does_or_says_that_it_cannot(pattern: str, name: str) -> None:
    try:
        expression = Regex.read(pattern)
    except UnsupportedError:
        return
    assert expression.match(name) == (re.match(pattern, name) is not None)


@given(st.text("ab-.*+?()[]|^$\\{},:", max_size=12), NAMES)
def test_any_text(pattern: str, name: str) -> None:
    try:
        expression = Regex.read(pattern)
    except UnsupportedError:
        return
    assert expression.match(name) == (re.match(pattern, name) is not None)


HOSTILE = {
    "(([a-z-]+)+)+$!": "",
    "(a|a)*$!": "",
    "(.*a){25}!": "",
    "(" * 5000 + ")" * 5000: "is not a valid regular expression: ",
    "a{99999999999}": "is not a valid regular expression: the repetition number is too large",
    "((a{900}){900}){900}": "has no matcher of which the time is bounded: ",
    "a|" * 5001: "is longer than 10,000 characters",
    "(?=a)b": "has no matcher of which the time is bounded: invalid perl operator: (?=",
    "(": "is not a valid regular expression: missing ), unterminated subpattern at position 0",
}


@pytest.mark.parametrize(("pattern", "why"), HOSTILE.items())
def test_check_ends_whatever_the_monitor_ignores(pattern: str, why: str, sample: Path, run: Run) -> None:
    monitor = sample / "infra/monitoring/ecs_failure_monitor_lambda.py"
    monitor.parent.mkdir(exist_ok=True)
    monitor.write_text(f"import re\n\nTASKS_TO_IGNORE = [{pattern!r}]\n")
    output = run("check").output
    assert (f"not checked: ignored-failure: {monitor.relative_to(sample)}:3: the pattern " in output) == bool(why)
    assert why in output


def test_letters_outside_ascii() -> None:
    with pytest.raises(UnsupportedError, match="may treat the letters of é in another way"):
        Regex.read(r"\w").match("é")
