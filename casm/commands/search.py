"""`casm search`: the index of words that the search goes by."""

import time

import click
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.search.index import build_anew
from casm.search.waiting import take_up_all


@click.group(name="search")
def command() -> None:
    """The index of words that the search goes by; it follows every change by itself."""


@command.command()
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")
def rebuild(database: str) -> None:
    """Build the index anew from the records; nobody can write or search meanwhile."""
    urls = locate_database(Settings.from_environment(), database, progress=tell)
    began = time.perf_counter()
    engine = create_engine(urls.migrator, poolclass=NullPool)
    with engine.connect() as connection:
        words = build_anew(connection, tell)
    tell(f"The search knows {words:,} words; it took {time.perf_counter() - began:.0f} s.")


@command.command()
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")
def follow(database: str) -> None:
    """Make the words of records from large loads that still wait for them; nobody is held up."""
    urls = locate_database(Settings.from_environment(), database, progress=tell)
    with create_engine(urls.migrator, poolclass=NullPool).connect() as connection:
        taken = take_up_all(connection, tell)
    tell(f"The search has taken up {taken:,} records." if taken else "No record waits for the search.")
