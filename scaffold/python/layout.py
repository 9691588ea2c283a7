"""Black's layout of calls, strings and docstrings."""

from __future__ import annotations

LINE_LENGTH = 100  # black's in the API's pyproject.toml


def python_string(value: str) -> str:
    """A string literal of Python with the quotes that black chooses: double ones, unless single ones save escapes."""
    quote = "'" if value.count('"') > value.count("'") else '"'
    text = value.encode("unicode_escape").decode() if not value.isprintable() else value.replace("\\", "\\\\")
    return quote + text.replace(quote, "\\" + quote) + quote


def python_call(head: str, arguments: list[str], indent: int = 0, tail: str = "") -> str:
    """A call or a signature as black lays it out: on one line, else its arguments on a line of their own, else each on
    one. tail: what stands behind the closing parenthesis."""
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
    """A docstring in one paragraph. It ends in a full stop, so that no quote or backslash stands before the quotes."""
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
