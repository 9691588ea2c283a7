"""`task --module` on a module that exists: it can still be imported, and `remove` gives back every byte."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaffold.changes.create import create
from scaffold.changes.parts.requests import Addition
from scaffold.changes.remove import remove
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from scaffold.python.own_uses import own_uses
from scaffold.spec.specs import TaskSpec
from tests.conftest import Run

MODULE = "api/massgov/pfml/dor/thing.py"
OTHER = "api/massgov/pfml/dor/other.py"
DOTTED = "massgov.pfml.dor.thing"
# What stands in front of, between and after statements.
HEADS = [
    "",
    '"""Doc."""\n',
    '"""Doc."""\n\n',
    "# coding: utf-8\n",
    "#!/usr/bin/env python\n\n",
    "\n\n",
    "from __future__ import annotations\n",
    '"""Doc."""; import os\n',
    '"""Doc."""\nfrom __future__ import annotations\n\n',
    "# About the code.\n",
    "\x0c\n",
    "\ufeff",
]
GAPS = ["", "", "\n", "\n\n", "\n\n\n", "# A comment.\n", "\n# A comment with \\\n", "\x0c\n"]
NAMES = {
    "background_task": "from massgov.pfml.util.bg import background_task",
    "logging": "import massgov.pfml.util.logging as logging",
    "db": "from massgov.pfml import db",
    "argparse": "import argparse",
    "logger": "logger = logging.get_logger(__name__)",
    "sys": "import sys",
    "List": "from typing import List",
}
IMPORTS = [
    *NAMES.values(),
    "import os",
    "import os; import sys",
    "import sys; X = '''\n'''",
    "import os, \\\n    sys",
    "from massgov.pfml import db as db",
    "from massgov.pfml import db, util",
    "from massgov.pfml import (\n    util,\n)",
    "from massgov.pfml import util",
    "from massgov.pfml.util import bg, logging",
    "from massgov.pfml.util.bg import background_task as task",
    "import massgov.pfml.db as db",
    "from typing import TYPE_CHECKING",
    "import zlib  # noqa",
    "import argparse  # noqa: F401",
    "from ..util import logging",
]
WRAPPERS = [
    "{0}",
    "if TYPE_CHECKING:\n    {0}",
    "if os.environ.get('NEVER'):\n    {0}",
    "if os.environ:\n    {0}\nelse:\n    {0}",
    "if __name__ == '__main__':\n    {0}",
    "try:\n    {0}\nexcept ImportError:\n    pass",
    "try:\n    {0}\nexcept ImportError:\n    raise",
    "try:\n    import nothing\n    {0}\nexcept ImportError:\n    pass",
    "def load():\n    {0}",
    "class Loader:\n    {0}",
    "{0}; Y = 1",
    "import contextlib\nwith contextlib.suppress(ImportError):\n    import nothing\n    {0}",
]
USES = [
    "X = {0}",
    "del {0}",
    "def use(): return {0}",
    "def use({0}): return {0}",
    "{0} = None",
    "for {0} in (): pass",
    "for {0} in (1,): pass",
    "def change():\n    global {0}\n    {0} = 1",
    "class A:\n    {0} = {0}",
    "X = [{0} for {0} in (1,)]",
    "__all__ = ['{0}']",
    "def use(x: '{0}.X'): pass",
    "def use(x):\n    # type: ({0}) -> None\n    pass",
    "try:\n    raise KeyError\nexcept KeyError as {0}:\n    pass",
    "match 1:\n    case {0}: pass",
    "print({0} := 1)",
    "class {0}: pass",
    "getattr(None, '{0}', 1)",
    "from massgov.pfml.util import *",
    "import sys\nif sys.argv == 1:\n    sys.exit()",
    "class B:\n\tdef f(self):\n\t\tpass",
    "if __name__ == '__main__':\n    use()",
    "",
]
OPTIONS = ["", "--db", "--args", "--db --args", "--function open", "--function use"]
OTHERS = [
    "",
    f"from {DOTTED} import {{0}}",
    f"import {DOTTED} as t\nX = t.{{0}}",
    "from . import thing\nX = thing.{0}",
    "from .thing import *\nX = {0}",
]

name = st.sampled_from(sorted(NAMES))
gap = st.sampled_from(GAPS)
part = st.one_of(
    st.sampled_from(IMPORTS),
    st.builds(
        lambda wrapper, line: wrapper.format(line), st.sampled_from(WRAPPERS), st.sampled_from([*NAMES.values()][:4])
    ),
    st.builds(lambda use, name: use.format(name), st.sampled_from(USES), name),
)
body = st.lists(st.tuples(gap, part), max_size=6).map(lambda parts: "".join(f"{gap}{text}\n" for gap, text in parts))
ends = st.sampled_from(["\n", "\r\n", "", "\n\n", "\n\n    \n"])


@st.composite
def modules(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(HEADS)) + draw(body)
    ending = draw(ends)
    text = text.rstrip("\n") + (ending if ending != "\r\n" else "\n")
    return (text.replace("\n", "\r\n") if ending == "\r\n" else text).encode()


def _imported(sample: Path) -> dict[str, object] | None:
    """The names of the module, imported anew; None if it cannot be imported."""
    for known in [known for known in sys.modules if known.partition(".")[0] == "massgov"]:
        del sys.modules[known]
    importlib.invalidate_caches()
    try:
        return vars(importlib.import_module(DOTTED))
    except (Exception, SystemExit):
        return None


@pytest.fixture
def importable(sample: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(sample / "api"))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = dict(sys.modules)
    yield sample
    for known in [known for known in sys.modules if known not in before]:
        del sys.modules[known]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=modules(), options=st.sampled_from(OPTIONS), other=st.sampled_from(OTHERS), name=name)
def test_the_module_can_be_imported_and_remove_gives_it_back(
    text: bytes, options: str, other: str, name: str, importable: Path
) -> None:
    (importable / MODULE).write_bytes(text)
    before = _imported(importable)
    # An empty file and one that `task` has created look the same afterwards.
    if before is None or not text.strip():
        return
    function = options.partition("--function ")[2] or "main"
    spec = TaskSpec(
        name="x-y-task", module=DOTTED, function=function, database="--db" in options, arguments="--args" in options
    )
    (importable / OTHER).write_text(other.format(name) if name in before else "")
    checkout = Checkout(importable)
    try:
        plan = create(Addition(spec, checkout))
    except Refusal as refusal:
        assert DOTTED in str(refusal) or "--function" in str(refusal)
        return
    after = plan.text_after(MODULE)
    (importable / MODULE).write_bytes(after)
    names = _imported(importable)
    assert names is not None, after.decode()
    assert hasattr(names[function], "__wrapped__")
    assert ast.get_docstring(ast.parse(after)) == ast.get_docstring(ast.parse(text))
    removal = remove("x-y-task", checkout.after(plan.outcome()))
    left = removal.text_after(MODULE) if MODULE in removal.paths else after
    if left != text:
        _only_what_nothing_tells(text.decode("utf-8-sig"), left.decode("utf-8-sig"), set(before), removal, name)


def _only_what_nothing_tells(text: str, left: str, before: set[str], removal: Plan, name: str) -> None:
    """An unused import that was there looks like one that was added, unless another file uses it; so does one that was
    added to a module that already used its name without surely binding it."""
    text = text.replace("\r", "")
    if any(edit.reason for edit in removal.edits if edit.path == MODULE) or {*own_uses(text, list(NAMES))} - before:
        return
    lost = {known for known, line in NAMES.items() if text.count(line) > left.count(line)}
    added = {known for known, line in NAMES.items() if text.count(line) < left.count(line)}
    assert lost or added, (text, left)
    assert not lost & {*own_uses(text, list(lost))} and (lost or all(NAMES[known] in text for known in added))
    assert name not in lost or not removal.before.get(OTHER)


# --- uses elsewhere

USES_ELSEWHERE = [
    f"from {DOTTED} import db",
    f"from {DOTTED} import (\n    helper,\n    db as database,\n)",
    "from .thing import db",
    "from ..dor.thing import helper, db",
    f"from {DOTTED} import *\nX = db",
    f"import {DOTTED}\nX = {DOTTED}.db.Session",
    f"import {DOTTED} as t\nX = t.db",
    "from massgov.pfml.dor import thing\nX = thing.db",
    "from . import thing as t\nX = t.db",
    "import massgov.pfml.dor as dor\nX = dor.thing.db",
    "from massgov.pfml import dor\nX = dor.thing.db",
    f"from unittest import mock\n@mock.patch('{DOTTED}.db')\ndef f(x): pass",
    f"from unittest import mock\n@mock.patch('{DOTTED}.db.init')\ndef f(x): pass",
    f"MODULE = '{DOTTED}'\n\ndef f(mocker): mocker.patch(f'{{MODULE}}.db')",
    f"MODULE = '{DOTTED}'\n\ndef f(mocker): mocker.patch(MODULE + '.db.init')",
    f"MODULE = '{DOTTED}'\n\ndef f(mocker): mocker.patch('%s.db' % MODULE)",
    "BASE = 'massgov.pfml'\n\ndef f(mocker): mocker.patch(f'{BASE}.dor.thing.db')",
    f"def f(mocker): mocker.patch.multiple('{DOTTED}', db=None)",
    f"import {DOTTED} as t\n\ndef f(monkeypatch): monkeypatch.setattr(t, 'db', None)",
    "from massgov.pfml.dor import thing\n\ndef f(mocker): mocker.patch.object(thing, 'db')",
    "from massgov.pfml.dor import thing\nX = getattr(thing, 'db')",
    f"import importlib\nX = importlib.import_module('{DOTTED}').db",
    f"import importlib\nt = importlib.import_module('{DOTTED}')\nX = t.db",
    "import importlib\nX = importlib.import_module('.thing', 'massgov.pfml.dor').db",
    f"import sys, {DOTTED}\nX = sys.modules['{DOTTED}'].db",
]
NO_USES_ELSEWHERE = [
    "from massgov.pfml import db\nX = db",
    "from massgov.pfml.dor.thing import helper\nX = db = helper",
    "import massgov.pfml.db\nX = massgov.pfml.db",
    "from massgov.pfml.dor import thing\nfrom massgov.pfml import db\nX = thing.helper, db.Session",
    "from massgov.pfml.dor import thing\nX = {'db': thing.helper()}",
    "from massgov.pfml.util import thing\nX = thing.db",
    "def thing(x): return x.db",
    f"import {DOTTED} as t\nX = t.dbs, 'not the db'",
]
WITH_DB = "from massgov.pfml import db\n\n\ndef helper():\n    pass\n"


@pytest.mark.parametrize("place", [OTHER, "api/tests/dor/test_thing.py", "api/tests/dor/test_other.py"])
@pytest.mark.parametrize("use", USES_ELSEWHERE)
def test_an_import_that_another_file_uses_is_kept(use: str, place: str, sample: Path, run: Run) -> None:
    if place != OTHER and "from ." in use:
        pytest.skip("a relative import of another package")
    text, kept = _after_task_and_remove(use, place, sample, run)
    assert text == WITH_DB
    assert f"another file uses its db ({place}:" in kept


@pytest.mark.parametrize("use", NO_USES_ELSEWHERE)
def test_an_import_that_no_other_file_uses_is_removed(use: str, sample: Path, run: Run) -> None:
    text, kept = _after_task_and_remove(use, OTHER, sample, run)
    assert text == WITH_DB.partition("\n\n\n")[2] and "keep" not in kept


def _after_task_and_remove(use: str, place: str, sample: Path, run: Run) -> tuple[str, str]:
    (sample / MODULE).write_text(WITH_DB)
    (sample / place).write_text(use + "\n")
    made = run(f"task x-y-task --module {DOTTED} --db")
    assert made.exit_code == 0, made.stderr
    result = run("remove x-y-task")
    assert result.exit_code == 0
    return (sample / MODULE).read_text(), result.stdout


OWN_USES = [
    "X = {0}",
    "__all__ = ['helper', '{0}']",
    "__all__ = []\n__all__ += ['{0}']",
    "def f(x: '{0}.Session'): pass",
    "def f(x): # type: ({0}.Session) -> None\n    pass",
    "X = []  # type: list[{0}.Session]",
    "from typing import cast\nX = cast('{0}.Session', 1)",
    "from typing import Optional\nX = Optional['{0}.Session']",
    "def f():\n    return globals()['{0}']",
    "class A:\n    {0} = {0}",
    'def f():\n    """\n    >>> {0}.init()\n    """',
    "def f():\n    return f'{{{0}}}'",
    "def f():\n    return [{0} for x in ()]",
    "import sys\n\n\ndef f():\n    return sys.modules[__name__].{0}",
    "def f():\n    return eval('{0}.x')",
]


@pytest.mark.parametrize("use", OWN_USES)
def test_an_import_that_the_module_itself_uses_is_kept(use: str, sample: Path, run: Run) -> None:
    text = f"{NAMES['db']}\n\n\ndef helper():\n    pass\n\n\n{use.format('db')}\n"
    (sample / MODULE).write_text(text)
    assert run(f"task x-y-task --module {DOTTED} --db").exit_code == 0
    assert run("remove x-y-task").exit_code == 0
    assert (sample / MODULE).read_text() == text


@pytest.mark.parametrize(
    "line",
    [
        "from massgov.pfml import db  # noqa: F401",
        "from massgov.pfml import db as db",
        "from massgov.pfml import (  # noqa\n    db,\n)",
        "import massgov.pfml.db as db",
    ],
)
def test_an_import_that_task_would_write_in_another_way_is_kept(line: str, sample: Path, run: Run) -> None:
    text = f"{line}\n\n\ndef helper():\n    pass\n"
    (sample / MODULE).write_text(text)
    assert run(f"task x-y-task --module {DOTTED} --db").exit_code == 0
    assert run("remove x-y-task").exit_code == 0
    assert (sample / MODULE).read_text() == text


def test_an_import_for_type_checkers_alone_is_left_as_it_was(sample: Path, run: Run) -> None:
    text = f"from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    {NAMES['db']}\n\n\ndef helper(x: 'db.Session'):\n    pass\n"
    (sample / MODULE).write_text(text)
    assert run(f"task x-y-task --module {DOTTED} --db").exit_code == 0
    assert run("remove x-y-task").exit_code == 0
    assert (sample / MODULE).read_text() == text


# --- what git knows

UNUSED = """from massgov.pfml import db
import massgov.pfml.util.logging as logging

logger = logging.get_logger(__name__)


def helper():
    pass
"""


def _git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *words], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("text", [WITH_DB, UNUSED, "import os\n", "from massgov.pfml import db, util\n"])
def test_what_was_committed_before_the_function_is_kept(text: str, committed: bool, sample: Path, run: Run) -> None:
    (sample / MODULE).write_text(text)
    _git(sample, "init", "-q")
    _git(sample, "add", "-A")
    _git(sample, "commit", "-qm", "before")
    assert run(f"task x-y-task --module {DOTTED} --db").exit_code == 0
    if committed:
        _git(sample, "add", "-A")
        _git(sample, "commit", "-qm", "after")
        (sample / "README.md").write_text("More.\n")
        _git(sample, "commit", "-qam", "later")
    assert run("remove x-y-task").exit_code == 0
    assert (sample / MODULE).read_text() == text


# --- refusals

_OPTION = f"--module '{DOTTED}': "


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("import argparse\ndel argparse\n", "--args", f"thing.py:2: {_OPTION}the name 'argparse'"),
        ("raise SystemExit\n", "", f"thing.py:1: {_OPTION}the module always stops here"),
        ("logger = None\n", "", f"thing.py:1: {_OPTION}the name 'logger' is 'defined as logger'"),
        ("import logging\n", "", "the name 'logging' is 'import logging'"),
        ("def f():\n    global db\n    db = 1\n", "--db", "changed by a function"),
        ("X = open('/dev/null')\n", "--function open", "the module uses 'open' without defining it"),
        ("X = 1\rY = 1\n", "", "thing.py:1: a line ends in a carriage return"),
    ],
)
def test_what_cannot_be_right_is_refused(text: str, options: str, message: str, sample: Path, run: Run) -> None:
    (sample / MODULE).write_text(text, newline="")
    result = run(f"task x-y-task --module {DOTTED} {options}")
    assert result.exit_code == 1 and message in " ".join(result.stderr.split()), result.stderr


def test_an_import_in_a_circle_is_refused(sample: Path, run: Run) -> None:
    (sample / "api/massgov/pfml/util/steps.py").write_text("X = 1\n")
    bg = sample / "api/massgov/pfml/util/bg.py"
    bg.write_text("from massgov.pfml.util.steps import X\n" + bg.read_text())
    result = run("task x-y-task --module massgov.pfml.util.steps")
    assert result.exit_code == 1 and "massgov.pfml.util.bg imports this module" in result.stderr
