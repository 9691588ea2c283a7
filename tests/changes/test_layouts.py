"""Commands that add to files in any layout, and their inverse, which leaves the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.helpers import differences, fmt_differences, hashicorp_parses, tree

TEMPLATE = "infra/ecs-tasks/template"
ALARMS = "infra/modules/alarms_api/alarms-aws.tf"
PROD = "infra/ecs-tasks/environments/prod/main.tf"
FULL = "task x-y-task --schedule 'rate(1 day)' --db --env-var A=b --toggle --enable-in prod"
COMMANDS = [
    (FULL, "remove x-y-task"),
    ("schedule fineos-bucket-tool 'rate(1 day)'", "unschedule fineos-bucket-tool fineos-bucket-tool"),
    (
        "trigger fineos-bucket-tool --s3-bucket agency_transfer --s3-prefix zz/ --toggle --enable-in prod",
        "untrigger fineos-bucket-tool",
    ),
]
LAST_TASK, LAST_ALARM = "      ]\n    },\n  }\n}\n", '    "reductions-process-agency-data",\n  ]\n'
LAST_ENABLED = "  enable_dor_import_trigger                      = true\n}\n"
LAYOUTS = {
    "comma behind a comment": (f"{TEMPLATE}/tasks.tf", LAST_TASK, "      ]\n    } /* end */,\n  }\n}\n"),
    "comment behind the comma": (f"{TEMPLATE}/tasks.tf", LAST_TASK, "      ]\n    }, // end\n  }\n}\n"),
    "no comma": (f"{TEMPLATE}/tasks.tf", LAST_TASK, "      ]\n    }\n  }\n}\n"),
    "no comma and a comment": (f"{TEMPLATE}/tasks.tf", LAST_TASK, "      ]\n    } # end\n    # more\n  }\n}\n"),
    "a bracket behind a task": (f"{TEMPLATE}/tasks.tf", LAST_TASK, "      ]\n  } }\n}\n"),
    "a comment below": (f"{TEMPLATE}/tasks.tf", LAST_TASK, "      ]\n    },\n\n    /* none\n    below */\n  }\n}\n"),
    "alarm: comment": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data", /* daily */\n  ]\n'),
    "alarm: comment without comma": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data" /* daily */ # x\n  ]\n'),
    "alarm: comment over lines": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data" /* x\n  # y */\n  ]\n'),
    "alarm: bracket": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data"]\n'),
    "alarm: bracket, formatted": (ALARMS, LAST_ALARM, '  "reductions-process-agency-data"]\n'),
    "alarm: bracket and comma": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data", ]\n'),
    "alarm: bracket and comment": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data" /* daily */]\n'),
    "alarm: comma on the next line": (ALARMS, LAST_ALARM, '    "reductions-process-agency-data"\n    ,\n  ]\n'),
    "alarm: commas first": (
        ALARMS,
        '",\n    "reductions-process-agency-data",\n',
        '"\n    , "reductions-process-agency-data"\n',
    ),
    "alarm: one line": (ALARMS, '[\n    "fineos-daily-export-copy",\n' + LAST_ALARM, '["fineos-daily-export-copy"]\n'),
    "alarm: one line, spaces": (
        ALARMS,
        '[\n    "fineos-daily-export-copy",\n' + LAST_ALARM,
        '[ "fineos-daily-export-copy" ]\n',
    ),
    "alarm: none": (ALARMS, '[\n    "fineos-daily-export-copy",\n' + LAST_ALARM, "[]\n"),
    "alarm: none, a line": (ALARMS, '[\n    "fineos-daily-export-copy",\n' + LAST_ALARM, "[\n  ]\n"),
    "alarm: none, a comment": (ALARMS, '[\n    "fineos-daily-export-copy",\n' + LAST_ALARM, "[\n    # none\n  ]\n"),
    "alarm: none, inline comment": (ALARMS, '[\n    "fineos-daily-export-copy",\n' + LAST_ALARM, "[/* none */]\n"),
    "enabled: comment": (PROD, LAST_ENABLED, f"{LAST_ENABLED[:-3]} /* on */ # x\n}}\n"),
    "enabled: comments below": (PROD, LAST_ENABLED, f"{LAST_ENABLED[:-2]}\n  # later = true\n  /* or\n  not */\n}}\n"),
    "enabled: comment in front of the brace": (PROD, LAST_ENABLED, f"{LAST_ENABLED[:-2]}\n  /* all */ }}\n"),
    "enabled: blank lines": (PROD, LAST_ENABLED, f"{LAST_ENABLED[:-2]}\n\n\n}}\n\n\n"),
    "variables: comment": (f"{TEMPLATE}/variables.tf", "", "# The end.\n"),
    "variables: block comment": (f"{TEMPLATE}/variables.tf", "", "\n/* The\n# end. */"),
    "schedules: comment": (f"{TEMPLATE}/cloudwatch.tf", "", "/* The end. */\n"),
    "notification: comment": (
        f"{TEMPLATE}/s3_subscriptions.tf",
        "  }\n}\n",
        "  } /* csv */\n  # Only these.\n} # end\n",
    ),
}
LINES: dict[str, Callable[[bytes], bytes]] = {
    "LF": lambda data: data,
    "CRLF": lambda data: data.replace(b"\n", b"\r\n"),
    "no newline at the end": lambda data: data.rstrip(b"\n"),
    "BOM": lambda data: b"\xef\xbb\xbf" + data,
    "tabs": lambda data: data.replace(b"    ", b"\t"),
}


def _lay_out(checkout: Path, layout: str, lines: str) -> Path:
    path, old, new = LAYOUTS[layout]
    file = checkout / path
    text = file.read_text()
    assert old in text
    file.write_bytes(LINES[lines]((new.join(text.rsplit(old, 1)) if old else text + new).encode()))
    return file


@pytest.mark.parametrize(
    ("layout", "lines"), [*product(LAYOUTS, ["LF"]), *zip(LAYOUTS, list(LINES)[1:] * 8, strict=False)]
)
def test_a_command_and_its_inverse_leave_the_same_bytes(layout: str, lines: str, sample: Path, run: Run) -> None:
    file = _lay_out(sample, layout, lines)
    hashicorp_parses(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    before, clean = tree(sample), fmt_differences(file) == ""
    for command, inverse in COMMANDS:
        result = run(command)
        assert result.exit_code == 0, result.stderr
        hashicorp_parses(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        assert not clean or fmt_differences(file) == ""
        assert run(inverse).exit_code == 0
        assert differences(tree(sample), before) == {}, command


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_tasks_can_be_removed_in_any_order(layout: str, sample: Path, run: Run) -> None:
    _lay_out(sample, layout, "LF")
    before = tree(sample)
    for order in (("x-y-task", "x-z-task"), ("x-z-task", "x-y-task")):
        for name in ("x-y-task", "x-z-task"):
            assert run(FULL.replace("x-y-task", name)).exit_code == 0
        for name in order:
            assert run(f"remove {name}").exit_code == 0
        assert differences(tree(sample), before) == {}, order
