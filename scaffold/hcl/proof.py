"""A second opinion on edited Terraform: python-hcl2 reads what an edit touched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from scaffold.hcl.nodes import Attribute, Block, HclError, Item, Node, Template, line_of
from scaffold.hcl.parser import parse


def prove(data: bytes, spans: Iterable[tuple[int, int]]) -> None:
    """Parse the file, and also parse the smallest nodes that contain the edited spans with python-hcl2.

    python-hcl2 would take seconds for a large file, and the text outside of the spans has not changed. Raises HclError
    with the line in `data`.
    """
    root = parse(data)
    for node in dict.fromkeys(node for start, end in spans for node in _smallest(root, start, end)):
        _parse(data, node)


def _smallest(node: Node, start: int, end: int) -> list[Node]:
    """The innermost node that contains a span, or those of its children that are in the span, if any."""
    for child in node.children():
        if child.start <= start and end <= child.end:
            return _smallest(child, start, end)
    return [child for child in node.children() if start < child.end and child.start < end] or [node]


def _parse(data: bytes, node: Node) -> None:
    read = _reader()  # before lark is imported here: it decides what lark imports
    from lark.exceptions import LarkError

    text = data[node.start : node.end].decode().replace("\r\n", "\n").removeprefix("\ufeff")
    # python-hcl2 requires a closing brace after the escapes `$${` and `%%{`; Terraform does not.
    text = text.replace("$${", "$$(").replace("%%{", "%%(")
    try:
        read(_as_file(node, text))
    except LarkError as error:
        line = line_of(data, node.start) + max(getattr(error, "line", 1), 1) - 1
        raise HclError(str(error).splitlines()[0], line) from error


@cache
def _reader() -> Callable[[str], object]:
    """python-hcl2's parser: a function that raises LarkError for text that is not HCL."""
    try:
        from scaffold.hcl.grammar import parser

        parser()("proof = true\n")
        return parser()
    except (AttributeError, ImportError, TypeError):
        # A later lark works differently inside. The usual way is slower, and depends on public names only.
        import hcl2

        return hcl2.parses_to_tree


def _as_file(node: Node, text: str) -> str:
    """A node's text as a file of its own, beginning on the first line."""
    if isinstance(node, Block | Attribute):
        return f"{text}\n"
    if isinstance(node, Item):
        return f"proof = {{ {text}\n}}\n"
    return f"proof = {text}\n" if isinstance(node, Template) else f"proof = ({text})\n"
