"""`runbook`: how to try out a task, locally and in an environment, with the names from the checkout.

The text is in template/runbook.md; this package finds the values for it.
"""

from __future__ import annotations

import re
from textwrap import wrap

from scaffold.errors import Refusal, unknown
from scaffold.files.checkout import Checkout
from scaffold.files.layout import ENVIRONMENTS
from scaffold.inventory.runbook.deployment import deployment_values
from scaffold.inventory.runbook.locally import local_values
from scaffold.inventory.runbook.logs import log_values
from scaffold.inventory.runbook.starts import runbook_schedules, runbook_triggers, runs_of
from scaffold.pfml.environments import environment_names, values_in
from scaffold.pfml.makefile import targets
from scaffold.pfml.tasks import require_task, task_key
from scaffold.rendering.literals import shell
from scaffold.rendering.render import document
from scaffold.terraform.folder import Folder

_RUN_TASK = "bin/run-ecs-task/run-task.sh"
_AUTHOR = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_ADDRESS = re.compile(r"<(https://[^<>\s]+)>")
_PROSE = re.compile(r"(?!\d+[.)] |```)[\w(\"`]")
_WIDTH = 120
_CHDIR_SINCE = (0, 14)  # Terraform 0.14.0's changelog: the global option -chdir


def runbook(name: str, environment: str, author: str, checkout: Checkout) -> str:
    """The runbook of a task as Markdown. Raises Refusal if the checkout does not have the task or the environment."""
    if not _AUTHOR.fullmatch(author):
        raise Refusal(
            "it may only have lowercase letters, digits, dots and hyphens; in AWS, it shows who started the task",
            option="--author",
            value=author,
            instead="Write first.last.",
        )
    if environment not in environment_names(checkout):
        raise unknown(
            "environment", environment, environment_names(checkout), option="--environment", where=ENVIRONMENTS
        )
    folder = Folder.of(checkout)
    task = require_task(folder, name)
    values = values_in(environment, checkout)
    schedules = list(runbook_schedules(task, environment, values))
    return document(
        "runbook.md",
        checkout,
        sh=shell,
        task=task.key.removeprefix(task_key(folder, "")),
        environment=environment,
        environment_folder=f"{ENVIRONMENTS}/{environment}/",
        author=author,
        region=_region(environment, folder),
        **local_values(task, environment, values),
        **_files(checkout),
        **deployment_values(environment, checkout),
        has_chdir=_has_chdir(folder, environment),
        schedules=schedules,
        triggers=list(runbook_triggers(task, values)),
        runs=runs_of(schedules),
        **log_values(environment, values),
    )


def as_text(markdown: str) -> str:
    """Markdown such as a runbook's as plain text: headings underlined, code blocks indented."""
    lines: list[str] = []
    paragraph: list[str] = []
    fenced = False
    for line in [*markdown.splitlines(), ""]:
        if not fenced and _PROSE.match(line):
            paragraph.append(_plain(line))
            continue
        lines += _wrapped(paragraph)
        paragraph = []
        if line.startswith("```"):
            fenced = not fenced
        elif fenced:
            lines.append(f"    {line}".rstrip())
        elif heading := re.match(r"(#+) (.*)", line):
            title = heading[2].replace("`", "")
            lines += [title, "=-~"[len(heading[1]) - 1] * len(title)]
        else:
            lines.append(_plain(line))
    return "\n".join(lines[:-1]) + "\n"


def _plain(line: str) -> str:
    return _ADDRESS.sub(r"\1", line.replace("`", ""))


def _wrapped(paragraph: list[str]) -> list[str]:
    """The lines of a paragraph, wrapped anew if one is too long."""
    if max(map(len, paragraph), default=0) <= _WIDTH:
        return paragraph
    return wrap(" ".join(paragraph), _WIDTH, break_long_words=False, break_on_hyphens=False)


def _files(checkout: Checkout) -> dict[str, object]:
    names = {target.name for target in targets(checkout)}
    return {
        "has_login": "login" in names,
        "has_publish": "build-and-publish" in names,
        "has_run_task": checkout.read(_RUN_TASK) is not None,
    }


def _has_chdir(folder: Folder, environment: str) -> bool:
    """Whether the checkout's Terraform has -chdir; assumed if no version is stated."""
    for path in (f"{ENVIRONMENTS}/{environment}", folder.path):
        for settings in Folder.of(folder.checkout, path).blocks("terraform"):
            if version := re.search(r"(\d+)\.(\d+)", folder.attribute_text(settings, "required_version")):
                return (int(version[1]), int(version[2])) >= _CHDIR_SINCE
    return True


def _region(environment: str, folder: Folder) -> str:
    for path in (f"{ENVIRONMENTS}/{environment}", folder.path):
        for provider in Folder.of(folder.checkout, path).blocks("provider", "aws"):
            if region := folder.attribute_text(provider, "region").strip('"'):
                return region
    return "us-east-1"
