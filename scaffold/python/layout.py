"""Calls, strings and docstrings, formatted as black would."""

from __future__ import annotations

LINE_LENGTH = 100  # black's in the API's pyproject.toml


def python_string(value: str) -> str:
    """A Python string literal with the quotes that black prefers: double, unless single ones need fewer escapes."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    text = value.encode("unicode_escape").decode() if not value.isprintable() else value.replace("\\", "\\\\")
    return quote + text.replace(quote, "\\" + quote) + quote


def python_call(head: str, arguments: list[str], indent: int = 0, tail: str = "") -> str:
    """A call or a signature as black formats it: on one line, else with its arguments on a second one, else with each
    on its own line. tail: the text after the closing parenthesis."""
    space, joined = " " * indent, ", ".join(arguments)
    if not arguments or indent + len(head) + len(joined) + len(tail) + 2 <= LINE_LENGTH:
        return f"{space}{head}({joined}){tail}"
    alone = len(arguments) == 1
    if alone or indent + 4 + len(joined) <= LINE_LENGTH:
        comma = "," if alone and head.startswith("def ") else ""
        return f"{space}{head}(\n{space}    {joined}{comma}\n{space}){tail}"
    lines = "".join(f"{space}    {argument},\n" for argument in arguments)
    return f"{space}{head}(\n{lines}{space}){tail}"


def docstring(text: str, indent: int = 4) -> str:
    """A docstring of one paragraph. It ends with a period, so that no quote or backslash precedes the quotes."""
    if not text:
        return ""
    import textwrap

    body = text.replace("\\", "\\\\").replace('"', '\\"')
    body += "" if body.endswith((".", "!", "?")) else "."
    space = " " * indent
    if indent + len(body) + 6 <= LINE_LENGTH:
        return f'{space}"""{body}"""'
    lines = textwrap.wrap(body, LINE_LENGTH - indent - 3, break_long_words=False, break_on_hyphens=False)
    end = f"\n{space}" if len(lines) > 1 else ""
    return f'{space}"""' + f"\n{space}".join(lines) + f'{end}"""'
