"""The list `alarm_names` of schedules whose failed starts raise an alarm."""

from __future__ import annotations

from scaffold import hcl
from scaffold.files.checkout import Checkout
from scaffold.terraform.folder import Folder

FOLDER = "infra/modules/alarms_api"


def alarm_names(checkout: Checkout) -> tuple[str, hcl.Tuple] | None:
    """The list of names, also as an argument of `toset` or `concat`, and its file; None where there is none."""
    found = Folder.of(checkout, FOLDER).local("alarm_names")
    value = found[1].value if found else None
    while isinstance(value, hcl.Call) and value.arguments:
        value = value.arguments[-1]
    return (found[0], value) if found and isinstance(value, hcl.Tuple) else None
