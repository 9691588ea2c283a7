"""`pfml-scaffold demo`: a sample checkout to try the other commands on."""

from __future__ import annotations

from pathlib import Path

import click

from scaffold.cli.console import fail, note_written
from scaffold.files.printable import printable

_SHOWN = 80


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("pfml-sample"))
def demo(folder: Path) -> None:
    """Create a sample checkout in a new folder."""
    from scaffold.cli.sample import lay_out
    from scaffold.rendering.literals import shell

    try:
        if folder.exists():
            fail(f"{folder} already exists. Choose another folder.")
        lay_out(folder)
    except OSError as error:
        fail(f"cannot create {str(folder)[:_SHOWN]}: {error.strerror}.")
    note_written()
    click.echo(f"Created a sample checkout in {printable(str(folder))}. Try:\n")
    click.echo(f"  cd {shell(str(folder))}\n  pfml-scaffold task my-new-task-name --schedule 'rate(1 day)' --dry-run")
