"""User input as literals of HCL, JSON and the shell, from which it cannot escape."""

from __future__ import annotations


def hcl_string(value: str) -> str:
    """The content of a quoted Terraform string. `${…}` stays an interpolation; everything else is escaped.

    Raises hcl.HclError if an interpolation is not closed or does not contain a valid expression.
    """
    from scaffold.hcl import split_template

    escaped = []
    for literal, expression in split_template(value, written=True):
        escaped.append(f"${{{expression}}}" if expression else _hcl_literal(literal))
    return "".join(escaped)


def _hcl_literal(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    text = text.replace("%{", "%%{")
    return "".join(char if char.isprintable() else _hcl_escape(ord(char)) for char in text)


def _hcl_escape(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def hcl_value(value: str) -> str:
    """A value as Terraform: the bare expression if it is a single `${…}`, else a quoted string."""
    from scaffold.hcl import split_template

    parts = list(split_template(value))
    if len(parts) == 1 and parts[0][1]:
        return parts[0][1].strip()
    return f'"{hcl_string(value)}"'


def json_string(value: str) -> str:
    """A JSON string in a Terraform heredoc. `${…}` stays an interpolation."""
    import json

    from scaffold.hcl import split_template

    pieces = []
    for literal, expression in split_template(value, written=True):
        text = "".join(char if char.isprintable() and char not in '"\\' else json.dumps(char)[1:-1] for char in literal)
        pieces.append(f"${{{expression}}}" if expression else text.replace("%{", "%%{"))
    return f'"{"".join(pieces)}"'


def shell(*words: str) -> str:
    """Words quoted for a shell, always on one line."""
    import shlex

    return " ".join(shlex.quote(word) if word.isprintable() else f"$'{_ansi_c(word)}'" for word in words)


def _ansi_c(word: str) -> str:
    """The content of `$'…'` in bash and zsh."""
    escaped = []
    for char in word:
        code = ord(char)
        escape = f"\\{char}" if char in "\\'" else f"\\x{code:02x}" if code < 0x80 else _hcl_escape(code)
        escaped.append(char if char.isprintable() and char not in "\\'" else escape)
    return "".join(escaped)
