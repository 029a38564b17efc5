"""The first administrator, made at the machine itself, as nobody is there yet who could invite."""

import uuid

from sqlalchemy import text
from sqlalchemy.orm import Session

from casm.accounts.invitation import Invited, invite
from casm.db.session import Database
from casm.errors import CasmError
from casm.mail.mailer import Mailer
from casm.sharing.viewer import FIELD_CLASSES, NATION_OWNER_ID, Viewer

ROLE = "administrative_manager"


def invite_first_administrator(
    database: Database,
    viewer: Viewer,
    mailer: Mailer,
    *,
    email: str,
    name: str,
    owner_id: uuid.UUID = NATION_OWNER_ID,
    another: bool = False,
) -> Invited:
    """Invite an administrative manager of the whole tree, or of one owner's part of it.

    CasmError when there is an active one already, unless another is asked for. The same person is invited again by
    the same call, where the first link was lost.
    """
    with database.gate_session(viewer) as gate:
        if not another and has_administrator(gate, owner_id):
            raise CasmError("There is an administrator already.", "have yourself invited, or repeat with --another")
    return invite(
        database, viewer, mailer, email=email, name=name, owner_id=owner_id, role=ROLE, field_classes=FIELD_CLASSES
    )


def has_administrator(gate: Session, owner_id: uuid.UUID) -> bool:
    """Whether an active account is an administrative manager of an owner or of one above it."""
    found = text(
        "SELECT EXISTS (SELECT FROM casm.membership m JOIN casm.owner_closure c ON c.ancestor_id = m.owner_id "
        "JOIN casm_gate.account a ON a.id = m.account_id AND a.state = 'active' "
        "WHERE c.descendant_id = :owner_id AND m.role = :role AND m.ended_at IS NULL)"
    )
    return gate.execute(found, {"owner_id": owner_id, "role": ROLE}).scalar_one()
