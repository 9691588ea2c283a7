"""Who else uses what is about to go: references and mentions in the Terraform of the tasks, and imports in the API."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from scaffold import hcl
from scaffold.checkout import Checkout
from scaffold.edits import Edit
from scaffold.terraform import TEMPLATE, Folder, environments

Place = tuple[str, int]
_COMMAND = re.compile(rb'"?\b[Cc]ommand"?\s*[:=]\s*\[\s*\Z')
# Of a schedule or trigger, of anything, and of the states of a step function (Amazon States Language).
_NAME = re.compile(rb'\b(?:task_name|description)\s*=\s*\Z|"(?:Next|Default|StartAt)"\s*:\s*\Z')
_NAMES_ONLY = re.compile(r"aws_iam_|variable$")


def first_reference(checkout: Checkout, address: str, gone: Sequence[Edit]) -> Place | None:
    """Where the template still refers to `aws_iam_role.x`, `module.x` or `var.x` once the edits are made."""
    pattern = re.compile(rb"(?<![\w.-])%s(?![\w-])" % re.escape(address.encode()))
    return next(places(checkout, template_files(checkout), pattern, gone), None)


def first_mention(checkout: Checkout, name: str, gone: Sequence[Edit]) -> Place | None:
    """Where the template still means a task by its name: as a whole string, or behind what AWS's names of the tasks
    begin with. A role, a variable, a schedule or a state that is merely named so does not use it, nor does a command,
    which is the name of a script."""
    for place in _mentions(checkout, name, gone):
        if not _is_command(checkout, *place) and not _only_names(checkout, *place):
            return place
    return None


def first_run(checkout: Checkout, script: str, gone: Sequence[Edit]) -> Place | None:
    """Where the template still runs a script: as the first word of a command."""
    return next((place for place in _mentions(checkout, script, gone) if _is_command(checkout, *place)), None)


def _mentions(checkout: Checkout, name: str, gone: Sequence[Edit]) -> Iterator[Place]:
    begins, whole = beginning(Folder(checkout)), re.escape(name)
    pattern = re.compile(rf'(?:"|{begins}){whole}(?=["\\:*\s])(?!"\s*[=:]\s*\{{)|\btasks\.{whole}(?![\w-])'.encode())
    yield from places(checkout, template_files(checkout), pattern, gone)


def _is_command(checkout: Checkout, path: str, offset: int) -> bool:
    return _COMMAND.search(checkout.require(path)[max(0, offset - 200) : offset]) is not None


def beginning(folder: Folder) -> str:
    """A pattern of `pfml-api-test-`, `pfml-api-${environment_name}-` and the like."""
    local = folder.local("app_name")
    application = re.escape(folder.expand(local[0], local[1].value, {})) if local else "pfml-api"
    known = "|".join(re.escape(name) for name in environments(folder.checkout))
    return rf'(?:{application}|app_name\}})-(?:(?:{known})-|[^"\s/]*\}}-)?'


def _only_names(checkout: Checkout, path: str, offset: int) -> bool:
    """Whether a mention stands where it is the name of something else."""
    data = checkout.require(path)
    if _NAME.search(data[data.rfind(b"\n", 0, offset) + 1 : offset]):
        return True
    if not path.endswith(".tf"):
        return False
    for block in checkout.terraform(path).blocks:
        if block.start <= offset < block.end:
            return any(_NAMES_ONLY.match(word) for word in (block.type, *block.labels[:1]))
    return False


def template_files(checkout: Checkout) -> list[str]:
    """All files of the tasks' Terraform, the JSON of step functions included."""
    return checkout.files(TEMPLATE, "*")


def places(
    checkout: Checkout, paths: Iterable[str], pattern: re.Pattern[bytes], gone: Sequence[Edit]
) -> Iterator[Place]:
    """Where files match once the edits are made, comments of Terraform left out."""
    for path in paths:
        data = checkout.require(path)
        spans = [(edit.start, edit.end) for edit in gone if edit.path == path and edit.changes]
        for match in pattern.finditer(data):
            offset = match.start()
            if any(start <= offset < end for start, end in spans):
                continue
            if not path.endswith(".tf") or is_code(data, offset):
                yield path, offset
    for edit in gone:
        if edit.changes and pattern.search(edit.text):
            yield edit.path, edit.start


def is_code(data: bytes, offset: int) -> bool:
    """Whether a byte of a Terraform file stands outside of comments."""
    line = data[data.rfind(b"\n", 0, offset) + 1 : offset + len("//")]
    if b"#" not in line and b"//" not in line and b"*/" not in data:
        return True
    spans = _tokens(data)
    index = bisect_right(spans, (offset, len(data) + 1)) - 1
    return index >= 0 and spans[index][0] <= offset < spans[index][1]


@lru_cache(maxsize=64)
def _tokens(data: bytes) -> list[tuple[int, int]]:
    try:
        return [(start, end) for _, start, end in hcl.tokens(data, 0, len(data))]
    except hcl.HclError:
        return [(0, len(data))]


# --- Python


def first_import(checkout: Checkout, module: str, names: Sequence[str], without: Iterable[str]) -> Place | None:
    """Where the API imports a module, or with names one of these from it, outside of some files."""
    last, left_out = module.rpartition(".")[2].encode(), set(without)
    for path in checkout.files("api", "*.py"):
        data = checkout.read(path) or b""
        if path in left_out or last not in data:
            continue
        offset = _imported_at(path, data, module, names)
        if offset is not None:
            return path, offset
    return None


def _imported_at(path: str, data: bytes, module: str, names: Sequence[str]) -> int | None:
    dotted = [f"{module}.{name}" for name in names] or [module]
    for text in dotted:
        if match := re.search(rb"(?<![\w.])%s(?!\w)" % re.escape(text.encode()), data):
            return match.start()
    package, _, last = module.rpartition(".")
    try:
        tree = ast.parse(data, path)
    except (SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        source, symbols = source_of(path, node), {alias.name for alias in node.names}
        from_module = source == module and (not names or symbols & {*names, "*"})
        of_module = source == package and last in symbols
        if from_module or (of_module and (not names or _has_attribute(tree, names))):
            return sum(len(line) + 1 for line in data.split(b"\n")[: node.lineno - 1])
    return None


def _has_attribute(tree: ast.Module, names: Sequence[str]) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in names for node in ast.walk(tree))


def source_of(path: str, node: ast.ImportFrom) -> str:
    """The whole dotted name of what `from … import` names."""
    if not node.level:
        return node.module or ""
    package = path.removeprefix("api/").split("/")[: -node.level]
    return ".".join([*package, *([node.module] if node.module else [])])
