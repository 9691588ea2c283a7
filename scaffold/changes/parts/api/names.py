"""The names that generated code needs in a module that exists: which imports are missing, and whether every name is
surely bound in the end."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from scaffold.errors import Refusal
from scaffold.files.edit import Edit
from scaffold.files.plan import Plan
from scaffold.python.bindings import Bound, bindings_of, stop
from scaffold.python.imports import runs
from scaffold.python.lookup import Binding, Lookup, absolute, dotted_name
from scaffold.python.module import Import, Module, parse
from scaffold.python.own_uses import own_uses
from scaffold.spec.specs import TaskSpec

LOGGER = "logger"
Fits = Callable[[Bound], bool]


class ModuleNames:
    """The names of a module that exists, as generated code would find them at its end."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.dotted = dotted_name(module.path)
        self.bindings = bindings_of(module.tree, module.data, self._may_export)

    @property
    def bound(self) -> Mapping[str, Sequence[Bound]]:
        """Everything that each name is bound to anywhere."""
        return self.bindings.all

    def missing(self, needed: Import) -> bool:
        """Whether an import has to be added. Raises Refusal if its name has another meaning anywhere in the module, or
        if the module itself is run by what would be imported."""
        self._check_meaning(needed.name, partial(self._is, needed), needed.text)
        if self.bindings.is_sure(needed.name):
            return False
        lookup = self.module.checkout.once(Lookup)
        imported = _target(needed) if lookup.path(_target(needed)) else needed.module
        if runs(lookup, imported, self.dotted):
            raise self._refusal(
                f"{imported} imports this module, which would import it back for the entrypoint", self.module.path
            )
        return True

    def check_free(self, name: str, spec: TaskSpec) -> None:
        """Raise Refusal if the module has a name already, or uses the builtin of that name."""
        option = "--function" if name == spec.function else "--module"
        value = spec.function if option == "--function" else spec.module
        lines = [bound.line for bound in self.bound.get(name, ())]
        if lines:
            what = f"the module already has {name!r}, which is not a function that could be the entrypoint"
        else:
            what = f"the module uses {name!r} without defining it, for example as Python's own function"
            text = self.module.data.decode("utf-8-sig").replace("\r\n", "\n")
            lines = [*own_uses(text, [name]).values()]
        if lines:
            place = f"{self.module.path}:{min(lines)}"
            raise Refusal(what, option=option, value=value, place=place, instead=f"Choose another {option}.")

    def has_logger(self) -> bool:
        """Whether `logger` is surely a logger. Raises Refusal if it may be anything else."""
        self._check_meaning(LOGGER, _is_logger, "a logger")
        return self.bindings.is_sure(LOGGER)

    def prove(self, edits: Sequence[Edit], text: str, imports: Sequence[Import]) -> None:
        """Raise Refusal if the code that some edits add would not run, or not find its names."""
        path = self.module.path
        data = Plan(tuple(edits), {path: self.module.data}).text_after(path)
        tree = parse(data, path)
        first = ast.dump(ast.parse(text).body[0])
        code = next(node for node in reversed(tree.body) if ast.dump(node) == first)
        bindings = bindings_of(tree, data, self._may_export)
        if bindings.end is None or code not in bindings.at:
            line = stop(self.module.tree, self.bindings)
            raise self._refusal("the module always stops here, so a function below is never defined", f"{path}:{line}")
        fits: dict[str, Fits] = {needed.name: partial(self._is, needed) for needed in imports}
        if any(isinstance(node, ast.Name) and node.id == LOGGER for node in ast.walk(code)):
            fits[LOGGER] = _is_logger
        for name, fit in fits.items():
            possible = bindings.possible(name, code) | bindings.possible(name)
            if any(bound is None or not (fit(bound) or bound.shared) for bound in possible):
                raise self._refusal(f"the name {name!r} may not be bound at its end", f"{path}:{self._lost(name)}")

    def _may_export(self, source: str, name: str) -> bool:
        lookup: Lookup = self.module.checkout.once(Lookup)
        return lookup.may_export(absolute(source, self.dotted, self.module.path), name)

    def _is(self, needed: Import, bound: Bound) -> bool:
        imported = bound.imported
        if bound.star and isinstance(bound.node, ast.ImportFrom):
            imported = Import("." * bound.node.level + (bound.node.module or ""), needed.name)
        if imported is None:
            return False
        imported = imported._replace(module=absolute(imported.module, self.dotted, self.module.path))
        return _target(imported) == _target(needed) or self._source(imported) == self._source(needed) != ""

    def _source(self, imported: Import) -> str:
        """The place of what is imported, also through other modules of the API; "" if that is not known."""
        lookup: Lookup = self.module.checkout.once(Lookup)
        answer = lookup.find(imported.module, imported.symbol) if imported.symbol else None
        return answer.path if isinstance(answer, Module) else answer.place if isinstance(answer, Binding) else ""

    def _check_meaning(self, name: str, fits: Fits, needs: str) -> None:
        for bound in self.bound.get(name, ()):
            if not fits(bound):
                raise self._refusal(
                    f"the name {name!r} is {_text(bound, name)} there, but the entrypoint needs {needs!r}",
                    f"{self.module.path}:{bound.line}",
                )

    def _lost(self, name: str) -> int:
        bound = self.bound.get(name)
        return self.bindings.undone.get(name) or (bound[0].line if bound else 1)

    def _refusal(self, what: str, place: str) -> Refusal:
        return Refusal(what, option="--module", value=self.dotted, place=place, instead="Choose another --module.")


def _target(imported: Import) -> str:
    return f"{imported.module}.{imported.symbol}" if imported.symbol else imported.module


def _is_logger(bound: Bound) -> bool:
    if bound.imported:
        return "log" in bound.imported.symbol.lower()
    function = bound.value.func if isinstance(bound.value, ast.Call) else None
    return "log" in str(getattr(function, "attr", getattr(function, "id", ""))).lower()


def _text(bound: Bound, name: str) -> str:
    if bound.imported:
        return repr(bound.imported.text)
    if bound.star:
        return "perhaps bound by a star import"
    return "changed by a function" if bound.shared else repr(f"defined as {name}")
