from __future__ import annotations

import pytest

from scaffold.audit.facts.starts.comments import clocks
from scaffold.terraform.comments import Comment, above, beside

TEXT = b"""\
# of nothing

# one
  // two
a = "x" # three
b = "y"
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at 3am EST", [("EST", (180,), None)]),
        (
            "at 12:30pm EST (1:30pm EDT) (5:30pm UTC)",
            [("EST", (750,), None), ("EDT", (810,), None), ("UTC", (1050,), None)],
        ),
        ("12am ET, 12 PM Eastern", [("ET", (0,), None), ("ET", (720,), None)]),
        ("10 p.m. Eastern", [("ET", (1320,), None)]),
        ("6:00 Eastern", [("ET", (360, 1080), None)]),
        ("06:00 Eastern, 18:15 GMT", [("ET", (360,), None), ("UTC", (1095,), None)]),
        (
            "Daily at 00:30 UTC [19:30 EST] [20:30 EDT]",
            [("UTC", (30,), None), ("EST", (1170,), None), ("EDT", (1230,), None)],
        ),
        ("10pm EST (3am UTC +1 day)", [("EST", (1320,), None), ("UTC", (180,), None)]),
        ("between 4 AM - 10 PM Eastern", [("ET", (240,), 1320)]),
        ("from 8am to 6:30pm ET", [("ET", (480,), 1110)]),
        ("between 8am and 6pm ET", [("ET", (480,), 1080)]),
        ("at 8am and 6pm ET", [("ET", (1080,), None)]),
        ("8am EST - 6pm EST", [("EST", (480,), 1080)]),
        # not certain
        ("at 3am", []),
        ("8-10 ET", []),
        ("25:00 UTC, 13pm EST, 5 EST", []),
        ("version 1.2:30 UTC", []),
        ("3am ESTIMATED", []),
        ("after the export at 3am EST", []),
        ("prior to 3am EST", []),
        ("3am EST instead of 4am EST", []),
    ],
)
def test_the_times_that_a_comment_names(text: str, found: list[tuple[str, tuple[int, ...], int | None]]) -> None:
    assert sorted((one.zone, one.minutes, one.until) for one in clocks(Comment(0, text))) == sorted(found, key=str)


def test_a_time_is_placed_in_bytes() -> None:
    (clock,) = clocks(Comment(100, "# täglich 3am EST"))
    assert (clock.offset, clock.text) == (111, "3am EST")


def test_the_comment_directly_above() -> None:
    assert [one.text for one in above(TEXT, TEXT.index(b'"x"'))] == ["# one", "  // two"]
    assert above(TEXT, TEXT.index(b"b =")) == []
    assert above(TEXT, 0) == []
    crlf = TEXT.replace(b"\n", b"\r\n")
    assert [one.text for one in above(crlf, crlf.index(b'"x"'))] == ["# one\r", "  // two\r"]


def test_the_comment_on_the_same_line() -> None:
    assert [one.text for one in beside(TEXT, TEXT.index(b'"x"'))] == ["# three"]
    assert beside(TEXT, TEXT.index(b'"y"')) == []
