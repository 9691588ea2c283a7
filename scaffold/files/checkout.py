"""Checkout: the files of a PFML checkout in memory. No other module opens them."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Concatenate, ParamSpec, Self, TypeVar, cast

from scaffold import hcl
from scaffold.errors import Refusal
from scaffold.files.budget import Budget
from scaffold.files.edit import CREATE, DELETE, EXISTS, INSERT, KEEP, MOVE, REMOVE, RENAME, UNCHANGED, Edit
from scaffold.files.layout import PYPROJECT_FILE, TASKS_FILE
from scaffold.files.observations import Observations, first_difference, observed
from scaffold.files.reading import Disk, Source, is_text, joined, matching
from scaffold.files.unparsed import unparsed
from scaffold.hcl.labels import check_labels

_NOT_OURS = {"node_modules", "__pycache__", "venv", "build", "dist", "htmlcov"}
_HIDDEN = {".github", ".circleci", ".devcontainer"}
P = ParamSpec("P")
Result = TypeVar("Result")


class Checkout:
    """The files of one checkout, each read once, when it is first needed. Paths are POSIX, relative to `root`.

    source: where they are read, by default on disk.
    """

    def __init__(self, root: Path, source: Source | None = None) -> None:
        self.root = root
        self.source = source or Disk(root)
        self._read: dict[str, bytes | None] = {}
        self._parsed: dict[str, hcl.Block] = {}
        self._blocks: dict[str, dict[tuple[str, ...], list[hcl.Block]]] = {}
        self._holds: dict[tuple[str, str], bool] = {}
        self._listings: dict[tuple[str, str], list[str]] = {}
        self._once: dict[tuple[object, ...], object] = {}
        self._changed: frozenset[str] = frozenset()  # files that are not as in the source
        self.observations: Observations = {}
        self.budget = Budget()

    @classmethod
    def find(cls, start: Path | None = None) -> Checkout:
        """The checkout at `start`, by default the one that contains the working directory. Raises Refusal."""
        if start is not None:
            missing = [path for path in (TASKS_FILE, PYPROJECT_FILE) if not _has(start, path)]
            if missing:
                raise Refusal(
                    f"not a PFML checkout: {' and '.join(missing)} not found",
                    option="--repo",
                    value=str(start),
                    instead="Specify the folder that contains api/ and infra/.",
                )
            return cls(start.resolve())
        here = _working_directory()
        for folder in (here, *here.parents):
            if _has(folder, TASKS_FILE) and _has(folder, PYPROJECT_FILE):
                return cls(folder)
        raise Refusal(
            f"no PFML checkout found: neither {here} nor any folder above it contains {TASKS_FILE}",
            instead="Change to the checkout, or specify it with --repo DIR.",
        )

    def once(self, make: Callable[Concatenate[Self, P], Result], *arguments: P.args, **named: P.kwargs) -> Result:
        """The result of a function of this checkout and some arguments, computed the first time that it is needed."""
        key = (make, *arguments, *named.items())
        if key not in self._once:
            self._once[key] = make(self, *arguments, **named)
        return cast(Result, self._once[key])

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None if there is none. Raises Refusal if it cannot be read."""
        if path not in self._read:
            self._read[path] = self._content(path)
        return self._read[path]

    @observed
    def _content(self, path: str) -> bytes | None:
        return self.source.read(path)

    def difference(self) -> str | None:
        """The path of something that is no longer on disk as it was read or listed, None if everything is.

        This includes what was read in order to see the checkout after a plan.
        """
        return first_difference(Checkout(self.root, self.source), self.observations)

    @property
    def files_read(self) -> Mapping[str, bytes | None]:
        """The files read so far; a plan may depend on any of them."""
        return self._read

    def require(self, path: str) -> bytes:
        """The bytes of a file that must exist. Raises Refusal."""
        data = self._read.get(path)
        if data is None:
            data = self.read(path)
        if data is None:
            raise Refusal("no such file in this checkout", place=path)
        return data

    def after(self, changes: Mapping[str, bytes | None]) -> Checkout:
        """This checkout with some changes applied. changes: the new bytes of each file, None if it is removed."""
        result = Checkout(self.root, self.source)
        result._adopt(self, changes)
        return result

    def _adopt(self, earlier: Checkout, changes: Mapping[str, bytes | None]) -> None:
        """Copy what an earlier checkout has cached about each file that the changes do not touch.

        The results of `once` are not copied: they may depend on any file.
        """
        self._read = {**earlier._read, **changes}
        self._changed = earlier._changed.union(changes)
        self._listings, self.observations = earlier._listings, earlier.observations
        self._parsed = {path: root for path, root in earlier._parsed.items() if path not in changes}
        self._blocks = {path: index for path, index in earlier._blocks.items() if path in self._parsed}
        self._holds = {key: holds for key, holds in earlier._holds.items() if key[0] not in changes}

    @observed
    def is_file(self, path: str) -> bool:
        """Whether a path is a file, or a link to one. Raises Refusal."""
        return self.source.is_kind(path, stat.S_IFREG)

    @observed
    def is_folder(self, path: str) -> bool:
        """Whether a path is a folder, or a link to one. Raises Refusal."""
        return self.source.is_kind(path, stat.S_IFDIR)

    def folders(self, path: str) -> list[str]:
        """The names of the folders in a folder. Raises Refusal."""
        return [name for name in self.entries(path) if self.is_folder(f"{path}/{name}")]

    def terraform_files(self, folder: str, below: bool = False) -> list[str]:
        """The Terraform files in a folder, optionally including its subfolders."""
        key = folder, "below" if below else ""
        if key not in self._listings:
            self._listings[key] = self._matching(folder, "*.tf", (".terraform",) if below else None)
            if below:
                self._list_folders(self._listings[key])
        return self._listings[key]

    def _list_folders(self, paths: list[str]) -> None:
        """Remember the Terraform files of each folder, so that it is not listed again."""
        by_folder: dict[str, list[str]] = {}
        for path in paths:
            by_folder.setdefault(path.rpartition("/")[0], []).append(path)
        for folder, files in by_folder.items():
            self._listings.setdefault((folder, ""), files)

    def files(self, folder: str, pattern: str) -> list[str]:
        """The files below a folder whose names match a pattern such as `*.py`."""
        if (folder, pattern) not in self._listings:
            left_out = (".terraform", "__pycache__", ".venv")
            self._listings[folder, pattern] = matching(self.source, folder, pattern, left_out)
        return self._listings[folder, pattern]

    @observed
    def _matching(self, folder: str, pattern: str, left_out: Container[str] | None) -> list[str]:
        return matching(self.source, folder, pattern, left_out)

    def texts_with(self, words: Iterable[str]) -> list[str]:
        """All text files of the checkout that contain any of these words, except in folders that tools create."""
        return self._texts_with("", *words)

    @observed
    def _texts_with(self, top: str, *words: str) -> list[str]:
        wanted, result = [word.encode() for word in words], []
        for folder, folders, files in self.source.walk(top):
            folders[:] = [name for name in folders if name in _HIDDEN or not (name[0] == "." or name in _NOT_OURS)]
            for path in (joined(folder, name) for name in files):
                data = b"" if self.source.is_link(path) else self._data_of(path)
                if b"\0" not in data[:8000] and any(word in data for word in wanted):
                    result.append(path)
        return sorted(result)

    def _data_of(self, path: str) -> bytes:
        """The bytes of a file, empty for one that is not read, such as a named pipe."""
        try:
            return self.source.read(path) or b""
        except Refusal:
            return b""

    @observed
    def entries(self, folder: str) -> list[str]:
        """The names of the entries of a folder, without `__pycache__`. Raises Refusal."""
        if not self.is_folder(folder):
            return []
        self.source.check_inside(folder)
        names = self.source.names(folder)
        for name in names:
            if not is_text(name):
                self.budget.note(f"{folder}/{os.fsencode(name)!r}: its name is not valid UTF-8")
        return sorted(name for name in names if is_text(name) and name != "__pycache__")

    @observed
    def everything_below(self, folder: str) -> list[str]:
        """Everything below a folder except the folders themselves; links to folders are included, but not followed.

        Raises Refusal for a folder that cannot be read.
        """

        def refuse(error: Refusal) -> None:
            raise error

        if not self.is_folder(folder):
            return []
        self.source.check_inside(folder)
        paths = []
        for parent, folders, files in self.source.walk(folder, refuse):
            links = [name for name in folders if self.source.is_link(joined(parent, name))]
            paths += [joined(parent, name) for name in (*links, *files)]
        return sorted(paths)

    def terraform(self, path: str) -> hcl.Block:
        """A Terraform file as nodes. Raises Refusal with file and line if it does not parse."""
        if path not in self._parsed:
            data = self.require(path)
            try:
                data.decode()
                root = hcl.parse(data)
                check_labels(data, root)
                self._parsed[path] = root
            except UnicodeDecodeError as error:
                place = self.place(path, error.start)
                raise Refusal("not valid UTF-8", place=place, instead="Save the file as UTF-8 first.") from error
            except hcl.HclError as error:
                raise unparsed(data, path, str(error), error.line) from error
            except RecursionError as error:
                raise Refusal("nested too deeply", place=path, instead="Fix the file first.") from error
        return self._parsed[path]

    def blocks(self, path: str, type: str, *labels: str) -> list[hcl.Block]:
        """The blocks of a type in a Terraform file whose labels start with the given ones."""
        if path not in self._blocks:
            index: dict[tuple[str, ...], list[hcl.Block]] = {}
            for block in self.terraform(path).blocks:
                for count in range(len(block.labels) + 1):
                    index.setdefault((block.type, *block.labels[:count]), []).append(block)
            self._blocks[path] = index
        return self._blocks[path].get((type, *labels), [])

    def holds(self, path: str, word: str) -> bool:
        """Whether a file contains a word."""
        if (path, word) not in self._holds:
            self._holds[path, word] = word.encode() in self.require(path)
        return self._holds[path, word]

    def place(self, path: str, offset: int) -> str:
        """`file:line` of a byte."""
        return f"{path}:{hcl.line_of(self.require(path), offset)}"

    # --- edits, with the line endings of the file

    def create(self, path: str, text: str, part: str) -> Edit:
        return Edit(path, 0, 0, text.encode(), part, CREATE)

    def insert(self, path: str, offset: int, text: str, part: str) -> Edit:
        return Edit(path, offset, offset, self._with_newlines(path, text), part, INSERT)

    def replace(self, path: str, start: int, end: int, text: str, part: str) -> Edit:
        return Edit(path, start, end, self._with_newlines(path, text), part, "replace")

    def rename(self, path: str, start: int, end: int, text: str, part: str) -> Edit:
        """An edit that replaces a name."""
        return Edit(path, start, end, text.encode(), part, RENAME)

    def move(self, path: str, target: str, part: str) -> Edit:
        """An edit that moves a file."""
        self.read(path), self.read(target)
        return Edit(path, 0, 0, b"", part, MOVE, target=target)

    def append(self, path: str, text: str, part: str) -> Edit:
        """An insertion after the last non-blank line, separated by a blank line; the end of the file stays as it is."""
        data = self.require(path)
        body = text.strip("\n")
        end = len(data.rstrip())
        return self.insert(path, end, f"\n\n{body}" if end else f"{body}\n", part)

    def unchanged(self, path: str, offset: int, part: str) -> Edit:
        return Edit(path, offset, offset, b"", part, UNCHANGED)

    def exists(self, path: str, offset: int, part: str) -> Edit:
        return Edit(path, offset, offset, b"", part, EXISTS)

    def remove(self, path: str, start: int, end: int, part: str, text: str = "") -> Edit:
        """An edit that removes a span; `text` is what remains of a span that is only partly removed."""
        return Edit(path, start, end, self._with_newlines(path, text), part, REMOVE)

    def delete(self, path: str, part: str) -> Edit:
        return Edit(path, 0, len(self.require(path)), b"", part, DELETE)

    def keep(self, path: str, offset: int, part: str, reason: str, witness: tuple[str, int] | None = None) -> Edit:
        """An edit that keeps a part, with the reason; `witness` is the path and byte of what uses it."""
        self.read(path)
        if witness:
            self.read(witness[0])
        return Edit(path, offset, offset, b"", part, KEEP, reason, witness)

    def _with_newlines(self, path: str, text: str) -> bytes:
        data = text.encode()
        return data.replace(b"\n", b"\r\n") if uses_crlf(self.require(path)) else data


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise Refusal(
            f"the working directory cannot be read: {error.strerror}",
            instead="Change to another one, or use --repo DIR.",
        ) from error


def _has(folder: Path, path: str) -> bool:
    """Whether a folder that may be a checkout has a file."""
    try:
        return Disk(folder).is_kind(path, stat.S_IFREG)
    except Refusal:
        return False


def uses_crlf(data: bytes) -> bool:
    """Whether most lines of a file end in CR LF."""
    return data.count(b"\r\n") * 2 > data.count(b"\n")


def text_of(data: bytes, node: hcl.Node) -> str:
    """The text of a node."""
    return data[node.start : node.end].decode("utf-8", "replace")


def with_parents(path: str) -> Iterator[str]:
    """The parent folders of a path, nearest first, without the root."""
    parts = path.split("/")[:-1]
    while parts:
        yield "/".join(parts)
        parts.pop()
