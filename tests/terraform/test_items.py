"""Entries of lists and objects in any layout: what is added and removed leaves the same bytes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.terraform.gaps import comments
from scaffold.terraform.items import add_items, remove_items
from tests.helpers import fmt_differences, hashicorp_parses

MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
LINES = [
    "\n",
    "\n    ",
    "\n\n    ",
    " # c\n    ",
    " // c\n",
    "\n    # c\n    ",
    "\n    /* c */\n    ",
    " /* c\n # d */\n\t",
]
INLINE = ["", " ", "  ", "\t", " /* c */ ", "/* c */"]
VALUES = ['"a"', "local.b", "f(1, [2])", "[\n      1,\n    ]", '{ name : "x", value : "y" }', "{\n      x = 1\n    }"]
HEREDOC = "<<EOT\n  # text\nEOT\n"
NEW = {
    hcl.Tuple: ['    "new-1"', '    { name : "new-2", value : "/* x */" }', '    {\n      x = "new-3"\n    }'],
    hcl.Object: ['    "new-1" = {\n      x = ["y"]\n    }', '    "new-2" = {\n      x = 1\n    }', "    new-3 = 3"],
}


@st.composite
def lists(draw: st.DrawFn) -> str:
    gap = st.sampled_from(INLINE + LINES)
    values = draw(st.lists(st.sampled_from([*VALUES, HEREDOC]), max_size=3))
    text = draw(gap)
    for number, value in enumerate(values):
        text += value + ("" if value == HEREDOC else draw(gap))
        if number < len(values) - 1 or draw(st.booleans()):
            text += "," + draw(gap)
    return f"[{text}]"


@st.composite
def objects(draw: st.DrawFn) -> str:
    inline, lines = st.sampled_from(INLINE), st.sampled_from(LINES)
    either = st.sampled_from(INLINE + LINES)
    values = draw(st.lists(st.sampled_from([*VALUES, HEREDOC]), max_size=3))
    text = draw(either)
    for number, value in enumerate(values):
        text += f"k{number} = {value}"
        end = number == len(values) - 1
        if value == HEREDOC:
            text += "    "
        elif draw(st.booleans()):
            text += draw(inline) + "," + draw(either)
        else:
            text += draw(either if end else lines)
    return f"{{{text}}}"


@st.composite
def files(draw: st.DrawFn) -> bytes:
    container = draw(st.one_of(lists(), objects()))
    text = draw(
        st.sampled_from(["locals {\n  x = %s\n}\n", "locals {\n  x = toset(%s)\n}", "x = %s # z\n", "\tx = %s"])
    )
    data = (text % container).encode()
    if draw(st.booleans()):
        data = data.replace(b"\n", b"\r\n")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf"])) + data


def _container(data: bytes) -> hcl.Object | hcl.Tuple:
    nodes = hcl.parse(data).walk()
    return next(node for node in nodes if isinstance(node, (hcl.Object, hcl.Tuple)))


def _checkout(data: bytes) -> Checkout:
    return Checkout(Path("/none")).after({"x.tf": data})


def _applied(data: bytes, edits: list[Edit]) -> bytes:
    after = Plan(tuple(edits), {"x.tf": data}).after("x.tf")
    assert after is not None
    return after


def _added(data: bytes, text: str) -> bytes:
    container = _container(data)
    blank = isinstance(container, hcl.Object)
    after = _applied(data, add_items(_checkout(data), "x.tf", container, [text], "task", blank=blank))
    hashicorp_parses(after.removeprefix(b"\xef\xbb\xbf"))
    return after


def _removed(data: bytes, word: bytes) -> bytes:
    container = _container(data)
    removed = [node for node in container.items if word in data[node.start : node.end]]
    assert removed
    return _applied(data, remove_items(_checkout(data), "x.tf", container, removed, "task"))


def _clean(data: bytes) -> bool:
    """Whether `terraform fmt` leaves a file as it is."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        (Path(folder) / "x.tf").write_bytes(data)
        return fmt_differences(Path(folder) / "x.tf") == ""


def _texts(data: bytes) -> list[bytes]:
    """The entries and comments, in order, without white space."""
    container = _container(data)
    texts, position = [], container.start + 1
    for node in (*container.items, None):
        start = node.start if node else container.end - 1
        texts += [data[first:last] for first, last in comments(data, position, start)]
        texts += [data[node.start : node.end]] if node else []
        position = node.end if node else position
    return [b"".join(text.split()) for text in texts]


def _parses(data: bytes) -> bool:
    try:
        hashicorp_parses(data.removeprefix(b"\xef\xbb\xbf"))
        hcl.parse(data)
    except (ValueError, hcl.HclError):
        return False
    return True


@settings(max_examples=150)
@given(data=files(), choice=st.integers(0, 2))
def test_what_is_added_and_removed_leaves_the_same_bytes(data: bytes, choice: int) -> None:
    if not _parses(data):
        return
    text = NEW[type(_container(data))][choice]
    after = _added(data, text)
    assert len(_container(after).items) == len(_container(data).items) + 1
    assert not _clean(data) or _clean(after)
    new = [entry for entry in _texts(after) if b"new-" in entry]
    assert [entry for entry in _texts(after) if entry not in new] == _texts(data)
    assert _removed(after, b"new") == data


@settings(max_examples=150)
@given(data=files(), choices=st.permutations(range(3)), order=st.booleans())
def test_two_entries_can_be_removed_in_any_order(data: bytes, choices: list[int], order: bool) -> None:
    if not _parses(data):
        return
    texts = NEW[type(_container(data))]
    first, second = (texts[choice] for choice in choices[:2])
    after = _added(_added(data, first), second)
    words = [f"new-{choice + 1}".encode() for choice in choices[:2]]
    for word in words if order else reversed(words):
        after = _removed(after, word)
    assert after == data
