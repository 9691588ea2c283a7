"""S3 buckets: which ones the template has, and their names."""

from __future__ import annotations

import re

from scaffold import hcl
from scaffold.errors import unknown
from scaffold.pfml.environments import Environment
from scaffold.spec.buckets import bucket_label
from scaffold.terraform.folder import Folder, PlacedBlock
from scaffold.terraform.values import Values, is_known

_BUCKET = re.compile(r"(data\.)?aws_s3_bucket\.([\w-]+)")
_ATTRIBUTE = re.compile(r"((?:data\.)?aws_s3_bucket\.[\w-]+)(?:\[\w+\])?\.(?:id|bucket|arn)")
_INTERPOLATION = re.compile(r"\$\{[^}]*\}")
_ARN = re.compile(r"arn:[^:]*:s3:::([^/]+)")


def bucket_reference(folder: Folder, name: str) -> str:
    """`data.aws_s3_bucket.x` or `aws_s3_bucket.x`. Raises Refusal for a bucket that the template does not have."""
    name = bucket_label(name)
    for kind, prefix in (("data", "data."), ("resource", "")):
        if folder.block(kind, "aws_s3_bucket", name):
            return f"{prefix}aws_s3_bucket.{name}"
    raise unknown("aws_s3_bucket", name, bucket_names(folder), option="--s3-bucket", where=folder.path)


def bucket_names(folder: Folder) -> list[str]:
    """The `aws_s3_bucket`s of the checkout."""
    return [bucket.block.labels[1] for bucket in bucket_blocks(folder)]


def bucket_blocks(folder: Folder) -> list[PlacedBlock]:
    """The same as they are written, data sources first."""
    return [bucket for kind in ("data", "resource") for bucket in folder.blocks(kind, "aws_s3_bucket")]


def bucket_name(folder: Folder, path: str, node: hcl.Node) -> str:
    """The name of the bucket that an expression names, with `*` for the parts that differ between environments."""
    text = folder.text(path, node)
    if (match := re.fullmatch(r"local\.([\w-]+)", text)) and (local := folder.local(match[1])):
        is_circular = text in folder.text(local.path, local.attribute)
        return "*" if is_circular else bucket_name(folder, local.path, local.value)
    if (
        isinstance(node, hcl.Call)
        and node.name == "format"
        and any(isinstance(text, hcl.Template) for text in node.arguments[:1])
    ):
        return re.sub(r"%[a-z]", "*", folder.expand(path, node.arguments[0], {}))
    match = _BUCKET.match(text)
    if match is None:
        return _INTERPOLATION.sub("*", folder.expand(path, node, {}))
    written = written_name(folder, match[0])
    return _INTERPOLATION.sub("*", folder.expand(*written, {})) if written else text


def written_name(folder: Folder, address: str) -> tuple[str, hcl.Node] | None:
    """The file and the node of the name of `data.aws_s3_bucket.x` or `aws_s3_bucket.x`; None if it has no name."""
    kind = "data" if address.startswith("data.") else "resource"
    bucket = folder.block(kind, "aws_s3_bucket", address.rpartition(".")[2])
    attribute = bucket.block.attributes.get("bucket") if bucket else None
    return (bucket.path, attribute.value) if bucket and attribute else None


def name_in(values: Values, address: str) -> str:
    """The name of `data.aws_s3_bucket.x` or `aws_s3_bucket.x` with some values; `${}` if it has no name."""
    written = written_name(values.folder, address)
    return values.of(*written) if written else "${}"


def bucket_address(text: str) -> str:
    """`data.aws_s3_bucket.x` or `aws_s3_bucket.x` of an expression; the expression itself if it names no bucket."""
    match = _BUCKET.match(text)
    return match[0] if match else text


def bucket_in(environment: Environment, text: str) -> str:
    """The name of the bucket that an expression of the template names in one environment; "" if it is not known."""
    values = environment.values
    match = _ATTRIBUTE.fullmatch(text)
    if match:
        name = name_in(values, match[1])
    else:
        name = values.of_text(text)
        if arn := _ARN.fullmatch(name):
            name = arn[1]
    return name if is_known(name) else ""
