"""`casm account`: the first administrator, and the people of this machine's inventory."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeVar

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.accounts.account import email_of, find_account_by_email, list_accounts
from casm.accounts.deactivation import deactivate as deactivate_account
from casm.accounts.first_administrator import invite_first_administrator
from casm.accounts.invitation import Invited, accept_invitation, invite
from casm.accounts.letters import INVITATION_PATH
from casm.accounts.origin import Origin
from casm.accounts.password_reset import make_reset_link
from casm.accounts.second_factor import reset_second_factor as reset_factors
from casm.commands.terminal import tell
from casm.config import Settings
from casm.db.locate import locate_database
from casm.db.server import DATABASE
from casm.db.session import Database, open_database
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.mail.mailer import Mailer
from casm.mail.settings import MailSettings
from casm.sharing.role import ROLES
from casm.sharing.viewer import FIELD_CLASSES, Viewer

T = TypeVar("T")

AT_THE_MACHINE = Origin(address="terminal")

database_option = click.option("--database", default=DATABASE, show_default=True, help="Name of the database.")


@click.group(name="account")
def command() -> None:
    """Accounts: the first administrator, and people."""


@command.command()
@click.argument("email")
@click.option("--name", default="Administrator", show_default=True, help="The person's name.")
@click.option("--owner", default="us", show_default=True, help="Code of the owner to administrate.")
@click.option("--another", is_flag=True, help="Go on although there is an administrator.")
@click.option("--password", is_flag=True, help="Ask here for the password instead of handing out a link.")
@database_option
def first_administrator(email: str, name: str, owner: str, another: bool, password: bool, database: str) -> None:
    """Make the first administrator: EMAIL gets a link to choose a password with."""
    with opened(database) as (data, viewer):
        mailer = Mailer(MailSettings.from_environment())
        # Asked for first: whoever turns away leaves nothing behind.
        typed = click.prompt("Password", hide_input=True, confirmation_prompt=True) if password else None
        invited = invite_first_administrator(
            data,
            viewer,
            silent(mailer) if password else mailer,
            email=email,
            name=name,
            owner_id=owner_of_code(data, viewer, owner),
            another=another,
        )
        if typed is None:
            hand_over(invited)
            return
        token = (invited.link or "").rpartition(INVITATION_PATH)[2]
        accept_invitation(data, mailer, token, typed, AT_THE_MACHINE)
        tell(f"{invited.account.email} is an administrator and can sign in.")


@command.command(name="list")
@database_option
def list_command(database: str) -> None:
    """List every account: address, state, last sign-in, name."""
    with opened(database) as (data, viewer), data.gate_session(viewer) as gate:
        for account in list_accounts(gate):
            last = f"{account.last_signed_in_at:%Y-%m-%d %H:%M}" if account.last_signed_in_at else "never"
            click.echo(f"{account.email}\t{account.state}\t{last}\t{account.name}")


@command.command(name="invite")
@click.argument("email")
@click.option("--name", required=True, help="The person's name.")
@click.option("--owner", required=True, help="Code of the owner invited into, as us.tn.campbell.")
@click.option("--role", required=True, type=click.Choice(list(ROLES)), help="The role there.")
@click.option("--field", "fields", multiple=True, type=click.Choice(FIELD_CLASSES), help="Details beyond public ones.")
@database_option
def invite_command(email: str, name: str, owner: str, role: str, fields: tuple[str, ...], database: str) -> None:
    """Invite EMAIL into an owner with a role."""
    with opened(database) as (data, viewer):
        invited = invite(
            data,
            viewer,
            Mailer(MailSettings.from_environment()),
            email=email,
            name=name,
            owner_id=owner_of_code(data, viewer, owner),
            role=role,
            field_classes=fields,
        )
        hand_over(invited)


@command.command()
@click.argument("email")
@database_option
def deactivate(email: str, database: str) -> None:
    """Shut the account EMAIL: its sessions and tokens end at once."""
    change(database, email, deactivate_account)
    tell(f"{email} is deactivated; its sessions and tokens have ended.")


@command.command()
@click.argument("email")
@database_option
def reset_second_factor(email: str, database: str) -> None:
    """Take codes, passkeys and recovery codes from the account EMAIL, which lost them, and end its sessions."""
    change(database, email, reset_factors)
    tell(f"{email} signs in by its password, and sets up a second factor anew.")


@command.command()
@click.argument("email")
@database_option
def reset_password(email: str, database: str) -> None:
    """Print a link that sets a new password for the account EMAIL, good once, for 30 minutes."""
    mailer = Mailer(MailSettings.from_environment())
    link = change(database, email, lambda gate, account_id: make_reset_link(gate, mailer, account_id))
    tell("Hand this link over by a safe way; it is good once, for 30 minutes:")
    click.echo(link)


def change(database: str, email: str, act: Callable[[Session, uuid.UUID], T]) -> T:
    """Do something to the account of an address; CasmError when there is none."""
    with opened(database) as (data, viewer), data.gate_session(viewer) as gate:
        account = find_account_by_email(gate, email_of(email))
        if account is None:
            raise CasmError(f"There is no account {email}.", "casm account list shows those there are")
        return act(gate, account.id)


def silent(mailer: Mailer) -> Mailer:
    """A mailer without a server, so that the link stays here."""
    return Mailer(replace(mailer.settings, server=None))


def hand_over(invited: Invited) -> None:
    """Say what became of an invitation; the link alone goes to stdout."""
    if invited.link is None:
        tell(f"The invitation was sent to {invited.account.email}.")
        return
    tell(f"{invited.mail_problem} Hand this link over yourself; it is good once, for 7 days:")
    click.echo(invited.link)


@contextmanager
def opened(database: str) -> Iterator[tuple[Database, Viewer]]:
    """The database, and the person at this machine's keyboard."""
    data = open_database(locate_database(Settings.from_environment(), database, progress=tell))
    try:
        yield data, Viewer.local_administrator()
    finally:
        data.close()


def owner_of_code(database: Database, viewer: Viewer, code: str) -> uuid.UUID:
    """The id of an owner's code; CasmError when there is none."""
    with database.session(viewer) as session:
        found = session.scalar(select(Owner.id).where(Owner.code == code))
    if found is None:
        raise CasmError(f"There is no owner {code}.", "write its code, as us.tn or us.tn.campbell")
    return found
