"""The S3 trigger: a module with source `../../modules/s3_ecs_trigger`, and its place in the bucket's notification."""

from __future__ import annotations

from scaffold import hcl
from scaffold.checkout import Checkout
from scaffold.edits import Edit
from scaffold.errors import Refusal
from scaffold.insertion import add_block, add_to_body
from scaffold.limits import check_folder
from scaffold.parts.schedule import task_of
from scaffold.render import hcl_string, snippet
from scaffold.roles import pass_on, roles_of
from scaffold.spec import Subject, TriggerSpec
from scaffold.tasks import task_key
from scaffold.terraform import TEMPLATE, Folder, Found
from scaffold.triggers import (
    NOTIFICATION,
    Filter,
    alternatives,
    bucket_name,
    bucket_reference,
    either,
    filters,
    gate,
    grouped,
    guard,
    notification_elsewhere,
    notifications_of,
    one_line,
    overlaps,
)

PART = "S3 trigger"
FILE = f"{TEMPLATE}/s3_subscriptions.tf"
MODULE = "s3_ecs_trigger"


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    folder, trigger = Folder(checkout), spec.trigger
    roles, edits = roles_of(spec, folder), []
    for found in triggers_of(folder, task_key(folder, spec.name)) if roles.changed else ():
        edits += pass_on(folder, found, roles, PART)
    return edits + (_trigger(spec, trigger, folder) if trigger else [])


def triggers_of(folder: Folder, key: str) -> list[Found]:
    """The triggers of the task with that key: one for each bucket, whose Lambda that bucket alone may call."""
    return [found for found in folder.modules(MODULE) if task_of(folder, found) == key]


def _trigger(spec: Subject, trigger: TriggerSpec, folder: Folder) -> list[Edit]:
    bucket = bucket_reference(folder, trigger.bucket)
    existing = _of_bucket(spec, trigger, folder, bucket)
    if existing is not None:
        edits = [folder.checkout.unchanged(existing.path, existing.block.start, PART)]
        return edits + _notify(trigger, folder, bucket, existing.block.labels[0])
    second = bool(triggers_of(folder, task_key(folder, spec.name)))
    name = f"{spec.name}-{trigger.bucket.replace('_', '-')}" if second else spec.name
    label = _label(name, folder)
    return _module(spec, folder, bucket, name, label) + _notify(trigger, folder, bucket, label)


def _of_bucket(spec: Subject, trigger: TriggerSpec, folder: Folder, bucket: str) -> Found | None:
    """The task's trigger of that bucket. Raises Refusal where it has another one and is to have one alone."""
    triggers = triggers_of(folder, task_key(folder, spec.name))
    for found in triggers:
        if folder.attribute_text(found, "s3_bucket_arn") == f"{bucket}.arn":
            return found
    if triggers and not trigger.additional:
        found = triggers[0]
        has = folder.attribute_text(found, "s3_bucket_arn") or "nothing"
        raise Refusal(
            f"the trigger of {spec.name!r} has s3_bucket_arn = {has}, and {bucket}.arn was asked for",
            place=folder.checkout.place(found.path, found.block.start),
            instead=f"For a second one, use: pfml-scaffold trigger {spec.name} --s3-bucket {trigger.bucket}",
        )
    return None


# --- the module


def _module(spec: Subject, folder: Folder, bucket: str, name: str, label: str) -> list[Edit]:
    checkout, roles = folder.checkout, roles_of(spec, folder)
    module = Folder(checkout, f"infra/modules/{MODULE}")
    if not module.files:
        raise Refusal(
            f"this checkout has no module {MODULE}",
            option="--s3-bucket",
            place=module.path,
            instead="Leave --s3-bucket out.",
        )
    check_folder(module, name, {"task_name": name}, "NAME")
    for found in folder.modules(MODULE):
        if folder.attribute_text(found, "task_name") == f'"{name}"':
            raise Refusal(
                f"a trigger of the task {task_of(folder, found)!r} has that task_name",
                option="NAME",
                value=name,
                place=checkout.place(found.path, found.block.start),
                instead="Use another name.",
            )
    text = snippet(
        "trigger.tf",
        label=label,
        name=name,
        key=task_key(folder, spec.name),
        bucket=bucket,
        execution_role=roles.execution,
        task_role=roles.task,
    )
    in_file = [found.block for found in folder.modules(MODULE) if found.path == FILE]
    return [add_block(checkout, FILE, in_file[-1] if in_file else None, text, PART)]


def _label(name: str, folder: Folder) -> str:
    label = f"trigger_{name.replace('-', '_')}"
    taken = {found.block.labels[0] for found in folder.blocks("module") if found.block.labels}
    return f"{label}_s3" if label in taken else label


# --- the notification


def _notify(trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> list[Edit]:
    name = _bucket_name(folder, bucket)
    place = notification_elsewhere(folder, name)
    if place:
        raise Refusal(
            "the bucket has its notification there already, and a second one would silently replace it",
            option="--s3-bucket",
            value=trigger.bucket,
            place=place,
            instead="Add the trigger to that one by hand.",
        )
    existing = notifications_of(folder, name)
    if len(existing) > 1:
        places = " and ".join(folder.checkout.place(found.path, found.block.start) for found in existing)
        raise Refusal(
            f"the bucket has two notifications, at {places}, of which S3 keeps one",
            option="--s3-bucket",
            value=trigger.bucket,
            instead="Make one of them first.",
        )
    found = next(iter(existing), None)
    if found is None:
        return [_new_notification(trigger, folder, bucket, label)]
    return _merge(trigger, folder, found, label)


def _bucket_name(folder: Folder, bucket: str) -> str:
    data = bucket.startswith("data.")
    found = folder.block("data" if data else "resource", "aws_s3_bucket", bucket.rpartition(".")[2])
    attribute = found.block.attributes.get("bucket") if found else None
    return bucket_name(folder, found.path, attribute.value) if found and attribute else bucket


def _new_notification(trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> Edit:
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    name = f"{trigger.bucket}_notifications"
    taken = {found.block.labels[1] for found in folder.blocks("resource", NOTIFICATION)}
    text = snippet(
        "notification.tf",
        resource=f"{name}_{label}" if name in taken else name,
        condition=condition,
        bucket=bucket,
        lambda_function=_lambda_function(trigger, label, ""),
    )
    in_file = [found.block for found in folder.blocks("resource", NOTIFICATION) if found.path == FILE]
    return add_block(folder.checkout, FILE, in_file[-1] if in_file else None, text, PART)


def _lambda_function(trigger: TriggerSpec, label: str, condition: str) -> str:
    try:
        prefix, suffix = hcl_string(trigger.prefix), hcl_string(trigger.suffix)
    except hcl.HclError as error:
        raise Refusal(
            f"what stands in ${{…}} is no Terraform: {error}",
            option="--s3-prefix and --s3-suffix",
            value=f"{trigger.prefix} {trigger.suffix}",
            instead="Write $${ for a literal ${.",
        ) from error
    events = [f'"{event}"' for event in trigger.events]
    return snippet("lambda_function.tf", label=label, condition=condition, events=events, prefix=prefix, suffix=suffix)


def _merge(trigger: TriggerSpec, folder: Folder, found: Found, label: str) -> list[Edit]:
    """The trigger as one more destination of the bucket's notification; the others keep what they mean."""
    checkout = folder.checkout
    if "for_each" in found.block.attributes:
        raise Refusal(
            "the bucket's notification is made with for_each, so a trigger cannot be added without changing the others",
            option="--s3-bucket",
            value=trigger.bucket,
            place=checkout.place(found.path, found.block.start),
            instead="Add it there by hand.",
        )
    for item in filters(folder, found):
        own = _starts(folder, found, item, label)
        if own and (not trigger.additional or _as_asked(trigger, item)):
            return _complete(trigger, folder, found, item)
    for item in filters(folder, found):
        if overlaps(folder, item, hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events):
            raise Refusal(
                f"the filter overlaps with one that is there (prefix {item.prefix!r}, suffix {item.suffix!r}), and S3 "
                "refuses two that can match one key",
                option="--s3-prefix and --s3-suffix",
                place=checkout.place(found.path, item.block.start),
                instead="Give a prefix or suffix that excludes it.",
            )
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    edits = _widen(folder, found, condition)
    return [*edits, add_to_body(checkout, found.path, found.block, _lambda_function(trigger, label, condition), PART)]


def _starts(folder: Folder, found: Found, item: Filter, label: str) -> bool:
    return folder.attribute_text(Found(found.path, item.block), "lambda_function_arn") == f"module.{label}.lambda_arn"


def _as_asked(trigger: TriggerSpec, item: Filter) -> bool:
    wanted = (hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events)
    return (item.prefix, item.suffix, item.events) == wanted


def _complete(trigger: TriggerSpec, folder: Folder, found: Found, item: Filter) -> list[Edit]:
    """What the task's own destination lacks of what was asked for. Raises Refusal where it is another."""
    checkout = folder.checkout
    has = (item.prefix, item.suffix, item.events)
    wanted = (hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events)
    if not _as_asked(trigger, item):
        raise Refusal(
            f"the trigger has prefix {has[0]!r}, suffix {has[1]!r}, events {', '.join(has[2])}, and "
            f"prefix {wanted[0]!r}, suffix {wanted[1]!r}, events {', '.join(wanted[2])} was asked for",
            place=checkout.place(found.path, item.block.start),
            instead="Change it there first.",
        )
    condition = f"var.{trigger.toggle}" if trigger.toggle else ""
    outer_gate, own = gate(folder, found), guard(folder, found, item)
    conditions = {text for text in (outer_gate[0] if outer_gate else "", own) if text}
    if not condition or (condition in (own, *conditions) and (own or len(conditions) == 1)):
        return [checkout.unchanged(found.path, item.outer.start, PART)]
    if conditions:
        raise Refusal(
            f"the trigger is guarded by {' and '.join(sorted(conditions))}, and {condition} was asked for",
            option="--toggle",
            value=trigger.toggle,
            place=checkout.place(found.path, item.outer.start),
            instead="Change it there first.",
        )
    return [_dynamic(folder, found, item.outer, condition)]


def _widen(folder: Folder, found: Found, condition: str) -> list[Edit]:
    """Make the notification exist wherever the new trigger does, and hold the others to the gate that they had."""
    checkout, narrow = folder.checkout, gate(folder, found)
    if narrow is None:
        return []
    old, node = narrow
    wide = either(old, condition) if condition else ""
    if condition and wide == old:
        return _held(folder, found, old, condition)
    text = f"{wide} ? 1 : 0" if wide else "1"
    return [checkout.replace(found.path, node.start, node.end, text, PART), *_held(folder, found, old, condition)]


def _held(folder: Folder, found: Found, old: str, condition: str) -> list[Edit]:
    """The destinations that were there, each under the condition that it had."""
    if unwrapped_same(old, condition):
        return []
    checkout, edits = folder.checkout, []
    kept = set(alternatives(old) or [old])
    if condition in kept:
        return []
    for block in found.block.blocks:
        if block.type in ("lambda_function", "queue", "topic"):
            edits.append(_dynamic(folder, found, block, old))
        elif block.type == "dynamic" and "for_each" in block.attributes:
            value = block.attributes["for_each"].value
            own = _condition(folder, found, value)
            if own in kept or own == old:
                continue
            text = _narrowed(folder, found, value, old, own)
            edits.append(checkout.replace(found.path, value.start, value.end, text, PART))
    bridge = found.block.attributes.get("eventbridge")
    if bridge is not None and folder.text(found.path, bridge.value) != "false":
        own = folder.text(found.path, bridge.value)
        text = grouped(old) if own == "true" else f"{grouped(old)} && {grouped(own)}"
        edits.append(checkout.replace(found.path, bridge.value.start, bridge.value.end, text, PART))
    return edits


def _narrowed(folder: Folder, found: Found, value: hcl.Node, old: str, own: str | None) -> str:
    """A `for_each` that holds only where the old condition does; its keys and values stay what they were."""
    if isinstance(value, hcl.Conditional) and own is not None:
        return f"{grouped(old)} && {grouped(own)} ? {folder.text(found.path, value.yes)} : []"
    text = folder.text(found.path, value)
    if isinstance(value, hcl.Tuple):
        return f"{grouped(old)} ? {text} : []"
    return f"{{ for key, value in {text} : key => value if {grouped(old)} }}"


def unwrapped_same(old: str, condition: str) -> bool:
    return grouped(old) == condition


def _condition(folder: Folder, found: Found, node: hcl.Node) -> str | None:
    if isinstance(node, hcl.Conditional) and folder.text(found.path, node.no) == "[]":
        return one_line(folder.text(found.path, node.condition))
    return None


def _dynamic(folder: Folder, found: Found, block: hcl.Block, condition: str) -> Edit:
    """A static block as a `dynamic` one under a condition, its lines as they are but for the indent."""
    checkout = folder.checkout
    data = checkout.require(found.path)
    head = f'dynamic "{block.type}" {{\n    for_each = {grouped(condition)} ? [1] : []\n    content {{\n'
    body = _indented(data, block)
    return checkout.replace(found.path, block.start, block.end, f"{head}{body}    }}\n  }}", PART)


def _indented(data: bytes, block: hcl.Block) -> str:
    """The lines of a block's body, two spaces further in; the text of a heredoc stays where it is."""
    heredocs = [node for node in block.walk() if isinstance(node, hcl.Template) and node.heredoc]
    lines, position = [], block.body_start
    for line in data[block.body_start : block.body_end].split(b"\n"):
        text = line.decode("utf-8", "replace").rstrip("\r")
        if position == block.body_start:
            text = f"      {text.strip()}" if text.strip() else ""
        elif any(node.inner_start <= position <= node.end for node in heredocs):
            pass
        elif text.strip():
            text = f"  {text}"
        lines.append(text)
        position += len(line) + 1
    first = lines[1:] if not lines[0] else lines
    kept = first if first[-1].strip() else first[:-1]
    return "".join(f"{text}\n" for text in kept)
