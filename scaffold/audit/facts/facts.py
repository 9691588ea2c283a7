"""A checkout as the rules see it: its tasks and scripts, the tasks in focus, and what a plan has changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TypeVar, cast

from scaffold.audit.facts.tolerant import TolerantCheckout
from scaffold.files.layout import TEMPLATE
from scaffold.terraform.folder import Folder

Result = TypeVar("Result")


class Facts:
    """A checkout as the rules see it. `focus`: the names of the tasks that rules look at, empty for all.

    changed: the spans that a plan has written, by file; None if there is no plan. whole: whether rules also report what
    is not specific to a task, in spite of the focus.
    """

    def __init__(
        self,
        checkout: TolerantCheckout,
        focus: Collection[str] = (),
        changed: Mapping[str, Sequence[tuple[int, int]]] | None = None,
        whole: bool = False,
    ) -> None:
        self.checkout = checkout
        self.template = Folder.of(checkout)
        self.focus = frozenset(focus)
        self._changed = changed
        self._whole = whole
        self.not_checked: dict[str, None] = {}
        self._analyses: dict[Callable[[Facts], object], object] = {}

    def once(self, analysis: Callable[[Facts], Result]) -> Result:
        """The result of an analysis of this checkout, which runs the first time that a rule needs it."""
        if analysis not in self._analyses:
            self._analyses[analysis] = analysis(self)
        return cast(Result, self._analyses[analysis])

    @cached_property
    def whole(self) -> Facts | None:
        """The checkout without the focus, for rules on what is not specific to a task. None if they do not run."""
        if not self.focus:
            return self
        return Facts(self.checkout, (), self._changed) if self._whole else None

    def in_focus(self, task: str) -> bool:
        """Whether rules look at the task with that name."""
        return not self.focus or task in self.focus

    def skip(self, sentence: str) -> None:
        """Report once what is not checked, and why."""
        self.not_checked.setdefault(sentence)

    def is_new(self, path: str, start: int, end: int) -> bool:
        """Whether a plan has written into a span; without a plan everything counts as new."""
        if self._changed is None:
            return True
        return any(first < end and start < last for first, last in self._changed.get(path, ()))

    def new_text(self, path: str) -> bytes:
        """The text that a plan has written into a file; without a plan the whole file."""
        data = self.checkout.read(path) or b""
        if self._changed is None:
            return data
        return b"\n".join(data[start:end] for start, end in self._changed.get(path, ()))

    def complete(self, folder: str = TEMPLATE) -> bool:
        """Whether every Terraform file of a folder parses. If one does not, nothing can be reported as missing."""
        return self.checkout.parses(folder)
