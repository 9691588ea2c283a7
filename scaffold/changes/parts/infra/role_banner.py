"""The banner above the roles of a task in iam.tf: a comment of its own, with a blank line below it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.files.layout import TEMPLATE
from scaffold.pfml.tasks import task_names
from scaffold.rendering.render import snippet
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.gaps import lead, previous_end

FILE = f"{TEMPLATE}/iam.tf"
_PARAGRAPH = re.compile(r"(?:\A|(?<=\n\n)|(?<=\n\r\n))(?:#[^\n]*\n)+(?=[ \t]*\r?\n)")
_RULE = re.compile(r"[-=*~_#]{5,}")
_FOR = re.compile(r"(?m)(?<= for )\S[^\n]*?(?=\r?$)")


class Banner(NamedTuple):
    """start, end: the bytes of the comment, without its last line break. section_end: where the next banner begins."""

    text: str
    start: int
    end: int
    section_end: int


def with_banner(folder: Folder, task: str, text: str, part: str, before: PlacedBlock | None = None) -> Edit:
    """New roles of a task, below its banner if there is one, else at the end of the file with a new one.

    before: the block below the banner that they stand in front of, None for the end.
    """
    data = folder.checkout.require(FILE)
    own = [
        banner for banner in _banners(data) if _names(banner, task) and data[banner.end : banner.section_end].strip()
    ]
    if own and before and before.path == FILE and own[-1].end < before.block.start < own[-1].section_end:
        previous = previous_end(folder.checkout.terraform(FILE), before.block.start)
        return folder.checkout.insert(FILE, lead(data, previous, before.block.start), f"{text}\n\n", part)
    if own:
        end = len(data[: own[-1].section_end].rstrip())
        return folder.checkout.insert(FILE, end, f"\n\n{text}", part)
    banner = snippet("role_banner.tf", folder.checkout, name=task, banner=_form(folder, task)).strip("\n")
    return folder.checkout.append(FILE, f"{banner}\n\n{text}" if banner else text, part)


def removed_banners(checkout: Checkout, task: str, removed: Sequence[Edit], part: str) -> Iterator[Edit]:
    """The banners of a task of whose sections some edits remove everything."""
    spans = [(edit.start, edit.end) for edit in removed if edit.path == FILE and edit.changes]
    data = checkout.read(FILE) or b""
    for banner in _banners(data) if spans else ():
        inside = [(start, end) for start, end in spans if banner.end <= start and end <= banner.section_end]
        if inside and _names(banner, task) and not _left(data, banner, inside):
            yield checkout.remove(FILE, len(data[: banner.start].rstrip()), banner.end, part)


def _left(data: bytes, banner: Banner, spans: list[tuple[int, int]]) -> bytes:
    """What remains of a section."""
    pieces, position = [], banner.end
    for start, end in sorted(spans):
        pieces.append(data[position:start])
        position = end
    return b"".join([*pieces, data[position : banner.section_end]]).strip()


def _banners(data: bytes) -> list[Banner]:
    text = data.decode("latin-1")  # one character a byte
    matches = list(_PARAGRAPH.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    return [
        Banner(
            data[match.start() : match.end()].decode("utf-8", "replace"),
            match.start(),
            match.start() + len(match[0].rstrip("\r\n")),
            end,
        )
        for match, end in zip(matches, ends, strict=True)
    ]


def _names(banner: Banner, task: str) -> bool:
    return _word(task).search(banner.text) is not None


def _word(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w-])")


def _form(folder: Folder, task: str) -> str:
    """The last banner of the file that has a rule and a name, with this name; "" if there is none."""
    banners = [banner.text.replace("\r\n", "\n") for banner in _banners(folder.checkout.require(FILE))]
    words = [_word(name) for name in task_names(folder)]
    for text in reversed([text for text in banners if _RULE.search(text) and _lines(text) == 1]):
        names = [match.span() for word in words for match in word.finditer(text)]
        names = names or [match.span() for match in _FOR.finditer(text)]
        if len(names) == 1:
            ((start, end),) = names
            return f"{text[:start]}{task}{text[end:]}"
    return ""


def _lines(text: str) -> int:
    """The number of lines that are more than a rule."""
    return sum(bool(_RULE.sub("", line).strip("# \t")) for line in text.splitlines())
