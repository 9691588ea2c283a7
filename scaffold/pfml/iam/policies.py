"""IAM policy documents as statements, from a data source, `jsonencode` or JSON text.

What cannot be read is never guessed: `is_complete` states whether everything could be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.json.expressions import document_of as json_document
from scaffold.terraform.json.values import JsonString, Unknown, Value

_DOCUMENT = re.compile(r"data\.aws_iam_policy_document\.([\w-]+)(?:\[[^\]]*\])?\.(?:json|minified_json)")
_MERGED = {"source_json", "override_json", "source_policy_documents", "override_policy_documents"}
_LISTS = ("concat", "compact", "flatten", "distinct", "toset", "tolist", "sort")
_NAME = re.compile(r"[A-Za-z_][\w.*\[\]\"-]*")


class Text(NamedTuple):
    """A string of a policy as the inside of a quoted string in Terraform, and the byte where it begins."""

    inner: str
    path: str
    start: int


class Texts(NamedTuple):
    """A list of strings. is_complete: whether the list holds exactly these."""

    texts: tuple[Text, ...]
    is_complete: bool = True


class Condition(NamedTuple):
    test: Text
    variable: Text
    values: Texts


class Principals(NamedTuple):
    type: str
    identifiers: Texts


class Statement(NamedTuple):
    """effect: "" if it is unknown. A list that the statement does not have is None."""

    effect: str
    actions: Texts | None
    not_actions: Texts | None
    resources: Texts | None
    not_resources: Texts | None
    principals: tuple[Principals, ...]
    conditions: tuple[Condition, ...]


class Document(NamedTuple):
    """address: the address of the data source, or of the resource that contains the policy itself."""

    address: str
    path: str
    start: int
    statements: tuple[Statement, ...]
    is_complete: bool


def document_of(folder: Folder, path: str, node: hcl.Node, address: str) -> Document | None:
    """The policy that an expression evaluates to; None if it cannot be read."""
    return folder.checkout.once(_document_of, folder, path, node, address)


def _document_of(checkout: Checkout, folder: Folder, path: str, node: hcl.Node, address: str) -> Document | None:
    node = hcl.unparenthesized(node)
    text = folder.text(path, node)
    if match := _DOCUMENT.fullmatch(text):
        data_source = folder.block("data", "aws_iam_policy_document", match[1])
        return read(folder, data_source) if data_source else None
    if (match := re.fullmatch(r"local\.([\w-]+)", text)) and (local := folder.local(match[1])):
        is_circular = text in folder.text(local.path, local.value)
        return None if is_circular else document_of(folder, local.path, local.value, address)
    if isinstance(node, hcl.Template) and "%{" in text:
        return None
    value = json_document(folder, path, node)
    return _from_json(value, address, path, node.start) if isinstance(value, Value) else None


def inner_of(folder: Folder, path: str, node: hcl.Node) -> str:
    """An expression as the inside of a quoted string."""
    if isinstance(node, hcl.Template) and not node.heredoc:
        return folder.checkout.require(path)[node.inner_start : node.inner_end].decode("utf-8", "replace")
    return f"${{{folder.text(path, node)}}}"


# --- data sources


def read(folder: Folder, data_source: PlacedBlock) -> Document:
    """A data source `aws_iam_policy_document`."""
    return folder.checkout.once(_read, folder, data_source)


def _read(checkout: Checkout, folder: Folder, data_source: PlacedBlock) -> Document:
    block, path, statements = data_source.block, data_source.path, []
    is_complete = not _MERGED & set(block.attributes)
    for inner in block.blocks:
        if inner.type == "statement":
            statements.append(_statement(folder, path, inner))
        elif inner.type == "dynamic" and inner.labels[:1] == ("statement",):
            is_complete = False
            content = inner.find("content")
            if content is not None:
                statements.append(_statement(folder, path, content))
    address = f"data.aws_iam_policy_document.{block.labels[1]}"
    return Document(address, path, block.start, tuple(statements), is_complete)


def _statement(folder: Folder, path: str, block: hcl.Block) -> Statement:
    def listed(name: str) -> Texts | None:
        attribute = block.attributes.get(name)
        return _texts(folder, path, attribute.value) if attribute else None

    effect = block.attributes.get("effect")
    conditions = [inner for inner in block.blocks if "condition" in (inner.type, *inner.labels)]
    return Statement(
        effect=_effect(inner_of(folder, path, effect.value)) if effect else "Allow",
        actions=listed("actions"),
        not_actions=listed("not_actions"),
        resources=listed("resources"),
        not_resources=listed("not_resources"),
        principals=tuple(_principals(folder, path, block)),
        conditions=tuple(_conditions(folder, path, conditions)),
    )


def _texts(folder: Folder, path: str, node: hcl.Node) -> Texts:
    """The strings of a list, or a single one."""
    node = hcl.unparenthesized(node)
    if isinstance(node, hcl.Tuple):
        return _joined([_texts(folder, path, element) for element in node.items])
    if isinstance(node, hcl.Call) and node.name in _LISTS:
        return _joined([_texts(folder, path, argument) for argument in node.arguments])
    if isinstance(node, hcl.Conditional):
        either = _joined([_texts(folder, path, node.yes), _texts(folder, path, node.no)])
        return Texts(either.texts, False)
    if isinstance(node, hcl.Reference):
        name = folder.text(path, node)
        local = folder.local(name[6:]) if re.fullmatch(r"local\.[\w-]+", name) else None
        is_list = local is not None and isinstance(local.value, hcl.Tuple | hcl.Call)
        if local and is_list and name not in folder.text(local.path, local.value):
            return _texts(folder, local.path, local.value)
    if isinstance(node, hcl.Template | hcl.Reference):
        # A name may stand for a whole list; then its value is unknown, like that of any other name.
        return Texts((Text(inner_of(folder, path, node), path, node.start),))
    return Texts((), False)


def _joined(parts: list[Texts]) -> Texts:
    return Texts(tuple(text for part in parts for text in part.texts), all(part.is_complete for part in parts))


def _principals(folder: Folder, path: str, statement: hcl.Block) -> Iterator[Principals]:
    for block in statement.blocks:
        if block.type == "principals" and {"type", "identifiers"} <= set(block.attributes):
            type, identifiers = (block.attributes[name].value for name in ("type", "identifiers"))
            yield Principals(inner_of(folder, path, type), _texts(folder, path, identifiers))


def _conditions(folder: Folder, path: str, blocks: list[hcl.Block]) -> Iterator[Condition]:
    for outer in blocks:
        block = outer if outer.type == "condition" else outer.find("content")
        if block and {"test", "variable", "values"} <= set(block.attributes):
            test, variable = (
                Text(inner_of(folder, path, attribute.value), path, attribute.value.start)
                for attribute in (block.attributes["test"], block.attributes["variable"])
            )
            yield Condition(test, variable, _texts(folder, path, block.attributes["values"].value))


def _effect(inner: str) -> str:
    return inner if inner in ("Allow", "Deny") else ""


# --- JSON


def _from_json(document: Value, address: str, path: str, start: int) -> Document | None:
    if not isinstance(document.data, Mapping):
        return None
    listed = _get(document, "Statement")
    values = () if listed is None else listed.data if isinstance(listed.data, tuple) else (listed,)
    statements = tuple(_json_statement(value, path) for value in values if isinstance(value.data, Mapping))
    return Document(address, path, start, statements, listed is not None and len(statements) == len(values))


def _json_statement(statement: Value, path: str) -> Statement:
    def listed(name: str) -> Texts | None:
        return _json_texts(_get(statement, name), path)

    effect = _get(statement, "Effect")
    return Statement(
        effect=_effect(effect.word.inner) if effect and effect.word else "",
        actions=listed("Action"),
        not_actions=listed("NotAction"),
        resources=listed("Resource"),
        not_resources=listed("NotResource"),
        principals=tuple(_json_principals(_get(statement, "Principal"), path)),
        conditions=tuple(_json_conditions(_get(statement, "Condition"), path)),
    )


def _get(value: Value, name: str) -> Value | None:
    """IAM takes the names of a policy's elements in any case ("Grammar of the IAM JSON policy language")."""
    return next((member for key, member in value.members.items() if key.lower() == name.lower()), None)


def _json_texts(value: Value | None, path: str) -> Texts | None:
    if value is None:
        return None
    elements = value.data if isinstance(value.data, tuple) else (value,)
    texts = [text for element in elements if (text := _json_text(element, path)) is not None]
    return Texts(tuple(texts), len(texts) == len(elements))


def _json_text(value: Value, path: str) -> Text | None:
    if isinstance(value.data, JsonString):
        return Text(value.data.inner, path, value.offset)
    if isinstance(value.data, Unknown) and _NAME.fullmatch(value.data.shown):
        return Text(f"${{{value.data.shown}}}", path, value.offset)
    return None


def _json_principals(value: Value | None, path: str) -> Iterator[Principals]:
    if value is None:
        return
    by_type = {"*": value} if _json_text(value, path) else value.members
    for type, identifiers in by_type.items():
        yield Principals(type, _json_texts(identifiers, path) or Texts(()))


def _json_conditions(value: Value | None, path: str) -> Iterator[Condition]:
    if value is None:
        return
    for test, variables in value.members.items():
        for variable, values in variables.members.items():
            place = values.elements[0].offset if values.elements else values.offset
            texts = _json_texts(values, path) or Texts(())
            yield Condition(Text(test, path, place), Text(variable, path, place), texts)
