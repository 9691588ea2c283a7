"""The names of S3 buckets as they are typed."""

from __future__ import annotations


def bucket_label(name: str) -> str:
    """The name of a bucket as the Terraform has it, for one that is typed as an address, `data.aws_s3_bucket.x`."""
    return name.removeprefix("data.").removeprefix("aws_s3_bucket.")
