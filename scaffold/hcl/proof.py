"""A second opinion on edited Terraform: python-hcl2 reads what an edit touched.

python-hcl2 does not read all of HCL: no blanks behind the marker that closes a heredoc, no comments or line breaks in
`${…}`, no `${~ x ~}`, no names outside of ASCII, no `!!x`. So its refusal counts only where it read the text before the
edit. It counts for blocks, attributes, objects and lists, which edits put together; expressions are copied from the
command line or from elsewhere in the checkout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache, lru_cache

from scaffold.hcl.nodes import Attribute, Block, HclError, Item, Node, Object, Template, Tuple, line_of
from scaffold.hcl.parser import parse, tokens

Spans = Sequence[tuple[int, int]]
_STRUCTURES = (Attribute, Block, Item, Object, Tuple)


def prove(before: bytes, after: bytes, old: Spans, new: Spans) -> None:
    """Parse the edited file, and also parse the smallest nodes that contain its edits with python-hcl2.

    old, new: the spans of the edits, before and after. python-hcl2 would take seconds for a large file, and the text
    outside of the spans has not changed. Raises HclError with the line in `after`.
    """
    root = parse(after)
    for node in dict.fromkeys(node for start, end in new for node in _smallest(root, start, end)):
        error = _error(after, node)
        if (
            error
            and _is_own(before, after, node)
            and not any(_error(before, earlier) for earlier in _earlier(before, node, old, new))
        ):
            raise error


def _smallest(root: Node, start: int, end: int) -> list[Node]:
    """The innermost node that contains a span, or those of its children that are in the span, if any."""
    node = _innermost(root, start, end)
    return [child for child in node.children() if start < child.end and child.start < end] or [node]


def _innermost(node: Node, start: int, end: int) -> Node:
    """The innermost node that contains a span."""
    for child in node.children():
        if child.start <= start and end <= child.end:
            return _innermost(child, start, end)
    return node


def _is_own(before: bytes, after: bytes, node: Node) -> bool:
    """Whether what python-hcl2 refuses in a node is more than an expression, and was not there before."""
    refused = [child for child in node.children() if _error(after, child)]
    if refused:
        return any(_is_own(before, after, child) for child in refused)
    return isinstance(node, _STRUCTURES) and after[node.start : node.end] not in before


def _earlier(before: bytes, node: Node, old: Spans, new: Spans) -> list[Node]:
    """The node before the edits, or what the edits replaced by it; none for a new node."""
    root, replaced = parse(before), []
    start, end = node.start, node.end
    for (old_start, old_end), (new_start, new_end) in zip(old, new, strict=True):
        if new_start < node.end and node.start < new_end and old_start < old_end:
            replaced.append(_innermost(root, old_start, old_end))
        if new_start < node.start or new_start == new_end == node.start:
            start = node.start + old_end - new_end
        elif new_start == node.start:
            start = old_start
        if new_start < node.end:
            end = node.end + old_end - new_end
    same = _at(root, start, end)
    return [same] if same else replaced


def _at(node: Node, start: int, end: int) -> Node | None:
    """The outermost node with a span."""
    if (node.start, node.end) == (start, end):
        return node
    inner = (_at(child, start, end) for child in node.children() if child.start <= start and end <= child.end)
    return next(inner, None)


def _error(data: bytes, node: Node) -> HclError | None:
    """What python-hcl2 says of a node; None if it reads it."""
    refused = _refused(_as_file(node, data[node.start : node.end]))
    if refused is None:
        return None
    with suppress(HclError):
        if _refused(_as_file(node, _without_comments(data, node))) is None:
            return None
    message, line = refused
    return HclError(message, line_of(data, node.start) + line - 1)


@lru_cache(maxsize=1024)
def _refused(text: str) -> tuple[str, int] | None:
    """Why python-hcl2 does not read a file, with the line; None if it does."""
    read = _reader()  # before lark is imported here: it decides what lark imports
    from lark.exceptions import LarkError

    try:
        read(text)
    except LarkError as error:
        return str(error).splitlines()[0], max(getattr(error, "line", 1), 1)
    return None


def _without_comments(data: bytes, node: Node) -> bytes:
    """The text of a node without comments, and with one space between tokens."""
    pieces, position = [], node.start
    for kind, start, end in tokens(data, node.start, node.end):
        blank = b" " if start > position and kind != "newline" else b""
        pieces.append(b"\n" if kind == "newline" else blank + data[start:end])
        position = end
    return b"".join(pieces)


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


def _as_file(node: Node, data: bytes) -> str:
    """A node's text as a file of its own, beginning on the first line."""
    text = data.decode().replace("\r\n", "\n").removeprefix("\ufeff")
    # python-hcl2 requires a closing brace after the escapes `$${` and `%%{`; Terraform does not.
    text = text.replace("$${", "$$(").replace("%%{", "%%(")
    if isinstance(node, Block | Attribute):
        return f"{text}\n"
    if isinstance(node, Item):
        return f"proof = {{ {text}\n}}\n"
    return f"proof = {text}\n" if isinstance(node, Template) else f"proof = ({text}\n)\n"
