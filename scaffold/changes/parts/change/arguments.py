"""Changes the arguments of a schedule: the words of `command` in its `input`, each where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from scaffold import hcl
from scaffold.changes.parts.change.literal import is_string
from scaffold.changes.parts.infra.schedule import input_of
from scaffold.changes.parts.requests import Modification
from scaffold.errors import Refusal
from scaffold.files.checkout import Checkout
from scaffold.files.edit import Edit
from scaffold.pfml.schedules import Schedule
from scaffold.rendering.literals import hcl_string, json_string
from scaffold.spec.part_names import SCHEDULE
from scaffold.terraform.insertion import add_to_body, remove_attributes
from scaffold.terraform.json.values import Value

_OWN = [{"containerOverrides"}, {"name", "command"}]  # the members of a document that the tool writes


def with_arguments(modification: Modification, schedule: Schedule, arguments: tuple[str, ...]) -> list[Edit]:
    """The schedule with these arguments behind the script's name; () for none. Raises Refusal if its `input` cannot be
    changed."""
    checkout, block = modification.checkout, schedule.block
    script = modification.task.script(modification.folder)
    if "input" not in block.attributes:
        if not arguments:
            return []
        text = input_of(modification.addition, arguments)
        return [add_to_body(checkout, schedule.path, block, text, SCHEDULE)]
    has = schedule.arguments
    if has is None:
        raise _by_hand(schedule, "its input has no plain list as its command")
    wanted = [has[0] if has else script, *arguments]
    if has == wanted or (not arguments and has[1:] == []):
        return []
    if not arguments:
        return _without_input(checkout, schedule)
    return _with_words(checkout, schedule, has, wanted)


def _without_input(checkout: Checkout, schedule: Schedule) -> list[Edit]:
    document = schedule.input
    members = [set(override.members) for override in schedule.overrides]
    if not isinstance(document, Value) or [set(document.members), *members] != _OWN:
        raise _by_hand(schedule, "its input has more than the arguments")
    return remove_attributes(checkout, schedule.path, schedule.block, ["input"], SCHEDULE)


def _with_words(checkout: Checkout, schedule: Schedule, has: Sequence[str], wanted: Sequence[str]) -> list[Edit]:
    """The words between those that are the same at the beginning and at the end, one for one, and what is left over."""
    path, data, spans = schedule.path, checkout.require(schedule.path), _spans(checkout, schedule)
    first = _equal(has, wanted)
    last = _equal(has[first:][::-1], wanted[first:][::-1])
    old, new = spans[first : len(spans) - last], [_word(schedule, word) for word in wanted[first : len(wanted) - last]]
    edits = [checkout.replace(path, start, end, text, SCHEDULE) for (start, end), text in zip(old, new, strict=False)]
    behind = (spans[first - 1] if not edits else old[len(edits) - 1])[1]
    separator = data[spans[0][1] : spans[1][0]].decode().replace("\r\n", "\n") if spans[1:] else ", "
    if len(new) > len(edits):
        edits.append(checkout.insert(path, behind, "".join(separator + text for text in new[len(edits) :]), SCHEDULE))
    elif len(old) > len(edits):
        edits.append(checkout.remove(path, behind, old[-1][1], SCHEDULE))
    return edits


def _equal(first: Sequence[str], second: Sequence[str]) -> int:
    """How many words are the same at the beginning."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((index for index, (one, other) in pairs if one != other), min(len(first), len(second)))


def _spans(checkout: Checkout, schedule: Schedule) -> list[tuple[int, int]]:
    """Where the words are, each with its quotes. Raises Refusal for one that is not a string there."""
    data, command = checkout.require(schedule.path), schedule.overrides[0].get("command")
    starts = [word.offset for word in command.elements] if command else []
    is_text = isinstance(_document(schedule), hcl.Template) and not is_string(_document(schedule))
    is_expression = isinstance(_document(schedule), hcl.Call)
    if not starts or not (is_text or is_expression) or any(data[start : start + 1] != b'"' for start in starts):
        raise _by_hand(schedule, "its command is not a list of quoted strings")
    return [(start, _string_end(data, start)) for start in starts]


def _document(schedule: Schedule) -> hcl.Node:
    return schedule.block.attributes["input"].value


def _string_end(data: bytes, start: int) -> int:
    """Where a quoted string ends, in JSON or in Terraform."""
    position, depth = start + 1, 0
    while position < len(data):
        character, width = data[position : position + 1], 1
        if character == b"\\" or data.startswith((b"$$", b"${"), position):
            width = 2
        if data.startswith(b"${", position) or (depth and character == b"{"):
            depth += 1
        elif depth and character == b"}":
            depth -= 1
        elif character == b'"' and not depth:
            return position + 1
        elif character == b'"':
            width = _string_end(data, position) - position
        position += width
    return position


def _word(schedule: Schedule, word: str) -> str:
    """A word as a string in the language of the document."""
    return f'"{hcl_string(word)}"' if isinstance(_document(schedule), hcl.Call) else json_string(word)


def _by_hand(schedule: Schedule, why: str) -> Refusal:
    return Refusal(
        f"the arguments of the schedule {schedule.name!r} cannot be changed: {why}",
        option="--schedule-arg",
        place=schedule.folder.checkout.place(schedule.path, schedule.offset_of("input")),
        instead="Change them there by hand.",
    )
