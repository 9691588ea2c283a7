"""Renders template/ with Jinja; the only importer of it apart from error handling. Values are never rendered."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from scaffold.files.checkout import Checkout
from scaffold.files.printable import printable, printable_lines
from scaffold.rendering.check import check_rendered, refusal
from scaffold.rendering.files import CHECKOUT_FOLDER, OWN_FOLDER, check_own_folder, template_file
from scaffold.rendering.steps import bounded
from scaffold.terraform.format import aligned

if TYPE_CHECKING:
    from jinja2 import Environment, FileSystemBytecodeCache
    from jinja2.bccache import Bucket


@lru_cache(maxsize=4)
def _environment(checkout: Checkout | None) -> Environment:
    from jinja2 import FunctionLoader, StrictUndefined

    from scaffold.rendering.sandbox import Sandbox

    if checkout:
        check_own_folder(checkout)

    def load(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        template = template_file(name, checkout)
        return (template.text, template.place, lambda: True) if template else None

    # The settings of cookiecutter, with `_jinja2_env_vars`; sandboxed, because a checkout can have its own templates.
    return Sandbox(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
        bytecode_cache=_compiled(),
    )


def _compiled() -> FileSystemBytecodeCache | None:
    """Compiled templates in the user's cache: compiling them takes as long as importing Jinja."""
    from jinja2 import FileSystemBytecodeCache
    from platformdirs import user_cache_path

    folder = user_cache_path("pfml-scaffold") / "sandboxed"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None

    class Cache(FileSystemBytecodeCache):
        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):  # a full disk, for example
                super().dump_bytecode(bucket)

    return Cache(str(folder)) if os.access(folder, os.W_OK) else None


def _rendered(
    name: str, checkout: Checkout | None, context: Mapping[str, object], environment: Environment | None = None
) -> str:
    """The rendered text of a template file for a checkout. Raises Refusal for an error in a team's template."""
    try:
        template = (environment or _environment(checkout)).get_template(name)
        with bounded(OWN_FOLDER) if checkout and checkout.is_folder(OWN_FOLDER) else nullcontext():
            return template.render(context)
    except Exception as error:
        refused = refusal(error, checkout, context) if checkout else None
        if refused is None:
            raise
        raise refused from error


def snippet(file: str, checkout: Checkout | None, /, **values: object) -> str:
    """A rendered file of template/snippets, without blank lines around it; Terraform is formatted as by `fmt`.

    checkout: its own file is used if it has one; None for the packaged file. Raises Refusal.
    """
    text = _rendered(f"snippets/{file}", checkout, values).strip("\n")
    check_rendered(f"snippets/{file}", text, checkout)
    return aligned(text) if file.endswith(".tf") else text


def new_file(template: str, checkout: Checkout | None, context: Mapping[str, object]) -> str:
    """A rendered file of the template's checkout folder; the context is that of cookiecutter. Raises Refusal."""
    name = f"{CHECKOUT_FOLDER}/{template}"
    text = _rendered(name, checkout, {"cookiecutter": context}).strip("\n") + "\n"
    check_rendered(name, text, checkout)
    return text


def document(file: str, checkout: Checkout | None, /, **values: object) -> str:
    """A rendered file of the template's own folder, as text for people: safe to print, with each value on one line.

    Raises Refusal.
    """
    # Without the cache, which would return what was compiled for text that is not for people.
    environment = _environment(checkout).overlay(finalize=_finalized, bytecode_cache=None)
    text = _rendered(file, checkout, values, environment).strip("\n") + "\n"
    return printable_lines(re.sub(r"\n{3,}", "\n\n", text))


def _finalized(value: object) -> object:
    return printable(value) if isinstance(value, str) else value
