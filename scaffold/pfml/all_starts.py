"""All schedules and triggers of a checkout."""

from __future__ import annotations

from scaffold.files.checkout import Checkout
from scaffold.pfml.schedules import schedules
from scaffold.pfml.starts import Start
from scaffold.pfml.triggers import triggers


def all_starts(checkout: Checkout) -> tuple[Start, ...]:
    return (*schedules(checkout), *triggers(checkout))
