"""Command lines of `task` for property tests."""

from __future__ import annotations

import random
from collections.abc import Callable

MODULES = ["", "", "massgov.pfml.reports.nightly.build", "massgov.pfml.fineos.another", "massgov.pfml.db.cleanup"]
EXISTING = ["massgov.pfml.dor.mock.generate", "massgov.pfml.reductions.process_agency_data"]
BUCKETS = ["agency_transfer", "reports", "business_intelligence_tool", "data.aws_s3_bucket.reports"]
PREFIXES = ["mine/in/", "mine/in/", "my folder/", "year%3D2022/${var.environment_name}/"]
SCHEDULES = ["rate(1 day)", "cron(0 4 ? * MON-FRI *)", "cron(30 22 * * ? *)"]
ARGUMENTS = ["--all", "--limit=5", "dor", "--path", "${var.environment_name}/x", "it's"]
ROLES = ["new", "new", "dor_import_task_role", "fineos_bucket_tool_role", "reductions_workflow_task_role"]
EXECUTION_ROLES = ["new", "new", "reductions_workflow_execution_role"]
DESCRIPTIONS = ["Short", "It has 'quotes' and \"double ones\", \\ and ünïcode", "A long one. " * 20]
TOGGLES = ["", "enable_my_thing", "enable_dor_import_trigger", "enable_reductions_process_agency_data_schedule"]


def task_options(pick: random.Random) -> list[str]:
    """The command line of one task; about one in four is refused because of options that do not fit together."""

    def maybe(chance: float, *words: str) -> list[str]:
        return list(words) if pick.random() < chance else []

    def several(option: str, values: list[str]) -> list[str]:
        return [word for value in pick.sample(values, pick.randint(0, 2)) for word in (option, value)]

    words = ["task", pick.choice(["my-new-task", "dor-import-again", "x-9-y"])]
    words += maybe(0.4, "--db") + maybe(0.3, "--args")
    words += maybe(0.4, "--description", pick.choice(DESCRIPTIONS))
    words += several("--env", ["fineos_s3_access", "emails", "emails_reductions", "reductions_folders"])
    words += several("--env-var", ["LEVEL=debug", "PLACE=s3://${data.aws_s3_bucket.reports.id}/x", 'Q="%{ $${x}'])
    words += several("--secret", ["API_KEY", "OTHER=/service/${local.app_name}/common/other"])
    words += maybe(0.2, "--cpu", "2048", "--memory", "4096") + maybe(0.1, "--memory", "4096")
    words += maybe(0.4, "--task-role", pick.choice(ROLES)) + maybe(
        0.3, "--execution-role", pick.choice(EXECUTION_ROLES)
    )
    words += maybe(0.1, "--like", pick.choice(["dor-import", "fineos-bucket-tool", "reductions-process-agency-data"]))
    words += maybe(0.1, "--command", "my-own-command") + maybe(0.3, "--makefile")
    module = pick.choice(MODULES)
    words += ["--module", module] if module else []
    if pick.random() < 0.25:
        words += ["--module", pick.choice(EXISTING), "--function", pick.choice(["count", "another_one", "run"])]
    return words + _starts(pick, maybe)


def _starts(pick: random.Random, maybe: Callable[..., list[str]]) -> list[str]:
    words: list[str] = []
    if pick.random() < 0.5:
        words += ["--schedule", pick.choice(SCHEDULES), *maybe(0.3, "--schedule-name", "my-own-schedule")]
        words += maybe(0.3, "--timezone", "America/New_York") or maybe(0.3, "--utc")
        words += [f"--schedule-arg={value}" for value in pick.sample(ARGUMENTS, pick.randint(0, 3))]
    if pick.random() < 0.6:
        words += ["--s3-bucket", pick.choice(BUCKETS), *maybe(0.8, "--s3-prefix", pick.choice(PREFIXES))]
        words += maybe(0.4, "--s3-suffix", ".csv") + maybe(0.2, "--s3-event", "s3:ObjectRemoved:Delete")
        words += maybe(0.3, "--s3-write")
    if "--schedule" in words or "--s3-bucket" in words:
        toggle = pick.choice(TOGGLES)
        words += maybe(0.5, f"--toggle={toggle}") if toggle else maybe(0.5, "--toggle")
        for environment in (
            pick.sample(["test", "prod", "cps-preview"], pick.randint(0, 3)) if pick.random() < 0.5 else ()
        ):
            words += ["--enable-in", environment]
        words += maybe(0.2, "--enable-in", "all", *maybe(0.5, "--disable-in", "prod"))
    return words
