"""Where a checkout names a task outside of its parts: what can be renamed, and what people have to check."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence

from scaffold.changes.parts.infra.uses import comments, uses_elsewhere
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.environments import environment_names
from scaffold.pfml.references import beginning
from scaffold.pfml.settings import BASELINE, FILE, OLD_EXCEPTIONS
from scaffold.python.renames import Move
from scaffold.spec.naming import Naming
from scaffold.terraform.folder import Folder

PARTS = ("step function", "failure monitor", "comment", "exception", "baseline", "mention")
STEP_FUNCTION, MONITOR, COMMENT, EXCEPTION, KNOWN, MENTION = PARTS
_MONITOR = "infra/monitoring"
_SUBJECT = re.compile(rb"""(?<![\w-])subject[ \t]*=[ \t]*["']([^"'\r\n]*)""")
_TEXT = re.compile(rb"(.+)", re.DOTALL)
# Where the findings that a team knows are named: in the part, and in which texts of the file.
_KNOWN = {FILE: (EXCEPTION, _SUBJECT), OLD_EXCEPTIONS: (EXCEPTION, _SUBJECT), BASELINE: (KNOWN, _TEXT)}


def carried(naming: Naming, checkout: Checkout) -> list[Edit]:
    """The task in step functions, in what the failure monitor ignores, in comments, in what `check` accepts."""
    edits = [use.edit(checkout, _part_of(use.path)) for use in uses_elsewhere(naming, checkout)]
    edits += _in_files(naming, checkout, checkout.files(_MONITOR, "*.py"), rb"""(?<=["']\.\*)%s(?=["'$])""", MONITOR)
    edits += [use.edit(checkout, COMMENT) for use in comments(naming, checkout)]
    return edits + [edit for path in _KNOWN for edit in _in_findings(naming, checkout, path)]


def _in_findings(naming: Naming, checkout: Checkout, path: str) -> Iterator[Edit]:
    """The task in the findings that a file lists, which have the new name afterwards."""
    part, texts = _KNOWN[path]
    data = checkout.read(path) or b""
    if not _is_text(data):  # nor can `check` read it
        return
    for match in texts.finditer(data):
        for start, end, new in naming.spans(match[1].decode("latin-1")):  # one character for each byte
            yield checkout.rename(path, match.start(1) + start, match.start(1) + end, new, part)


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _part_of(path: str) -> str:
    return STEP_FUNCTION if path.endswith(".json") else COMMENT


def _in_files(naming: Naming, checkout: Checkout, paths: Collection[str], pattern: bytes, part: str) -> Iterator[Edit]:
    old = re.escape(naming.old.encode())
    for path in paths:
        for match in re.finditer(pattern.replace(b"%s", old), checkout.require(path)):
            yield checkout.rename(path, match.start(), match.end(), naming.new, part)


def left(naming: Naming, move: Move | None, checkout: Checkout, edits: Sequence[Edit]) -> Iterator[Edit]:
    """The places that still name the task, or the module that was renamed, after the edits."""
    everywhere = _mentions(naming, move, checkout)
    # The states of a step function and the like are named with underscores.
    states = re.compile(rb"(?<![\w-])%s(?![\w-])" % re.escape(naming.old_slug.encode()))
    for path in checkout.texts_with([naming.old, naming.old_slug]):
        data = checkout.require(path)
        spans = [(edit.start, edit.end) for edit in edits if edit.path == path and edit.changes]
        lines = _lines(data)
        patterns = (everywhere, states) if path.startswith(TEMPLATE) else (everywhere,)
        for pattern in patterns:
            seen = {_line_of(lines, edit.start) for edit in edits if edit.path == path and not edit.changes}
            for match in pattern.finditer(data):
                first, line = match.end() - len(_word(naming, match[0]).encode()), _line_of(lines, match.start())
                if line in seen or any(start <= first and match.end() <= end for start, end in spans):
                    continue
                seen.add(line)
                yield checkout.keep(path, match.start(), MENTION, f"still contains {_word(naming, match[0])}")


def _mentions(naming: Naming, move: Move | None, checkout: Checkout) -> re.Pattern[bytes]:
    """The name as a word and in names in AWS that contain it, and the names of a renamed module and its file."""
    begins, old = beginning(Folder.of(checkout)).encode(), re.escape(naming.old.encode())
    known = "|".join(re.escape(name) for name in environment_names(checkout)).encode()
    patterns = [
        naming.word.pattern,
        rb"(?:%s)%s(?![\w-])" % (begins, old),
        rb"ecs-tasks-%s(?:-execution-role)?(?![\w-])" % old,
        rb"(?<![\w-])%s(?=[_-](?:\$\{|(?:%s)(?![A-Za-z0-9])))" % (old, known),
    ]
    if move:
        patterns += [rb"(?<![\w-])%s\.py(?!\w)" % re.escape(move.last.encode()), move.pattern.pattern.encode()]
    return re.compile(b"|".join(patterns))


def _word(naming: Naming, text: bytes) -> str:
    return naming.old if text.endswith(naming.old.encode()) else text.decode("utf-8", "replace")


def _lines(data: bytes) -> list[int]:
    starts = [0]
    while (end := data.find(b"\n", starts[-1])) >= 0:
        starts.append(end + 1)
    return starts


def _line_of(starts: Sequence[int], offset: int) -> int:
    return bisect_right(starts, offset)
