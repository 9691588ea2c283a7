"""The variables that a program surely reads and is not given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from scaffold.errors import Refusal
from scaffold.python.environment import settings
from scaffold.python.environment.execution import Execution
from scaffold.python.environment.names import ApiNames
from scaffold.python.environment.reading import ReadingFiles
from scaffold.python.environment.values import Read
from scaffold.python.lookup import Binding, Lookup
from scaffold.python.module import Module


class Reader:
    """Reads the programs of a checkout."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.names = ApiNames(lookup)
        self.relevance = ReadingFiles(lookup)
        self._variables: dict[str, frozenset[str] | None] = {}

    def missing(self, entrypoint: Binding, is_given: Callable[[str], bool]) -> tuple[Read, ...]:
        """What a program surely reads although it is not given that, each once."""
        module = entrypoint.module
        wanted = frozenset(path for path in self._near(module) if self._lacks(path, is_given))
        reads: list[Read] = []
        if self._leads(module, wanted):
            program = Execution(self.names.restricted(lambda path: self.relevance.leads(path, wanted)))
            reads += self._on_import(program, module, wanted)
            reads += program.reads(entrypoint)
        return tuple(dict.fromkeys(read for read in reads if not any(map(is_given, read.names))))

    def _near(self, module: Module) -> Iterator[str]:
        """The files that read variables and are at most two imports away, or may read them when they are imported."""
        imports = self.relevance.imports
        first = imports.of(module.path)
        near = {module.path, *first, *(path for file in first for path in imports.of(file))}
        for path, reading in self.relevance.files.items():
            if path in near or reading.on_import:
                yield path

    def _leads(self, module: Module, wanted: frozenset[str]) -> bool:
        paths = (module.path, *self.relevance.imports.of(module.path))
        on_import = any(self.relevance.files[path].on_import for path in wanted)
        return on_import or any(self.relevance.leads(path, wanted) for path in paths)

    # --- what files read

    def _lacks(self, path: str, is_given: Callable[[str], bool]) -> bool:
        variables = self._of_file(path)
        return variables is None or not all(map(is_given, variables))

    def _of_file(self, path: str) -> frozenset[str] | None:
        """The variables that a file may read; None if that is unknown."""
        if path not in self._variables:
            reading = self.relevance.files[path]
            variables = reading.variables
            required = self._required(path) if reading.settings and variables is not None else frozenset()
            self._variables[path] = None if variables is None or required is None else variables | required
        return self._variables[path]

    def _required(self, path: str) -> frozenset[str] | None:
        try:
            module = self.lookup.module(path)
        except Refusal:
            return frozenset()
        names: set[str] = set()
        for node in module.tree.body:
            definition = Binding(module, node)
            if isinstance(node, ast.ClassDef) and settings.is_settings(definition, self.names):
                required = settings.required(definition, self.names) or ()
                names |= {name for _, read in required for name in read.names[:1]}
        return frozenset(names)

    def _on_import(self, program: Execution, module: Module, wanted: frozenset[str]) -> Iterator[Read]:
        """What is read when the modules are imported that an entrypoint needs."""
        paths = {path for path in wanted if self.relevance.files[path].on_import}
        reached = self.relevance.imports.closure(module.path) if paths - {module.path} else {module.path}
        for path in sorted(reached & paths):
            try:
                yield from program.reads_on_import(self.lookup.module(path))
            except Refusal:
                continue
