"""IAM policies as Terraform writes them, by a data source, `jsonencode` or JSON text, all as one kind of statement.

What cannot be read is never guessed: `whole` says whether all of it could be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scaffold import hcl
from scaffold.hcl import split_template
from scaffold.terraform.folder import Folder, PlacedBlock

_DOCUMENT = re.compile(r"data\.aws_iam_policy_document\.([\w-]+)(?:\[[^\]]*\])?\.(?:json|minified_json)")
_MERGED = {"source_json", "override_json", "source_policy_documents", "override_policy_documents"}
_LISTS = ("concat", "compact", "flatten", "distinct", "toset", "tolist", "sort")
_STAND_IN = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True, slots=True)
class Text:
    """A string of a policy: what would stand between its quotes in Terraform, and where it stands."""

    inner: str
    path: str
    start: int


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of strings. whole: whether these are all that it can hold, and it certainly holds them."""

    items: tuple[Text, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    test: Text
    variable: Text
    values: Texts


@dataclass(frozen=True, slots=True)
class Principals:
    type: str
    identifiers: Texts


@dataclass(frozen=True, slots=True)
class Statement:
    """effect: "" where it cannot be told. A list that a statement does not have is None."""

    path: str
    start: int
    effect: str
    actions: Texts | None
    not_actions: Texts | None
    resources: Texts | None
    not_resources: Texts | None
    principals: tuple[Principals, ...]
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """address: of the data source, or of the resource that holds the policy itself."""

    address: str
    path: str
    start: int
    statements: tuple[Statement, ...]
    whole: bool


def document_of(folder: Folder, path: str, node: hcl.Node, address: str) -> Document | None:
    """The policy that an expression comes to; None for one that cannot be read."""
    node = _unwrapped(node)
    text = folder.text(path, node)
    if match := _DOCUMENT.fullmatch(text):
        found = folder.block("data", "aws_iam_policy_document", match[1])
        return read(folder, found) if found else None
    if (match := re.fullmatch(r"local\.([\w-]+)", text)) and (local := folder.local(match[1])):
        return None if text in folder.text(*_place(local)) else document_of(folder, *_place(local), address)
    if isinstance(node, hcl.Call) and node.name == "jsonencode" and len(node.arguments) == 1:
        return _from_json(_json_of(folder, path, node.arguments[0]), address, path, node.start)
    if isinstance(node, hcl.Template):
        return _from_json(_parsed(folder, path, node), address, path, node.start)
    return None


def _unwrapped(node: hcl.Node) -> hcl.Node:
    """An expression without parentheses around it."""
    while isinstance(node, hcl.Compound) and len(node.parts) == 1 and node.parts[0].start > node.start:
        node = node.parts[0]
    return node


def _place(local: tuple[str, hcl.Attribute]) -> tuple[str, hcl.Node]:
    return local[0], local[1].value


def inner_of(folder: Folder, path: str, node: hcl.Node) -> str:
    """An expression as the inside of a quoted string."""
    if isinstance(node, hcl.Template) and not node.heredoc:
        return folder.checkout.require(path)[node.inner_start : node.inner_end].decode("utf-8", "replace")
    return f"${{{folder.text(path, node)}}}"


def texts(folder: Folder, path: str, node: hcl.Node) -> Texts:
    """The strings of a list, or a single one."""
    node = _unwrapped(node)
    if isinstance(node, hcl.Tuple):
        return _joined([texts(folder, path, item) for item in node.items])
    if isinstance(node, hcl.Call) and node.name in _LISTS:
        return _joined([texts(folder, path, item) for item in node.arguments])
    if isinstance(node, hcl.Conditional):
        either = _joined([texts(folder, path, node.yes), texts(folder, path, node.no)])
        return Texts(either.items, False)
    if isinstance(node, hcl.Reference):
        name = folder.text(path, node)
        found = folder.local(name[6:]) if re.fullmatch(r"local\.[\w-]+", name) else None
        is_list = found is not None and isinstance(found[1].value, hcl.Tuple | hcl.Call)
        if found and is_list and name not in folder.text(*_place(found)):
            return texts(folder, *_place(found))
    if isinstance(node, hcl.Template | hcl.Reference):
        # A name may stand for a whole list; nothing is known of it then, as of any other name.
        return Texts((Text(inner_of(folder, path, node), path, node.start),))
    return Texts((), False)


def _joined(parts: list[Texts]) -> Texts:
    return Texts(tuple(item for part in parts for item in part.items), all(part.whole for part in parts))


# --- data sources


def read(folder: Folder, found: PlacedBlock) -> Document:
    """A data source `aws_iam_policy_document`."""
    block, statements = found.block, []
    whole = not _MERGED & set(block.attributes)
    for inner in block.blocks:
        if inner.type == "statement":
            statements.append(_statement(folder, found.path, inner))
        elif inner.type == "dynamic" and inner.labels[:1] == ("statement",):
            whole = False
            content = inner.find("content")
            if content is not None:
                statements.append(_statement(folder, found.path, content))
    address = f"data.aws_iam_policy_document.{block.labels[1]}"
    return Document(address, found.path, block.start, tuple(statements), whole)


def _statement(folder: Folder, path: str, block: hcl.Block) -> Statement:
    def listed(name: str) -> Texts | None:
        attribute = block.attributes.get(name)
        return texts(folder, path, attribute.value) if attribute else None

    effect = block.attributes.get("effect")
    conditions = [inner for inner in block.blocks if "condition" in (inner.type, *inner.labels)]
    return Statement(
        path=path,
        start=block.start,
        effect=_effect(inner_of(folder, path, effect.value)) if effect else "Allow",
        actions=listed("actions"),
        not_actions=listed("not_actions"),
        resources=listed("resources"),
        not_resources=listed("not_resources"),
        principals=tuple(_principals(folder, path, block)),
        conditions=tuple(_conditions(folder, path, conditions)),
    )


def _principals(folder: Folder, path: str, statement: hcl.Block) -> Iterator[Principals]:
    for block in statement.blocks:
        if block.type == "principals" and {"type", "identifiers"} <= set(block.attributes):
            type, identifiers = (block.attributes[name].value for name in ("type", "identifiers"))
            yield Principals(inner_of(folder, path, type), texts(folder, path, identifiers))


def _conditions(folder: Folder, path: str, blocks: list[hcl.Block]) -> Iterator[Condition]:
    for outer in blocks:
        block = outer if outer.type == "condition" else outer.find("content")
        if block and {"test", "variable", "values"} <= set(block.attributes):
            test, variable = (
                Text(inner_of(folder, path, node.value), path, node.value.start)
                for node in (block.attributes["test"], block.attributes["variable"])
            )
            yield Condition(test, variable, texts(folder, path, block.attributes["values"].value))


def _effect(inner: str) -> str:
    return inner if inner in ("Allow", "Deny") else ""


# --- JSON

_UNKNOWN = object()


def _json_of(folder: Folder, path: str, node: hcl.Node) -> object:
    """The argument of `jsonencode` as dictionaries, lists and texts."""
    node = _unwrapped(node)
    if isinstance(node, hcl.Object):
        return {folder.text(path, item.key).strip('"'): _json_of(folder, path, item.value) for item in node.items}
    if isinstance(node, hcl.Tuple):
        return [_json_of(folder, path, item) for item in node.items]
    if isinstance(node, hcl.Template | hcl.Reference):
        found = texts(folder, path, node)
        return found.items[0] if len(found.items) == 1 else list(found.items)
    return _UNKNOWN


def _parsed(folder: Folder, path: str, node: hcl.Template) -> object:
    """A JSON text; its interpolations stay in the strings that hold them."""
    inner = folder.checkout.require(path)[node.inner_start : node.inner_end].decode("utf-8", "replace")
    if "%{" in inner:
        return _UNKNOWN
    if not node.heredoc:
        inner = inner.replace('\\"', '"')
    expressions: list[str] = []
    pieces = []
    for literal, expression in split_template(inner):
        if expression:
            expressions.append(expression)
        pieces.append(literal if not expression else f"\ue000{len(expressions) - 1}\ue001")
    try:
        value = json.loads("".join(pieces))
    except ValueError:
        return _UNKNOWN
    data = folder.checkout.require(path)

    def with_texts(value: object) -> object:
        if isinstance(value, dict):
            return {key: with_texts(each) for key, each in value.items()}
        if isinstance(value, list):
            return [with_texts(each) for each in value]
        if not isinstance(value, str):
            return _UNKNOWN
        text = _STAND_IN.sub(lambda match: f"${{{expressions[int(match[1])]}}}", value)
        return Text(text, path, max(node.start, data.find(f'"{text}"'.encode(), node.start, node.end)))

    return with_texts(value)


def _from_json(value: object, address: str, path: str, start: int) -> Document | None:
    if not isinstance(value, dict):
        return None
    listed = _get(value, "Statement")
    found = listed if isinstance(listed, list) else [listed]
    statements = tuple(_from_object(each, path, start) for each in found if isinstance(each, dict))
    return Document(address, path, start, statements, len(statements) == len(found))


def _from_object(value: dict[str, object], path: str, start: int) -> Statement:
    effect, conditions, principals = (_get(value, name) for name in ("Effect", "Condition", "Principal"))
    actions, not_actions = (_listed(_get(value, name)) for name in ("Action", "NotAction"))
    resources, not_resources = (_listed(_get(value, name)) for name in ("Resource", "NotResource"))
    by_type = {"*": principals} if isinstance(principals, Text) else principals
    named = [text.start for listed in (actions, not_actions) if listed for text in listed.items]
    return Statement(
        path,
        named[0] if named else start,
        _effect(effect.inner) if isinstance(effect, Text) else "",
        actions,
        not_actions,
        resources,
        not_resources,
        tuple(Principals(type, _listed(each) or Texts(())) for type, each in by_type.items())
        if isinstance(by_type, Mapping)
        else (),
        tuple(_json_conditions(conditions, path, named[0] if named else start)),
    )


def _get(value: Mapping[str, object], name: str) -> object:
    """IAM takes the names of a policy's elements in any case ("Grammar of the IAM JSON policy language")."""
    return next((each for key, each in value.items() if key.lower() == name.lower()), None)


def _listed(value: object) -> Texts | None:
    if value is None:
        return None
    found = value if isinstance(value, list) else [value]
    items = tuple(each for each in found if isinstance(each, Text))
    return Texts(items, len(items) == len(found))


def _json_conditions(value: object, path: str, start: int) -> Iterator[Condition]:
    for test, variables in value.items() if isinstance(value, Mapping) else ():
        for variable, values in variables.items() if isinstance(variables, Mapping) else ():
            listed = _listed(values) or Texts(())
            place = listed.items[0].start if listed.items else start
            yield Condition(Text(test, path, place), Text(variable, path, place), listed)
