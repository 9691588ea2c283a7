"""The command that shows what Terraform would change."""

from __future__ import annotations

from collections.abc import Collection

from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.pfml.environments import environment_names
from scaffold.rendering.literals import shell


def terraform_plan(checkout: Checkout, preferred: Collection[str] = ()) -> str:
    """The command that shows what Terraform would change, in test or one of the preferred environments."""
    folder = shell(f"{ENVIRONMENTS}/{example_environment(checkout, preferred)}")
    return f"terraform -chdir={folder} plan -var service_docker_tag=$(git rev-parse HEAD)"


def example_environment(checkout: Checkout, preferred: Collection[str] = ()) -> str:
    """The environment of an example: test, if it is one of the preferred ones or there are none; no protected one."""
    known = environment_names(checkout)
    if "test" in known and ("test" in preferred or not preferred):
        return "test"
    from scaffold.pfml.protection import unprotected

    return next((name for name in unprotected((*preferred, "test", *known), checkout) if name in known), "test")
