"""The name in `@background_task`: read, and replaced."""

from __future__ import annotations

import ast

from scaffold.pfml.entrypoints import DECORATOR, name_argument
from scaffold.python.layout import python_call, python_string
from scaffold.python.renames import node_span, text_offset, with_spans
from scaffold.spec.naming import Naming


def task_name(decorator: ast.expr) -> str | None:
    """The name in `@background_task("name")`, however background_task was imported; None for another decorator."""
    if not isinstance(decorator, ast.Call):
        return None
    function = decorator.func
    called = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    name = name_argument(decorator) if called == DECORATOR else None
    if name is None:
        return None
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ast.unparse(name)


# --- texts


def with_task_name(text: str, naming: Naming) -> str:
    """`@background_task("OLD")` with the new name, laid out as black does if it was before."""
    forms = {naming.old_slug: naming.new_slug, naming.old: naming.new}
    spans = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or (old := task_name(node) or "") not in forms:
            continue
        value = name_argument(node)
        if value is None:
            continue
        line = text_offset(text, node.lineno, 0)
        start, end = node_span(text, node)
        laid_out = f"@{python_call('background_task', [python_string(old)])}"
        if text[line:end] == laid_out:
            spans.append((line, end, f"@{python_call('background_task', [python_string(forms[old])])}"))
        else:
            start, end = node_span(text, value)
            spans.append((start, end, text[start:end].replace(old, forms[old])))
    return with_spans(text, spans)
