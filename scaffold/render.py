"""template/ into text: the only module that knows Jinja. Values are data here, they are never rendered themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from scaffold.checkout import Checkout
from scaffold.template_check import check_rendered, refusal
from scaffold.template_files import CHECKOUT_FOLDER, check_own_folder, template_file

if TYPE_CHECKING:
    from jinja2 import Environment

LINE_LENGTH = 100  # black's in the API's pyproject.toml
_ASSIGNMENT = re.compile(r'(\s*)([\w-]+|"[^"]*")(\s*)= (?!.*(?:[\[{(]|<<-?\w+)$)')


@lru_cache(maxsize=4)
def _environment(checkout: Checkout | None) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if checkout:
        check_own_folder(checkout)

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        found = template_file(name, checkout)
        return (found.text, found.place, lambda: True) if found else None

    # As cookiecutter renders, with `_jinja2_env_vars`; but in a sandbox, since a checkout may bring its own templates.
    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def _rendered(name: str, checkout: Checkout | None, context: Mapping[str, object]) -> str:
    """The text of a file of template/ as the checkout has it. Raises Refusal for a fault in one of the team's."""
    try:
        return _environment(checkout).get_template(name).render(context)
    except Exception as error:
        found = refusal(error, checkout, context) if checkout else None
        if found is None:
            raise
        raise found from error


def snippet(file: str, checkout: Checkout | None, /, **values: object) -> str:
    """A file of template/snippets, without blank lines around it, and in Terraform's own format if it is Terraform.

    checkout: whose own file counts where it has one; None for the packaged one. Raises Refusal.
    """
    text = _rendered(f"snippets/{file}", checkout, values).strip("\n")
    check_rendered(f"snippets/{file}", text, checkout)
    return aligned(text) if file.endswith(".tf") else text


def new_file(template: str, checkout: Checkout | None, context: Mapping[str, object]) -> str:
    """A file of the template's checkout folder; the context is what cookiecutter would give it. Raises Refusal."""
    name = f"{CHECKOUT_FOLDER}/{template}"
    text = _rendered(name, checkout, {"cookiecutter": context}).strip("\n") + "\n"
    check_rendered(name, text, checkout)
    return text


def document(file: str, checkout: Checkout | None, /, **values: object) -> str:
    """A file of the template's own folder: text for people, not for a checkout. Raises Refusal."""
    text = _rendered(file, checkout, values).strip("\n") + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)


def aligned(text: str) -> str:
    """Terraform text with the equals signs of neighbouring one-line attributes in one column, as `fmt` does."""
    lines = text.split("\n")
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and _alignable(lines[end], lines[start]):
            end += 1
        if end > start:
            lines[start:end] = _in_one_column(lines[start:end])
        start = max(end, start + 1)
    return "\n".join(lines)


def _alignable(line: str, first: str) -> bool:
    match, other = _ASSIGNMENT.match(line), _ASSIGNMENT.match(first)
    return match is not None and other is not None and match[1] == other[1]


def _in_one_column(lines: list[str]) -> list[str]:
    parts = [line.split("=", 1) for line in lines]
    width = max(len(left.rstrip()) for left, _ in parts)
    return [f"{left.rstrip():<{width}} ={right}" for left, right in parts]


# --- literals: nothing that a user typed leaves them


def hcl_string(value: str) -> str:
    """The inside of a quoted string of Terraform. `${…}` stays an interpolation; all else stands for itself.

    Raises hcl.HclError where an interpolation is not closed or holds no expression.
    """
    from scaffold.hcl import split_template

    escaped = []
    for literal, expression in split_template(value):
        escaped.append(f"${{{expression}}}" if expression else _hcl_literal(literal))
    return "".join(escaped)


def _hcl_literal(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    text = text.replace("%{", "%%{")
    return "".join(char if char.isprintable() else _hcl_escape(ord(char)) for char in text)


def _hcl_escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def hcl_value(value: str) -> str:
    """A value as Terraform: the bare expression where it is one single `${…}`, else a quoted string."""
    from scaffold.hcl import split_template

    parts = list(split_template(value))
    if len(parts) == 1 and parts[0][1]:
        return parts[0][1].strip()
    return f'"{hcl_string(value)}"'


def json_string(value: str) -> str:
    """A JSON string in a heredoc of Terraform. `${…}` stays an interpolation."""
    import json

    from scaffold.hcl import split_template

    pieces = []
    for literal, expression in split_template(value):
        text = "".join(char if char.isprintable() and char not in '"\\' else json.dumps(char)[1:-1] for char in literal)
        pieces.append(f"${{{expression}}}" if expression else text.replace("%{", "%%{"))
    return f'"{"".join(pieces)}"'


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


def shell(*words: str) -> str:
    """Words as a shell takes them, on one line whatever stands in them."""
    import shlex

    return " ".join(shlex.quote(word) if word.isprintable() else f"$'{_ansi_c(word)}'" for word in words)


def _ansi_c(word: str) -> str:
    """The inside of `$'…'` of bash and zsh."""
    escaped = []
    for char in word:
        code = ord(char)
        escape = f"\\{char}" if char in "\\'" else f"\\x{code:02x}" if code < 0x80 else _hcl_escape(code)
        escaped.append(char if char.isprintable() and char not in "\\'" else escape)
    return "".join(escaped)
