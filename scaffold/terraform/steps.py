"""Edits of one file in steps, each of which sees the ones before: attributes set, entries added in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from scaffold import hcl
from scaffold.files.checkout import Checkout, text_of
from scaffold.files.edit import INSERT, REMOVE, REPLACE, Edit
from scaffold.files.plan import Plan
from scaffold.terraform.alignment import keep_comments
from scaffold.terraform.bracketed import Bracketed
from scaffold.terraform.format import aligned, indented, paragraph
from scaffold.terraform.items import add_items

Step = Callable[[Checkout], list[Edit]]


def in_steps(checkout: Checkout, steps: Iterable[Step], part: str) -> list[Edit]:
    """The edits that lead to the result of all steps, one for each run of lines that changes. Where the equals signs of
    a paragraph were in one column, they still are."""
    before: dict[str, bytes] = {}
    for step in steps:
        edits = [edit for edit in step(checkout) if edit.changes]
        if not edits:
            continue
        edits += keep_comments(checkout, edits)
        plan = Plan(tuple(edits), {edit.path: checkout.require(edit.path) for edit in edits})
        before |= {path: checkout.require(path) for path in plan.paths if path not in before}
        checkout = checkout.after({path: _realigned(plan, path) for path in plan.paths})
    return [edit for path, data in before.items() for edit in _differences(path, data, checkout.require(path), part)]


def _realigned(plan: Plan, path: str) -> bytes:
    """The file after a plan, with the columns that the paragraphs of its edits had before."""
    before, after = plan.before[path] or b"", plan.text_after(path)
    if not path.endswith(".tf"):
        return after
    spans = list(zip(plan.edits_of(path), plan.spans_after(path), strict=True))
    for edit, (start, end) in reversed(spans):
        if _is_aligned(before, *_paragraph(before, edit.start, edit.end)):
            first, last = _paragraph(after, start, end)
            after = after[:first] + _aligned(after[first:last]) + after[last:]
    return after


def _paragraph(data: bytes, start: int, end: int) -> tuple[int, int]:
    return paragraph(data, data.rfind(b"\n", 0, start) + 1, data.find(b"\n", end) + 1 or len(data))


def _is_aligned(data: bytes, first: int, last: int) -> bool:
    return _aligned(data[first:last]) == data[first:last]


def _aligned(text: bytes) -> bytes:
    line_break = "\r\n" if b"\r\n" in text else "\n"
    return aligned(text.decode("utf-8", "replace").replace("\r\n", "\n")).replace("\n", line_break).encode()


def _differences(path: str, before: bytes, after: bytes, part: str) -> list[Edit]:
    from difflib import SequenceMatcher

    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    edits = []
    for tag, first, last, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            action = {"insert": INSERT, "delete": REMOVE}.get(tag, REPLACE)
            edits.append(Edit(path, offsets[first], offsets[last], b"".join(new[start:end]), part, action))
    return edits


# --- steps


def set_value(checkout: Checkout, path: str, node: hcl.Node, text: str, part: str) -> list[Edit]:
    """Another value in the place of one."""
    has = text_of(checkout.require(path), node)
    return [] if has == text else [checkout.replace(path, node.start, node.end, text, part)]


def insert_after(
    checkout: Checkout,
    path: str,
    container: hcl.Object | hcl.Tuple | hcl.Block,
    after: hcl.Node | None,
    texts: Sequence[str],
    part: str,
) -> list[Edit]:
    """New entries behind one of a list, an object or a block, or in front of the first, laid out like the others."""
    existing = Bracketed(checkout.require(path), container)
    if not isinstance(container, hcl.Block) and (not existing.nodes or after is existing.nodes[-1]):
        return add_items(checkout, path, container, texts, part)
    texts = [indented(text, existing.indent).strip(" ") for text in texts]
    if after is None:
        return _in_front(checkout, path, existing, texts, part)
    index = existing.nodes.index(after)
    element = existing.entries[index]
    following = existing.entries[index + 1].start if index + 1 < len(existing.entries) else existing.end
    separator = "," if existing.is_tuple or element.comma else ""
    on_lines = b"\n" in existing.data[element.full_end : following]
    gap = f"\n{existing.indent}" if on_lines else " "
    text = "".join(f"{gap}{text}{separator}" for text in texts)
    return [checkout.insert(path, element.full_end, text, part)]


def _in_front(checkout: Checkout, path: str, existing: Bracketed, texts: Sequence[str], part: str) -> list[Edit]:
    first, (_, start) = existing.entries[0], existing.gap(0)
    separator = "," if existing.is_tuple or first.comma else ""
    gap = f"\n{existing.indent}" if b"\n" in existing.data[existing.start : start] else " "
    return [checkout.insert(path, start, "".join(f"{text}{separator}{gap}" for text in texts), part)]
