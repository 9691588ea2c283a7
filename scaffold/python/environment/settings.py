"""Classes that read their fields from the environment: pydantic's settings."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from scaffold.python.environment.names import ApiNames, Function, decorators, last_name
from scaffold.python.environment.values import Read
from scaffold.python.lookup import Binding
from scaffold.python.module import Module

_BASES = {"pydantic.BaseSettings", "pydantic.env_settings.BaseSettings", "pydantic_settings.BaseSettings"}
_BASES |= {"pydantic.v1.BaseSettings"}
# With these, values may come from elsewhere.
_OTHER_SOURCES = {"customise_sources", "settings_customise_sources", "secrets_dir", "fields", "alias_generator"}
_UNUSUAL = {"__init__", "__new__", "root_validator", "model_validator"}


class _Options(NamedTuple):
    prefix: str = ""
    case_sensitive: bool = False


def is_settings(definition: Binding, names: ApiNames) -> bool:
    """Whether objects of a class read their fields from the environment."""
    return bool(names.outside_bases(definition) & _BASES)


def required(definition: Binding, names: ApiNames) -> tuple[tuple[str, Read], ...] | None:
    """The fields without a default, each with the variables that it is read from; None if that is unknown."""
    classes = names.bases(definition)
    if classes is None or names.outside_bases(definition) - _BASES or any(map(_is_unusual, classes)):
        return None
    options = _options(classes)
    if options is None:
        return None
    fields: dict[str, tuple[Module, ast.AnnAssign] | None] = {}
    for binding in reversed(classes):
        for node in binding.node.body if isinstance(binding.node, ast.ClassDef) else ():
            fields.update(_fields_of(binding, node))
    title = definition.node.name if isinstance(definition.node, ast.ClassDef) else ""
    wanted = ((name, field) for name, field in fields.items() if field and _is_required(field[1]))
    return tuple((name, _read(name, *field, options, title)) for name, field in wanted)


def _fields_of(binding: Binding, node: ast.stmt) -> Mapping[str, tuple[Module, ast.AnnAssign] | None]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        kind = node.annotation.value if isinstance(node.annotation, ast.Subscript) else node.annotation
        is_field = not node.target.id.startswith("_") and last_name(kind) != "ClassVar"
        return {node.target.id: (binding.module, node) if is_field else None}
    if isinstance(node, ast.Assign):
        return {target.id: None for target in node.targets if isinstance(target, ast.Name)}
    return {}


def _is_required(node: ast.AnnAssign) -> bool:
    """Whether a field has no default. `Optional[…]` alone has one before pydantic 2."""
    value = node.value
    if isinstance(value, ast.Constant):
        return value.value is ...
    if value is None:
        return not _is_optional(node)
    if not isinstance(value, ast.Call) or last_name(value.func) != "Field":
        return False
    defaults = [keyword.value for keyword in value.keywords if keyword.arg in ("default", "default_factory", None)]
    default = next(iter([*value.args, *defaults]), None)
    if default is None:
        return not _is_optional(node)
    return isinstance(default, ast.Constant) and default.value is ...


def _is_optional(node: ast.AnnAssign) -> bool:
    annotation = ast.unparse(node.annotation)
    return any(word in annotation for word in ("Optional", "None", "Any"))


def _read(name: str, module: Module, node: ast.AnnAssign, options: _Options, title: str) -> Read:
    variables = _variables(node.value) or (options.prefix + name,)
    if not options.case_sensitive:
        variables = tuple(variable.upper() for variable in variables)
    return Read(variables, module, node.lineno, title, not options.case_sensitive)


def _variables(value: ast.expr | None) -> tuple[str, ...]:
    """The variables that a field names itself."""
    for keyword in value.keywords if isinstance(value, ast.Call) else ():
        if keyword.arg in ("env", "validation_alias", "alias"):
            strings = (
                keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple | ast.Set) else [keyword.value]
            )
            if isinstance(keyword.value, ast.Call):
                strings = keyword.value.args
            texts = [node.value for node in strings if isinstance(node, ast.Constant)]
            return tuple(text for text in texts if isinstance(text, str))
    return ()


def _is_unusual(binding: Binding) -> bool:
    """Whether a class has code that may set fields before they are validated."""
    for node in binding.node.body if isinstance(binding.node, ast.ClassDef) else ():
        if isinstance(node, Function) and _UNUSUAL & {node.name, *decorators(node)}:
            return True
    return False


def _options(classes: tuple[Binding, ...]) -> _Options | None:
    """The options of `class Config` or `model_config`, also inherited ones; None if one cannot be read."""
    options = _Options()
    for binding in reversed(classes):
        for name, value in _configured(binding):
            if name in _OTHER_SOURCES:
                return None
            if name == "env_prefix":
                if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                    return None
                options = options._replace(prefix=value.value)
            elif name == "case_sensitive":
                options = options._replace(case_sensitive=isinstance(value, ast.Constant) and value.value is True)
    return options


def _configured(binding: Binding) -> Iterator[tuple[str, ast.expr | None]]:
    for node in binding.node.body if isinstance(binding.node, ast.ClassDef) else ():
        if isinstance(node, ast.ClassDef) and node.name == "Config":
            for inner in node.body:
                if isinstance(inner, ast.Assign):
                    yield from ((target.id, inner.value) for target in inner.targets if isinstance(target, ast.Name))
                elif isinstance(inner, ast.FunctionDef):
                    yield inner.name, None
        elif isinstance(node, ast.Assign) and "model_config" in map(last_name, node.targets):
            keywords = node.value.keywords if isinstance(node.value, ast.Call) else []
            yield from ((keyword.arg or "", keyword.value) for keyword in keywords)
