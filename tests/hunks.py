"""Changes of a folder as text: hunks as in a unified diff, located by their content instead of line numbers.

    @@ infra/ecs-tasks/template/tasks.tf
       "dor-import" = {
    -    command   = ["dor-import"],
    +    command   = ["dor-imports"],

A hunk's old lines (those that start with a space or a minus) must occur in the file exactly once. A hunk of only new
lines creates the file, or is appended to it. `@@ PATH deleted` removes a file. Lines before the first hunk are
comments.
"""

from __future__ import annotations

from pathlib import Path


def apply(folder: Path, text: str) -> None:
    for hunk in f"\n{text}".split("\n@@ ")[1:]:
        name, _, body = hunk.partition("\n")
        path = folder / name.removesuffix(" deleted")
        if name.endswith(" deleted"):
            path.unlink()
            continue
        lines = [line or " " for line in body.removesuffix("\n").split("\n")]
        assert all(line[0] in " +-" for line in lines), f"{name}: a line does not start with a space, plus or minus"
        old = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() if path.exists() else ""
        if old:
            assert before.count(old) == 1, f"{name}: these lines occur {before.count(old)} times:\n{old}"
        path.write_text(before.replace(old, new) if old else before + new)
