"""Changes the entrypoint of a task: its docstring, and what it does with a session, arguments and its trigger's prefix,
as far as they are as the tool writes them."""

from __future__ import annotations

import ast

from scaffold.changes.parts.api.completion import complete
from scaffold.changes.parts.change.code import completed
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal
from scaffold.files.edit import Edit
from scaffold.pfml.entrypoints import entrypoint, problem_of
from scaffold.pfml.scripts import script_reference
from scaffold.python.layout import docstring
from scaffold.python.module import Module
from scaffold.spec.part_names import ENTRYPOINT
from scaffold.terraform.steps import Step, in_steps


def change(modification: Modification) -> list[Edit]:
    description, checkout = modification.spec.description, modification.checkout
    asked, steps = completed(modification), list[Step]()
    if asked:
        completion, module = asked
        steps.append(lambda _: complete(completion, module, ENTRYPOINT))
    if description is not None:
        steps.append(lambda known: _described(modification.at(known), " ".join(description.split())))
    edits = in_steps(checkout, steps, ENTRYPOINT)
    return edits or [edit for step in steps for edit in step(checkout)]


def _described(modification: Modification, description: str) -> list[Edit]:
    module, function = _function(modification)
    checkout, path, statement = modification.checkout, module.path, function.body[0]
    has = ast.get_docstring(function, clean=False)
    start, wanted = module.offset(statement.lineno), docstring(description)
    if has is None:
        edits = [checkout.insert(path, start, f"{wanted}\n", ENTRYPOINT)] if wanted else []
        return edits or [checkout.exists(path, start, ENTRYPOINT)]
    end = module.offset((statement.end_lineno or statement.lineno) + 1)
    text = module.data[start:end].decode().replace("\r\n", "\n").removesuffix("\n")
    if text == wanted:
        return [checkout.exists(path, start, ENTRYPOINT)]
    if text != docstring(" ".join(has.split())):
        raise Refusal(
            "the docstring of the entrypoint was written by hand",
            option="--description",
            value=description,
            place=f"{path}:{statement.lineno}",
            instead="Change it there.",
        )
    if wanted:
        last = end - len(module.data[start:end]) + len(module.data[start:end].rstrip())
        return [checkout.replace(path, start, last, wanted, ENTRYPOINT)]
    if not function.body[1:]:
        raise Refusal("the entrypoint has nothing else", option="--description", place=f"{path}:{statement.lineno}")
    return [checkout.remove(path, start, end, ENTRYPOINT)]


def _function(modification: Modification) -> tuple[Module, ast.FunctionDef]:
    """The function that the task's script runs. Raises Refusal if there is none."""
    checkout, script = modification.checkout, modification.task.script(modification.folder)
    target = entrypoint(script_reference(script, checkout), checkout)
    path, _, line = target.place.rpartition(":")
    module = Module(checkout, path) if path else None
    for node in module.tree.body if module else ():
        if module and isinstance(node, ast.FunctionDef) and node.lineno <= int(line) <= (node.end_lineno or 0):
            return module, node
    raise Refusal(
        f"the entrypoint of the script {script!r} is not known: {problem_of(target, checkout)}",
        option="--description",
        instead="Change its docstring by hand.",
    )
