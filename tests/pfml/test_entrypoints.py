from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.inventory.inventory import EntrypointListing, entrypoint_listing
from scaffold.inventory.tests import importers, modules_in_tests
from scaffold.pfml.entrypoints import ASYNC

PACKAGE = "api/massgov/pfml/dor"


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def _found(sample: Path, name: str) -> EntrypointListing:
    return entrypoint_listing(name, Checkout(sample))


DECORATED = 'from massgov.pfml.util.bg import background_task\n\n\n@background_task("a-b")\ndef main():\n    pass\n'


@pytest.mark.parametrize(
    ("text", "line", "decorator", "problem"),
    [
        (DECORATED, 5, "a-b", ""),
        ('@bg.background_task(name="a-b")\ndef main(): ...\n', 2, "a-b", ""),
        ("@background_task(NAME)\ndef main(): ...\n", 2, "NAME", ""),
        ('@cache\n@background_task("a-b")\nasync def main(): ...\n', 3, "a-b", ASYNC),
        ('@cache\n@background_task("a-b")\ndef main(): ...\n', 3, "a-b", ""),
        ("def main(): ...\n", 1, "", "no @background_task"),
        ("@cache\ndef main(): ...\n", 2, "", "no @background_task"),
        ('main = background_task("a-b")(run)\n', 1, "a-b", ""),
        ("def run(): ...\nmain = run\n", 2, "", "no @background_task"),
        ('@background_task("a-b")\ndef run(): ...\nmain = functools.partial(run, 1)\n', 3, "a-b", ""),
        ('from massgov.pfml.util.bg import background_task as task\n@task("a-b")\ndef main(): ...\n', 3, "a-b", ""),
        ('NAME = "a-b"\n@background_task(NAME)\ndef main(): ...\n', 3, "a-b", ""),
        ('task = background_task("a-b")\n@task\ndef main(): ...\n', 3, "a-b", ""),
        ('def main():\n    with bg.background_task("a-b"):\n        ...\n', 1, "a-b", ""),
        ("if True:\n    def main(): ...\nelse:\n    def other(): ...\n", 2, "", "no @background_task"),
        ("try:\n    from fast import main\nexcept ImportError:\n    def main(): ...\n", 4, "", "no @background_task"),
        ("from click import main\n", 0, "", ""),
        ("main = make()\n", 1, "", ""),
        ("from somewhere import *\n", 0, "", ""),
        ("def __getattr__(name): ...\n", 0, "", ""),
        ("def other(): ...\n", 0, "", "no function main in api/massgov/pfml/dor/odd.py"),
        ("def main(:\n", 0, "", "api/massgov/pfml/dor/odd.py:1: invalid syntax. Fix the file first"),
    ],
)
def test_entrypoint(text: str, line: int, decorator: str, problem: str, sample: Path) -> None:
    _write(sample, f"{PACKAGE}/odd.py", text)
    name = "massgov.pfml.dor.odd:main"
    place = f"{PACKAGE}/odd.py:{line}" if line else ""
    assert _found(sample, name) == EntrypointListing(name, place, decorator, problem)


@pytest.mark.parametrize(
    "reexport",
    [
        "from massgov.pfml.dor.impl import main\n",
        "from .impl import main\n",
        "from ..dor.impl import main\n",
        "from . import impl\nfrom .impl import main as main\n",
        "from .impl import *\n",
        "from massgov.pfml.dor import impl\nmain = impl.main\n",
    ],
)
def test_a_reexported_function_is_found_where_it_is(reexport: str, sample: Path) -> None:
    _write(sample, f"{PACKAGE}/impl.py", DECORATED)
    _write(sample, f"{PACKAGE}/odd.py", reexport)
    found = _found(sample, "massgov.pfml.dor.odd:main")
    assert (found.decorator, found.problem) == ("a-b", "")
    assert found.place == (f"{PACKAGE}/odd.py:2" if "impl.main" in reexport else f"{PACKAGE}/impl.py:5")


def test_a_package_may_reexport_under_another_name(sample: Path) -> None:
    _write(sample, f"{PACKAGE}/odd/impl.py", DECORATED)
    _write(sample, f"{PACKAGE}/odd/__init__.py", "from .impl import main as handler\n")
    assert _found(sample, "massgov.pfml.dor.odd:handler").place == f"{PACKAGE}/odd/impl.py:5"


def test_names_that_are_not_exported_are_not_found(sample: Path) -> None:
    _write(sample, f"{PACKAGE}/impl.py", f'__all__ = ["other"]\n{DECORATED}')
    _write(sample, f"{PACKAGE}/odd.py", "from .impl import *\n")
    assert _found(sample, "massgov.pfml.dor.odd:main").problem.startswith("no function main")


@pytest.mark.parametrize(
    ("entry", "line", "problem"),
    [
        ("odd:Job", 2, ""),
        ("odd:Job.run", 4, ""),
        ("odd:job.run", 4, ""),
        ("odd:job.start", 2, "no @background_task"),
        ("odd:Job.gone", 0, "no function Job.gone in api/massgov/pfml/dor/odd.py"),
        ("odd:base.Base.start", 2, "no @background_task"),
        ("odd:Job.run [extra]", 4, ""),
        ("odd", 0, "'massgov.pfml.dor.odd' is not of the form module:function"),
        ("odd:base", 0, "base is a module (api/massgov/pfml/dor/base.py), not a function"),
    ],
)
def test_a_class_may_contain_the_function(entry: str, line: int, problem: str, sample: Path) -> None:
    _write(sample, f"{PACKAGE}/base.py", "class Base:\n    def start(self): ...\n")
    text = (
        'from . import base\nclass Job(base.Base):\n    @background_task("a-b")\n    def run(self): ...\njob = Job()\n'
    )
    _write(sample, f"{PACKAGE}/odd.py", text)
    found = _found(sample, f"massgov.pfml.dor.{entry}")
    assert (found.place.rpartition(":")[2], found.problem) == (str(line or ""), problem)


def test_a_module_of_another_project_is_not_looked_for(sample: Path) -> None:
    assert _found(sample, "alembic.config:main") == EntrypointListing("alembic.config:main", "", "", "")


def test_modules_that_import_from_each_other_end(sample: Path) -> None:
    _write(sample, f"{PACKAGE}/odd.py", "from .even import main\n")
    _write(sample, f"{PACKAGE}/even.py", "from .odd import main\n")
    assert _found(sample, "massgov.pfml.dor.odd:main").problem.startswith("no function main")


def test_no_module(sample: Path) -> None:
    assert _found(sample, "massgov.pfml.gone:main").problem == "no module api/massgov/pfml/gone.py"


def test_a_checkout_without_background_task_needs_no_decorator(sample: Path) -> None:
    (sample / "api/massgov/pfml/util/bg.py").unlink()
    _write(sample, f"{PACKAGE}/odd.py", "def main(): ...\n")
    assert _found(sample, "massgov.pfml.dor.odd:main").problem == ""


@pytest.mark.parametrize(
    "text",
    [
        "import massgov.pfml.dor.odd\n",
        "import os, massgov.pfml.dor.odd as odd\n",
        "from massgov.pfml.dor.odd import main\n",
        "from massgov.pfml.dor import odd\n",
        "from massgov.pfml.dor import (\n    even,  # first\n    odd as it,\n)\n",
        "def test_it():\n    from massgov.pfml.dor import odd\n",
    ],
)
def test_tests_that_import_the_module(text: str, sample: Path) -> None:
    _write(sample, "api/tests/elsewhere/test_much.py", f"import os\n{text}")
    found = importers("massgov.pfml.dor.odd:main", modules_in_tests(Checkout(sample)))
    assert found == (f"api/tests/elsewhere/test_much.py:{3 if 'def' in text else 2}",)


def test_the_test_named_after_the_module_is_first(sample: Path) -> None:
    for name in ("a", "odd"):
        _write(sample, f"api/tests/test_{name}.py", "import massgov.pfml.dor.odd\n")
    _write(sample, "api/tests/test_other.py", "import massgov.pfml.dor.oddest\n")
    found = importers("massgov.pfml.dor.odd:main", modules_in_tests(Checkout(sample)))
    assert found == ("api/tests/test_odd.py:1", "api/tests/test_a.py:1")
