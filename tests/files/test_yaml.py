"""YAML as a workflow has it, against PyYAML."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from scaffold.files.yaml import values

TEXTS = [
    "name: x\non:\n  push:\n    branches:\n      - main\n      - 'a/b'\n",
    "on:\n  push:\n    branches:\n    - main\n    - x # why\njobs: {}\n",
    'steps:\n- name: a\n  if: "!contains(x, \'y\')"\n  run: |\n    echo "a: b"\n\n    exit 1\n- uses: b@v1\n  with:\n    c: d\n',
    "a: >\n  one\n  two\nb: 'it''s'\nc: \"say \\\"x\\\"\"\n",
    "a: one\n  two\n  three\nb:\n  c: d\n",
    "# c\n---\n\"quoted key\": 1\n'x: y': z\na-b: https://x.org/#y\n",
    "- - a\n  - b\n- - c\n",
    "a:\n  - b: 1\n    c:\n      - d\n  -\n    e: 2\n",
]


def _leaves(node: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from _leaves(child, (*path, str(key)))
    if isinstance(node, str) and node:
        yield path, " ".join(node.split())


@pytest.mark.parametrize("text", TEXTS)
def test_values_are_those_of_a_full_reader(text: str) -> None:
    read = {value.path: " ".join(value.text.split()) for value in values(text).values() if value.text not in ("", "{}")}
    assert read == dict(_leaves(yaml.load(text, yaml.BaseLoader)))


def test_lines_are_those_of_the_keys() -> None:
    read = values("a: |\n  x\n\nb:\n  - c: d\n")
    assert (read[("a",)].line, read[("b", "0", "c")].line) == (1, 5)


@pytest.mark.parametrize(
    "text", ["", ":", "- ", "a: |", "\t- x: y", "? a\n: b", "- " * 500 + "x", "a: &x [*x", "\x00: \x00"]
)
def test_whatever_it_is_it_ends(text: str) -> None:
    values(text)
