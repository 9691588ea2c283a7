"""A container image of this project with a literal tag, or without a tag.

Source: Amazon ECS Developer Guide, "Container image tag best practices"; without a tag it is `latest` (Docker,
"docker image pull").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.audit.finding import Finding
from scaffold.terraform.folder import Folder

WHY = "A deployment sets a new tag, and a container with a literal one goes on running whatever has that tag."
HOW = "Use the variable with the tag that is deployed, as in the images of the other containers."
_WORDS = ("repository_url", ".dkr.ecr.")
_REPOSITORY = re.compile(r"(?:data\.)?aws_ecr_repository\.[\w-]+(?:\[[^\]]*\])?\.repository_url")
_REGISTRY = re.compile(r"\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com/")
# A name that moves, a commit, a date. A version may be that of another program, which is pinned on purpose.
_TAG = re.compile(r"latest|stable|main|master|develop|dev|prod|stage|test|[0-9a-f]{7,40}|\d{4}-?\d\d-?\d\d")


class _Image(NamedTuple):
    """An expression for the address of an image: its parts as literal text and as expressions, in order."""

    path: str
    node: hcl.Node
    pieces: tuple[tuple[str, str], ...]


def check(facts: Facts) -> Iterator[Finding]:
    folder = facts.template
    images = [image for path in folder.files if _has_address(folder, path) for image in _images(folder, path)]
    usual = next(filter(None, map(_variable, images)), "")
    for image in () if facts.focus else images:
        tag = _literal_tag(image)
        if tag is not None:
            yield _finding(facts, image, tag, usual)


def _has_address(folder: Folder, path: str) -> bool:
    return any(folder.checkout.holds(path, word) for word in _WORDS)


def _images(folder: Folder, path: str) -> Iterator[_Image]:
    """The addresses in a file that begin with a repository of this project."""
    data = folder.checkout.require(path)
    inside: set[hcl.Node] = set()
    for node in folder.checkout.terraform(path).walk():
        is_image = isinstance(node, hcl.Item) and node.name(data) == "image"
        expression = node.value if isinstance(node, hcl.Item) and is_image else node
        if expression not in inside and (pieces := _pieces(folder, path, expression)):
            inside.update(expression.walk())
            if len(pieces) > 1 or is_image:
                yield _Image(path, expression, pieces)


def _pieces(folder: Folder, path: str, node: hcl.Node) -> tuple[tuple[str, str], ...]:
    """Those of an expression; none if it is not the address of an image of this project."""
    if not isinstance(node, hcl.Template | hcl.Call | hcl.Reference):
        return ()
    pieces = tuple(_flat(folder, path, node))
    if not isinstance(node, hcl.Reference):
        pieces = tuple(resolved for piece in pieces for resolved in _resolved(folder, *piece))
    if pieces and (_REPOSITORY.fullmatch(pieces[0][1]) or _REGISTRY.match(pieces[0][0])):
        return pieces
    return ()


def _flat(folder: Folder, path: str, node: hcl.Node) -> Iterator[tuple[str, str]]:
    """Literal text and expressions, in order; nothing for what is not a plain address."""
    text = folder.text(path, node)
    if isinstance(node, hcl.Template) and not node.heredoc:
        yield from ((literal, expression.strip()) for literal, expression in hcl.split_template(text[1:-1]))
    elif isinstance(node, hcl.Call) and node.name == "format":
        yield from _formatted(folder, path, node)
    elif isinstance(node, hcl.Call) and node.name == "join" and len(node.arguments) == 2:
        separator = folder.text(path, node.arguments[0]).strip('"')
        for index, argument in enumerate(node.arguments[1].children()):
            yield from [(separator, "")] if index else []
            yield from _flat(folder, path, argument)
    elif isinstance(node, hcl.Reference):
        yield "", text


def _resolved(folder: Folder, literal: str, expression: str) -> Iterator[tuple[str, str]]:
    """A piece with the value of a local."""
    if not expression.startswith("local."):
        yield literal, expression
        return
    yield from ((text, inner.strip()) for text, inner in hcl.split_template(folder.expanded(expression)))


def _formatted(folder: Folder, path: str, call: hcl.Call) -> Iterator[tuple[str, str]]:
    literals = folder.text(path, call.arguments[0]).strip('"').split("%s") if call.arguments else []
    if len(literals) != len(call.arguments):
        return
    for literal, argument in zip(literals, call.arguments[1:], strict=False):
        yield from [(literal, "")] if literal else []
        yield from _flat(folder, path, argument)
    if literals and literals[-1]:
        yield literals[-1], ""


def _literal_tag(image: _Image) -> str | None:
    """The tag if it is literal, "" if there is none; None for any other address, such as one with a digest."""
    written = "".join(literal or "${}" for literal, _ in image.pieces)
    name, colon, tag = written.rpartition(":")
    if not colon or "/" in tag:
        return "" if len(image.pieces) == 1 else None
    return tag if _TAG.fullmatch(tag) and "@" not in name else None


def _variable(image: _Image) -> str:
    """The expression of an address's tag; "" if it is not an expression alone."""
    if len(image.pieces) < 3 or not image.pieces[-2][0].endswith(":"):
        return ""
    return image.pieces[-1][1]


def _finding(facts: Facts, image: _Image, tag: str, usual: str) -> Finding:
    block = facts.checkout.terraform(image.path).block_at(image.node.start)
    assert block
    which = f"has the literal tag {tag!r}" if tag else "has no tag, which means latest"
    return Finding(
        subject=block.labels[-1] if block.labels else block.type,
        message=f"the image {which}, so deploying another version of the code does not change what the container runs",
        instead=f"Use {usual}." if usual else "Use a variable.",
        path=image.path,
        offset=image.node.start,
    )
