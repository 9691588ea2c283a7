"""A second opinion on edited Terraform: python-hcl2 reads every block that an edit touched."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from scaffold.hcl.nodes import HclError, line_of
from scaffold.hcl.parser import parse


def prove(data: bytes, spans: Iterable[tuple[int, int]]) -> None:
    """Parse the top-level blocks that the byte spans touch. Raises HclError with the line in `data`."""
    touched = tuple(spans)
    for node in parse(data).children():
        if any(start <= node.end and end >= node.start for start, end in touched):
            _parse(data, node.start, node.end)


def _parse(data: bytes, start: int, end: int) -> None:
    import hcl2
    from lark.exceptions import LarkError

    _grammar_cache()
    text = data[start:end].decode().replace("\r\n", "\n")
    # python-hcl2 wants a closing brace behind the escapes `$${` and `%%{`, which Terraform does not.
    text = text.replace("$${", "$$(").replace("%%{", "%%(")
    try:
        hcl2.parses_to_tree(text + "\n")
    except LarkError as error:
        line = line_of(data, start) + max(getattr(error, "line", 1), 1) - 1
        raise HclError(str(error).splitlines()[0], line) from error


def _grammar_cache() -> None:
    """python-hcl2 keeps its built grammar (3 s of work) in its own folder: elsewhere, where that is read-only."""
    import hcl2.parser as parser

    if parser.PARSER_FILE.exists() or os.access(parser.PARSER_FILE.parent, os.W_OK):
        return
    from platformdirs import user_cache_path

    parser.PARSER_FILE = Path(user_cache_path("pfml-scaffold", ensure_exists=True)) / "hcl2-grammar.bin"
