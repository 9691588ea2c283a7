"""Where a finding is in the structure of its file, which stays as it is when lines or blocks move."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.toml import statements
from scaffold.hcl import line_of


def address(checkout: TolerantCheckout, path: str, offset: int) -> str:
    """The names of everything around a byte, outermost first, with periods; "" if nothing around it has a name.

    Terraform: blocks, attributes and keys (`locals.tasks.dor-import.cpu`). Python: classes and functions. TOML: tables
    and keys.
    """
    if path.endswith(".tf"):
        names = tuple(_terraform_names(checkout.terraform(path), checkout.read(path) or b"", offset))
    elif path.endswith(".py"):
        names = tuple(_python_names(checkout, path, offset))
    elif path.endswith(".toml"):
        names = _toml_names(checkout.read(path) or b"", offset)
    else:
        return ""
    return ".".join(names)


def _terraform_names(node: hcl.Node, data: bytes, offset: int) -> Iterator[str]:
    inner = next((child for child in node.children() if child.start <= offset < child.end), None)
    if inner is None:
        return
    if isinstance(inner, hcl.Block):
        yield from (name for name in (inner.type, *inner.labels) if name != "resource")
    elif isinstance(inner, hcl.Attribute):
        yield inner.name
    elif isinstance(inner, hcl.Item):
        yield inner.name(data)
    yield from _terraform_names(inner, data, offset)


def _python_names(checkout: TolerantCheckout, path: str, offset: int) -> Iterator[str]:
    module = checkout.module(path)
    if module is None:
        return
    line = line_of(module.data, offset)
    body: list[ast.stmt] = module.tree.body
    while body:
        around = next((node for node in body if _covers(node, line)), None)
        if not isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return
        yield around.name
        body = around.body


def _covers(node: ast.stmt, line: int) -> bool:
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else []
    first = min((decorator.lineno for decorator in decorators), default=node.lineno)
    return first <= line <= (node.end_lineno or node.lineno)


def _toml_names(data: bytes, offset: int) -> tuple[str, ...]:
    return next((statement.path for statement in statements(data) if statement.start <= offset < statement.end), ())
