"""handbill completion."""

import click


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print what makes the Tab key complete commands, editions and products in your SHELL.

    \b
    handbill completion bash >> ~/.bashrc
    handbill completion zsh  >> ~/.zshrc
    handbill completion fish > ~/.config/fish/completions/handbill.fish
    """
    from click.shell_completion import get_completion_class

    complete = get_completion_class(shell)
    if complete is None:
        raise click.ClickException(f"Completion for {shell} is not to be had here.")
    click.echo(complete(ctx.find_root().command, {}, "handbill", "_HANDBILL_COMPLETE").source())
