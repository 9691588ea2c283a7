"""Protected environments: those that nobody changes by hand, and why."""

from __future__ import annotations

from collections.abc import Iterable

from scaffold.files.checkout import Checkout
from scaffold.pfml.deployment import workflows
from scaffold.pfml.environments import environment_names
from scaffold.pfml.settings import settings

_ALWAYS = "prod"  # and names that begin like this, such as production


def protected(checkout: Checkout) -> dict[str, str]:
    """The protected environments, each with the reason: those of the settings, else prod and what a deployment
    workflow guards. Raises Refusal for invalid settings.
    """
    return checkout.once(_protected)


def unprotected(names: Iterable[str], checkout: Checkout) -> list[str]:
    return [name for name in names if name not in protected(checkout)]


def _protected(checkout: Checkout) -> dict[str, str]:
    listed = settings(checkout)
    if listed.protected is not None:
        return dict.fromkeys(listed.protected, f"listed in {listed.place}")
    reasons = {name: _reason(name, checkout) for name in environment_names(checkout)}
    return {name: reason for name, reason in reasons.items() if reason}


def _reason(environment: str, checkout: Checkout) -> str:
    for workflow in workflows(checkout):
        for guard in workflow.guards:
            if guard.covers(environment):
                return f"guarded by {guard.place}"
    return "by default, because of its name" if environment.startswith(_ALWAYS) else ""
