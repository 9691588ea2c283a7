"""The module of a new task's entrypoint where the command line names none."""

from __future__ import annotations

from dataclasses import replace

from scaffold.aws.names import slug
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.pfml.packages import fitting_package, package_of_task, packages
from scaffold.pfml.scripts import Script, scripts
from scaffold.pfml.tasks import find_task
from scaffold.spec.checks import DEFAULT_PACKAGE
from scaffold.spec.specs import TaskSpec
from scaffold.terraform.folder import Folder

_MOST = 5


def with_module(spec: TaskSpec, checkout: Checkout) -> TaskSpec:
    """The spec with a module, and why it is that one: the task's own if it exists, else one in the package of the task
    in `--like`, else one in the package where tasks with such names are."""
    if spec.module:
        return spec
    folder = Folder.of(checkout)
    return _existing(spec, folder) or _new(spec, folder)


def _existing(spec: TaskSpec, folder: Folder) -> TaskSpec | None:
    """The spec with what the task's script runs, if there is such a script already and the tool could write it so."""
    task = find_task(folder, spec.name)
    command = task.script(folder) if task else spec.name
    script = _scripts(folder.checkout).get(command) if spec.command in (spec.name, command) else None
    if script is None or script.is_file:
        return None
    module, _, function = script.reference.partition(":")
    # Who leaves out --function does not ask for its default.
    function = function if spec.function == "main" else spec.function
    try:
        return replace(spec, module=module, function=function, module_reason=f"since the script {command} runs it")
    except Refusal:
        return None


def _new(spec: TaskSpec, folder: Folder) -> TaskSpec:
    package, reason = _package(spec, folder)
    return replace(spec, module=f"{package}.{spec.slug}", module_reason=reason)


def _scripts(checkout: Checkout) -> dict[str, Script]:
    try:
        return scripts(checkout)
    except Refusal:
        return {}


def _package(spec: TaskSpec, folder: Folder) -> tuple[str, str]:
    model = _like(spec, folder)
    if model:
        return model, f"in the package of {spec.like}"
    package = fitting_package(folder, spec.name)
    if package:
        return package.name, package.reason
    return DEFAULT_PACKAGE, "since the names of other tasks suggest no package"


def _like(spec: TaskSpec, folder: Folder) -> str:
    if not spec.like:
        return ""
    task = find_task(folder, spec.like)
    return package_of_task(folder, task.own_name) if task else ""


# --- proposals


def modules_for(name: str, checkout: Checkout) -> list[str]:
    """The modules that a new task could have, one in each package that has tasks, the best first."""
    names = [package.name for package in packages(Folder.of(checkout), name)]
    return [f"{package}.{slug(name)}" for package in dict.fromkeys([*names, DEFAULT_PACKAGE])]


def proposed_modules(spec: TaskSpec, checkout: Checkout) -> Refusal:
    """The answer to `--module` without a value."""
    default = with_module(spec, checkout)
    others = [module for module in modules_for(spec.name, checkout) if module != default.module]
    few = others[:_MOST] if len(others) <= _MOST else [*others[: _MOST - 1], others[-1]]
    return Refusal(
        "it needs a module",
        option="--module",
        instead=f"Write {default.module} ({default.module_reason}; the default), or {_listed(few)}.",
    )


def _listed(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last
