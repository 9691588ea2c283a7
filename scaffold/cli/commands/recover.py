"""`pfml-scaffold recover`: put a checkout in order after an interrupted run."""

from __future__ import annotations

from typing import Any

import click

from scaffold.cli.commands import shared
from scaffold.cli.console import guarded
from scaffold.cli.write import discard_interrupted, recover_interrupted


@click.command()
@shared.repo
@click.option("--discard", is_flag=True, help="Leave all files as they are, and forget the interrupted run.")
def recover(**options: Any) -> None:
    """Clean up after an interrupted run.

    A run that was killed, or whose machine crashed, can leave a part of its changes. This restores all files as they
    were before that run or, if its changes were complete, removes its temporary files. Commands that change the
    checkout do this first; all others are refused until it is done.

    If something prevents it, the error names the file. With --discard nothing is restored: compare the files with Git.
    """
    guarded(_recover, options)


def _recover(options: dict[str, Any]) -> None:
    (discard_interrupted if options["discard"] else recover_interrupted)(options["repo"])
