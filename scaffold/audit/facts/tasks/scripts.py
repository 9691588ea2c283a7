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
    known = (known_scripts(checkout) or {}).get(script)
    entrypoint = entrypoint_at(known.reference, checkout) if known else None
    return entrypoint if isinstance(entrypoint, Entrypoint) else None


def entrypoint_at(reference: str, checkout: TolerantCheckout) -> Entrypoint | Refusal | None:
    """What `module:function` refers to: a Refusal if there is no such function, None if a file along the way does not
    parse."""
    return checkout.once(_entrypoint_at, reference)


def _entrypoint_at(checkout: TolerantCheckout, reference: str) -> Entrypoint | Refusal | None:
    unparsed = len(checkout.unparsed)
    try:
        return find_entrypoint(reference, lookup(checkout))
    except Refusal as error:
        places = {refusal.place for refusal in checkout.unparsed.values()}
        return None if len(checkout.unparsed) > unparsed or error.place in places else error
