"""The definitions of step functions (Amazon States Language), as they are in each environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from scaffold import hcl
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import values_by_environment
from scaffold.pfml.state_machines import MACHINE, STATES
from scaffold.pfml.template_calls import TemplateCall, file_of, template_calls
from scaffold.terraform.conditions import decide, decide_node
from scaffold.terraform.folder import Folder
from scaffold.terraform.json.expressions import json_value
from scaffold.terraform.json.text import Known, parse_template, template_error, template_pieces
from scaffold.terraform.json.values import JsonError, JsonString, Value
from scaffold.terraform.values import Values, is_known

_DEEPEST = 10
_EXPRESSIONS = ("if", "expression")
Document = Value | JsonError | None


@dataclass(frozen=True, eq=False)
class Definition:
    """A definition in a file that is rendered or read, or in an expression.

    path: the file that contains it. name: that file's name, or the label of the step function. node: the expression,
    None for a file. call: what renders the file, None for one that is only read and for an expression.
    """

    folder: Folder
    path: str
    name: str
    node: hcl.Node | None = None
    call: TemplateCall | None = None

    @property
    def data(self) -> bytes:
        """The whole file that contains it."""
        return self.folder.checkout.require(self.path)

    @cached_property
    def span(self) -> tuple[int, int, bool]:
        """The bytes of the text, and whether it is one without escapes."""
        if isinstance(self.node, hcl.Template):
            return self.node.inner_start, self.node.inner_end, self.node.heredoc
        return 0, len(self.data), True

    @cached_property
    def expressions(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The conditions and the interpolations of the text, each once."""
        start, end, heredoc = self.span
        try:
            pieces = list(template_pieces(self.data[start:end].decode("utf-8", "replace"), start, heredoc))
        except hcl.HclError:
            return (), ()
        by_kind = {kind: dict.fromkeys(text for other, text, _ in pieces if other == kind) for kind in _EXPRESSIONS}
        return tuple(by_kind["if"]), tuple(by_kind["expression"])

    @cached_property
    def template_error(self) -> JsonError | None:
        return template_error(self.data, *self.span)

    @cached_property
    def documents(self) -> dict[tuple[bool | None, ...], Document]:
        """Those that were read already, by what was known of the expressions."""
        return {}

    def rendered(self) -> Iterator[Rendered]:
        """The definition in each environment that has it; environments in which it is the same come together."""
        known: dict[tuple[tuple[str, str], ...], Rendered] = {}
        for environment, values in _environments(self.folder).items():
            variables = self._variables(values)
            rendered = known.get(tuple(variables.items()))
            if rendered is None:
                rendered = known.setdefault(tuple(variables.items()), Rendered(self, variables, []))
            rendered.environments.append(environment)
        yield from known.values()

    def _variables(self, values: Values) -> dict[str, str]:
        """The values of the template's variables; for an expression those of the folder's own."""
        if self.call is None:
            return values.variables if self.node is not None else {}
        passed = self.call.passed.items()
        texts = {name: _value(self.folder, path, entry.value, values) for name, (path, entry) in passed}
        return {name: text for name, text in texts.items() if is_known(text)}


@dataclass(frozen=True, eq=False)
class Rendered:
    """A definition with the values of variables that it has in some environments."""

    definition: Definition
    variables: Mapping[str, str]
    environments: list[str]

    @cached_property
    def values(self) -> Values:
        return Values(self.definition.folder, dict(self.variables))

    @cached_property
    def document(self) -> Document:
        """None if it is unknown."""
        definition = self.definition
        if isinstance(definition.node, hcl.Call):
            return json_value(definition.folder, definition.path, definition.node)
        conditions, interpolations = definition.expressions
        key = (*map(self._decide, conditions), *map(self._is_value, interpolations))
        if key not in definition.documents:
            known = Known(self._decide, self._is_value)
            definition.documents[key] = parse_template(definition.data, *definition.span, known)
        return definition.documents[key]

    def _decide(self, condition: str) -> bool | None:
        return decide(condition.strip().strip("~"), self.values)

    def _is_value(self, expression: str) -> bool:
        """Whether an interpolation is one JSON value: a number, a truth value, or the result of `jsonencode`."""
        name = expression.strip().strip("~").strip()
        if name.startswith("jsonencode("):
            return True
        path, entry = self.definition.call.passed.get(name, ("", None)) if self.definition.call else ("", None)
        node = _followed(self.definition.folder, path, entry.value)[1] if entry else None
        is_encoded = isinstance(node, hcl.Call) and node.name == "jsonencode"
        return is_encoded or self.variables.get(name, "").removeprefix("-").isdecimal()

    def text(self, word: JsonString) -> str:
        """A string with the values of its interpolations; those that are unknown stay `${…}`."""
        return self.of_template(word.inner)

    def of_template(self, inner: str) -> str:
        try:
            return self.values.of_template(inner)
        except hcl.HclError:
            return inner


def definitions(folder: Folder) -> tuple[Definition, ...]:
    return folder.once(_definitions)


def _definitions(folder: Folder) -> tuple[Definition, ...]:
    return tuple(_unique([*_rendered_files(folder), *_read_files(folder), *_expressions(folder)]))


def definitions_of(folder: Folder, path: str, node: hcl.Node) -> list[Definition]:
    """Those that an expression of the folder stands for."""
    path, node = _followed(folder, path, node)
    return [
        definition
        for definition in (*_rendered_files(folder), *_expressions_of(folder, path, node, ""))
        if node in (definition.node, definition.call.node if definition.call else None)
    ]


def _unique(listed: list[Definition]) -> Iterator[Definition]:
    """Each of them once: a local value may be used by several step functions."""
    seen = set[tuple[str, hcl.Node | None, TemplateCall | None]]()
    for definition in listed:
        key = (definition.path, definition.node, definition.call)
        if key not in seen:
            seen.add(key)
            yield definition


def _rendered_files(folder: Folder) -> Iterator[Definition]:
    for call in template_calls(folder):
        if STATES in (folder.checkout.read(call.file) or b""):
            yield Definition(folder, call.file, call.file.rpartition("/")[2], call=call)


def _read_files(folder: Folder) -> Iterator[Definition]:
    for machine in folder.blocks("resource", MACHINE):
        attribute = machine.block.attributes.get("definition")
        path, node = _followed(folder, machine.path, attribute.value) if attribute else ("", None)
        if isinstance(node, hcl.Call) and node.name == "file" and len(node.arguments) == 1:
            file = file_of(folder, path, node.arguments[0])
            if file and folder.checkout.read(file) is not None:
                yield Definition(folder, file, file.rpartition("/")[2])


def _expressions(folder: Folder) -> Iterator[Definition]:
    for machine in folder.blocks("resource", MACHINE):
        attribute = machine.block.attributes.get("definition")
        if attribute:
            path, node = _followed(folder, machine.path, attribute.value)
            yield from _expressions_of(folder, path, node, machine.block.labels[1])


def _expressions_of(folder: Folder, path: str, node: hcl.Node, name: str) -> Iterator[Definition]:
    if isinstance(node, hcl.Template) or (isinstance(node, hcl.Call) and node.name == "jsonencode"):
        yield Definition(folder, path, name, node)


# --- values


def _environments(folder: Folder) -> dict[str, Values]:
    return values_by_environment(folder.checkout) if folder.path == TEMPLATE else {"": Values(folder, {})}


def _followed(folder: Folder, path: str, node: hcl.Node, values: Values | None = None) -> tuple[str, hcl.Node]:
    """What an expression stands for: through local values, and with values also through conditions."""
    for _ in range(_DEEPEST):
        node = hcl.unparenthesized(node)
        text = folder.text(path, node)
        local = folder.local(text[6:]) if isinstance(node, hcl.Reference) and text.startswith("local.") else None
        if local is not None:
            path, node = local.path, local.value
        elif values and isinstance(node, hcl.Conditional):
            holds = decide_node(folder.checkout.require(path), node.condition, values)
            if holds is None:
                break
            node = node.yes if holds else node.no
        else:
            break
    return path, node


def _value(folder: Folder, path: str, node: hcl.Node, values: Values) -> str:
    path, node = _followed(folder, path, node, values)
    if isinstance(node, hcl.Conditional | hcl.Call | hcl.For):
        return "${}"
    return values.of(path, node)
