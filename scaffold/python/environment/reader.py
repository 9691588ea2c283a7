"""The variables that a program surely reads and is not given."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from scaffold.errors import Refusal
from scaffold.python.environment import settings
from scaffold.python.environment.execution import Execution
from scaffold.python.environment.names import ApiNames
from scaffold.python.environment.reading import ReadingFiles, sets
from scaffold.python.environment.values import Read
from scaffold.python.lookup import Binding, Lookup
from scaffold.python.module import Module


class Reader:
    """Reads the programs of a checkout."""

    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.names = ApiNames(lookup)
        self.files = ReadingFiles(lookup)
        self._nearby: dict[str, frozenset[str]] = {}
        self._variables: dict[str, frozenset[str] | None] = {}

    def missing(self, entrypoint: Binding, is_given: Callable[[str], bool]) -> tuple[Read, ...]:
        """What a program surely reads although it is not given that, each once."""
        module = entrypoint.module
        wanted = frozenset(path for path in self._near(module.path) if self._lacks(path, is_given))
        if not wanted:
            return ()
        execution = Execution(self.names.restricted(lambda path: self.files.leads(path, wanted)))
        reads = (*self._on_import(execution, module, wanted), *execution.reads(entrypoint))
        missing = dict.fromkeys(read for read in reads if not any(map(is_given, read.names)))
        return tuple(read for read in missing if not any(self._is_set(module.path, name) for name in read.names))

    def _is_set(self, path: str, name: str) -> bool:
        """Whether a program may set a variable itself."""
        files = self.files.imports.everything(path)
        return any(sets(self.lookup.checkout.read(file) or b"", name) for file in files)

    def _near(self, path: str) -> frozenset[str]:
        """The files that read variables and are at most two imports away."""
        if path not in self._nearby:
            first = (path, *self.files.imports.of(path))
            near = {*first, *(second for file in first for second in self.files.imports.of(file))}
            self._nearby[path] = frozenset(file for file in near if self.files.reading(file))
        return self._nearby[path]

    # --- what files read

    def _lacks(self, path: str, is_given: Callable[[str], bool]) -> bool:
        variables = self._of_file(path)
        return variables is None or not all(map(is_given, variables))

    def _of_file(self, path: str) -> frozenset[str] | None:
        """The variables that a file may read; None if that is unknown."""
        if path not in self._variables:
            reading = self.files.reading(path)
            variables = reading.variables if reading else frozenset()
            required = self._required(path) if reading and reading.settings else frozenset[str]()
            self._variables[path] = variables | required if variables is not None else None
        return self._variables[path]

    def _required(self, path: str) -> frozenset[str]:
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

    def _on_import(self, execution: Execution, module: Module, wanted: frozenset[str]) -> Iterator[Read]:
        """What is read when the modules are imported that an entrypoint needs."""
        imports = self.files.imports
        first = (module.path, *imports.at_start(module.path))
        reached = {*first, *(second for file in first for second in imports.at_start(file))}
        for path in sorted(reached & wanted):
            reading = self.files.reading(path)
            if reading and reading.on_import:
                yield from self._of_top_level(execution, path)

    def _of_top_level(self, execution: Execution, path: str) -> Iterator[Read]:
        try:
            yield from execution.reads_on_import(self.lookup.module(path))
        except Refusal:
            return
