"""How a task gets into an environment, and whether anybody may put it there by hand."""

from __future__ import annotations

from urllib.parse import unquote_plus

from scaffold.files.checkout import Checkout
from scaffold.pfml.deployment import FOLDER, Workflow, workflows
from scaffold.pfml.documentation import links, page
from scaffold.pfml.environments import deployed_names
from scaffold.pfml.protection import protected, unprotected


def deployment_values(environment: str, checkout: Checkout) -> dict[str, object]:
    """protected: why the environment is protected, "" if it is not. workflow: None if no workflow deploys the tasks.
    guard: what a step of the workflow prints before it stops a deployment to the environment. elsewhere: an
    environment that is not protected, "" if there is none.
    """
    known = workflows(checkout)
    others = unprotected(deployed_names(checkout), checkout)
    guards = [guard for workflow in known for guard in workflow.guards if guard.covers(environment)]
    return {
        "protected": protected(checkout).get(environment, ""),
        "workflow": known[0] if known else None,
        "workflow_folder": FOLDER,
        "workflow_address": _address(known[0], checkout) if known else "",
        "workflow_branch": known[0].branch_of(environment) if known else "",
        "deployed_branch": f"{known[0].follows}{environment}" if known and known[0].follows else "",
        "guard": next((guard.message for guard in guards if guard.message), ""),
        "guard_place": guards[0].place if guards else "",
        "elsewhere": next((name for name in ("test", *others) if name in others), ""),
        "deployment_page": page("deploy", checkout),
        "release_page": page("release", checkout),
        "setup_page": page("first-time-setup", checkout),
    }


def _address(workflow: Workflow, checkout: Checkout) -> str:
    """The page of a workflow on GitHub, which the documentation links to; "" if it does not."""
    file = workflow.path.rpartition("/")[2]
    for link in links(checkout):
        _, actions, rest = unquote_plus(link.address).partition("/actions")
        if actions and (f'"{workflow.name}"' in rest or rest.endswith(f"/{file}")):
            return link.address
    return ""
