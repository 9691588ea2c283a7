"""What Terraform would do in each environment of the sample after each command of the golden cases: `plan` in their folders."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import tree
from tests.plans.core import Core
from tests.plans.deployment import Deployment, deploy
from tests.plans.printed import difference
from tests.test_golden import CASES, GIVEN, GOLDEN, commands

Deploy = Callable[[Path, Deployment], Deployment]


@pytest.fixture(scope="session")
def deployed(core: Core, tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    """Deploy a checkout on what is there. Processes of one test run share the results, since many commands are alike."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def run(checkout: Path, before: Deployment) -> Deployment:
        result = shared / f"{_digest(checkout, before)}.deployment"
        if not result.exists():
            after = deploy(core, checkout, checkout.with_name("root"), before)
            written = result.with_suffix(f".{os.getpid()}")
            written.write_text(json.dumps(asdict(after)))
            written.rename(result)
        return Deployment(**json.loads(result.read_text()))

    return run


def _digest(checkout: Path, before: Deployment) -> str:
    files = {path: hashlib.sha256(data).hexdigest() for path, data in tree(checkout / "infra").items()}
    return hashlib.sha256(json.dumps([before.state, files]).encode()).hexdigest()


def _plans(case: str, sample: Path, run: Run, deployed: Deploy) -> str:
    """The plan of each command that changes infra/, on what the ones before have left."""
    before = deployed(sample, Deployment())
    if (GOLDEN / case / GIVEN).is_dir():
        shutil.copytree(GOLDEN / case / GIVEN, sample, dirs_exist_ok=True)
        before = deployed(sample, before)  # it may look up what the sample has created
    assert before.errors == []
    plans = []
    for line in commands(case):
        files = tree(sample / "infra")
        run(line.removeprefix("pfml-scaffold "))
        if tree(sample / "infra") != files:
            after = deployed(sample, before)
            assert after.errors == [], line
            plans.append(f"$ {line}\n\n{difference(before, after)}")
            before = after
    return "\n".join(plans)


@pytest.mark.parametrize("case", CASES)
def test_plan(case: str, sample: Path, run: Run, deployed: Deploy, request: pytest.FixtureRequest) -> None:
    plans = _plans(case, sample, run, deployed)
    golden = GOLDEN / case / "plan"
    if request.config.getoption("--rewrite-golden"):
        golden.unlink(missing_ok=True)
        if plans:
            golden.write_text(plans)
    assert plans == (golden.read_text() if golden.exists() else "")
