"""The S3 trigger: a module with source `../../modules/s3_ecs_trigger`, and its place in the bucket's notification."""

from __future__ import annotations

import re

from scaffold import hcl
from scaffold.checkout import Checkout
from scaffold.edits import Edit
from scaffold.errors import Refusal
from scaffold.insertion import add_block, add_to_body
from scaffold.limits import check_folder
from scaffold.parts.schedule import _task_of as task_of
from scaffold.render import hcl_string, snippet
from scaffold.roles import roles_of
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
    overlap,
)

PART = "S3 trigger"
FILE = f"{TEMPLATE}/s3_subscriptions.tf"
MODULE = "s3_ecs_trigger"


def add(spec: Subject, checkout: Checkout) -> list[Edit]:
    trigger = spec.trigger
    if trigger is None:
        return []
    folder = Folder(checkout)
    bucket = bucket_reference(folder, trigger.bucket)
    existing = find_by_task(folder, task_key(folder, spec.name))
    module_edits = _module(spec, folder, bucket, existing)
    label = existing.block.labels[0] if existing else _label(spec, folder)
    return module_edits + _notify(spec, trigger, folder, bucket, label)


def find_by_task(folder: Folder, key: str) -> Found | None:
    return next((found for found in folder.modules(MODULE) if task_of(folder, found) == key), None)


# --- the module


def _module(spec: Subject, folder: Folder, bucket: str, existing: Found | None) -> list[Edit]:
    checkout, roles = folder.checkout, roles_of(spec, folder)
    if existing is not None:
        _same_module(spec, folder, existing, bucket, roles.task)
        return [checkout.unchanged(existing.path, existing.block.start, PART)]
    module = Folder(checkout, f"infra/modules/{MODULE}")
    if not module.files:
        raise Refusal(
            f"this checkout has no module {MODULE}",
            option="--s3-bucket",
            place=module.path,
            instead="Leave --s3-bucket out.",
        )
    check_folder(module, spec.name, {"task_name": spec.name}, "NAME")
    for found in folder.modules(MODULE):
        if folder.attribute_text(found, "task_name") == f'"{spec.name}"':
            raise Refusal(
                f"a trigger of the task {task_of(folder, found)!r} has that task_name",
                option="NAME",
                value=spec.name,
                place=checkout.place(found.path, found.block.start),
                instead="Use another name.",
            )
    text = snippet(
        "trigger.tf",
        label=_label(spec, folder),
        name=spec.name,
        key=task_key(folder, spec.name),
        bucket=bucket,
        execution_role=roles.execution,
        task_role=roles.task,
    )
    if checkout.read(FILE) is None:
        return [checkout.create(FILE, text + "\n", PART)]
    in_file = [found.block for found in folder.modules(MODULE) if found.path == FILE]
    return [add_block(checkout, FILE, in_file[-1] if in_file else None, text, PART)]


def _label(spec: Subject, folder: Folder) -> str:
    label = f"trigger_{spec.slug}"
    taken = {found.block.labels[0] for found in folder.blocks("module") if found.block.labels}
    return f"{label}_s3" if label in taken else label


def _same_module(spec: Subject, folder: Folder, found: Found, bucket: str, task_role: str) -> None:
    for attribute, wanted in (("s3_bucket_arn", f"{bucket}.arn"), ("ecs_task_role", task_role)):
        has = folder.attribute_text(found, attribute)
        if has != wanted:
            raise Refusal(
                f"the trigger of {spec.name!r} has {attribute} = {has or 'nothing'}, and {wanted} was asked for",
                place=folder.checkout.place(found.path, found.block.start),
                instead="Change it there first.",
            )


# --- the notification


def _notify(spec: Subject, trigger: TriggerSpec, folder: Folder, bucket: str, label: str) -> list[Edit]:
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
    found = next(notifications_of(folder, name), None)
    if found is None:
        return [_new_notification(trigger, folder, bucket, label)]
    return _merge(spec, trigger, folder, found, label)


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


def _merge(spec: Subject, trigger: TriggerSpec, folder: Folder, found: Found, label: str) -> list[Edit]:
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
        if _starts(folder, found, item, label):
            return _complete(trigger, folder, found, item)
    for item in filters(folder, found):
        if overlap(item, trigger.prefix, trigger.suffix, trigger.events):
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


def _complete(trigger: TriggerSpec, folder: Folder, found: Found, item: Filter) -> list[Edit]:
    """What the task's own destination lacks of what was asked for. Raises Refusal where it is another."""
    checkout = folder.checkout
    has = (item.prefix, item.suffix, item.events)
    wanted = (hcl_string(trigger.prefix), hcl_string(trigger.suffix), trigger.events)
    if has != wanted:
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
            if own is None:
                text = f"{grouped(old)} ? {folder.text(found.path, value)} : []"
            elif own in kept or own == old:
                continue
            else:
                text = f"{grouped(old)} && {grouped(own)} ? [1] : []"
            edits.append(checkout.replace(found.path, value.start, value.end, text, PART))
    bridge = found.block.attributes.get("eventbridge")
    if bridge is not None and folder.text(found.path, bridge.value) != "false":
        own = folder.text(found.path, bridge.value)
        text = grouped(old) if own == "true" else f"{grouped(old)} && {grouped(own)}"
        edits.append(checkout.replace(found.path, bridge.value.start, bridge.value.end, text, PART))
    return edits


def unwrapped_same(old: str, condition: str) -> bool:
    return grouped(old) == condition


def _condition(folder: Folder, found: Found, node: hcl.Node) -> str | None:
    if isinstance(node, hcl.Conditional) and folder.text(found.path, node.no) == "[]":
        yes = folder.text(found.path, node.yes)
        return folder.text(found.path, node.condition) if re.fullmatch(r"\[[^,\[\]]*\]", yes) else None
    return None


def _dynamic(folder: Folder, found: Found, block: hcl.Block, condition: str) -> Edit:
    """A static block as a `dynamic` one under a condition, its lines as they are but for the indent."""
    data = folder.checkout.require(found.path)
    inner = (
        data[block.body_start : block.body_end].decode("utf-8", "replace").replace("\r\n", "\n").strip("\n").rstrip()
    )
    lines = (
        inner.split("\n")
        if "\n" in data[block.start : block.end].decode("utf-8", "replace")
        else [f"    {inner.strip()}"]
    )
    body = "\n".join(f"  {line}" if line.strip() else "" for line in lines)
    head = f'dynamic "{block.type}" {{\n    for_each = {unspaced(condition)} ? [1] : []\n    content {{\n'
    text = f"{head}{body}\n    }}\n  }}"
    return folder.checkout.replace(found.path, block.start, block.end, text, PART)


def unspaced(condition: str) -> str:
    """A condition on one line, as `for_each = CONDITION ? [1] : []` has it."""
    return grouped(" ".join(condition.split()))
