"""Whether a byte of HCL is code or comment."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

from scaffold import hcl


def is_code(data: bytes, offset: int) -> bool:
    """Whether a byte of a Terraform file is outside of comments."""
    line = data[data.rfind(b"\n", 0, offset) + 1 : offset + len("//")]
    if b"#" not in line and b"//" not in line and b"*/" not in data:
        return True
    spans = _tokens(data)
    index = bisect_right(spans, (offset, len(data) + 1)) - 1
    return index >= 0 and spans[index][0] <= offset < spans[index][1]


@lru_cache(maxsize=64)
def _tokens(data: bytes) -> list[tuple[int, int]]:
    try:
        return [(start, end) for _, start, end in hcl.tokens(data, 0, len(data))]
    except hcl.HclError:
        return [(0, len(data))]
