"""A deployment of all environments of a checkout: what Terraform plans on what is there already, and what is there afterwards."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.plans.core import Core

ENVIRONMENTS = Path("infra/ecs-tasks/environments")
_ALARMS = "infra/modules/alarms_api"
Values = dict[str, Any]


@dataclass(frozen=True)
class Deployment:
    state: str = ""
    errors: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)


@dataclass
class Environment:
    """What is there in one environment: the instances by address, and the outputs."""

    instances: dict[str, Values] = field(default_factory=dict)
    outputs: Values = field(default_factory=dict)


def deploy(core: Core, checkout: Path, root: Path, before: Deployment) -> Deployment:
    """Plan and apply all environments as one root module, which is written to `root`, so that it takes one plan."""
    root.mkdir(exist_ok=True)
    (root / "main.tf").write_text(_root_module(checkout, root))
    return Deployment(**core.apply(root, before.state))


def _root_module(checkout: Path, root: Path) -> str:
    environments = sorted(path.name for path in (checkout / ENVIRONMENTS).iterdir())
    infra = os.path.relpath(checkout, root)
    calls = [
        f"""
module "{name}" {{
  source             = "{infra}/{ENVIRONMENTS}/{name}"
  service_docker_tag = "tag"
}}

output "{name}" {{
  value = module.{name}
}}
"""
        for name in environments
    ]
    alarms = f"""
module "alarms_api" {{
  for_each = toset({json.dumps(environments)})
  source   = "{infra}/{_ALARMS}"

  environment_name            = each.key
  warning_alert_sns_topic_arn = "arn:aws:sns:us-east-1:123456789012:warnings"
}}
"""
    return "".join([*calls, alarms])


def environments(deployment: Deployment) -> dict[str, Environment]:
    state = json.loads(deployment.state) if deployment.state else {"outputs": {}, "resources": []}
    names = {name: Environment(outputs=output["value"]) for name, output in state["outputs"].items()}
    for address, values in _instances(state):
        name, address = split(address)
        names[name].instances[address] = values
    return names


def _instances(state: Values) -> Iterator[tuple[str, Values]]:
    for resource in state["resources"]:
        for instance in resource["instances"] if resource["mode"] == "managed" else []:
            key = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
            yield f"{resource['module']}.{resource['type']}.{resource['name']}{key}", instance["attributes"]


def split(address: str) -> tuple[str, str]:
    """The environment, and the address as a plan of that environment has it."""
    if alarm := re.fullmatch(r'(module\.alarms_api)\["([^"]+)"\](.+)', address):
        return alarm[2], alarm[1] + alarm[3]
    _, name, rest = address.split(".", 2)
    return name, rest
