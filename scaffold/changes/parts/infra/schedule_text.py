"""The text of a schedule by its template, and the comment in it, which is recognized and rewritten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from scaffold.aws.schedules.expression import Cron, Rate, ScheduleError
from scaffold.aws.schedules.schedule import parse
from scaffold.aws.schedules.statement import says_utc
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.enabled import where_enabled
from scaffold.pfml.schedules import Schedule
from scaffold.pfml.timing import DAYLIGHT, SINGLE, STANDARD
from scaffold.rendering.files import OWN_FOLDER
from scaffold.rendering.render import snippet
from scaffold.spec import part_names
from scaffold.spec.schedule import ScheduleSpec
from scaffold.terraform.comments import above

_MODULE = re.compile(r"^module\b.*", re.DOTALL | re.MULTILINE)
_ZONE = re.compile(r"\b(?:[A-Z]\w+(?:/[\w+-]+)+|UTC)(?![\w/])")


@dataclass(frozen=True, slots=True)
class ScheduleText:
    """The values of the template.

    task: the name of the task that runs. standard, daylight, timezone, utc: as in ScheduleSpec. environments: where it
    is on; only known in a checkout with its own templates. banner: the line above the comment, "" for none. arguments:
    the other values.
    """

    task: str
    standard: Rate | Cron
    daylight: Rate | Cron
    timezone: str = ""
    utc: bool = False
    environments: tuple[str, ...] = ()
    banner: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)

    def render(self, checkout: Checkout | None) -> str:
        """The whole text, by the checkout's template; with None by the packaged one. Raises Refusal."""
        from scaffold.aws.schedules.sentence import local_times, sentence

        return snippet(
            "schedule.tf",
            checkout,
            task=self.task,
            times=sentence(self.standard, self.daylight, self.timezone, self.utc),
            local_times=local_times(self.standard, self.daylight, self.timezone),
            timezone=self.timezone,
            environments=list(self.environments),
            banner=self.banner,
            **self.arguments,
        )

    def comment(self, checkout: Checkout | None) -> str:
        """Only the comment above the module, without the banner; "" if the template has none. Raises Refusal."""
        return _MODULE.sub("", replace(self, banner="").render(checkout)).strip("\n")


@dataclass(frozen=True, slots=True)
class WrittenComment:
    """A comment above a schedule that the tool wrote. text: the values that it was written with."""

    schedule: Schedule
    start: int
    end: int
    text: ScheduleText

    def rewritten(self, after: ScheduleText) -> list[Edit]:
        """The edit that makes it the comment of other values; none if it is that already. Raises Refusal."""
        path, checkout = self.schedule.path, self.schedule.folder.checkout
        comment = after.comment(checkout)
        if comment == self.text.comment(checkout):
            return []
        if not comment:
            return [checkout.remove(path, self.start, self.schedule.block.start, part_names.SCHEDULE)]
        return [checkout.replace(path, self.start, self.end, comment, part_names.SCHEDULE)]


def written_comment(schedule: Schedule, task: str) -> WrittenComment | None:
    """The comment above a schedule of the task, if the tool wrote it: exactly that, whatever is above it.

    That is found out by writing it again, with the expressions and in the zones that are in question.
    """
    checkout, path = schedule.folder.checkout, schedule.path
    lines = above(checkout.require(path), schedule.block.start)
    text = "\n".join(line.text.removesuffix("\r") for line in lines)
    before = values_of(schedule, task) if lines else None
    if before is None:
        return None
    for template in (checkout, None):
        for possible in _readings(before, text):
            comment = possible.comment(template)
            if comment and (text == comment or text.endswith(f"\n{comment}")):
                last = lines[-1]
                start = lines[-1 - comment.count("\n")].offset
                return WrittenComment(schedule, start, last.offset + len(last.text.rstrip("\r").encode()), possible)
    return None


def retimed(
    schedule: Schedule, task: str, timing: ScheduleSpec | None, environments: tuple[str, ...] | None = None
) -> list[Edit]:
    """The edits that make the comment above a schedule that of another timing, if the tool wrote it; None to keep that.

    Anybody else's comment stays, with a new one below it if the UTC time is meant and nothing says so yet. The same
    expressions without a zone keep the one that the comment has. environments: where it will be on, None to keep that.
    """
    checkout, written, values = schedule.folder.checkout, written_comment(schedule, task), values_of(schedule, task)
    before = written.text if written else values
    if before is None:
        return []
    after = _with_timing(before, timing) if timing else before
    if environments is not None:
        after = replace(after, environments=environments)
    if written:
        return written.rewritten(after)
    comment = after.comment(checkout)
    needs_none = not above(checkout.require(schedule.path), schedule.block.start) and not before.comment(checkout)
    must_say = timing is not None and timing.utc and says_utc(comment) and not states_utc(schedule)
    if not comment or not (needs_none or must_say):
        return []
    return [checkout.insert(schedule.path, schedule.block.start, f"{comment}\n", part_names.SCHEDULE)]


def _with_timing(before: ScheduleText, timing: ScheduleSpec) -> ScheduleText:
    after = replace(before, standard=timing.standard, daylight=timing.daylight)
    if after != before or timing.timezone or timing.utc:
        return replace(after, timezone=timing.timezone, utc=timing.utc)
    return after


def _readings(before: ScheduleText, text: str) -> Iterator[ScheduleText]:
    """What a comment may mean: New York's time, the UTC time, or that of another zone that it names."""
    from scaffold.aws.schedules.zones import NEW_YORK, seasons

    yield before
    yield replace(before, utc=True)
    yield replace(before, timezone=NEW_YORK)
    for zone in dict.fromkeys([*_ZONE.findall(text), *_abbreviated(text)]):
        try:
            seasons(zone)
        except ScheduleError:
            continue
        yield replace(before, timezone=zone)


def _abbreviated(text: str) -> list[str]:
    from scaffold.aws.schedules.sentence import ABBREVIATED

    return [zone for zone, names in ABBREVIATED.items() if any(name in text for name in names)]


def values_of(schedule: Schedule, task: str) -> ScheduleText | None:
    """The values of the template for a schedule as it is; None if its expressions are not known."""
    expressions = [(name, schedule.text(name).strip('"')) for name in (STANDARD, DAYLIGHT, SINGLE)]
    expressions = [(name, text) for name, text in expressions if text]
    try:
        pair = [parse(text) for _, text in expressions]
    except ScheduleError:
        return None
    if not pair:
        return None
    return ScheduleText(
        task,
        pair[0],
        pair[-1],
        environments=where_enabled(schedule).on if has_own_templates(schedule.folder.checkout) else (),
        arguments={
            "label": schedule.label,
            "is_enabled": schedule.text("is_enabled"),
            "name": schedule.given_name,
            "key": schedule.task_key,
            "execution_role": schedule.text("ecs_task_executor_role"),
            "task_role": schedule.text("ecs_task_role"),
            "container": schedule.task_key,
            "argv": [f'"{word}"' for word in schedule.arguments or ()],
            "expressions": expressions,
        },
    )


def has_own_templates(checkout: Checkout) -> bool:
    return checkout.is_folder(OWN_FOLDER)


def states_utc(schedule: Schedule) -> bool:
    """Whether the comment above a schedule says that the UTC time is meant."""
    lines = above(schedule.folder.checkout.require(schedule.path), schedule.block.start)
    return says_utc("\n".join(line.text for line in lines))
