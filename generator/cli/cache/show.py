"""handbill cache show."""

import click


@click.command("show")
def command() -> None:
    """Say where the cache lies and how much it holds."""
    from generator.cache import Cache, usual_folder

    cache = Cache(usual_folder())
    held = cache.contents()
    click.echo(f"{cache.folder}: {held.files:,} files, {held.size / 1e6:,.1f} MB of at most {cache.most / 1e6:,.0f} MB")
