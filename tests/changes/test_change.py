"""`task` with some options, changed to others, is `task` with the others, byte for byte; and back again."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import differences, fmt_differences, restore, tree

SIZES = [None, ("2048", "4096"), ("512", "1024"), ("1024", "2048")]
VALUES = {"LEVEL": ["debug", "info"], "PLACE": ["s3://${data.aws_s3_bucket.reports.id}/x", 'a "b" c'], "N": ["1", "2"]}
PATHS = {"API_KEY": ["/service/${local.app_name}/common/one", "/admin/two"], "OTHER": ["/admin/other", "/admin/o"]}
GROUPS = ["emails", "fineos_s3_access", "reductions_folders"]
SCHEDULES = [
    ["--schedule", "rate(1 day)"],
    ["--schedule", "cron(0 4 ? * MON-FRI *)", "--timezone", "America/New_York"],
    ["--schedule", "cron(30 22 * * ? *)", "--timezone", "America/Chicago"],
    ["--schedule", "cron(0 7 * * ? *)", "--utc"],
    ["--schedule", "cron(0 9 1 * ? *)", "--daylight-schedule", "cron(0 8 1 * ? *)"],
]
PREFIXES = ["", "mine/in/", "my folder/", "year%3D2022/${var.environment_name}/"]
SUFFIXES = ["", ".csv", ".txt"]
EVENTS = [["s3:ObjectCreated:*"], ["s3:ObjectRemoved:Delete", "s3:ObjectCreated:Put"]]
ENVIRONMENTS = ["cps-preview", "prod", "test"]
DESCRIPTIONS = ["", "Short", "It has 'quotes' and \"double ones\", \\ and ünïcode", "A long one. " * 20]


class Difference:
    """The options of `task` before and after, and those of `change` from one to the other and back."""

    def __init__(self) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        self.there: list[str] = []
        self.back: list[str] = []

    def both(self, words: Iterable[str]) -> None:
        self.before += words
        self.after += words

    def value(self, values: Sequence[list[str]], none: list[str]) -> None:
        """An option with another value. values: before and after. none: what `change` is told for no value."""
        before, after = values
        self.before += before
        self.after += after
        if before != after:
            self.there += after or none
            self.back += before or none

    def named(self, option: str, removal: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Options with a name: new ones come last, so that there is one order."""
        order = [*before, *(name for name in after if name not in before)]
        for name in order:
            had, has = ([option, texts[name]] if name in texts else [] for texts in (before, after))
            self.value((had, has), [removal, name])

    def switches(self, before: Sequence[str], after: Sequence[str]) -> None:
        """The environments in which a toggle is on."""
        self.before += [word for name in before for word in ("--enable-in", name)]
        self.after += [word for name in after for word in ("--enable-in", name)]
        for words, on in ((self.there, after), (self.back, before)):
            words += [word for name in ENVIRONMENTS for word in (f"--{'en' if name in on else 'dis'}able-in", name)]


def difference(pick: random.Random) -> Difference:
    options = Difference()
    options.both(["--db"] if pick.random() < 0.4 else [])
    options.both(["--task-role", "new"] if pick.random() < 0.4 else [])
    options.both(["--execution-role", "new"] if pick.random() < 0.4 else [])
    description = pick.sample(DESCRIPTIONS, 2)
    options.value([["--description", text] if text else [] for text in description], ["--description", ""])
    sizes = [["--cpu", pair[0], "--memory", pair[1]] if pair else [] for pair in pick.sample(SIZES, 2)]
    options.value(sizes, ["--cpu", "default", "--memory", "default"])
    groups = {group: [group] for group in GROUPS}
    had, has = _chosen(pick, groups)
    options.named("--env", "--remove-env", {name: name for name in had}, {name: name for name in has})
    for option, values in (("env-var", VALUES), ("secret", PATHS)):
        had, has = _chosen(pick, values)
        options.named(f"--{option}", f"--remove-{option}", had, has)
    if pick.random() < 0.6:
        options.value(pick.sample(SCHEDULES, 2), [])
    if pick.random() < 0.6:
        options.both(["--s3-bucket", pick.choice(["reports", "agency_transfer"])])
        for filter, texts in (("--s3-prefix", PREFIXES), ("--s3-suffix", SUFFIXES)):
            options.value([[filter, text] if text else [] for text in pick.sample(texts, 2)], [filter, ""])
        events = [[word for event in events for word in ("--s3-event", event)] for events in pick.sample(EVENTS, 2)]
        options.value(events, [])
        rights = [["--s3-write"] if pick.random() < 0.5 else [] for _ in range(2)]
        options.value(rights, ["--no-s3-write"])
    if {"--schedule", "--s3-bucket"} & {*options.before} and pick.random() < 0.6:
        options.both(["--toggle"])
        options.switches(*(pick.sample(ENVIRONMENTS, pick.randint(0, 3)) for _ in range(2)))
    return options


def _chosen(pick: random.Random, values: Mapping[str, list[str]]) -> list[dict[str, str]]:
    """Some of the names before and after, each with a value. Only what is last is missing, so that there is one order."""
    names = pick.sample(sorted(values), len(values))
    counts = pick.randint(0, len(names)), pick.randint(0, len(names))
    return [{name: f"{name}={pick.choice(values[name])}" for name in names[:count]} for count in counts]


@pytest.mark.parametrize("seed", range(8))
def test_there_and_back(seed: int, sample: Path, run: Run) -> None:
    pick = random.Random(seed)
    start = tree(sample)
    while True:
        options = difference(pick)
        restore(sample, start)
        if run("task", "my-new-task", *options.after).exit_code:
            continue
        after = tree(sample)
        restore(sample, start)
        if not options.there or run("task", "my-new-task", *options.before).exit_code:
            continue
        break
    before = tree(sample)
    for words, expected in ((options.there, after), (options.back, before)):
        result = run("change", "my-new-task", *words)
        assert result.exit_code == 0, result.stderr
        assert differences(tree(sample), expected) == {}, words
        assert fmt_differences(sample / "infra/ecs-tasks/template") == ""
    result = run("change", "my-new-task", *options.back)
    assert "Nothing to do" in result.stdout or "no such" in result.stderr


@pytest.mark.parametrize(
    ("before", "there"),
    [
        ("", "--db"),
        ("--args --env emails", "--db"),
        ("--db", "--args"),
        ("--s3-bucket reports --s3-prefix mine/", "--db --description 'Count the claims'"),
        ("--schedule 'rate(1 day)'", "--schedule-arg=--all --schedule-arg=--limit=5"),
        ("--schedule 'rate(1 day)' --db", "--schedule-arg=dor"),
        ("--s3-bucket reports --s3-prefix mine/", "--s3-write"),
    ],
)
def test_what_is_only_added(before: str, there: str, sample: Path, run: Run) -> None:
    start = tree(sample)
    assert run(f"task my-new-task {before} {there}").exit_code == 0
    expected = tree(sample)
    restore(sample, start)
    assert run(f"task my-new-task {before}").exit_code == 0
    result = run(f"change my-new-task {there}")
    assert result.exit_code == 0, result.stderr
    assert differences(tree(sample), expected) == {}
