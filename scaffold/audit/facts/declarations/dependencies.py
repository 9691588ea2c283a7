"""What the blocks of the template depend on: the resources, data sources and modules that they refer to."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator

from scaffold import hcl
from scaffold.audit.facts.facts import Facts
from scaffold.terraform.references import mentions


class Dependencies:
    """The references between the blocks of the template. An address is `aws_s3_bucket.x`, `data.aws_s3_bucket.x`,
    `module.x` or `local.x`."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._referred: dict[str, set[str]] = {}
        for path in facts.template.files:
            places = sorted(_places(facts, path))  # they do not overlap
            starts = [start for start, _, _ in places]
            for mention in facts.checkout.once(mentions, path):
                position = bisect(starts, mention.offset) - 1
                if position >= 0 and mention.offset < places[position][1]:
                    address = places[position][2]
                    self._referred.setdefault(address, set()).add(f"{mention.kind}.{mention.name}")

    def reaches(self, address: str, target: str) -> bool:
        """Whether a block depends on another one, directly or not."""
        seen, waiting = {address}, [address]
        while waiting:
            new = self._referred.get(waiting.pop(), set()) - seen
            if target in new:
                return True
            seen |= new
            waiting += new
        return False


def _places(facts: Facts, path: str) -> Iterator[tuple[int, int, str]]:
    """The span and the address of what a file declares."""
    for block in facts.checkout.terraform(path).blocks:
        if block.type == "locals":
            for name, attribute in block.attributes.items():
                yield attribute.start, attribute.end, f"local.{name}"
        elif block.type in ("resource", "data", "module"):
            yield block.start, block.end, address_of(block)


def address_of(block: hcl.Block) -> str:
    return ".".join(block.labels if block.type == "resource" else (block.type, *block.labels))
