"""Calls of argparse, replayed on a parser that stands in for the program's."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from scaffold.python.command_line.evaluation import Evaluation
from scaffold.python.command_line.parser import Choices, Parser, converter
from scaffold.python.command_line.values import UNKNOWN, Class, External, is_known, touches

# Settings that do not change which arguments are accepted.
_SAYS_NOTHING = frozenset(("help", "description", "epilog", "usage", "metavar", "prog", "default", "const", "title"))
_PARSER = ("prefix_chars", "allow_abbrev", "add_help", "conflict_handler")
_IGNORED = frozenset(("formatter_class", "argument_default", "exit_on_error", "color", "suggest_on_error"))
_TYPES = {"int": int, "float": float, "complex": complex, "str": str, "bool": bool, "pathlib.Path": str, "ascii": str}
_ACTIONS = (
    *("append", "append_const", "count", "extend", "help", "store", "store_const", "store_false", "store_true"),
    "version",
)
_NARGS = {
    "argparse.OPTIONAL": "?",
    "argparse.ZERO_OR_MORE": "*",
    "argparse.ONE_OR_MORE": "+",
    "argparse.REMAINDER": argparse.REMAINDER,
}
_WITHOUT_VALUE = ("store_const", "append_const")
_HARMLESS = frozenset(
    ("error", "exit", "format_help", "format_usage", "get_default", "print_help", "print_usage", "set_defaults")
)
_PARTS = (Parser, argparse._ArgumentGroup, argparse._SubParsersAction)


def is_part(value: object) -> bool:
    """Whether a value is a parser, an argument group or subparsers."""
    return isinstance(value, _PARTS)


def new_parser(arguments: Sequence[object], named: dict[str, object]) -> Parser:
    """The result of `ArgumentParser(…)`."""
    parents, opaque = named.get("parents", []), bool(arguments[4:])
    given: dict[str, Any] = {}
    for name, value in named.items():
        if name in _PARSER:
            given[name] = value
            opaque = opaque or not is_known(value)
        elif name not in _SAYS_NOTHING | _IGNORED | {"parents"} and value is not None:
            opaque = True
    above = touches([parents])
    if not isinstance(parents, list) or len(above) != len(parents):
        opaque, above = True, []
    parser = Parser(prog="", parents=above, **({} if opaque else given))  # type: ignore[arg-type]
    parser.is_opaque = opaque or any(isinstance(parent, Parser) and parent.is_opaque for parent in above)
    return parser


def called(
    base: Any, name: str, arguments: Sequence[object], named: dict[str, object], values: Evaluation, maybe: bool
) -> object:
    """The result of a method of a parser or of one of its parts. maybe: whether the call is conditional."""
    if name in _HARMLESS:
        return UNKNOWN
    try:
        if maybe:
            raise ValueError("whether it is called is not known")
        if name == "add_argument":
            return _argument(base, arguments, named, values)
        if name == "add_argument_group":
            return base.add_argument_group()
        if name == "add_mutually_exclusive_group":
            return base.add_mutually_exclusive_group(required=_boolean(named.get("required", False)))
        if name == "add_subparsers":
            return _subparsers(base, named)
        if name == "add_parser" and isinstance(base, argparse._SubParsersAction):
            return _subparser(base, arguments, named)
        raise ValueError(f"{name} is not read")
    except (ValueError, TypeError, argparse.ArgumentError):
        _root(base).is_opaque = True
        return UNKNOWN


def _root(part: Any) -> Parser:
    """The parser to which a part belongs."""
    while not isinstance(part, Parser):
        part = part.of if hasattr(part, "of") else part._container
    return part


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("whether it is required is not known")
    return value


def _subparsers(base: Any, named: dict[str, object]) -> Any:
    given = {name: value for name, value in named.items() if name in ("dest", "required") and is_known(value)}
    if set(named) - set(given) - _SAYS_NOTHING:
        raise ValueError("its arguments are not read")
    subparsers = base.add_subparsers(**given)
    subparsers.of = base
    return subparsers


def _subparser(base: Any, arguments: Sequence[object], named: dict[str, object]) -> Parser:
    aliases = named.get("aliases", [])
    names = [*arguments, *(aliases if isinstance(aliases, list) else [UNKNOWN])]
    if not arguments or not all(isinstance(name, str) for name in names):
        raise ValueError("its name is not known")
    like = new_parser((), {name: value for name, value in named.items() if name != "aliases"})
    if like.is_opaque:
        raise ValueError("its arguments are not read")
    kept = {name: value for name, value in named.items() if name in (*_PARSER, "parents")}
    subparser: Parser = base.add_parser(arguments[0], aliases=aliases, **kept)
    return subparser


def _argument(base: Any, arguments: Sequence[object], named: dict[str, object], values: Evaluation) -> object:
    if not all(isinstance(name, str) for name in arguments):
        raise ValueError("its names are not known")
    given: dict[str, Any] = {}
    for name in ("action", "nargs", "dest", "required"):
        if name in named:
            given[name] = _plain(name, named[name])
    if set(named) - set(given) - _SAYS_NOTHING - {"type", "choices", "version"}:
        raise ValueError("it has arguments that are not read")
    action = given.get("action", "store")
    if action in _WITHOUT_VALUE:
        given["const"] = True
    elif given.get("nargs") == "?":
        given["const"] = None
    if action == "version":
        given["version"] = ""
    if "type" in named and named["type"] is not None:
        given["type"] = _type(named["type"], values)
    if "choices" in named and named["choices"] is not None:
        # In a string, substrings match as well.
        elements = values.iterated(named["choices"]) if not isinstance(named["choices"], str) else None
        plain = elements is not None and all(map(is_known, elements))
        unread = "type" in given and given["type"] is _anything
        if elements is not None and plain and not unread:
            given["choices"] = Choices(elements)
    base.add_argument(*arguments, **given)
    return UNKNOWN


def _plain(name: str, value: object) -> object:
    if name == "action":
        if value == External("argparse.BooleanOptionalAction"):
            return argparse.BooleanOptionalAction
        if value not in _ACTIONS:
            raise ValueError("its action is not known")
    elif isinstance(value, External) and value.name in _NARGS:
        return _NARGS[value.name]
    elif not is_known(value):
        raise ValueError(f"its {name} is not known")
    return value


def _anything(text: str) -> object:
    return text


def _type(value: object, values: Evaluation) -> Any:
    """A conversion that fails when the program's does; one that accepts anything if that is unknown."""
    if isinstance(value, External) and value.name in _TYPES:
        return converter(value.name, _TYPES[value.name])
    if isinstance(value, Class):
        members = values.iterated(value)
        if members is not None and all(map(is_known, members)):
            by_value = {getattr(member, "value", member): member for member in members}
            return converter(getattr(value.definition.node, "name", "value"), lambda text: _looked_up(by_value, text))
    return _anything


def _looked_up(by_value: dict[object, object], text: str) -> object:
    if text not in by_value:
        raise ValueError(text)
    return by_value[text]
