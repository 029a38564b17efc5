"""What every command needs of the terminal."""

import click


def tell(line: str) -> None:
    """Say on stderr what is being done, so that stdout keeps only what was asked for."""
    click.echo(line, err=True)
