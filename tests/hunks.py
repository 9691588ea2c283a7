"""Changes of a folder as text: hunks as in a unified diff, placed by what they say and not by line numbers.

    @@ infra/ecs-tasks/template/tasks.tf
       "dor-import" = {
    -    command   = ["dor-import"],
    +    command   = ["dor-imports"],

A hunk's old lines (those with a blank or a minus in front) have to stand in the file exactly once. One that has only
new lines makes the file, or goes to its end. `@@ PATH deleted` takes a file away. Lines in front of the first hunk are
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
        assert all(line[0] in " +-" for line in lines), f"{name}: a line begins with neither blank, plus nor minus"
        old = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        new = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text() if path.exists() else ""
        if old:
            assert before.count(old) == 1, f"{name}: these lines stand there {before.count(old)} times:\n{old}"
        path.write_text(before.replace(old, new) if old else before + new)
