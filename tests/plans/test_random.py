"""That a random task, once it is created, renamed and removed again, has changed nothing else."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from tests.command_lines import task_options
from tests.conftest import Run
from tests.plans.core import Core
from tests.plans.deployment import Deployment, deploy, environments


@pytest.mark.parametrize("seed", [5, 8, 16])
def test_create_rename_remove(seed: int, sample: Path, run: Run, core: Core) -> None:
    def deployed(before: Deployment) -> Deployment:
        after = deploy(core, sample, sample.with_name("root"), before)
        assert after.errors == [], words
        return after

    pick, words = random.Random(seed), list[str]()
    start = deployed(Deployment())
    words = task_options(pick)
    while run(*words).exit_code:
        words = task_options(pick)
    old, new = words[1], "zebra-job"
    created = deployed(start)
    unchanged = _instances(start).items() & _instances(created).items()
    assert all("aws_s3_bucket_notification" in address for _, address in _instances(start).keys() - dict(unchanged)), (
        words
    )
    assert run("rename", old, new).exit_code == 0, words
    renamed = deployed(created)
    names = {old: new, old.replace("-", "_"): new.replace("-", "_")}
    assert _instances(renamed) == _instances(created, names), words
    assert run("remove", new).exit_code == 0, words
    assert _instances(deployed(renamed)) == _instances(start), words


def _instances(deployment: Deployment, names: dict[str, str] | None = None) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the values of each instance consist of, by environment and address, with other names. Sorted, since the order
    in a policy follows from names.
    """
    instances = {}
    for name, environment in environments(deployment).items():
        for address, values in environment.instances.items():
            text = _replaced(json.dumps(values, sort_keys=True), names)
            instances[name, _replaced(address, names)] = tuple(sorted(re.split(r'[\\"]+', text)))
    return instances


def _replaced(text: str, names: dict[str, str] | None) -> str:
    for old, new in (names or {}).items():
        text = text.replace(old, new)
    return text
