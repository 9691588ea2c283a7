"""The values for the Python templates."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import NamedTuple

from scaffold.changes.parts.paths import test_path
from scaffold.files.checkout import Checkout, with_parents
from scaffold.files.edit import Edit
from scaffold.python.additions import from_import, symbol_order
from scaffold.python.layout import docstring, python_call, python_string
from scaffold.python.module import Import
from scaffold.python.own_uses import names_in_code
from scaffold.spec.checks import argument_values
from scaffold.spec.specs import FOLDER, S3_PATH, TaskSpec

BOTO3 = Import("boto3")
# What a function may need besides the decorator and the logger.
IMPORTS = (
    Import("massgov.pfml", "db"),
    Import("argparse"),
    Import("sys"),
    Import("typing", "List"),
    Import("os"),
    Import("massgov.pfml.util.files", "", "file_util"),
    BOTO3,
)
_LISTED = 'f"s3://{mock_s3_bucket}/received/%s"'


class Origin(NamedTuple):
    """What may have generated a function.

    options: the lines of the `add_argument` calls. worker: the function that the entrypoint calls. earlier: whether
    version 0.1.0 wrote it, where only an entrypoint with a database session had a worker.
    """

    spec: TaskSpec
    options: str
    worker: str
    earlier: bool = False

    @property
    def names(self) -> list[str]:
        """The functions that belong to the task."""
        return [*self._parser, self.spec.function, *self._worker]

    @property
    def tested(self) -> list[str]:
        """The functions that the generated test calls."""
        return [self.spec.function] if self.earlier else [*self._parser, self.worker]

    @property
    def _parser(self) -> list[str]:
        return ["parse_args"] if self.options else []

    @property
    def _worker(self) -> list[str]:
        return [self.worker] if self.spec.database or not self.earlier else []


def free_worker(spec: TaskSpec, bound: Container[str]) -> str:
    """A name for the function that the entrypoint calls. bound: the names that the module has."""
    return f"run_{spec.slug}" if spec.function == "run" or "run" in bound else "run"


def origin_of(spec: TaskSpec, worker: str) -> Origin:
    """What generates the functions of a new task."""
    return Origin(spec, "\n".join(_options(spec)), worker)


def imports_for(text: str) -> list[Import]:
    """What generated functions need besides the decorator and the logger."""
    names = names_in_code(text)
    return [needed for needed in IMPORTS if needed.name in names]


def new_packages(checkout: Checkout, path: str, part: str) -> list[Edit]:
    """An `__init__.py` for each folder above a path that does not exist yet."""
    missing = [folder for folder in with_parents(path) if not checkout.is_folder(folder)]
    edits = []
    for folder in reversed(missing):
        checkout.read(f"{folder}/__init__.py")
        edits.append(checkout.create(f"{folder}/__init__.py", "", part))
    return edits


def context(origin: Origin) -> dict[str, object]:
    """The values of the template's questions and private variables for a task."""
    spec, worker = origin.spec, origin.worker
    package, _, name = spec.module.rpartition(".")
    passed = _passed(origin, "db_session", f'os.environ["{S3_PATH}"]', "args")
    return {
        "name": spec.name,
        "module": spec.module,
        "function": spec.function,
        "description": spec.description,
        "__package_path": package.replace(".", "/"),
        "__module_name": name,
        "__decorator": "@" + python_call("background_task", [python_string(spec.name)]),
        "__parser": python_call("parser = argparse.ArgumentParser", [f"description={spec.function}.__doc__"], 4),
        "__signature": python_call(f"def {spec.function}", [], tail=" -> None:"),
        "__worker_signature": python_call(f"def {worker}", _parameters(origin), tail=" -> None:"),
        "__worker_call": python_call(worker, passed, 8 if spec.database else 4),
        "__docstring": docstring(spec.description),
        "__db": spec.database,
        "__worker": worker,
        "__options": origin.options,
        "__s3_path": S3_PATH if spec.listing else "",
        "__s3_folder": spec.listing == FOLDER,
    }


def test_context(origin: Origin, name: str, names: Mapping[str, str]) -> dict[str, object]:
    """The values for a test. names: those by which the test file knows the functions of the module, if it has other
    ones."""
    spec = origin.spec
    worker, parser = (names.get(known, known) for known in (origin.worker, "parse_args"))
    listed = _LISTED % ("" if spec.listing == FOLDER else "file")
    passed = _passed(origin, "test_db_session", listed, f"{parser}([])")
    fixtures = [*_passed(origin, "test_db_session", "mock_s3_bucket", ""), "caplog"]
    return context(origin) | {
        "__test_path": test_path(spec.module).removeprefix("api/").rpartition("/")[0],
        "__test_name": name,
        "__test_call": python_call(worker, passed, 4),
        "__test_import": from_import(spec.module, sorted(origin.tested, key=symbol_order)),
        "__test_signature": python_call(f"def {name}", fixtures, tail=":"),
    }


def _passed(origin: Origin, session: str, path: str, arguments: str) -> list[str]:
    """The arguments of the worker, or its parameters."""
    given = ((session, origin.spec.database), (path, origin.spec.listing), (arguments, origin.options))
    return [text for text, wanted in given if text and wanted]


def _parameters(origin: Origin) -> list[str]:
    return _passed(origin, "db_session: db.Session", "path: str", "args: argparse.Namespace")


def takes_arguments(spec: TaskSpec) -> bool:
    """Whether the entrypoint parses arguments: on request, or because its schedule passes some."""
    return spec.arguments or bool(spec.schedule and spec.schedule.arguments)


def _options(spec: TaskSpec) -> list[str]:
    """The `add_argument` calls that accept what the schedule passes, or one as an example."""
    if not takes_arguments(spec):
        return []
    words = spec.schedule.arguments if spec.schedule else ()
    options = argument_values(words)
    calls = [_option(name, values) for name, values in options.items() if name]
    if "" in options:
        calls.append(['"values"', 'nargs="*"'])
    if not words:
        calls.append(['"--dry-run"', 'action="store_true"', 'help="Change nothing."'])
    return [python_call("parser.add_argument", call, 4) for call in calls]


def _option(name: str, occurrences: list[int]) -> list[str]:
    """The arguments of one call. occurrences: how many values the option has at each occurrence."""
    call = [python_string(name)]
    destination = re.sub(r"\W", "_", name.lstrip("-"), flags=re.ASCII)
    if destination != name.lstrip("-").replace("-", "_"):
        call.append(f'dest="{destination}"')
    repeated = ['action="append"'] if len(occurrences) > 1 else []
    if set(occurrences) == {0}:
        return [*call, 'action="store_true"']
    if set(occurrences) == {1}:
        return [*call, *repeated]
    return [*call, 'nargs="+"' if 0 not in occurrences else 'nargs="*"', *repeated]
