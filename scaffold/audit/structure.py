"""Where a finding is in the structure of its file, which stays as it is when lines or blocks move."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from scaffold import hcl
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.toml import statements
from scaffold.hcl import line_of
from scaffold.python.module import first_line

_Named = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def address(checkout: TolerantCheckout, path: str, offset: int) -> str:
    """The names of everything around a byte, outermost first, with periods; "" if nothing around it has a name.

    Terraform: blocks, attributes and keys (`locals.tasks.dor-import.cpu`). Python: classes and functions. TOML: tables
    and keys.
    """
    if path.endswith(".tf"):
        around, data = islice(checkout.terraform(path).path_to(offset), 1, None), checkout.read(path) or b""
        names = tuple(name for node in around for name in _own_names(node, data))
    elif path.endswith(".py"):
        names = tuple(_python_names(checkout, path, offset))
    elif path.endswith(".toml"):
        names = _toml_names(checkout.read(path) or b"", offset)
    else:
        return ""
    return ".".join(names)


def unit(path: str, place: str) -> str:
    """The part of an address that can move on its own: a block, a local value or an entry of one, a function, a key."""
    names = place.split(".")
    if path.endswith(".tf"):
        return ".".join(names[: 3 if names[0] in ("data", "locals") else 2])
    return names[0] if path.endswith(".py") else place


def has_address(checkout: TolerantCheckout, path: str, place: str) -> bool:
    """Whether a file has something with that address; so it seems if the file does not parse."""
    return place in checkout.once(_addresses, path) or path in checkout.unparsed


def has_unit(checkout: TolerantCheckout, path: str, name: str) -> bool:
    """Whether a file has something with that address, or with an address in it."""
    return name in checkout.once(_all_units, path) or path in checkout.unparsed


def _all_units(checkout: TolerantCheckout, path: str) -> frozenset[str]:
    return frozenset(unit(path, place) for place in checkout.once(_addresses, path))


def _addresses(checkout: TolerantCheckout, path: str) -> frozenset[str]:
    """All addresses of a file, with "" for the file itself."""
    data = checkout.read(path)
    if data is None:
        return frozenset()
    places: Iterable[tuple[str, ...]] = ()
    if path.endswith(".tf"):
        places = _all_terraform_names(checkout.terraform(path), data)
    elif path.endswith(".py"):
        module = checkout.module(path)
        places = _all_python_names(module.tree.body) if module else ()
    elif path.endswith(".toml"):
        places = (statement.path for statement in statements(data))
    return frozenset(("", *(".".join(names) for names in places)))


def _all_terraform_names(node: hcl.Node, data: bytes, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for child in node.children():
        names = (*above, *_own_names(child, data))
        yield names
        yield from _all_terraform_names(child, data, names)


def _all_python_names(body: Sequence[ast.stmt], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for node in body:
        if isinstance(node, _Named):
            yield (*above, node.name)
            yield from _all_python_names(node.body, (*above, node.name))


def _own_names(node: hcl.Node, data: bytes) -> Iterator[str]:
    if isinstance(node, hcl.Block):
        yield from (name for name in (node.type, *node.labels) if name != "resource")
    elif isinstance(node, hcl.Attribute):
        yield node.name
    elif isinstance(node, hcl.Item):
        yield node.name(data)


def _python_names(checkout: TolerantCheckout, path: str, offset: int) -> Iterator[str]:
    module = checkout.module(path)
    if module is None:
        return
    line = line_of(module.data, offset)
    body: list[ast.stmt] = module.tree.body
    while body:
        around = next((node for node in body if first_line(node) <= line <= (node.end_lineno or line)), None)
        if not isinstance(around, _Named):
            return
        yield around.name
        body = around.body


def _toml_names(data: bytes, offset: int) -> tuple[str, ...]:
    return next((statement.path for statement in statements(data) if statement.start <= offset < statement.end), ())
