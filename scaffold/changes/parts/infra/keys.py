"""Where expressions about the tasks name one of them: `contains(["my-task"], each.key)`, `{ "my-task" = 3 }`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.changes.parts.infra.uses import Use
from scaffold.files.checkout import Checkout
from scaffold.hcl.comments import is_code
from scaffold.pfml.references import uses_in_environments
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder

_DATA = {"jsonencode", "yamlencode"}
_BY_KEY = {"contains", "index", "lookup", "matchkeys"}


class Keyed(NamedTuple):
    """What has the keys: an object or list in a local value, and the words by which expressions refer to it."""

    folder: Folder
    local: str
    words: re.Pattern[bytes]

    def in_expressions(self, key: str) -> Iterator[tuple[str, hcl.Node, hcl.Block]]:
        """Where expressions about it have a key: the path, the node, and the block of the file's top level."""
        checkout = self.folder.checkout
        for path in self.folder.files:
            data = checkout.require(path)
            for block in checkout.terraform(path).blocks if key.encode() in data else ():
                for statement in block.attributes.values() if block.type == "locals" else (block,):
                    named = [node for node in _keys(statement, data, False) if _is(key, node, data)]
                    if named and self._concerns(data, statement):
                        yield from ((path, node, block) for node in named)

    def _concerns(self, data: bytes, statement: hcl.Node, seen: frozenset[str] = frozenset()) -> bool:
        """Whether a block or a local value refers to it, or a local value is used where something refers to it."""
        if self.words.search(data, statement.start, statement.end):
            return not isinstance(statement, hcl.Attribute) or statement.name != self.local
        if not isinstance(statement, hcl.Attribute) or statement.name in {*seen, self.local}:
            return False
        users, seen = _users(self.folder, statement.name), seen | {statement.name}
        return any(self._concerns(text, user, seen) for text, user in users)


def tasks_in(folder: Folder) -> Keyed:
    return Keyed(folder, "tasks", re.compile(rb"(?<![\w-])(?:local\.tasks|ecs_tasks)(?![\w-])"))


def alarms_in(folder: Folder) -> Keyed:
    return Keyed(folder, "alarm_names", re.compile(rb"(?<![\w.-])local\.alarm_names(?![\w-])"))


def keys(naming: Naming, checkout: Checkout) -> Iterator[Use]:
    """The uses of a task's key in the template, apart from the object of the tasks, and of outputs in environments."""
    for path, node, block in tasks_in(Folder.of(checkout)).in_expressions(naming.key):
        end = key_end(node)
        yield Use(path, end - len(naming.old.encode()), end, naming.new, block)
    for path, end in uses_in_environments(checkout, naming.key):
        yield Use(path, end - len(naming.old.encode()), end, naming.new, None)


def key_end(node: hcl.Node) -> int:
    return node.inner_end if isinstance(node, hcl.Template) else node.end


def _is(key: str, node: hcl.Node, data: bytes) -> bool:
    if isinstance(node, hcl.Template):
        return data[node.inner_start : node.inner_end] == key.encode()
    return isinstance(node, hcl.Reference) and data[node.start : node.end] == key.encode()


def _users(folder: Folder, local: str) -> Iterator[tuple[bytes, hcl.Node]]:
    """The blocks and local values that use a local value, each with the text of its file."""
    pattern = re.compile(rb"(?<![\w.-])local\.%s(?![\w-])" % re.escape(local.encode()))
    checkout = folder.checkout
    for path in folder.files:
        data = checkout.require(path)
        offsets = [match.start() for match in pattern.finditer(data) if is_code(data, match.start())]
        for block in checkout.terraform(path).blocks if offsets else ():
            for statement in block.attributes.values() if block.type == "locals" else (block,):
                if any(statement.start <= offset < statement.end for offset in offsets):
                    yield data, statement


def _keys(node: hcl.Node, data: bytes, encoded: bool) -> Iterator[hcl.Node]:
    """The nodes that select by a key. encoded: whether the node is part of JSON, whose keys and lists are data."""
    if isinstance(node, hcl.Attribute | hcl.Item) and _name(node, data) == "command":
        return
    if not encoded:
        yield from node.items if isinstance(node, hcl.Tuple) else ()
        yield from (node.key,) if isinstance(node, hcl.Item) else ()
    if isinstance(node, hcl.Binary) and node.operator in ("==", "!="):
        yield from (node.left, node.right)
    elif isinstance(node, hcl.Reference | hcl.Traversal):
        yield from node.indexes
    elif isinstance(node, hcl.Call):
        yield from node.arguments if node.name in _BY_KEY else ()
        encoded = node.name in _DATA
    for child in node.children():
        yield from _keys(child, data, encoded)


def _name(node: hcl.Attribute | hcl.Item, data: bytes) -> str:
    if isinstance(node, hcl.Attribute):
        return node.name
    return node.name(data)
