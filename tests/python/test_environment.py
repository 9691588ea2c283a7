"""The oracle is Python itself: the sources are also run, and fail without exactly the variables that are said to be
required."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.pfml.entrypoints import find_entrypoint
from scaffold.python.environment.reader import Reader
from scaffold.python.lookup import Lookup

SHARED = """
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

NAME = "FROM_A_CONSTANT"
KEPT = os.environ.get("KEPT")


def read(name, default=None):
    if default is None:
        return os.environ[name]
    return os.environ.get(name, default)


def look_up(name="DEFAULT_NAME"):
    return os.environ[name]


def chosen(prefer=False):
    return os.environ["PREFERRED"] if prefer else os.environ["USUAL"]


def found():
    return os.getenv("FOUND")


def recursive(count=3):
    os.environ["RECURSIVE"]
    return recursive(count - 1) if count else None


@contextmanager
def careful():
    try:
        yield
    except KeyError:
        pass


@contextmanager
def strict():
    try:
        yield
    except KeyError:
        print("failed")
        raise


class Base:
    def run(self):
        return self.step()

    def step(self):
        raise NotImplementedError


class Step(Base):
    def __init__(self, config=None):
        if config is None:
            config = look_up("STEP_CONFIG")
        self.config = config

    def step(self):
        return os.environ["STEP"]


class Longer(Step):
    def __init__(self):
        super().__init__("given")
        os.environ["LONGER"]

    @classmethod
    def create(cls):
        return os.environ["CREATE"]

    @staticmethod
    def help(name):
        return os.environ[name]


@dataclass
class Config:
    folder: str = field(default_factory=lambda: os.environ["FOLDER"])
    limit: str = field(default_factory=found)


def decorated(function):
    return lambda: None


@decorated
def never():
    os.environ["NEVER"]


def generator():
    os.environ["GENERATED"]
    yield 1
"""

IMPORTS = "import json\nimport os\nimport sys\nfrom os import environ, getenv\nfrom pathlib import Path\n"
IMPORTS += "from app import shared\nfrom app.shared import *\n"

# The body of an entrypoint, and the variables without which it fails.
BODIES = [
    ('os.environ["A"]; environ["B"]; os.environ[NAME]; os.environ[shared.NAME]', "A B FROM_A_CONSTANT"),
    ('os.environ.get("A"); os.getenv("B"); os.environ.get("C", "x"); str(getenv("D"))', ""),
    (
        'int(os.getenv("A")); Path(os.environ.get("B")); os.path.join("x", getenv("C")); json.loads(getenv("D"))',
        "A B C D",
    ),
    ('os.getenv("A").split(","); "x" + os.getenv("B"); os.environ.get("C")[0]; "%s" % getenv("D")', "A B C"),
    ('x = os.getenv("A")\ny = x\ny.strip()', "A"),
    ('x = os.getenv("A") or "x"\nx.strip()', ""),
    ('x = os.getenv("A", default="x")\nx.strip()\ny = os.getenv(key="B")\nlen(y)', "B"),
    (
        'x = os.getenv("A")\nif x is None:\n    raise ValueError\nif not getenv("B") or not getenv("C"):\n    sys.exit(1)',
        "A B C",
    ),
    ('if os.getenv("A") is None:\n    return\nos.environ["B"]', ""),
    ('assert os.getenv("A")\nassert getenv("B") is not None', "A B"),
    ('if os.getenv("A") == "local":\n    os.environ["B"]', ""),
    ('if len(sys.argv) > 99:\n    os.environ["A"]\n    os.environ["B"]\nelse:\n    os.environ["B"]', "B"),
    ('if len(sys.argv) > 99:\n    raise ValueError\nos.environ["A"]', "A"),
    ('if len(sys.argv) > 99:\n    return\nos.environ["A"]', None),
    ('try:\n    os.environ["A"]\nexcept KeyError:\n    pass\nos.environ["B"]', "B"),
    (
        'try:\n    os.environ["A"]\nexcept Exception:\n    print("failed")\n    raise\nfinally:\n    os.environ["B"]',
        "A B",
    ),
    ('try:\n    os.environ["A"]\nexcept IndexError:\n    pass', "A"),
    ('try:\n    os.environ["A"]\nexcept (IndexError, LookupError):\n    sys.exit(1)', "A"),
    ('with suppress(KeyError):\n    os.environ["A"]', ""),
    ('with careful():\n    os.environ["A"]\nwith strict():\n    os.environ["B"]', None),
    ('with strict():\n    os.environ["A"]', "A"),
    (
        'for name in []:\n    os.environ["A"]\nfor name in os.environ["B"]:\n    pass\n[os.environ["C"] for _ in []]',
        "B",
    ),
    ('while True:\n    os.environ["A"]\n    break', "A"),
    (
        'f = lambda: os.environ["A"]\ndef inner(x=os.environ["B"]):\n    os.environ["C"]\ntrue = 1 or os.environ["D"]',
        "B",
    ),
    (
        'read("A"); read("B", "x"); look_up(); look_up(name="C"); chosen(); chosen(True)',
        "A DEFAULT_NAME C USUAL PREFERRED",
    ),
    ("shared.found().strip(); recursive()", "FOUND RECURSIVE"),
    ("len(shared.KEPT)", "KEPT"),
    ("Step(); Step(1).run()", "STEP_CONFIG STEP"),
    ('x = Longer()\nx.run()\nLonger.create()\nLonger.help("HELP")', "LONGER STEP CREATE HELP"),
    ('Config(); Config(folder="x")', "FOLDER"),
    ("never(); generator()", ""),
    ('from app.shared import look_up as f\nimport os as system\nf("A")\nsystem.environ["B"]', "A B"),
    (
        'f"{environ}" + os.environ["A"]; {"x": [os.environ["B"]]}; print(*[os.environ["C"]], sep=os.environ["D"])',
        "A B C D",
    ),
    ('os.environ["A"] = "x"', ""),
    ('os.environ["A"] = "x"\nos.environ["A"]\nenviron.setdefault("B", "x")\nenviron["B"]\nenviron["C"]', "C"),
    ('os.environ.update({"A": "x"})\nos.environ["A"]', ""),
    ('x = os.getenv("A") or sys.exit("no A")\ny = getenv("B") or getenv("C") or sys.exit(1)', "A"),
    ('os.getenv("A") or sys.exit(0)', None),
    ('if "A" not in os.environ:\n    raise ValueError\nassert "B" in environ', "A B"),
    ('if "A" in os.environ:\n    pass\nelse:\n    sys.exit("no A")\nif "B" in environ:\n    environ["B"]', "A"),
]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "api/app"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "shared.py").write_text(SHARED)
    monkeypatch.syspath_prepend(tmp_path / "api")
    yield folder
    for name in [name for name in sys.modules if name == "app" or name.startswith("app.")]:
        del sys.modules[name]


def _required(folder: Path) -> set[str]:
    lookup = Lookup(Checkout(folder.parents[1]))
    function = find_entrypoint("app.task:main", lookup).function
    assert function
    return {name for read in Reader(lookup).missing(function, lambda name: False) for name in read.names}


def _run() -> None:
    """Raises whatever the program raises."""
    for name in ("app", "app.task", "app.shared"):
        sys.modules.pop(name, None)
    importlib.import_module("app.task").main()


@pytest.mark.parametrize(("body", "names"), BODIES, ids=range(len(BODIES)))
def test_it_finds_what_a_program_fails_without(
    body: str, names: str | None, app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    indented = body.replace("\n", "\n    ")
    (app / "task.py").write_text(f"{IMPORTS}\n\ndef main():\n    {indented}\n")
    required = _required(app)
    assert required == set((names or "").split())
    for name in {*required, *"ABCD", "FOUND", "KEPT"}:
        monkeypatch.setenv(name, "1")
    monkeypatch.setattr(sys, "argv", ["task"])
    _run()
    for name in required:
        with monkeypatch.context() as without:
            without.delenv(name)
            with pytest.raises((Exception, SystemExit)):
                _run()


@pytest.mark.parametrize("body", ["class Config:\n    folder = os.environ['A']", "FOLDER = os.environ['A']"])
def test_it_finds_what_the_modules_read_that_are_imported(body: str, app: Path) -> None:
    (app / "config.py").write_text(f"import os\n\n\n{body}\n")
    (app / "task.py").write_text("import app.config\n\n\ndef main():\n    pass\n")
    assert _required(app) == {"A"}
