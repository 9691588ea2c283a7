"""`pfml-scaffold completion`: the completion script of a shell."""

from __future__ import annotations

import click

PROGRAM = "pfml-scaffold"
VARIABLE = "_PFML_SCAFFOLD_COMPLETE"


@click.command()
@click.argument("shell", metavar="SHELL", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script for a shell.

    SHELL is bash (4.4 or later), zsh or fish. The script completes commands and options, and the names of tasks,
    environment groups, roles, buckets, environments and toggles in the checkout. To install it permanently:

    \b
      bash  echo 'eval "$(pfml-scaffold completion bash)"' >> ~/.bashrc
      zsh   echo 'eval "$(pfml-scaffold completion zsh)"' >> ~/.zshrc    (below compinit)
      fish  pfml-scaffold completion fish > ~/.config/fish/completions/pfml-scaffold.fish
    """
    from click.shell_completion import get_completion_class

    completer = get_completion_class(shell)
    assert completer is not None, shell
    click.echo(completer(context.find_root().command, {}, PROGRAM, VARIABLE).source(), nl=False)
