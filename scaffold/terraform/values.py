"""The values of expressions in one environment, as far as they are known from the checkout."""

from __future__ import annotations

import re
import sys
from typing import NamedTuple

from scaffold import hcl
from scaffold.terraform.folder import Folder

_BUCKET = re.compile(r"\$\{((?:data\.)?)aws_s3_bucket\.([\w-]+)(?:\[\w+\])?\.(?:id|bucket)\}")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(["\\nrt]))')
_DOUBLED = re.compile(r"[$%]([$%]\{)")
_UNKNOWN = re.compile(r"(?<!\$)\$\{")
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class Values(NamedTuple):
    """A folder with values for its variables. Unknown parts stay `${…}`, and a literal `${` is `$${`."""

    folder: Folder
    variables: dict[str, str]

    def of(self, path: str, node: hcl.Node) -> str:
        """The value of an expression as text."""
        text = self._with_buckets(self.folder.expand(path, node, self.variables))
        return text if isinstance(node, hcl.Template) and node.heredoc else unescaped(text)

    def of_text(self, text: str) -> str:
        """The same for the text of an expression."""
        quoted = text.startswith('"')
        try:
            return unescaped(self.of_template(text[1:-1] if quoted else f"${{{text}}}"))
        except hcl.HclError:
            return f"${{{text}}}"

    def of_template(self, inner: str) -> str:
        """The same for text with interpolations, such as a heredoc's. Raises hcl.HclError if one is not valid."""
        return self._with_buckets(self.folder.expand_text(inner, self.variables))

    def chosen(self, path: str, node: hcl.Node) -> hcl.Node:
        """The branch of a conditional that is used here; any other expression, or an undecided one, as it is."""
        while isinstance(node, hcl.Conditional):
            condition = self.folder.expand(path, node.condition, self.variables)
            if condition not in ("true", "false"):
                return node
            node = node.yes if condition == "true" else node.no
        return node

    def _with_buckets(self, text: str) -> str:
        """Replace the `id` of a bucket with its name, which is the same (AWS provider, aws_s3_bucket)."""
        if "aws_s3_bucket." not in text:
            return text

        def name(match: re.Match[str]) -> str:
            bucket = self.folder.block("data" if match[1] else "resource", "aws_s3_bucket", match[2])
            attribute = bucket.block.attributes.get("bucket") if bucket else None
            if bucket is None or attribute is None:
                return match[0]
            return self.folder.expand(bucket.path, attribute.value, self.variables)

        return _BUCKET.sub(name, text)


def is_known(value: str) -> bool:
    """Whether a value is free of `${…}`."""
    return "${" not in value or _UNKNOWN.search(value) is None


def literal(value: str) -> str:
    """A value as the program receives it."""
    return _DOUBLED.sub(r"\1", value)


def unescaped(text: str) -> str:
    """The inside of a quoted string with its escapes decoded, such as `\\u00e9`."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    if code:
        return chr(int(code, 16)) if int(code, 16) <= sys.maxunicode else match[0]
    return _ESCAPED.get(match[3], match[3])
