"""The oracle is argparse itself: the sources are also run, and reject what the reader expects them to reject."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from scaffold.files.checkout import Checkout
from scaffold.hcl.templates import MARK
from scaffold.pfml.entrypoints import find_entrypoint
from scaffold.python.command_line.parser import CommandLine
from scaffold.python.command_line.reader import read
from scaffold.python.lookup import Lookup

SHARED = """
import argparse
import enum

ALL = "all"
STEPS = [ALL, *("one", "two")]


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


class Colour(str, enum.Enum):
    RED = "red"


def common(parser):
    parser.add_argument("--dry-run", action="store_true")
    return parser


SHARED = argparse.ArgumentParser()
SHARED.add_argument("--mode", choices=STEPS)


class Configuration:
    def __init__(self, words):
        parser = argparse.ArgumentParser()
        self.add(parser)
        self.args = parser.parse_args(words)

    def add(self, parser):
        parser.add_argument("--steps", nargs="+", choices=STEPS)
"""

IMPORTS = "import argparse\nimport os\nimport sys\nfrom .shared import *\n"

SOURCES = {
    "plain": """
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("-n", "--number", type=int, required=True)
    parser.add_argument("-v", action="count")
    parser.add_argument("--kind", choices=["a", "b"], default="a")
    parser.parse_args()
""",
    "helper": """
def parse(args=None):
    parser = common(argparse.ArgumentParser(allow_abbrev=False))
    parser.add_argument("--mode", type=Mode)
    parser.add_argument("--colour", type=Colour, choices=list(Colour))
    parser.add_argument("--level", type=int, choices=range(3))
    return parser.parse_args(args or sys.argv[1:])

def main():
    with open(os.devnull):
        run(parse())

def run(args):
    pass
""",
    "class": """
def main():
    try:
        Configuration(sys.argv[1:])
    except ValueError:
        pass
""",
    "subclass": """
class Own(Configuration):
    def __init__(self, words=None):
        if words is None:
            words = sys.argv[1:]
        super().__init__(words)

    def add(self, parser):
        super().add(parser)
        parser.add_argument("--own")

def main():
    Own()
""",
    "module": """
parser = argparse.ArgumentParser()
group = parser.add_mutually_exclusive_group(required=True)
for name in ("one", "two"):
    group.add_argument(f"--{name}", action="store_true")
parser.add_argument("--mode", choices=[each.value for each in Mode])

def main():
    args = parser.parse_args()
""",
    "commands": """
def main():
    base = argparse.ArgumentParser(add_help=False)
    base.add_argument("--base")
    parser = argparse.ArgumentParser(parents=[base])
    commands = parser.add_subparsers(dest="command", required=True)
    copy = commands.add_parser("copy", aliases=["cp"])
    copy.add_argument("pair", nargs=2)
    parser.parse_args()
""",
    "imported": """
from .shared import SHARED as parser

def main():
    parser.add_argument("--own")
    parser.parse_args()
""",
    "known": """
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--number", type=int)
    args, rest = parser.parse_known_args()
""",
    "custom": """
def even(text):
    if int(text) % 2:
        raise argparse.ArgumentTypeError("odd")
    return int(text)

def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--even", type=int)
    parser.add_argument("--rest", nargs=argparse.REMAINDER)
    parser.add_argument("--flag", action=argparse.BooleanOptionalAction)
    parser.parse_args()
""",
}

WORDS = [
    "",
    "x",
    "x -n 1",
    "x -n1 -vv",
    "x -n one",
    "x --num 1 --kind=b",
    "x --num 1 --kind c",
    "x y -n 1",
    "--dry-run",
    "--dry",
    "--mode fast",
    "--mode FAST",
    "--colour red --level 2",
    "--colour blue",
    "--level 3",
    "--steps all one",
    "--steps=three",
    "--steps",
    "--steps one --own x",
    "--one",
    "--one --two",
    "--two --mode slow",
    "copy a b --base",
    "copy a b",
    "--base x cp a b",
    "cp a",
    "move",
    "--number 1 --else 2",
    "--number x",
    "--even 2 --no-flag",
    "--rest --anything -x",
    "--help",
]


def _lay_out(sample: Path, source: str) -> None:
    folder = sample / "api/massgov/pfml/odd"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "shared.py").write_text(SHARED)
    (folder / "odd.py").write_text(IMPORTS + source)


def _read(sample: Path) -> CommandLine | None:
    lookup = Lookup(Checkout(sample))
    found = find_entrypoint("massgov.pfml.odd.odd:main", lookup)
    assert found.function is not None
    return read(found.function, lookup)


def _runs(source: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the program itself accepts the words."""
    monkeypatch.setattr(sys, "argv", ["odd", *words])
    shared = ModuleType("odd.shared")
    exec(SHARED, shared.__dict__)
    monkeypatch.setitem(sys.modules, "odd.shared", shared)
    monkeypatch.setitem(sys.modules, "odd", ModuleType("odd"))
    names: dict[str, object] = {"__name__": "odd.odd", "__package__": "odd"}
    try:
        exec(IMPORTS + source, names)
        exec("main()", names)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("name", SOURCES)
def test_it_refuses_what_the_program_refuses(name: str, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _lay_out(sample, SOURCES[name])
    line = _read(sample)
    assert line is not None
    told = {words: line.refusal(words.split()) == "" for words in WORDS}
    assert told == {words: _runs(SOURCES[name], words.split(), monkeypatch) for words in WORDS}
    assert len(set(told.values())) == 2


@pytest.mark.parametrize(
    "source",
    [
        "def main():\n    pass\n",
        "def main():\n    if len(sys.argv) > 1:\n        argparse.ArgumentParser().parse_args()\n",
        "def main():\n    if os.environ:\n        argparse.ArgumentParser().parse_args()\n",
        "def main():\n    argparse.ArgumentParser().parse_args(['--x'])\n",
        "def main():\n    argparse.ArgumentParser().parse_args(sys.argv[2:])\n",
        "def main():\n    sys.argv.append('x')\n    argparse.ArgumentParser().parse_args()\n",
        "def main():\n    sys.argv = ['x']\n    argparse.ArgumentParser().parse_args()\n",
        "def main():\n    try:\n        argparse.ArgumentParser().parse_args()\n    except SystemExit:\n        pass\n",
        "def main():\n    p = argparse.ArgumentParser()\n    if os.environ:\n        p.add_argument('x')\n    p.parse_args()\n",
        "def main():\n    p = argparse.ArgumentParser()\n    os.register(p)\n    p.parse_args()\n",
        "def main():\n    p = argparse.ArgumentParser()\n    p.add_argument(*os.names)\n    p.parse_args()\n",
        "def main():\n    p = argparse.ArgumentParser()\n    p.add_argument('x', **os.options)\n    p.parse_args()\n",
        "def main():\n    p = argparse.ArgumentParser()\n    p.add_argument('--x', action=os.Action)\n    p.parse_args()\n",
        "def main():\n    p = argparse.ArgumentParser(fromfile_prefix_chars='@')\n    p.parse_args()\n",
        "class P(argparse.ArgumentParser):\n    pass\n\ndef main():\n    P().parse_args()\n",
        "def main():\n    for name in os.names:\n        argparse.ArgumentParser().parse_args()\n",
        "def main():\n    p = argparse.ArgumentParser()\n    for name in os.names:\n        p.add_argument(name)\n    p.parse_args()\n",
    ],
)
def test_unclear_cases_are_left_alone(source: str, sample: Path) -> None:
    _lay_out(sample, source)
    assert _read(sample) is None


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("'--x', choices=os.names", "--x anything"),
        ("'--x', type=os.convert, choices=['a']", "--x anything"),
        ("'--x', type=lambda text: 1", "--x anything"),
        ("'--x', choices=CHOICES", "--x c"),
        ("'--x', choices='abc'", "--x ab"),
    ],
)
def test_unknown_settings_of_an_argument_accept_anything(option: str, words: str, sample: Path) -> None:
    source = "CHOICES = ['a']\nCHOICES.append('c')\n\ndef main():\n    p = argparse.ArgumentParser()\n"
    _lay_out(sample, f"{source}    p.add_argument({option})\n    p.parse_args()\n")
    line = _read(sample)
    assert line is not None
    assert line.refusal(words.split()) == ""
    assert line.refusal(["--y"]) != ""


@pytest.mark.parametrize(
    ("words", "refused"),
    [
        (["x", "-n", MARK], False),
        (["x", f"--number={MARK}"], False),
        (["x", "-n", f"a{MARK}"], False),
        (["x", "-n", "1", "--kind", MARK], False),
        (["x", "-n", "1", MARK], False),
        ([MARK], False),
        (["x", "-n", "1", "--knd", MARK], True),
        (["x", "-n", "1", f"--knd={MARK}"], True),
        (["x", f"b{MARK}", "-n", "1"], True),
    ],
)
def test_values_from_the_deployment_may_be_anything(words: list[str], refused: bool, sample: Path) -> None:
    _lay_out(sample, SOURCES["plain"])
    line = _read(sample)
    assert line is not None
    assert (line.refusal(words) != "") is refused
