"""The filters of notifications as they are written in Terraform."""

from __future__ import annotations

from scaffold import hcl
from scaffold.aws import filters
from scaffold.terraform.values import literal, unescaped


def same_filter(first: str, second: str) -> bool:
    """Whether two filters, the insides of strings, match the same keys. One that is not URL-encoded matches none."""
    return first == second or _normal(first) == _normal(second)


def _normal(inner: str) -> list[tuple[str, str]]:
    pieces = []
    for text, expression in hcl.split_template(inner):
        text = literal(unescaped(text))
        pieces.append((text if filters.unencoded(text) else filters.normal(text), expression.strip()))
    return pieces


def decoded(value: str) -> str:
    """A filter's value with the text that keys have; unknown parts stay `${…}`."""
    try:
        pieces = list(hcl.split_template(value))
    except hcl.HclError:
        return value
    return "".join(f"${{{expression}}}" if expression else filters.decoded(text) for text, expression in pieces)


def keys_of(inner: str) -> str:
    """The text of the keys that a filter matches, without the interpolations and what follows the first."""
    return filters.decoded(literal(unescaped(inner.partition("${")[0])))


def key_ends_of(inner: str) -> str:
    """The same for a suffix: without the interpolations and what precedes the last."""
    return filters.decoded(literal(unescaped(inner.rpartition("}")[2] if "${" in inner else inner)))
