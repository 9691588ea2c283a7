"""Template files and what is passed to them: `templatefile(…)`, and the data source `template_file`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.terraform.folder import Folder, joined
from scaffold.terraform.json.text import template_pieces

CALL = "templatefile"
_MODULE = "${path.module}/"
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_FOR = re.compile(r"\s*([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\b(.*)", re.DOTALL)
_LITERALS = frozenset(("true", "false", "null", "path"))
Resolve = Callable[[str], "tuple[str, hcl.Node | None] | None"]


@dataclass(frozen=True, eq=False)
class TemplateCall:
    """A call in a file of a folder. node: what is reported if something is missing.

    passed: the variables by their names, each with its file. is_complete: whether these are all. task: the name of the
    task whose containers it describes, "" for any other call.
    """

    folder: Folder
    path: str
    node: hcl.Node
    file: str
    passed: Mapping[str, tuple[str, hcl.Item]]
    is_complete: bool
    task: str = ""

    @cached_property
    def texts(self) -> dict[str, str]:
        """The expressions that are passed, as they are written."""
        return {name: self.folder.text(path, entry.value) for name, (path, entry) in self.passed.items()}

    @cached_property
    def used(self) -> dict[str, int]:
        """The variables that the template uses, each with the first byte of an expression that has it."""
        data = self.folder.checkout.read(self.file) or b""
        try:
            return used_variables(data)
        except hcl.HclError:
            return {}


def template_calls(folder: Folder) -> tuple[TemplateCall, ...]:
    """The calls whose file is in the checkout."""
    return folder.once(_template_calls)


def _template_calls(folder: Folder) -> tuple[TemplateCall, ...]:
    return tuple(call for call in (*_functions(folder), *_data_sources(folder)) if call is not None)


def _functions(folder: Folder) -> Iterator[TemplateCall | None]:
    for path in folder.files:
        if folder.checkout.holds(path, f"{CALL}("):
            for node in folder.checkout.terraform(path).walk():
                if isinstance(node, hcl.Call) and node.name == CALL and len(node.arguments) == 2:
                    yield template_call(folder, path, node, *node.arguments)


def _data_sources(folder: Folder) -> Iterator[TemplateCall | None]:
    for placed in folder.blocks("data", "template_file"):
        template, variables = (placed.block.attributes.get(name) for name in ("template", "vars"))
        call = template.value if template else None
        if isinstance(call, hcl.Call) and call.name == "file" and len(call.arguments) == 1:
            yield template_call(folder, placed.path, call, call.arguments[0], variables.value if variables else None)


def template_call(
    folder: Folder, path: str, node: hcl.Node, file: hcl.Node, variables: hcl.Node | None = None
) -> TemplateCall | None:
    """A call by the expressions for the file and for the variables; None if there is no such file."""
    name = file_of(folder, path, file)
    if not name or folder.checkout.read(name) is None:
        return None
    return TemplateCall(folder, path, node, name, *passed_in(folder, path, variables))


def file_of(folder: Folder, path: str, node: hcl.Node) -> str:
    """The path of a file that an expression names relative to its folder; "" for any other expression."""
    text = folder.text(path, node).strip('"')
    name = text.removeprefix(_MODULE)
    return joined(folder.path, name) if name != text and "${" not in name else ""


def passed_in(
    folder: Folder, path: str, node: hcl.Node | None, resolve: Resolve = lambda text: None
) -> tuple[dict[str, tuple[str, hcl.Item]], bool]:
    """The variables in an object, in merged ones, or in a local value, and whether these are all.

    resolve: where else an expression is written, None if that is not known.
    """
    node = hcl.unparenthesized(node) if node else None
    if node is None:
        return {}, True
    if isinstance(node, hcl.Object):
        entries = folder.entries(path, node)
        return {name: (path, entry) for name, entry in entries.items()}, all(map(_NAME.fullmatch, entries))
    if isinstance(node, hcl.Call) and node.name == "merge":
        parts = [passed_in(folder, path, argument, resolve) for argument in node.arguments]
        return {name: place for part, _ in parts for name, place in part.items()}, all(known for _, known in parts)
    text = folder.text(path, node)
    elsewhere = resolve(text)
    if elsewhere:
        return passed_in(folder, *elsewhere)
    local = folder.local(text.removeprefix("local.")) if re.fullmatch(r"local\.[\w-]+", text) else None
    if local and text not in folder.text(local.path, local.value):
        return passed_in(folder, local.path, local.value, resolve)
    return {}, False


# --- what a template uses


def used_variables(data: bytes) -> dict[str, int]:
    """The variables of a template, each with a byte where it is used. Raises HclError for one that does not parse."""
    used: dict[str, int] = {}
    loops: set[str] = set()
    for kind, text, offset in template_pieces(data.decode("utf-8", "replace"), 0, True):
        match = _FOR.match(text) if kind == "for" else None
        if match:
            loops |= {name for name in match.groups()[:2] if name}
            text = match[3]
        if match or kind in ("expression", "if"):
            for name in _names(text.strip().strip("~")):
                used.setdefault(name, offset)
    return {name: offset for name, offset in used.items() if name not in loops}


def _names(expression: str) -> Iterator[str]:
    data = expression.encode()
    yield from _names_in(data, hcl.parse_expression(data, 0, len(data)), frozenset())


def _names_in(data: bytes, node: hcl.Node, scope: frozenset[str]) -> Iterator[str]:
    if isinstance(node, hcl.For):
        scope |= set(node.names)
    if isinstance(node, hcl.Reference):
        match = _NAME.match(data[node.start : node.end].decode("utf-8", "replace"))
        if match and match[0] not in scope and match[0] not in _LITERALS:
            yield match[0]
    elif isinstance(node, hcl.Template):
        inner = data[node.inner_start : node.inner_end].decode("utf-8", "replace")
        for _, expression in hcl.split_template(inner):
            if expression:
                yield from (name for name in _names(expression) if name not in scope)
    children = node.children()[1:] if isinstance(node, hcl.Item) and isinstance(node.key, hcl.Reference) else ()
    for child in children or node.children():
        yield from _names_in(data, child, scope)
