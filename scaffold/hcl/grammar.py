"""python-hcl2's parser, cached in a form that loads fast.

Loading it the usual way takes longer than the rest of a command: the python-hcl2 package imports its HCL writer along
with its parser, and lark rebuilds the parser's table (26,000 actions) from a list of rules. Here, lark runs
python-hcl2's grammar, with python-hcl2's own step between lexer and parser, on a table that was built once and pickled.
"""

from __future__ import annotations

import os
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from functools import cache, cached_property
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from zlib import crc32


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Make imports of a module fail."""
    before = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]  # as the import system documents
    try:
        yield
    finally:
        del sys.modules[name]
        if before is not None:
            sys.modules[name] = before


# lark imports regex if it is installed: more code than all of lark, and the grammar does not use it.
with _hidden("regex"):
    import lark
    from lark.common import LexerConf
    from lark.exceptions import LarkError
    from lark.lexer import BasicLexer, ContextualLexer, LexerThread
    from lark.parser_frontends import PostLexConnector
    from lark.parsers.lalr_analysis import IntParseTable, Reduce, Shift
    from lark.parsers.lalr_parser import _Parser

__all__ = ["LarkError", "parser"]


class Tables(NamedTuple):
    """What lark compiles a grammar to.

    rows: for each state of the parser and each symbol, the next state or, if negative, `~index` of the completed rule.
    terminals: lark's definitions of the tokens. ignored: the names of those that are skipped.
    """

    rows: dict[int, dict[str, int]]
    rules: list[Any]
    starts: dict[str, int]
    ends: dict[str, int]
    terminals: list[Any]
    ignored: list[str]
    flags: int


class _States(dict[int, dict[str, tuple[Any, Any]]]):
    """The rows of the table as lark reads them, each built when the parser first enters its state."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def __missing__(self, state: int) -> dict[str, tuple[Any, Any]]:
        rules = self.tables.rules
        row = self.tables.rows[state].items()
        self[state] = {name: (Shift, to) if to >= 0 else (Reduce, rules[~to]) for name, to in row}
        return self[state]


class _Lexers(dict[int, BasicLexer]):
    """A lexer for each state of the parser, with the tokens that may follow; built when the state is first entered."""

    def __init__(self, tables: Tables, configuration: LexerConf, always: frozenset[str]) -> None:
        self.tables, self.configuration, self.always = tables, configuration, always
        self.by_tokens: dict[frozenset[str], BasicLexer] = {}

    def __missing__(self, state: int) -> BasicLexer:
        names = self.always.union(self.tables.rows[state])
        if names not in self.by_tokens:
            known = self.configuration.terminals_by_name
            configuration = copy(self.configuration)
            configuration.terminals = [known[name] for name in names if name in known]
            self.by_tokens[names] = BasicLexer(configuration)
        self[state] = self.by_tokens[names]
        return self[state]


class _Lexer(ContextualLexer):
    def __init__(self, lexers: _Lexers) -> None:
        self.lexers = lexers  # type: ignore[assignment]

    @cached_property
    def root_lexer(self) -> BasicLexer:  # type: ignore[override]  # lark builds it eagerly
        return BasicLexer(self.lexers.configuration)  # type: ignore[attr-defined]


@cache
def parser() -> Callable[[str], object]:
    """hcl2.parses_to_tree, without the tree: a function that raises LarkError for text that is not HCL."""
    folder = Path(find_spec("hcl2").submodule_search_locations[0])  # type: ignore[union-attr,index]
    tables = _kept(folder)
    postlexer = _module(folder / "postlexer.py").PostLexer()
    configuration = LexerConf(tables.terminals, re, tables.ignored, g_regex_flags=tables.flags, skip_validation=True)
    always = frozenset((*tables.ignored, *postlexer.always_accept))
    lexer: Any = PostLexConnector(_Lexer(_Lexers(tables, configuration, always)), postlexer)  # type: ignore[no-untyped-call]
    table: Any = IntParseTable(_States(tables), tables.starts, tables.ends)  # type: ignore[no-untyped-call]
    (start,) = tables.starts
    return lambda text: _Parser(table, {}).parse(LexerThread.from_text(lexer, f"{text}\n"), start)


def _module(path: Path) -> ModuleType:
    """A module of python-hcl2, imported without its package."""
    spec = spec_from_file_location(f"hcl2_{path.stem}", path)
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the table, built once


def _kept(folder: Path) -> Tables:
    """The tables of the installed grammar, from the cache if possible: building them takes 3 s."""
    stamp = f"{crc32((folder / 'hcl2.lark').read_bytes()):08x}-{lark.__version__}"
    path = _cache_folder(folder) / f".pfml-scaffold-{stamp}.pickle"
    with suppress(OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError, TypeError):
        return Tables(*pickle.loads(path.read_bytes()))
    tables = build()
    with suppress(OSError):
        beside = path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(pickle.dumps(tuple(tables), pickle.HIGHEST_PROTOCOL))
        beside.replace(path)
    return tables


def _cache_folder(folder: Path) -> Path:
    """The folder where python-hcl2 keeps its own cache; if that is read-only, the user's cache folder."""
    if os.access(folder, os.W_OK):
        return folder
    from platformdirs import user_cache_path

    with suppress(OSError):
        return Path(user_cache_path("pfml-scaffold", ensure_exists=True))
    return folder


def build() -> Tables:
    """What lark compiles python-hcl2's grammar to."""
    from hcl2.parser import __file__ as file
    from hcl2.postlexer import PostLexer

    built: Any = lark.Lark.open("hcl2.lark", parser="lalr", rel_to=file, postlex=PostLexer())
    table, lexing = built.parser.parser._parse_table, built.parser.lexer_conf
    rules = list({rule: rule for row in table.states.values() for action, rule in row.values() if action is Reduce})
    numbers = {rule: ~index for index, rule in enumerate(rules)}
    rows = {
        state: {name: to if action is Shift else numbers[to] for name, (action, to) in row.items()}
        for state, row in table.states.items()
    }
    return Tables(
        rows,
        rules,
        table.start_states,
        table.end_states,
        list(lexing.terminals),
        list(lexing.ignore),
        lexing.g_regex_flags,
    )
