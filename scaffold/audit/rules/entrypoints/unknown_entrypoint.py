"""A Poetry script whose module or function does not exist or cannot be run."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.commands import all_commands
from scaffold.audit.facts.tasks.scripts import entrypoint_at, known_scripts
from scaffold.audit.finding import Finding
from scaffold.errors import Refusal
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.entrypoints import DECORATOR, Entrypoint

WHY = "The script fails with an ImportError or a TypeError as soon as it starts, or does nothing at all."
HOW = "Correct the module or the function in pyproject.toml, or remove the script."


def check(facts: Facts) -> Iterator[Finding]:
    scripts = known_scripts(facts.checkout) or {}
    runners = {command.program.shown: command.task for command in reversed(facts.once(all_commands)) if command.program}
    for script in scripts.values():
        if facts.focus and script.name not in runners:
            continue
        reference = script.reference
        problem = _file_problem(facts, reference) if script.is_file else _problem(facts, reference)
        if problem:
            what, instead = problem
            yield Finding(
                subject=script.name,
                message=f"the script {script.name} runs {reference!r}: {what}",
                instead=instead,
                path=PYPROJECT_FILE,
                offset=script.offset,
                task=runners.get(script.name, ""),
            )


def _file_problem(facts: Facts, path: str) -> tuple[str, str] | None:
    if facts.checkout.read(f"api/{path}") is None:
        return f"the file api/{path} does not exist", "Correct its path below api/, or remove the script."
    return None


def _problem(facts: Facts, entry: str) -> tuple[str, str] | None:
    """What is wrong with an entry, and what to do; also None if the entry refers to a file that does not parse."""
    entrypoint = entrypoint_at(entry, facts.checkout)
    if entrypoint is None:
        # Such a file is reported once, not once for each of its scripts.
        return None
    if isinstance(entrypoint, Refusal):
        return f"{entrypoint.what}, so it fails as soon as it starts", "Correct it, or remove the script."
    if entrypoint.is_async:
        return (
            f"{entrypoint.place} is async, so the script creates a coroutine but runs nothing",
            "Run it with asyncio.run in a function that is not async.",
        )
    missing = _required(entrypoint)
    if missing:
        return (
            f"{entrypoint.place} requires {missing}, but a script calls it without arguments, so it fails at once",
            "Read the arguments from sys.argv.",
        )
    return None


def _required(entrypoint: Entrypoint) -> str:
    """The parameters without defaults, "" if a decorator may supply them."""
    node = entrypoint.function.node if entrypoint.function else None
    if not isinstance(node, ast.FunctionDef) or entrypoint.definition is not entrypoint.function:
        return ""
    if any(not _is_plain(decorator) for decorator in node.decorator_list) or _is_method(entrypoint, node):
        return ""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    required = positional[: len(positional) - len(arguments.defaults)]
    keywords = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    required += [parameter for parameter, default in keywords if default is None]
    return " and ".join(parameter.arg for parameter in required)


def _is_plain(decorator: ast.expr) -> bool:
    """Whether a decorator passes the arguments on unchanged."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    return name == DECORATOR


def _is_method(entrypoint: Entrypoint, node: ast.FunctionDef) -> bool:
    return entrypoint.definition is not None and entrypoint.definition.module.function(node.name) is not node
