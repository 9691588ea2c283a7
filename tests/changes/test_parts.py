"""Every module of a part has the same four verbs, and is in the table of parts."""

from __future__ import annotations

import inspect
from collections.abc import Collection
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from scaffold.changes import parts
from scaffold.changes.parts.table import NAMES, PARTS, REMOVAL_ORDER, Part
from scaffold.spec import part_names

VERBS = ("add", "find", "remove", "rename")
FOLDER = Path(parts.__file__).parent
KNOWN = {value for name, value in vars(part_names).items() if name.isupper()}


def modules() -> list[ModuleType]:
    """The modules below changes/parts that define a part."""
    paths = (path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.py"))
    found = [import_module(f"{parts.__name__}.{path.replace('/', '.')}") for path in sorted(paths)]
    return [module for module in found if hasattr(module, "PART")]


def missing(table: Collection[object]) -> set[str]:
    """The parts whose module is not in a table."""
    return {str(module.PART) for module in modules() if module not in table}


def test_every_part_is_in_the_table() -> None:
    assert missing(PARTS) == set() == missing(REMOVAL_ORDER)
    assert len(PARTS) == len(REMOVAL_ORDER) == len(modules()) == len(KNOWN)
    assert len({*NAMES}) == len(NAMES) and {*NAMES} == KNOWN


@pytest.mark.parametrize("part", PARTS, ids=NAMES)
def test_a_part_that_is_not_in_the_table_is_noticed(part: Part) -> None:
    assert missing([other for other in PARTS if other is not part]) == {part.PART}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("part", PARTS, ids=NAMES)
def test_the_verbs_have_the_same_signatures(part: Part, verb: str) -> None:
    wanted = inspect.signature(getattr(Part, verb))
    parameters = [parameter for name, parameter in wanted.parameters.items() if name != "self"]
    assert inspect.signature(getattr(part, verb)) == wanted.replace(parameters=parameters)


def test_the_protocol_has_only_these_verbs() -> None:
    assert [name for name, value in vars(Part).items() if inspect.isfunction(value) and name[0] != "_"] == [*VERBS]
