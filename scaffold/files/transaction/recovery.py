"""Finishes or undoes a commit that has a journal. It may be interrupted itself, and repeated, at any point."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from scaffold.files.transaction.disk import beside, content, digest, exists, remove, sync
from scaffold.files.transaction.journal import Contents, Journal, JournalEntry
from scaffold.files.transaction.problems import LeftoversRemain, Problem, blaming

WAS_COMPLETE = "An earlier run was interrupted after it was complete; removed its leftovers."


def finish(journal: Journal, give_up: bool = False) -> list[str]:
    """Finish or undo a commit. Returns a sentence on what was done, and one for each file that needs attention.

    give_up: whether to go on without the temporary files that cannot be removed. Raises Problem.
    """
    file = journal.file
    if file is None:
        return []
    if file == journal.draft:
        journal.delete(file)
        return ["An earlier run was interrupted before it changed anything; removed its leftovers."]
    recovery = _Recovery(journal.base, journal.read(file))
    sentences = recovery.tidy(journal) if file == journal.complete else recovery.put_back()
    if recovery.leftovers and not give_up:
        raise LeftoversRemain(*recovery.leftovers[0].args)
    journal.delete(file)
    return [*sentences, *(f"{problem.args[0]}. Delete this file." for problem in recovery.leftovers)]


class _Recovery:
    """leftovers: why temporary files could not be removed that are no longer needed."""

    def __init__(self, base: Path, contents: Contents) -> None:
        self.base, self.contents = base, contents
        self.leftovers: list[Problem] = []

    def tidy(self, journal: Journal) -> list[str]:
        """Remove the old bytes after a commit."""
        sync([journal.path.parent])  # the commit must be on disk before the backups are removed
        for path, _, after in self.contents.entries:
            self._clear(beside(self.base / path)[1])
            with suppress(OSError):  # not empty; or not allowed, but Git sees no empty directory
                for directory in list((self.base / path).parents)[: path.count("/") if after is None else 0]:
                    with suppress(FileNotFoundError):
                        os.rmdir(directory)
        return [WAS_COMPLETE]

    def put_back(self) -> list[str]:
        """Restore everything."""
        entries, directories = self.contents
        remarks: list[str | None] = []
        for entry in reversed(entries):
            with blaming(entry.path):
                remarks.append(self._restore(entry))
        for name in reversed(directories):
            with blaming(name), suppress(FileNotFoundError, NotADirectoryError):
                if not os.listdir(self.base / name):
                    os.rmdir(self.base / name)
        places = [(self.base / path).parent for path in [*directories, *(entry.path for entry in entries)]]
        sync(place for place in places if exists(place))
        return [_summary(remarks), *(remark for remark in remarks if remark)]

    def _restore(self, entry: JournalEntry) -> str | None:
        """Put one file back. Returns "" if it was, None if there was no need, or why it could not be."""
        file = self.base / entry.path
        (new, old), now, remark = beside(file), digest(content(file)), None
        saved = exists(old)
        if exists(new) or now == entry.before:  # never touched, or put back already
            if not self._clear(old):  # before new: old without new means that file was replaced
                return None
        elif now == entry.after and (saved or entry.before is None):
            os.replace(old, file) if saved else os.unlink(file)
            remark = ""
        elif saved or entry.before is None or now == entry.after:
            kept = f"its previous content is kept in {old}" if saved else "compare it with Git"
            remark = f"{file} was changed since then and is left as it is; {kept}."
        self._clear(new)
        return remark

    def _clear(self, file: Path) -> bool:
        """Whether a temporary file is gone."""
        try:
            with blaming(file):
                remove(file)
        except Problem as problem:
            self.leftovers.append(problem)
            return False
        return True


def _summary(remarks: Sequence[str | None]) -> str:
    count = remarks.count("")
    done = f"put back {count} file{'s' * (count > 1)}" if count else "removed its leftovers"
    return f"An earlier run was interrupted before it was complete; {done}."
