"""ChangeSpec: what should be different about an existing task. Checked when it is created, without reading files."""

from __future__ import annotations

from dataclasses import dataclass

from scaffold.spec.checks import check_events, check_template, check_toggle
from scaffold.spec.s3_filters import check_filter
from scaffold.spec.schedule import ScheduleSpec
from scaffold.spec.specs import Subject


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """What should be different about one schedule of a task.

    name: which one, "" for the only one. timing: its new expressions. arguments: None to keep them, () for none.
    toggle: what should guard it.
    """

    name: str = ""
    timing: ScheduleSpec | None = None
    arguments: tuple[str, ...] | None = None
    toggle: str = ""


@dataclass(frozen=True, slots=True)
class TriggerChange:
    """What should be different about one trigger of a task.

    bucket, name: which one, "" for the only one. prefix, suffix: as typed; None to keep it, "" for none. events: () to
    keep them. write: whether the tool's own role may also write and delete; None to keep that. toggle: what should
    guard it.
    """

    bucket: str = ""
    name: str = ""
    prefix: str | None = None
    suffix: str | None = None
    events: tuple[str, ...] = ()
    write: bool | None = None
    toggle: str = ""

    def __post_init__(self) -> None:
        for option, text in (("--s3-prefix", self.prefix), ("--s3-suffix", self.suffix)):
            if text:
                check_template(text, option, text)
                check_filter(text, option)
        if self.events:
            check_events(self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSpec:
    """What should be different about a task.

    subject: the task with its new groups, variables, secrets and roles, and the environments to turn on and off. cpu,
    memory: in CPU units and MiB; 0 for the template's default, None to keep it. description: None to keep it. database,
    arguments: whether the entrypoint should open a session, and parse arguments. toggle:
    what should guard the schedule or trigger, "" for a variable with the usual name, None to keep what does.
    """

    subject: Subject
    cpu: int | None = None
    memory: int | None = None
    description: str | None = None
    database: bool = False
    arguments: bool = False
    removed_groups: tuple[str, ...] = ()
    removed_variables: tuple[str, ...] = ()
    removed_secrets: tuple[str, ...] = ()
    schedule: ScheduleChange | None = None
    trigger: TriggerChange | None = None
    toggle: str | None = None

    def __post_init__(self) -> None:
        check_toggle(self.toggle or "")

    @property
    def name(self) -> str:
        return self.subject.name
