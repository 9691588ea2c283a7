"""The git repository of a checkout: its commits, its index, and what differs between them and the work tree."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.git.blobs import Blobs
from scaffold.files.git.command import Git, GitError
from scaffold.files.git.tree import SUBMODULE, GitEntry, GitTree, below, different, listed
from scaffold.files.layout import PYPROJECT_FILE, TASKS_FILE
from scaffold.files.reading import Disk

_CREATED = (".terraform", "__pycache__", ".venv", "node_modules")
_MAIN = ("refs/remotes/origin/main", "refs/remotes/origin/HEAD")
_RELATIVE = ("--name-only", "--relative", "-z")
_DIFF = ("diff-index", "--no-renames", "--ignore-submodules=none", *_RELATIVE)
_ADDED = ("diff-files", "--diff-filter=A", "--ignore-submodules=all", *_RELATIVE)

_REMOTE = "origin/"
_ID = re.compile("[0-9a-f]{7,64}")
_RELATED = re.compile(r"[~^:@]")  # the name of a commit by another one


class Revision(NamedTuple):
    """A commit. name: as the user knows it. id: "" for HEAD before the first commit."""

    name: str
    id: str

    def __str__(self) -> str:
        return self.name if self.id.startswith(self.name) or not self.id else f"{self.name} ({self.id[:7]})"


class Repository:
    """The repository whose work tree a checkout is in. It is closed at the end of a `with` block."""

    def __init__(self, root: Path, option: str) -> None:
        """Raises Refusal, about that option, if there is none."""
        self.root = root
        self._option = option
        self._open = ExitStack()
        self._trees: dict[tuple[Revision, Disk | GitTree], GitTree] = {}
        self._git = Git(root)
        try:
            directory = self._git.line("rev-parse", "--absolute-git-dir")
        except GitError as error:
            raise self._refusal(
                f"git does not know this checkout: {error.message}", f"Run git status in {root}."
            ) from error
        self._git = Git(root, _own_index(directory))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    # --- commits

    def revision(self, name: str) -> Revision:
        """The commit with a name; HEAD before the first commit has none. Raises Refusal."""
        id = self._id(name)
        if not id and name == "HEAD" and self._answers("symbolic-ref", "--quiet", "HEAD"):
            return Revision("HEAD", "")
        if not id:
            raise self._unknown(name)
        return Revision(name, id)

    def base(self) -> Revision:
        """The last commit that HEAD and the main branch of the remote have in common. Raises Refusal."""
        main = next((name for name in _MAIN if self._id(name)), "")
        if not main:
            raise self._refusal(
                "there is no origin/main and no origin/HEAD",
                f"Specify a commit: {self._option} REF.",
                self._shallow_base("origin/main"),
            )
        if main == _MAIN[1]:
            main = self._git.line("symbolic-ref", main) if self._answers("symbolic-ref", main) else main
        name = main.removeprefix("refs/remotes/")
        try:
            return Revision(name, self._git.line("merge-base", "HEAD", main).split("\n")[0])
        except GitError as error:
            what = f"HEAD and {name} have no commit in common"
            raise self._refusal(what, f"Specify a commit: {self._option} REF.", self._shallow_base(name)) from error

    def _id(self, name: str) -> str:
        """The id of a commit; "" if there is none."""
        try:
            return self._git.line("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        except GitError:
            return ""

    def _answers(self, *words: str) -> bool:
        try:
            self._git.run(*words)
        except GitError:
            return False
        return True

    def _unknown(self, name: str) -> Refusal:
        option = self._option
        instead = f"Specify a commit, a branch or a tag. Write {option} after the names of tasks, or {option}=REF."
        return Refusal("no such commit", option=self._option, value=name, instead=self._shallow(name) or instead)

    def _shallow(self, name: str) -> str:
        """What to do if the commit may only be missing because the clone is shallow; "" if it is not."""
        if not self._is_shallow():
            return ""
        everything = "git fetch --unshallow (actions/checkout: fetch-depth: 0)"
        if _RELATED.search(name):
            return f"This clone is shallow: fetch the earlier commits with {everything}."
        fetch = f"git fetch --depth=1 origin {_fetched(name)}"
        known = name.startswith(_REMOTE) or _ID.fullmatch(name)
        then = "" if known else f", and specify {self._option} FETCH_HEAD"
        return f"This clone is shallow: fetch the commit with {fetch}{then}, or everything with {everything}."

    def _shallow_base(self, name: str) -> str:
        """What to do if a branch of the remote, or the commit in common with it, may be missing for the same reason."""
        if not self._is_shallow():
            return ""
        fetch = f"git fetch --unshallow origin {_fetched(name)}"
        return f"This clone is shallow: fetch the earlier commits with {fetch} (actions/checkout: fetch-depth: 0)."

    def _is_shallow(self) -> bool:
        question = ("rev-parse", "--is-shallow-repository")
        return self._answers(*question) and self._git.line(*question) == "true"

    def _refusal(self, what: str, instead: str, better: str = "") -> Refusal:
        return Refusal(what, option=self._option, instead=better or instead)

    # --- their files

    def at(self, revision: Revision, now: Disk | GitTree) -> GitTree:
        """The files of a commit. Those that are the same now are read there. Raises Refusal."""
        if (revision, now) not in self._trees:
            self._trees[revision, now] = self._at(revision, now) if revision.id else GitTree({})
        return self._trees[revision, now]

    def untracked(self) -> list[str]:
        """The files that only the disk has, also those that git ignores, without some that tools create."""
        without = (word for name in _CREATED for word in ("-x", name))
        return list(filter(None, os.fsdecode(self._git.run("ls-files", "--others", "-z", *without)).split("\0")))

    def _at(self, revision: Revision, now: Disk | GitTree) -> GitTree:
        try:
            entries = self._entries(self._git, revision.id)
            changed = {*different(entries, now.entries)} if isinstance(now, GitTree) else {*self._changed(revision.id)}
        except GitError as error:
            raise self._refusal(
                f"{revision} cannot be read: {error.message}", "", self._shallow(revision.name)
            ) from error
        if not entries:
            raise self._refusal(f"{revision} has no file of this checkout", "Specify another commit.")
        left_out = {*self._left_out()} if isinstance(now, Disk) else set()
        links = [path for path in changed if path in entries and entries[path].mode == SUBMODULE]
        inside = (path for path in entries for link in links if path.startswith(f"{link}/"))
        return GitTree({path: entries[path] for path in entries if path not in left_out}, now, changed.union(inside))

    def checkout(self) -> Checkout:
        """The checkout as it is staged. Raises Refusal."""
        tree = self._index()
        if missing := [path for path in (TASKS_FILE, PYPROJECT_FILE) if path not in tree.entries]:
            raise self._refusal(f"{' and '.join(missing)} are not staged", "Run git add for the checkout.")
        return Checkout(self.root, tree)

    def _index(self) -> GitTree:
        try:
            output = self._git.run("ls-files", "--stage", "-z")
            later = {*os.fsdecode(self._git.run(*_ADDED)).split("\0")}
        except GitError as error:
            raise self._refusal(f"what is staged cannot be read: {error.message}", "") from error
        return GitTree({path: entry for path, entry in self._staged(output) if path not in later})

    def _staged(self, output: bytes) -> Iterator[tuple[str, GitEntry]]:
        """What `git ls-files --stage -z` prints: `MODE ID STAGE<tab>PATH` for each file."""
        blobs = self._blobs(self._git)
        for line in output.split(b"\0")[:-1]:
            words, _, name = line.partition(b"\t")
            path = os.fsdecode(name)
            mode, id, stage = words.split(b" ")
            if stage != b"0":
                raise self._refusal(f"{path} has a merge conflict", "Resolve it, and git add the file.")
            entry = GitEntry(int(mode, 8), id.decode(), blobs)
            yield path, entry
            if entry.mode == SUBMODULE:
                yield from self._submodule(self._git, path, entry.id)

    def _entries(self, git: Git, id: str) -> dict[str, GitEntry]:
        entries = dict(listed(git.run("ls-tree", "-r", "-z", id), self._blobs(git)))
        for path, entry in [*entries.items()]:
            if entry.mode == SUBMODULE:
                entries |= self._submodule(git, path, entry.id)
        return entries

    def _submodule(self, above: Git, path: str, id: str) -> Iterator[tuple[str, GitEntry]]:
        """The files of a submodule; none if it is not checked out, as on disk. Raises Refusal."""
        folder = above.folder / path
        if not (folder / ".git").exists():
            return
        try:
            yield from below(path, self._entries(Git(folder), id)).items()
        except GitError as error:
            raise self._refusal(
                f"the submodule {path} does not have its commit {id[:7]}",
                "Run git submodule update, or git fetch in it.",
            ) from error

    def _changed(self, id: str) -> Iterator[str]:
        """The paths that are not the same in the work tree, and some that only git has not looked at again."""
        yield from filter(None, os.fsdecode(self._git.run(*_DIFF, id)).split("\0"))

    def _left_out(self) -> Iterator[str]:
        """The files that a sparse work tree does not have."""
        sparse = self._git.line("rev-parse", "--git-path", "info/sparse-checkout")
        if (self.root / sparse).exists():
            for line in os.fsdecode(self._git.run("ls-files", "-t", "-z")).split("\0"):
                if line.startswith("S ") and not os.path.lexists(self.root / line[2:]):
                    yield line[2:]

    def _blobs(self, git: Git) -> Blobs:
        blobs = Blobs(git)
        self._open.callback(blobs.close)
        return blobs


def _fetched(name: str) -> str:
    """What to fetch so that there is a commit of that name."""
    branch = name.removeprefix(_REMOTE)
    return branch if branch == name else f"+{branch}:refs/remotes/{name}"


def _own_index(directory: str) -> str:
    """The index of a commit that is being made: `git commit` of some files has one of its own, and tells its hooks."""
    index = os.path.abspath(os.environ.get("GIT_INDEX_FILE") or "index")
    is_ours = os.path.realpath(os.path.dirname(index)) == os.path.realpath(directory)
    return index if is_ours and os.path.exists(index) else ""
