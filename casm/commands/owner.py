"""`casm owner`: the tree of owners, and moving them."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.config import Settings
from casm.db.locate import DATABASE, locate_database
from casm.db.session import open_database
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.owner_moves import merge_owners, transfer_owner
from casm.sharing.viewer import Viewer

database_option = click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")


@click.group(name="owner")
def command() -> None:
    """Owners: list, transfer below another parent, merge."""


@command.command("list")
@database_option
def list_owners(database: str) -> None:
    """List all owners by code."""
    with _session(database) as session:
        for owner in session.scalars(select(Owner).order_by(Owner.code)):
            note = "" if owner.merged_into_id is None else "  (merged)"
            click.echo(f"{owner.code:<40} {owner.kind:<12} {owner.name}{note}")


@command.command()
@click.argument("code")
@click.argument("new_parent")
@database_option
def transfer(code: str, new_parent: str, database: str) -> None:
    """Put the owner CODE, with all below it, under NEW_PARENT."""
    with _session(database) as session:
        owner = _owner(session, code)
        moved = transfer_owner(session, owner.id, _owner(session, new_parent).id)
        click.echo(f"{moved} owners moved; {code} is now {_owner_code(session, owner)}.")


@command.command()
@click.argument("code")
@click.argument("into")
@database_option
def merge(code: str, into: str, database: str) -> None:
    """Give everything the owner CODE has to the owner INTO."""
    with _session(database) as session:
        moved = merge_owners(session, _owner(session, code).id, _owner(session, into).id)
    click.echo(f"{moved} rows of {code} now belong to {into}. Answers that rested on them must be computed anew.")


def _session(database: str):
    opened = open_database(locate_database(Settings.from_environment(), database))
    return opened.session(Viewer.local_administrator())


def _owner(session: Session, code: str) -> Owner:
    owner = session.scalar(select(Owner).where(Owner.code == code, Owner.merged_into_id.is_(None)))
    if owner is None:
        raise CasmError(f"There is no owner {code}.", "`casm owner list` shows them all")
    return owner


def _owner_code(session: Session, owner: Owner) -> str:
    session.refresh(owner)
    return owner.code
