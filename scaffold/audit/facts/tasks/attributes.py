"""Which attributes of the entries of locals.tasks the template reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.entries import tasks_in_focus
from scaffold.pfml.tasks import Task

_ENTRIES = "local.tasks"
_WORDS = (_ENTRIES.encode(), b"each.value", b"lookup(")
_COUNTING = ("keys", "length", "toset")
# The attributes that a task definition uses; a misspelled one would be left at its default.
ATTRIBUTES = frozenset(
    ("command", "task_role", "execution_role", "cpu", "memory", "env", "vars", "containers_template")
)
_KNOWN = frozenset(("local", "var", "module", "data", "path", "count", "terraform"))


class Unread(NamedTuple):
    """meant: an attribute with a similar name that is read and that the entry does not set; "" for none."""

    task: Task
    entry: hcl.Item
    name: str
    meant: str


def unread(facts: Facts) -> Iterator[Unread]:
    """The attributes of the tasks that nothing reads."""
    read = attributes_read(facts) if facts.once(tasks_in_focus) else None
    if not read:
        return
    for task in facts.once(tasks_in_focus):
        attributes = facts.template.entries(task.path, task.value)
        for name, attribute in attributes.items():
            if name not in read:
                yield Unread(task, attribute, name, _meant(name, sorted(read & ATTRIBUTES - set(attributes))))


def _meant(name: str, free: list[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, free, 1, 0.75) or [attribute for attribute in free if name.startswith(attribute)]
    return near[0] if near else ""


class _WholeEntriesError(Exception):
    """Entries are passed on as a whole, so it is unknown what is read of them."""


def attributes_read(facts: Facts) -> frozenset[str] | None:
    """The names of the attributes that are read, possibly with too many others; None if unknown."""
    if not facts.complete():
        return None
    read: set[str] = set()
    try:
        for path in facts.template.files:
            data = facts.checkout.require(path)
            if any(word in data for word in _WORDS):
                for block in facts.checkout.terraform(path).blocks:
                    read |= set(_of_block(facts, path, block))
    except _WholeEntriesError:
        return None
    return frozenset(read)


def _of_block(facts: Facts, path: str, block: hcl.Block) -> Iterator[str]:
    for_each = block.attributes.get("for_each")
    is_made_of_entries = for_each is not None and _ENTRIES in facts.template.text(path, for_each.value)
    for name, attribute in block.attributes.items():
        if block.type == "locals" and name == "tasks":
            continue
        if name == "for_each" and facts.template.text(path, attribute.value) == _ENTRIES:
            continue
        yield from _of_node(facts, path, attribute.value, None, is_made_of_entries)
    for inner in block.blocks:
        for node in inner.walk():
            if isinstance(node, hcl.Attribute):
                yield from _of_node(facts, path, node.value, None, is_made_of_entries)


def _of_node(facts: Facts, path: str, node: hcl.Node, outer: hcl.Node | None, entries: bool) -> Iterator[str]:
    text = facts.template.text(path, node)
    if isinstance(node, hcl.Template):
        yield from _of_template(facts, path, node, text, entries)
        return
    if isinstance(node, hcl.Reference):
        is_read_whole = text == _ENTRIES and not _counts(outer)
        if is_read_whole or (text == "each.value" and entries and not _looks_up(outer, node)):
            raise _WholeEntriesError
        words = text.replace("[", ".").split(".")
        if words[0] not in _KNOWN:
            yield from words[1:]
    for child in node.children():
        yield from _of_node(facts, path, child, node, entries)


def _of_template(facts: Facts, path: str, node: hcl.Template, text: str, entries: bool) -> Iterator[str]:
    """A literal may be the name in a `lookup` or an index; otherwise the interpolations are read."""
    if "${" not in text and "%{" not in text:
        yield text.strip('"')
    elif any(word.decode() in text for word in _WORDS):
        for _, expression in hcl.split_template(text[1:-1] if not node.heredoc else text):
            if expression:
                yield from _of_expression(facts, expression, entries)


def _of_expression(facts: Facts, expression: str, entries: bool) -> Iterator[str]:
    data = expression.encode()
    for node in hcl.parse_expression(data, 0, len(data)).walk():
        text = data[node.start : node.end].decode()
        if isinstance(node, hcl.Reference):
            if text == _ENTRIES:
                raise _WholeEntriesError
            yield from text.replace("[", ".").split(".")[1:]
        elif isinstance(node, hcl.Template):
            yield text.strip('"')


def _counts(outer: hcl.Node | None) -> bool:
    """Whether a call reads only the names of the entries, or a `for` names them one by one."""
    if isinstance(outer, hcl.Call):
        return outer.name in _COUNTING
    return isinstance(outer, hcl.For | hcl.Parentheses | hcl.Binary | hcl.Unary | hcl.Traversal)


def _looks_up(outer: hcl.Node | None, node: hcl.Node) -> bool:
    return isinstance(outer, hcl.Call) and outer.name == "lookup" and outer.arguments[0] is node
