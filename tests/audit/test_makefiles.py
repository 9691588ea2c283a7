from __future__ import annotations

import pytest

from scaffold.pfml.makefile import runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b: c\n\tpoetry run x-y --z\n", [("x-y", "a b", "")]),
        ("a:\n\t@cd ../api && FOO=1 poetry run x-y | cat\n", [("x-y", "a", "../api")]),
        ("RUN = docker poetry run\na:\n\t$(RUN) x; ${RUN} y\n", [("x", "a", ""), ("y", "a", "")]),
        ("A := poetry run\nB := $(A) --more\na:\n\t$(B) x\n", []),
        ("a:\n\tpoetry run \\\n\t\tx-y\n\nb:\n\tpoetry run z\n", [("x-y", "a", ""), ("z", "b", "")]),
        ("RUN = poetry run\r\na:\r\n\t$(RUN) x-y\r\n", [("x-y", "a", "")]),
        ("a:\n\techo 'poetry run x' \"poetry run y\"\n\t# poetry run z\n", []),
        ("poetry run x\n", []),
        ("a:\n\tpoetry run $(b)\n\tpoetry run x$@\n", []),
        ("a := b\n\tpoetry run x\n", [("x", "", "")]),
    ],
)
def test_what_is_run(text: str, expected: list[tuple[str, str, str]]) -> None:
    found = list(runs(text.encode()))
    assert [(run.program, run.target, run.folder) for run in found] == expected
    assert all(text.encode()[run.offset :].startswith(run.program.encode()) for run in found)


def test_bytes_that_are_not_text_are_ignored() -> None:
    (run,) = runs(b"a:\n\techo \xff; poetry run x\n")
    assert (run.program, run.offset) == ("x", 23)
