"""Changes the generated test of an entrypoint together with it."""

from __future__ import annotations

from scaffold.changes.parts.api.test_changes import complete_test
from scaffold.changes.parts.change.code import completed
from scaffold.changes.parts.paths import test_path
from scaffold.changes.parts.requests import Modification
from scaffold.files.edit import Edit
from scaffold.python.module import Module
from scaffold.spec.part_names import TEST


def change(modification: Modification) -> list[Edit]:
    asked, checkout = completed(modification), modification.checkout
    if asked is None:
        return []
    path = test_path(asked[0].form.origin.spec.module)
    return complete_test(asked[0], Module(checkout, path), TEST) if checkout.read(path) is not None else []
