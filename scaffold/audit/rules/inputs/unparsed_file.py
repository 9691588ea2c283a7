"""A file that does not parse."""

from __future__ import annotations

from collections.abc import Iterator

from scaffold.audit.facts.declarations.calls import BOOTSTRAP
from scaffold.audit.facts.facts import Facts
from scaffold.audit.facts.tasks.scripts import known_scripts
from scaffold.audit.finding import Finding
from scaffold.errors import Refusal
from scaffold.files.layout import ENVIRONMENTS, MAKEFILE, TEMPLATE
from scaffold.files.unparsed import check_merged
from scaffold.pfml.alarms import FOLDER as ALARMS
from scaffold.pfml.environments import environment_names
from scaffold.pfml.schedules import MODULE as SCHEDULER
from scaffold.pfml.triggers import MODULE as TRIGGER

WHY = "Terraform, Poetry or Python rejects the file, and `check` could not check what is in it."
HOW = "Fix the syntax of the file, and run the check again."

# Other files are only searched for names.
_READ_BY_OTHERS = (".tf", ".toml", ".py", MAKEFILE)


def check(facts: Facts) -> Iterator[Finding]:
    """Runs after all other rules, which may have read more files."""
    _read_all(facts)
    _check_makefile(facts)
    for path, error in sorted(unparsed(facts).items()):
        if not path.endswith(_READ_BY_OTHERS):
            facts.skip(f"{path}: {error.what}")
            continue
        line = error.place.rpartition(":")[2]
        yield Finding(
            subject=path,
            message=f"{error.what}; this file was not checked",
            instead=(error.instead or "Fix the file first.").replace(" first.", ", and run the check again."),
            path=path,
            offset=_offset(facts.checkout.read(path) or b"", int(line) if line.isdigit() else 1),
        )


def unparsed(facts: Facts) -> dict[str, Refusal]:
    """The files that do not parse, without those that a shell script fills in before Terraform reads them."""
    return {path: error for path, error in facts.checkout.unparsed.items() if not _is_completed(path)}


def saw_everything(facts: Facts) -> bool:
    """Whether the rules looked at all tasks and at all files, so that what they do not report is not there."""
    return not (facts.focus or facts.not_checked or unparsed(facts))


def _is_completed(path: str) -> bool:
    return path.startswith(BOOTSTRAP) and path != f"{BOOTSTRAP}/main.tf"


def _read_all(facts: Facts) -> None:
    """Parse all files that tasks consist of, so that errors are found even in a file that no rule reads."""
    environments = (f"{ENVIRONMENTS}/{name}" for name in environment_names(facts.checkout))
    for folder in (TEMPLATE, *environments, *(f"infra/modules/{name}" for name in (SCHEDULER, TRIGGER)), ALARMS):
        facts.complete(folder)
    for script in (known_scripts(facts.checkout) or {}).values():
        facts.checkout.module(f"api/{script.reference.partition(':')[0].replace('.', '/')}.py")


def _check_makefile(facts: Facts) -> None:
    try:
        check_merged(facts.checkout.read(MAKEFILE) or b"", MAKEFILE)
    except Refusal as error:
        facts.checkout.unparsed[MAKEFILE] = error


def _offset(data: bytes, line: int) -> int:
    """The first byte of a line, counted from 1."""
    position = 0
    for _ in range(line - 1):
        position = data.find(b"\n", position) + 1 or len(data)
    return position
