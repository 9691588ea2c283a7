"""`pfml-scaffold demo`: a sample checkout to try the other commands on."""

from __future__ import annotations

from pathlib import Path

import click

from scaffold.cli.console import fail, note_written, warn
from scaffold.files.printable import printable

_SHOWN = 80


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("pfml-sample"))
def demo(folder: Path) -> None:
    """Create a sample checkout in a new folder.

    It is a Git repository with one commit, so that `git diff` shows what a command changed.
    """
    from scaffold.cli.sample import create
    from scaffold.rendering.literals import shell

    try:
        if folder.exists():
            fail(f"{folder} already exists. Choose another folder.")
        problem = create(folder)
    except OSError as error:
        fail(f"cannot create {str(folder)[:_SHOWN]}: {error.strerror}.")
    note_written()
    warn([f"the sample is not a Git repository: {problem}."] if problem else [])
    click.echo(f"Created a sample checkout in {printable(str(folder))}. Try:\n")
    click.echo(f"  cd {shell(str(folder))}\n  pfml-scaffold task my-new-task-name --schedule 'rate(1 day)' --dry-run")
