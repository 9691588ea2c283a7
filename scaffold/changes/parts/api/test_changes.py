"""Generated test functions added to a test file, taken out of it, and written anew for a completed entrypoint."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from scaffold.changes.parts.api.completion import Completion
from scaffold.changes.parts.api.context import Origin
from scaffold.changes.parts.api.generated import Form, is_written
from scaffold.changes.parts.api.names import ModuleNames
from scaffold.changes.parts.api.test_code import GeneratedTest, generated_tests, test_imports
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit, Place
from scaffold.files.plan import Plan
from scaffold.python.additions import edited, extend, raw_lines, symbol_order
from scaffold.python.lookup import dotted_name
from scaffold.python.module import Import, Module
from scaffold.python.removals import without_function
from scaffold.python.uses import first_use


def with_test(form: Form, module: Module, part: str) -> list[Edit]:
    names, origin = ModuleNames(module), form.origin
    tested = [_imported(symbol, origin, names) for symbol in sorted(origin.tested, key=symbol_order)]
    aliases = {imported.symbol: imported.name for imported in tested}
    name = f"test_{aliases[origin.worker]}"
    while name in names.bound:
        name += "_entrypoint"
    text = form.test_function(name, aliases)
    wanted = test_imports(origin, text, tested)
    edits = extend(module.checkout, module.path, [needed for needed in wanted if names.missing(needed)], "", text, part)
    names.prove(edits, text, wanted)
    return edits


def _imported(symbol: str, origin: Origin, names: ModuleNames) -> Import:
    """A function of the entrypoint's module, under another name if the test file uses its own for something else."""
    plain = Import(origin.spec.module, symbol)
    is_free = all(bound.imported == plain for bound in names.bound.get(symbol, ()))
    return plain if is_free else plain._replace(alias=f"{origin.spec.slug}_{symbol}")


def without_test(test: GeneratedTest, module: Module, part: str) -> list[Edit]:
    text = "\n".join(raw_lines(module.checkout, module.path)[2][test.lines.start : test.lines.stop])
    needed, used = test_imports(test.form.origin, text, test.imports), partial(_used, module.checkout, module.path)
    return without_function(module, test.lines, needed, "", part, used, test.imports)


def _used(checkout: Checkout, path: str, name: str) -> Place | None:
    """The first place outside of a test file that uses a name of it."""
    return first_use(checkout, dotted_name(path), [name], {path})


def complete_test(asked: Completion, module: Module, part: str) -> list[Edit]:
    """The edits that write the generated test for a completed entrypoint; none if the test was edited."""
    checkout, form = module.checkout, asked.form
    if is_written(module, form.test_module()):
        return edited(checkout, module.path, asked.wanted.test_module().rstrip("\n").split("\n"), part)
    test = next(generated_tests(module, [form.origin]), None)
    if test is None:
        return []
    without = _after(without_test(test, module, part), module)
    lines = raw_lines(_after(with_test(asked.wanted, without, part), without).checkout, module.path)[2]
    return edited(checkout, module.path, lines[:-1] if lines[-1] == "" else lines, part)


def _after(edits: Sequence[Edit], module: Module) -> Module:
    """The module with some edits."""
    plan = Plan(tuple(edits), {module.path: module.data})
    return Module(module.checkout.after({module.path: plan.text_after(module.path)}), module.path)
