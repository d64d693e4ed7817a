"""handbill cache clear."""

import click


@click.command("clear")
def command() -> None:
    """Take everything out of the cache; the next build makes every piece anew."""
    from generator.cache import Cache, usual_folder

    cache = Cache(usual_folder())
    held = cache.clear()
    click.echo(f"{cache.folder}: {held.files:,} files taken away, {held.size / 1e6:,.1f} MB")
