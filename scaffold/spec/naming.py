"""A task's old and new name, in all forms that files use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scaffold.aws import names
from scaffold.errors import Refusal


class Naming(NamedTuple):
    """The name of a task before and after.

    prefix: the beginning of its key in tasks.tf, such as `${local.app_name}-`. script: whether the Poetry script is
    named after the task and is renamed, too. others: the names of other tasks that contain the old name, so that
    `dor-import-exempt` is not mistaken for `dor-import`.
    """

    old: str
    new: str
    prefix: str = ""
    script: bool = True
    others: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.prefix + self.old

    @property
    def old_slug(self) -> str:
        return names.slug(self.old)

    @property
    def new_slug(self) -> str:
        return names.slug(self.new)

    def in_name(self, text: str) -> str:
        """A name in AWS, or of a schedule, that contains the task's: `weekend-OLD` becomes `weekend-NEW`."""
        return self._renamed(text, {self.old_slug: self.new_slug, self.old: self.new})

    def in_identifier(self, text: str) -> str:
        """A label in Terraform that contains the task's name, mostly with underscores: `OLD_scheduler`."""
        return self._renamed(text, {self.old: self.new, self.old_slug: self.new_slug})

    def spans(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a name in AWS contains the task's, in characters, and the new text for it."""
        forms = {self.old_slug: self.new_slug, self.old: self.new}
        for match in self._pattern(forms).finditer(text):
            if match[0] in forms:
                yield match.start(), match.end(), forms[match[0]]

    def _renamed(self, text: str, forms: dict[str, str]) -> str:
        return self._pattern(forms).sub(lambda match: forms.get(match[0], match[0]), text)

    def _pattern(self, forms: dict[str, str]) -> re.Pattern[str]:
        longer = [form for name in self.others for form in (name, names.slug(name))]
        choices = "|".join(re.escape(form) for form in sorted([*longer, *forms], key=len, reverse=True))
        return re.compile(rf"(?<![A-Za-z0-9])(?:{choices})(?![A-Za-z0-9])")

    @property
    def word(self) -> re.Pattern[bytes]:
        """The old name as a word of its own, in text of any kind."""
        return re.compile(rb"(?<![\w-])%s(?![\w-])" % re.escape(self.old.encode()))

    def taken(self, what: str, place: str) -> Refusal:
        """The refusal of a new name that is taken."""
        return Refusal(what, option="NEW", value=self.new, place=place, instead="Choose another name.")
