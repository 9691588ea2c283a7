"""Refusal: the error that tells a user why nothing was written."""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(Exception):
    """Why nothing was written.

    what: what is wrong, and the rule. option, value: the user's input. place: `file:line` in the checkout. instead:
    what to do, in the imperative. choices: lines between the two, of which the user has to choose one.
    """

    def __init__(
        self,
        what: str,
        *,
        option: str = "",
        value: str = "",
        place: str = "",
        instead: str = "",
        choices: Iterable[str] = (),
    ) -> None:
        super().__init__(what)
        self.what, self.option, self.value, self.place, self.instead = what, option, value, place, instead
        self.choices = tuple(choices)

    @property
    def lines(self) -> list[str]:
        """The message: one line, or more if there are choices."""
        if not self.choices:
            return [self._sentences()]
        first = Refusal(self.what, option=self.option, value=self.value, place=self.place)
        return [f"{first._sentences().rstrip('.')}:", *(f"  {choice}" for choice in self.choices), self.instead]

    def __str__(self) -> str:
        return "\n".join(self.lines)

    def _sentences(self) -> str:
        given = f"{self.option} {self.value!r}" if self.value else self.option
        what = self.what.removeprefix(f"{self.value}: ").replace(f"{self.value!r} is", "it is", 1)
        text = ": ".join(part for part in (self.place, given, what) if part).rstrip(".")
        end = "" if text.endswith("?") else "."
        return f"{text}{end} {self.instead}".strip()


def unknown(kind: str, value: str, known: Iterable[str], *, option: str, where: str, place: str = "") -> Refusal:
    """The refusal of an unknown name, with the nearest of the known ones, in whatever case it is typed."""
    from difflib import get_close_matches

    names = sorted(set(known))
    by_lowercase = {name.lower(): name for name in reversed(names)}
    near = get_close_matches(value.lower(), by_lowercase, 1, 0.5)
    listed = f"Available: {', '.join(names)}." if names else "None are defined."
    instead = f"Did you mean {by_lowercase[near[0]]}?" if near else listed
    what = f"no such {kind} in {where}" if where else f"no such {kind}"
    return Refusal(what, option=option, value=value, place=place, instead=instead)
