"""The Poetry scripts and what they run, in a checkout in which some files do not parse."""

from __future__ import annotations

from scaffold.audit.facts.tolerant import TolerantCheckout, TolerantLookup
from scaffold.errors import Refusal
from scaffold.files.layout import PYPROJECT_FILE
from scaffold.pfml.entrypoints import Entrypoint, find_entrypoint
from scaffold.pfml.scripts import Script, scripts


def known_scripts(checkout: TolerantCheckout) -> dict[str, Script] | None:
    """The Poetry scripts by name; None if pyproject.toml does not parse."""
    return checkout.once(_known_scripts)


def _known_scripts(checkout: TolerantCheckout) -> dict[str, Script] | None:
    try:
        return scripts(checkout)
    except Refusal as error:
        checkout.unparsed[PYPROJECT_FILE] = error
        return None


def lookup(checkout: TolerantCheckout) -> TolerantLookup:
    return checkout.once(TolerantLookup)


def entrypoint_of(script: str, checkout: TolerantCheckout) -> Entrypoint | None:
    """What a script runs; None if pyproject.toml has no such script, or its module cannot be read or has no such
    function."""
    return checkout.once(_entrypoint_of, script)


def _entrypoint_of(checkout: TolerantCheckout, script: str) -> Entrypoint | None:
    try:
        return find_entrypoint((known_scripts(checkout) or {})[script].reference, lookup(checkout))
    except (Refusal, KeyError):
        return None
