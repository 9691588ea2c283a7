"""A function added to an existing module: the rest stays, and the API's black and isort have nothing to change."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan
from scaffold.python.additions import extend
from scaffold.python.module import Import, Module

FUNCTION = (
    '@background_task("a-b")\ndef main() -> None:\n    logger.info("x", extra={"db": db, "argparse": argparse})\n'
)
IMPORTS = [
    Import("massgov.pfml.util.bg", "background_task"),
    Import("massgov.pfml.util.logging", "", "logging"),
    Import("massgov.pfml", "db"),
    Import("argparse"),
]
MODULES = {
    "empty": "",
    "blank": "\n",
    "docstring": '"""Doc."""\n',
    "docstring and code": '"""Doc."""\n\nX = 1\n',
    "no last newline": '"""Doc."""\n\nX = 1',
    "comments": "# coding: utf-8\n# A licence.\n\nX = 1\n",
    "future": "from __future__ import annotations\n\nX = 1\n",
    "definition first": "def helper():\n    pass\n",
    "class first": "class A:\n    pass\n",
    "code first": "X = 1\n",
    "import alone": "import os\n",
    "import without newline": "import os",
    "relative": "from . import x as y\n\nX = y\n",
    "same module": "from massgov.pfml import util\n\nX = util\n",
    "alias": "from massgov.pfml.util.bg import background_task as bt\n\nX = bt\n",
    "parenthesised": "from massgov.pfml import (\n    util,\n)\n\nX = util\n",
    "star": "from massgov.pfml import *\n\nX = 1\n",
    "late import": 'X = 1\n\nif __name__ == "__main__":\n    X = 2\nimport sys  # noqa\n',
    "all sections": '"""Doc."""\n\nimport os\nimport sys\n\nimport yaml\n\nfrom massgov.pfml.util import z\n\n\ndef a():\n    pass\n\n\nif __name__ == "__main__":\n    a()\n',
    "constants": "import os\n\nA = os\nB = 2\n",
    "crlf": "import os\r\n\r\n\r\ndef f():\r\n    pass\r\n",
    "mark": "\ufeffX = 1\n",
    "letters": 'NAME = "Zoë 名"\n\n\ndef f():\n    return "é"\n',
}
# The linters complain about these before, too.
NOT_CLEAN = {MODULES[name] for name in ("blank", "late import", "parenthesised")}


def _after(tmp_path: Path, text: str) -> bytes:
    (tmp_path / "module.py").write_bytes(text.encode())
    checkout = Checkout(tmp_path)
    edits = extend(checkout, "module.py", IMPORTS, "logger = logging.get_logger(__name__)", FUNCTION, "part")
    after = Plan(tuple(edits), {"module.py": text.encode()}).text_after("module.py")
    assert after is not None
    return after


@pytest.mark.parametrize("text", MODULES.values(), ids=MODULES)
def test_everything_stays_and_the_linters_find_nothing(text: str, tmp_path: Path) -> None:
    after = _after(tmp_path, text)
    tree = ast.parse(after)
    before = ast.parse(text.encode())
    assert ast.get_docstring(tree) == ast.get_docstring(before)
    kept = [ast.dump(node) for node in tree.body]
    assert all(ast.dump(node) in kept for node in before.body if not isinstance(node, ast.Import | ast.ImportFrom))
    names = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {"argparse", "logging", "db", "background_task"} <= names
    assert after.endswith(b"\n") == (text.endswith("\n") or not text)
    assert (b"\r\n" in after) == ("\r\n" in text) and after.count(b"\r\n") in (0, after.count(b"\n"))
    assert after.startswith(b"\xef\xbb\xbf") == text.startswith("\ufeff")
    (tmp_path / "module.py").write_bytes(after if after.endswith(b"\n") else after + b"\n")
    black = ["black", "--check", "-q", "-l", "100", "--target-version", "py39"]
    isort = ["isort", "--check-only", "--profile", "black", "-l", "100", "-p", "massgov"]
    for tool in (black, isort) if text not in NOT_CLEAN else ():
        checked = subprocess.run([sys.executable, "-m", *tool, str(tmp_path / "module.py")], capture_output=True)
        assert checked.returncode == 0, after.decode()


def test_a_module_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_bytes("# -*- coding: latin-1 -*-\nX = 'é'\n".encode("latin-1"))
    with pytest.raises(Refusal, match="iso-8859-1"):
        Module(Checkout(tmp_path), "module.py")
