"""template/ into text: the only module that knows Jinja. Values are data here, they are never rendered themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from scaffold.files.checkout import Checkout
from scaffold.rendering.check import check_rendered, refusal
from scaffold.rendering.files import CHECKOUT_FOLDER, check_own_folder, template_file
from scaffold.terraform.format import aligned

if TYPE_CHECKING:
    from jinja2 import Environment


@lru_cache(maxsize=4)
def _environment(checkout: Checkout | None) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    if checkout:
        check_own_folder(checkout)

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        found = template_file(name, checkout)
        return (found.text, found.place, lambda: True) if found else None

    # As cookiecutter renders, with `_jinja2_env_vars`; but in a sandbox, since a checkout may bring its own templates.
    return ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def _rendered(name: str, checkout: Checkout | None, context: Mapping[str, object]) -> str:
    """The text of a file of template/ as the checkout has it. Raises Refusal for a fault in one of the team's."""
    try:
        return _environment(checkout).get_template(name).render(context)
    except Exception as error:
        found = refusal(error, checkout, context) if checkout else None
        if found is None:
            raise
        raise found from error


def snippet(file: str, checkout: Checkout | None, /, **values: object) -> str:
    """A file of template/snippets, without blank lines around it, and in Terraform's own format if it is Terraform.

    checkout: whose own file counts where it has one; None for the packaged one. Raises Refusal.
    """
    text = _rendered(f"snippets/{file}", checkout, values).strip("\n")
    check_rendered(f"snippets/{file}", text, checkout)
    return aligned(text) if file.endswith(".tf") else text


def new_file(template: str, checkout: Checkout | None, context: Mapping[str, object]) -> str:
    """A file of the template's checkout folder; the context is what cookiecutter would give it. Raises Refusal."""
    name = f"{CHECKOUT_FOLDER}/{template}"
    text = _rendered(name, checkout, {"cookiecutter": context}).strip("\n") + "\n"
    check_rendered(name, text, checkout)
    return text


def document(file: str, checkout: Checkout | None, /, **values: object) -> str:
    """A file of the template's own folder: text for people, not for a checkout. Raises Refusal."""
    text = _rendered(file, checkout, values).strip("\n") + "\n"
    return re.sub(r"\n{3,}", "\n\n", text)
