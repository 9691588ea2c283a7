"""Budget: how much work the values of a checkout may take, since local values can double each other many times."""

from __future__ import annotations

from scaffold.errors import Refusal

# Following local values in PFML takes at most 600 steps for one rule, and 1,100 for `list`.
_STEPS = 20_000


class Budget:
    """The steps that are left. notes: what was not evaluated although the work went on without it."""

    def __init__(self) -> None:
        self.left = _STEPS
        self.notes: dict[str, None] = {}

    def refill(self) -> None:
        """Start over, for work that does not depend on what was done before."""
        self.left = _STEPS

    def spend(self, steps: int, name: str, place: str) -> None:
        """Use up steps for a value. Raises Refusal if there are no more."""
        self.left -= steps
        if self.left < 0:
            raise Refusal(
                f"{name} is part of values that are too large to be evaluated",
                place=place,
                instead="Reduce how often local values repeat each other.",
            )

    def note(self, sentence: str) -> None:
        self.notes.setdefault(sentence)
