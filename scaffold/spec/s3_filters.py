"""The prefix and suffix of a trigger: as they are typed, as S3 compares them, and as a policy names keys.

Typed text is the text of keys, such as `my folder/` or `year=2022/`. Text with an escape such as `%3D` is taken as
URL-encoded already. An interpolation stays as it is.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator

from scaffold import hcl
from scaffold.aws import filters
from scaffold.errors import Refusal
from scaffold.spec.checks import check_composed


def filter_text(typed: str) -> str:
    """What the notification has: URL-encoded."""
    return _with_literals(typed, lambda key: filters.encoded(key))


def key_text(typed: str) -> str:
    """The text of the keys, in the form of a Terraform string."""
    return _with_literals(typed, lambda key: key.replace("${", "$${"))


def _with_literals(typed: str, written: Callable[[str], str]) -> str:
    escaped = filters.has_escape("".join(_literals(typed)))
    pieces = []
    for literal, expression in hcl.split_template(typed, written=True):
        text = literal.replace("$${", "${")
        pieces.append(f"${{{expression}}}" if expression else written(filters.decoded(text) if escaped else text))
    return "".join(pieces)


def _literals(typed: str) -> Iterator[str]:
    return (literal.replace("$${", "${") for literal, expression in hcl.split_template(typed) if not expression)


def note(option: str, typed: str) -> str:
    """What is written instead of the typed text, or how it is read; "" if it is written as it is typed."""
    written = filter_text(typed)
    if written == typed and not filters.has_escape("".join(_literals(typed))):
        return ""
    end = "start" if option == "--s3-prefix" else "end"
    what = "is URL-encoded" if written == typed else f"is written as {written!r}, since S3 compares URL-encoded keys"
    return f"{option} {typed!r} {what}; it matches keys that {end} with {key_text(typed)!r}."


def unusual(option: str, typed: str) -> str:
    """What is probably a mistake in a prefix; "" for any other."""
    if option != "--s3-prefix" or not typed.startswith("/"):
        return ""
    bare = typed.lstrip("/")
    usual = f"use --s3-prefix {shlex.quote(bare)}" if bare else "omit it"
    return f"--s3-prefix {typed!r}: keys in S3 hardly ever begin with /; {usual} unless these do."


def check_filter(typed: str, option: str) -> None:
    """Raise Refusal for a prefix or suffix that no key matches, or that S3 would refuse."""
    literals = list(_literals(typed))
    for text in literals:
        _check_escapes(text, typed, option)
    if any(filters.wildcard(text) for text in literals):
        raise Refusal(
            "S3 filters have no wildcards; each character is compared with the key's",
            option=option,
            value=typed,
            instead=_without_wildcards(typed, option),
        )
    check_composed(key_text(typed), option, typed)  # for the policy; the filter itself is URL-encoded
    length = sum(len(filter_text(text.replace("${", "$${"))) for text in literals)
    if length > filters.MAX_LENGTH:
        raise Refusal(
            f"a filter has at most {filters.MAX_LENGTH} characters, but this has {length} when it is URL-encoded",
            option=option,
            value=typed,
            instead="Use a shorter one.",
        )


def _check_escapes(text: str, typed: str, option: str) -> None:
    invalid = filters.invalid_escape(text)
    if filters.has_escape(invalid):
        raise Refusal(
            f"{invalid} does not decode to UTF-8", option=option, value=typed, instead="Encode the text as UTF-8."
        )
    if invalid:
        raise Refusal(
            f"% begins a URL-encoded character such as %3D, but {invalid!r} is not one",
            option=option,
            value=typed,
            instead="Write %25 for a percent sign.",
        )


def _without_wildcards(typed: str, option: str) -> str:
    if "${" in typed:
        kept = "after" if option == "--s3-suffix" else "before"
        return f"Keep the text {kept} the wildcard, or write %2A for a literal *."
    prefix, suffix = (filters.without_wildcards(typed, end) for end in (False, True))
    options = {"--s3-prefix": prefix} if option == "--s3-prefix" else {}
    used = [f"{name} {shlex.quote(text)}" for name, text in {**options, "--s3-suffix": suffix}.items() if text]
    return f"{'Use ' + ' and '.join(used) if used else 'Omit ' + option}, or write %2A for a literal *."
