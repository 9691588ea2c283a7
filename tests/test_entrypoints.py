from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.checkout import Checkout
from scaffold.entrypoints import Entrypoint, entrypoint, importers, modules_in_tests

PACKAGE = "api/massgov/pfml/dor"


def _write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def _found(sample: Path, name: str) -> Entrypoint:
    return entrypoint(name, Checkout(sample))


DECORATED = 'from massgov.pfml.util.bg import background_task\n\n\n@background_task("a-b")\ndef main():\n    pass\n'


@pytest.mark.parametrize(
    ("text", "line", "decorator", "problem"),
    [
        (DECORATED, 5, "a-b", ""),
        ('@bg.background_task(name="a-b")\ndef main(): ...\n', 2, "a-b", ""),
        ("@background_task(NAME)\ndef main(): ...\n", 2, "NAME", ""),
        ('@cache\n@background_task("a-b")\nasync def main(): ...\n', 3, "a-b", ""),
        ("def main(): ...\n", 1, "", "no @background_task"),
        ("@cache\ndef main(): ...\n", 2, "", "no @background_task"),
        ('main = background_task("a-b")(run)\n', 1, "a-b", ""),
        ("main = run\n", 1, "", "no @background_task"),
        ("def other(): ...\n", 0, "", "no function main in api/massgov/pfml/dor/odd.py"),
        ("def main(:\n", 0, "", "api/massgov/pfml/dor/odd.py:1: invalid syntax. Mend the file first"),
    ],
)
def test_entrypoint(text: str, line: int, decorator: str, problem: str, sample: Path) -> None:
    _write(sample, f"{PACKAGE}/odd.py", text)
    name = "massgov.pfml.dor.odd:main"
    place = f"{PACKAGE}/odd.py:{line}" if line else ""
    assert _found(sample, name) == Entrypoint(name, place, decorator, problem)


@pytest.mark.parametrize(
    "reexport",
    [
        "from massgov.pfml.dor.impl import main\n",
        "from .impl import main\n",
        "from ..dor.impl import main\n",
        "from . import impl\nfrom .impl import main as main\n",
    ],
)
def test_a_reexported_function_is_found_where_it_is(reexport: str, sample: Path) -> None:
    _write(sample, f"{PACKAGE}/impl.py", DECORATED)
    _write(sample, f"{PACKAGE}/odd.py", reexport)
    assert _found(sample, "massgov.pfml.dor.odd:main").place == f"{PACKAGE}/impl.py:5"


def test_a_package_may_reexport_under_another_name(sample: Path) -> None:
    _write(sample, f"{PACKAGE}/odd/impl.py", DECORATED)
    _write(sample, f"{PACKAGE}/odd/__init__.py", "from .impl import main as handler\n")
    assert _found(sample, "massgov.pfml.dor.odd:handler").place == f"{PACKAGE}/odd/impl.py:5"


def test_modules_that_import_from_each_other_end(sample: Path) -> None:
    _write(sample, f"{PACKAGE}/odd.py", "from .even import main\n")
    _write(sample, f"{PACKAGE}/even.py", "from .odd import main\n")
    assert _found(sample, "massgov.pfml.dor.odd:main").problem.startswith("no function main")


def test_no_module(sample: Path) -> None:
    assert _found(sample, "massgov.pfml.gone:main").problem == "no module api/massgov/pfml/gone.py"


def test_a_checkout_without_background_task_lacks_no_decorator(sample: Path) -> None:
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
