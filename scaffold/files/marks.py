"""Comments for `check`, which belong to what they are next to or directly above."""

from __future__ import annotations

import re

MARK = b"pfml-scaffold:"
FOR_CHECK = re.compile(rb"[ \t]*(?:#|//)[ \t]*pfml-scaffold:")
