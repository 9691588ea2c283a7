"""Whether text of the template mentions an S3 bucket: by a reference, or by its name."""

from __future__ import annotations

import re
from functools import cached_property

from scaffold import hcl
from scaffold.pfml.buckets import bucket_blocks, bucket_name
from scaffold.terraform.folder import Folder, PlacedBlock

_INNERMOST = re.compile(r"\$\{[^{}]*\}")


class Bucket:
    """An `aws_s3_bucket` of the template, a resource or a data source."""

    def __init__(self, folder: Folder, placed: PlacedBlock) -> None:
        self.folder, self.placed = folder, placed

    @property
    def label(self) -> str:
        return self.placed.block.labels[1]

    @property
    def address(self) -> str:
        return f"{'data.' if self.placed.block.type == 'data' else ''}aws_s3_bucket.{self.label}"

    @cached_property
    def name(self) -> str:
        """Its name, with `*` for the parts that differ between environments; "" if it is not set."""
        attribute = self.placed.block.attributes.get("bucket")
        return bucket_name(self.folder, self.placed.path, attribute.value) if attribute else ""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        alternatives = [rf"(?<![\w.-]){re.escape(self.address)}(?![\w-])"]
        if self.name.strip("*-."):
            name = r"(?:\*|[\w-]+)".join(map(re.escape, self.name.split("*")))
            alternatives.append(rf"(?<![\w.*-]){name}(?![\w.*-])")
        return re.compile("|".join(alternatives))

    def is_in(self, inner: str) -> bool:
        """Whether the inside of a quoted string mentions it, also through local values."""
        texts = {inner, _expanded(self.folder, inner)}
        return any(self._pattern.search(text) or self._pattern.search(_INNERMOST.sub("*", text)) for text in texts)


def buckets(folder: Folder) -> list[Bucket]:
    """The `aws_s3_bucket`s of the template."""
    return [Bucket(folder, placed) for placed in bucket_blocks(folder)]


def _expanded(folder: Folder, inner: str) -> str:
    try:
        return folder.expand_text(inner, {})
    except hcl.HclError:
        return inner
