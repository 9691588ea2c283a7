"""The checkout after a plan, which several look at before anything is written."""

from __future__ import annotations

from scaffold.files.checkout import Checkout
from scaffold.files.plan import Plan


def outcome_of(plan: Plan, checkout: Checkout) -> Checkout:
    """A checkout after a plan; the same one for the same plan, with all that was read from it."""
    return checkout.once(_outcome, tuple(plan.outcome().items()))


def _outcome(checkout: Checkout, outcome: tuple[tuple[str, bytes | None], ...]) -> Checkout:
    return checkout.after(dict(outcome))
