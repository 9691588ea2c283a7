"""`pfml-scaffold help`: the help of a command."""

from __future__ import annotations

import click

from scaffold.cli import completion


@click.command("help")
@click.argument("command", default="", shell_complete=completion.commands)
@click.pass_context
def help_of(context: click.Context, command: str) -> None:
    """Show the help of a command.

    This is what --help prints. Without COMMAND, it lists all commands.
    """
    root = context.find_root()
    shown = root
    if command and isinstance(root.command, click.Group):
        _, named, _ = root.command.resolve_command(root, [command])
        assert named is not None, command
        shown = click.Context(named, parent=root, info_name=command)
    click.echo(shown.get_help())
