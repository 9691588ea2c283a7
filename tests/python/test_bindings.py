"""What a name is bound to at the end of a module, compared with what Python does when it runs such a module."""

from __future__ import annotations

import ast
import sys
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaffold.python.bindings import bindings_of, stop

SURE = [
    "import x",
    "import x.y",
    "import y as x",
    "import y; import x",
    "from y import x",
    "x = 1",
    "x: int = 1",
    "a, (b, *x) = 1, (2, 3)",
    "def x(): pass",
    "async def x(): pass",
    "class x: pass",
    "if a:\n import x\nelse:\n import x",
    "if a:\n import x\nelse:\n raise E",
    "if a:\n import x\nelse:\n sys.exit()",
    "if not TYPE_CHECKING:\n import x",
    "if TYPE_CHECKING and a:\n pass\nelse:\n import x",
    "if __name__ != '__main__':\n import x",
    "try:\n import x\nexcept E:\n raise",
    "try:\n import x\nexcept E:\n x = None",
    "try:\n pass\nfinally:\n import x",
    "with warnings.catch_warnings():\n import x",
    "match a:\n case 1: import x\n case _: raise E",
]
UNSURE = [
    "",
    "x: int",
    "if a:\n import x",
    "if TYPE_CHECKING:\n import x",
    "if typing.TYPE_CHECKING or False:\n import x",
    "if __name__ == '__main__':\n import x",
    "try:\n import x\nexcept E:\n pass",
    "try:\n import y\nexcept E:\n pass\nelse:\n import x",
    "try:\n pass\nexcept E as x:\n pass",
    "import x\ndel x",
    "import x\ntry:\n pass\nexcept E as x:\n pass",
    "for x in y: pass",
    "for i in y:\n import x",
    "x = 1\nfor i in y:\n del x",
    "while a:\n import x",
    "with suppress(E):\n import x",
    "a and (x := 1)",
    "[x for x in y]",
    "lambda: (x := 1)",
    "match a:\n case x if b: pass",
    "class A:\n x = 1",
    "def f():\n x = 1",
    "def f():\n global x\n x = 1",
    "from y import *",
]


def _sure(text: str) -> bool:
    return bindings_of(ast.parse(text), text.encode()).is_sure("x")


@pytest.mark.parametrize("text", SURE)
def test_a_name_is_surely_bound(text: str) -> None:
    assert _sure(text)


@pytest.mark.parametrize("text", UNSURE)
def test_a_name_is_perhaps_not_bound(text: str) -> None:
    assert not _sure(text)


def test_the_line_where_a_module_always_stops() -> None:
    for text, line in {"x = 1": 0, "x = 1\nraise E": 2, "if a:\n exit()\nelse:\n raise E\nx = 1": 1}.items():
        tree = ast.parse(text)
        assert stop(tree, bindings_of(tree, text.encode())) == line


def test_a_deeply_nested_module_takes_no_time() -> None:
    text = "\n".join(" " * depth + "for i in y:" for depth in range(60)) + "\n" + " " * 60 + "import x"
    assert not _sure(text)


# --- compared with Python itself


class Stopped(Exception):
    """What the code below raises."""


FLAGS = [f"flag{number}" for number in range(4)]
SIMPLE = st.sampled_from(["import sys", "sys = 1", "def sys(): pass", "pass", "check()", "raise Stopped"])
FORMS = [
    "if {flag}:\n{0}",
    "if {flag}:\n{0}\nelse:\n{1}",
    "if TYPE_CHECKING:\n{0}",
    "if __name__ == '__main__':\n{0}\nelse:\n{1}",
    "for sys in range(2 * {flag}):\n{0}",
    "for i in range(2 * {flag}):\n{0}\n    if flag0: break\nelse:\n{1}",
    "while check() or {flag}:\n{0}\n    break",
    "try:\n{0}\nexcept Stopped:\n{1}",
    "try:\n{0}\nexcept Stopped as sys:\n{1}\nelse:\n{0}",
    "try:\n{0}\nexcept Stopped:\n    pass\nfinally:\n{1}",
    "with suppress(Stopped):\n{0}",
    "match {flag}:\n    case True:\n        import sys\n    case sys:\n{1}",
    "{flag} and (sys := 1)",
    "if 'sys' in globals():\n    del sys",
]


def _compound(blocks: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def text(form: str, flag: str, first: str, second: str) -> str:
        return form.format(
            *(textwrap.indent(block, "        " if "match" in form else "    ") for block in (first, second)), flag=flag
        )

    return st.builds(text, st.sampled_from(FORMS), st.sampled_from(FLAGS), blocks, blocks)


BLOCKS = st.recursive(
    st.lists(SIMPLE, min_size=1, max_size=3).map("\n".join),
    lambda blocks: st.lists(st.one_of(SIMPLE, _compound(blocks)), min_size=1, max_size=3).map("\n".join),
    max_leaves=6,
)


def _runs(text: str, flags: dict[str, bool], stops: list[bool]) -> dict[str, object] | None:
    """The names after a module was run; None if it stops. check() stops it the first, second, … time, or not."""
    from contextlib import suppress

    answers = iter(stops)

    def check() -> None:
        if next(answers, False):
            raise Stopped

    names = {"Stopped": Stopped, "suppress": suppress, "check": check, "TYPE_CHECKING": False, "__name__": "module"}
    try:
        exec(compile(text, "module", "exec"), names := {**names, **flags})
    except Stopped:
        return None
    return names


@settings(max_examples=300)
@given(
    BLOCKS,
    st.fixed_dictionaries({flag: st.booleans() for flag in FLAGS}),
    st.lists(st.booleans(), max_size=6),
)
def test_python_never_does_what_is_said_to_be_impossible(text: str, flags: dict[str, bool], stops: list[bool]) -> None:
    names = _runs(text, flags, stops)
    if names is None:
        return
    bindings = bindings_of(ast.parse(text), text.encode())
    assert bindings.end is not None, text
    possible = bindings.possible("sys")
    if "sys" not in names:
        assert None in possible, text
    else:
        kinds = {bound.imported is not None for bound in possible if bound is not None}
        assert (names["sys"] is sys) in kinds, text
