"""`pfml-scaffold demo`: a sample checkout to try the others on."""

from __future__ import annotations

from pathlib import Path

import click

from scaffold.cli.console import fail


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("pfml-sample"))
def demo(folder: Path) -> None:
    """Lay out a sample checkout in a new folder."""
    from scaffold.cli.sample import lay_out

    if folder.exists():
        fail(f"{folder} exists already. Name a folder that does not.")
    try:
        lay_out(folder)
    except OSError as error:
        fail(f"{folder} cannot be made: {error.strerror}.")
    click.echo(f"A sample checkout is in {folder}. Try:\n")
    click.echo(f"  cd {folder}\n  pfml-scaffold task my-new-task-name --schedule 'rate(1 day)' --dry-run")
