"""pfml/enabled.py: where a schedule or a trigger is on, and how that is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaffold.files.checkout import Checkout
from scaffold.pfml.all_starts import all_starts
from scaffold.pfml.enabled import Enabled, enabled_by, in_words, where_enabled
from scaffold.pfml.triggers import triggers
from tests import hunks

ELEVEN = (
    "breakfix",
    "cps-preview",
    "infra-test",
    "long",
    "performance",
    "prod",
    "stage",
    "test",
    "training",
    "trn2",
    "uat",
)


@pytest.mark.parametrize(
    "condition, on, off, undecided",
    [
        ("true", ["cps-preview", "prod", "test"], [], []),
        ("var.enable_dor_import_trigger", ["prod", "test"], ["cps-preview"], []),
        ('var.environment_name == "prod"', ["prod"], ["cps-preview", "test"], []),
        ("data.x.y.z", [], [], ["cps-preview", "prod", "test"]),
    ],
)
def test_the_environments(condition: str, on: list[str], off: list[str], undecided: list[str], sample: Path) -> None:
    enabled = enabled_by([condition], Checkout(sample))
    assert (list(enabled.on), list(enabled.off), list(enabled.undecided)) == (on, off, undecided)


def test_a_schedule_and_a_trigger_of_the_sample(sample: Path) -> None:
    checkout = Checkout(sample)
    assert {start.name: in_words(where_enabled(start)) for start in all_starts(checkout)} == {
        "fineos-daily-export-copy": "on in all 3 environments",
        "reductions-process-agency-data": "off in cps-preview, on in prod and test",
        "dor-import": "off in cps-preview, on in prod and test",
    }


def test_a_trigger_without_a_destination_is_off(sample: Path) -> None:
    hunks.apply(
        sample,
        "No notification calls it.\n@@ infra/ecs-tasks/template/s3_subscriptions.tf\n"
        "-    lambda_function_arn = module.trigger_dor_import.lambda_arn\n"
        "+    lambda_function_arn = module.another.lambda_arn\n",
    )
    (trigger,) = triggers(Checkout(sample))
    assert in_words(where_enabled(trigger)) == "off in all 3 environments"


@pytest.mark.parametrize(
    "on, undecided, words",
    [
        (ELEVEN, (), "on in all 11 environments"),
        ((), (), "off in all 11 environments"),
        (("test",), (), "on in test, off in the other 10"),
        (("prod", "test"), (), "on in prod and test, off in the other 9"),
        (ELEVEN[:-2], (), "off in trn2 and uat, on in the other 9"),
        (ELEVEN[:5], (), "on in breakfix, cps-preview, infra-test, long and performance, off in the other 6"),
        (("test",), ELEVEN[:1], "on in test, off in cps-preview, infra-test, long, performance, prod, stage, training, "
         "trn2 and uat, in breakfix on if x and y"),
        ((), ELEVEN, "in all 11 environments on if x and y"),
    ],
)  # fmt: skip
def test_the_words(on: tuple[str, ...], undecided: tuple[str, ...], words: str) -> None:
    off = tuple(name for name in ELEVEN if name not in (*on, *undecided))
    assert in_words(Enabled(on, off, undecided, ("x", "y"))) == words


@pytest.mark.parametrize(
    "on, off, words",
    [
        (("test",), (), "on in test"),
        (("test",), ("prod",), "on in test, off in prod"),
        (("test",), ("prod", "uat"), "on in test, off in prod and uat"),
        ((), (), "on nowhere: no environment has the tasks"),
    ],
)
def test_the_words_with_few_environments(on: tuple[str, ...], off: tuple[str, ...], words: str) -> None:
    assert in_words(Enabled(on, off, (), ())) == words
