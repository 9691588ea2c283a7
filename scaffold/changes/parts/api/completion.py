"""What an existing entrypoint gets if it is asked for more, as by `task NAME --db` or `change TASK --db`: a database
session, arguments, or a listing of its trigger's prefix.

An entrypoint is completed if the tool wrote it and nobody has edited it or uses its functions elsewhere; for any other,
`instructions` says what to write.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from scaffold.changes.parts.api.context import Origin, free_worker, imports_for, origin_of
from scaffold.changes.parts.api.generated import Form, origins_of, writing
from scaffold.changes.parts.api.names import ModuleNames
from scaffold.changes.parts.paths import test_path
from scaffold.files.edit import Edit
from scaffold.python.additions import edited, raw_lines, with_import
from scaffold.python.module import Import, Module
from scaffold.python.removals import is_used
from scaffold.python.uses import first_use
from scaffold.spec.specs import S3_PATH, TaskSpec

# What shows that code has something already.
_SESSION = re.compile(r"\b(?:session_scope|db_session)\b|\bdb\.init\(")
_ARGUMENTS = re.compile(r"\b(?:argparse|parse_args|click|getopt)\b|\bsys\.argv\b")


class Completion(NamedTuple):
    """form: what wrote the entrypoint; lines: where, None for the whole module. wanted: what is to write it instead."""

    form: Form
    lines: range | None
    wanted: Form


def completion(spec: TaskSpec, module: Module) -> Completion | None:
    """How the entrypoint gets what it lacks; None if it lacks nothing, or if that is left to its author."""
    if not any(lacks(spec, module)):
        return None
    known = writing(module, origins_of(module, spec.module, spec.function))
    if known is None:
        return None
    form, lines = known
    inner = [name for name in form.origin.names if name != spec.function]
    used = inner and first_use(module.checkout, spec.module, inner, {module.path, test_path(spec.module)})
    if used or (lines and is_used(module, inner, lines)):
        return None
    return Completion(form, lines, Form(_wanted(spec, form.origin, module), module.checkout))


def _wanted(spec: TaskSpec, has: Origin, module: Module) -> Origin:
    worker = has.worker if has.worker in has.names else free_worker(has.spec, ModuleNames(module).bound)
    options = has.options or origin_of(spec, worker).options
    completed = replace(
        has.spec,
        database=has.spec.database or spec.database,
        arguments=bool(options),
        listing=has.spec.listing or spec.listing,
    )
    return Origin(completed, options, worker)


def complete(asked: Completion, module: Module, part: str) -> list[Edit]:
    """The edits that write the entrypoint anew, with the imports that it needs. Raises Refusal if a name is taken."""
    wanted = asked.wanted
    if asked.lines is None:
        return edited(module.checkout, module.path, wanted.module().rstrip("\n").split("\n"), part)
    names, text = ModuleNames(module), wanted.function()
    for name in wanted.origin.names:
        if name not in asked.form.origin.names:
            names.check_free(name, wanted.origin.spec)
    needed = imports_for(text)
    lines = raw_lines(module.checkout, module.path)[2]
    lines[asked.lines.start : asked.lines.stop] = text.split("\n")
    for imported in needed:
        if names.missing(imported):
            lines = with_import(lines, imported)
    edits = edited(module.checkout, module.path, lines[:-1] if lines[-1] == "" else lines, part)
    names.prove(edits, text, needed)
    return edits


# --- what an entrypoint lacks, and what its author has to write


class _Lack(NamedTuple):
    """option: what asks for it. imports and line: what to write."""

    option: str
    imports: tuple[Import, ...]
    line: str


def lacks(spec: TaskSpec, module: Module) -> Iterator[_Lack]:
    """What is asked for and an existing entrypoint does not have, as far as its module shows."""
    text = _reached(module, spec.function)
    if spec.database and not _SESSION.search(text):
        session = "with db.session_scope(db.init(), close=True) as db_session:"
        yield _Lack("--db", (Import("massgov.pfml", "db"),), session)
    if origin_of(spec, "").options and not _ARGUMENTS.search(text):
        yield _Lack("--args", (Import("argparse"),), "args = argparse.ArgumentParser().parse_args()")
    if spec.listing and S3_PATH not in text:
        files = Import("massgov.pfml.util.files", "", "file_util")
        yield _Lack(
            "--s3-bucket", (Import("os"), files), f'file_util.list_files(os.environ["{S3_PATH}"], recursive=True)'
        )


def _reached(module: Module, function: str) -> str:
    """The code of a function and of the functions of its module that it calls."""
    functions = {node.name: node for node in module.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    seen, waiting = dict[str, str](), [function]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in seen:
            seen[name] = ast.unparse(functions[name])
            waiting += re.findall(r"\w+", seen[name])
    return "\n".join(seen.values())


def instructions(spec: TaskSpec, module: Module) -> list[str]:
    """What the author of an entrypoint has to write, with `file:line`, a line for each option."""
    node = module.function(spec.function)
    if node is None or completion(spec, module) is not None:
        return []
    body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    lines = raw_lines(module.checkout, module.path)[2]
    texts = []
    for lack in lacks(spec, module):
        imports = [
            f"`{needed.text}` at {module.path}:{_row(lines, needed)}" for needed in lack.imports if _row(lines, needed)
        ]
        wanted = [*imports, f"`{lack.line}` at {module.path}:{body[0].lineno}"]
        texts.append(
            f"the code of {spec.function} stays as it is, since it was edited or written by hand. "
            f"For {lack.option}, write {' and '.join(wanted)}."
        )
    return texts


def _row(lines: list[str], needed: Import) -> int:
    """The line, counted from 1, where an import belongs; 0 if it is there."""
    after = with_import(lines, needed)
    return next((row for row, (old, new) in enumerate(zip(lines, after, strict=False), 1) if old != new), 0)
