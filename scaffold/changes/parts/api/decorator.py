"""The name in `@background_task`, replaced."""

from __future__ import annotations

import ast

from scaffold.pfml.entrypoints import name_argument, task_name_in
from scaffold.python.layout import python_call, python_string
from scaffold.python.renames import node_span, text_offset, with_spans
from scaffold.spec.naming import Naming


def with_task_name(text: str, naming: Naming) -> str:
    """`@background_task("OLD")` with the new name, laid out as black does if it was before."""
    forms = {naming.old_slug: naming.new_slug, naming.old: naming.new}
    spans = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or (old := task_name_in(node) or "") not in forms:
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
