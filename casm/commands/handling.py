"""`casm handling`: what each owner asks of whoever handles its rows."""

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.columns import SENSITIVITY
from casm.db.locate import locate_database
from casm.db.server import DATABASE
from casm.db.session import Database, open_database
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.handling import MOST_CHARACTERS, HandlingText, handling_of_owners, set_handling_text
from casm.sharing.tlp import TLP
from casm.sharing.viewer import Viewer

AS_ABOVE = "as above"


@click.group(name="handling")
def command() -> None:
    """What owners ask of whoever handles their rows: words, TLP floor and ceiling, what is released to the public."""


@command.command(name="set")
@click.argument("owner_code")
@click.option("--text", "words", help=f"Words printed beside the label, up to {MOST_CHARACTERS} characters.")
@click.option("--floor", type=click.Choice(TLP), help="Least label of any of its rows.")
@click.option("--ceiling", type=click.Choice(TLP), help="Highest label that goes into files and share links.")
@click.option("--release-up-to", type=click.Choice(SENSITIVITY[:-1]), help="Highest sensitivity released, generalised.")
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")
def set_command(
    owner_code: str, words: str | None, floor: str | None, ceiling: str | None, release_up_to: str | None, database: str
) -> None:
    """State the rules of OWNER_CODE whole; what is left out is as the owner above has it."""
    opened = opened_database(database)
    try:
        with opened.session(Viewer.local_administrator()) as session:
            owner = owner_of_code(session, owner_code)
            set_handling_text(
                session, owner.id, words=words, tlp_floor=floor, tlp_ceiling=ceiling, release_up_to=release_up_to
            )
            rule = handling_of_owners(session, [owner.id])[owner.id]
        tell(
            f"{owner_code}: floor TLP:{rule.floor}, ceiling TLP:{rule.ceiling}, released up to {rule.release_up_to}, "
            f"{rule.text or 'no words of its own'}"
        )
    finally:
        opened.close()


@command.command(name="list")
@click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")
def list_command(database: str) -> None:
    """Every owner with rules of its own, and what they are."""
    opened = opened_database(database)
    try:
        with opened.session(Viewer.local_administrator()) as session:
            rows = session.execute(
                select(HandlingText, Owner).join(Owner, Owner.id == HandlingText.owner_id).order_by(Owner.code)
            ).all()
        for rule, owner in rows:
            tell(
                f"{owner.code}: floor {rule.tlp_floor or AS_ABOVE}, ceiling {rule.tlp_ceiling or AS_ABOVE}, "
                f"released up to {rule.release_up_to or AS_ABOVE}, text {rule.text or AS_ABOVE}"
            )
        if not rows:
            tell("No owner has rules of its own.")
    finally:
        opened.close()


def owner_of_code(session: Session, code: str) -> Owner:
    """The owner of that code; CasmError where there is none."""
    owner = session.scalar(select(Owner).where(Owner.code == code))
    if owner is None:
        raise CasmError(f"There is no owner {code!r}.", "give its code as in `casm import owners.csv`, as us.tn")
    return owner


def opened_database(name: str) -> Database:
    """The database of that name, open."""
    return open_database(locate_database(Settings.from_environment(), name, progress=tell))
