"""Deactivation: an account that may no longer sign in, whose sessions and tokens end in the same transaction."""

import uuid

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from casm.accounts.account import Account, asker_id, ruled_account
from casm.accounts.api_token import revoke_all
from casm.accounts.password_reset import spend_links
from casm.accounts.session import end_sessions
from casm.audit.record import record_event
from casm.errors import CasmError

VOID_INVITATIONS = text(
    "UPDATE casm_gate.invitation SET revoked_at = now() "
    "WHERE account_id = :account_id AND used_at IS NULL AND revoked_at IS NULL"
)


def deactivate(gate: Session, account_id: uuid.UUID) -> Account:
    """Shut an account the asker rules: no session, token, link or invitation of it opens anything from the commit on.

    CasmError when it is not the asker's to rule, or his own. Its roles stay on record and give nothing.
    """
    account = ruled_account(gate, account_id)
    if account.id == asker_id(gate):
        raise CasmError("You cannot deactivate your own account.", "ask another administrative manager")
    if account.state != "deactivated":
        sessions, tokens = close(gate, account, by=asker_id(gate))
        record_event(
            gate,
            action="deactivated account",
            owner_id=account.home_owner_id,
            subject_table="account",
            subject_id=account.id,
            details={"account": account.email, "sessions_ended": sessions, "tokens_revoked": tokens},
        )
    return account


def close(gate: Session, account: Account, *, by: uuid.UUID | None) -> tuple[int, int]:
    """End everything an account was handed; how many sessions and tokens. The caller records it."""
    now = gate.scalars(select(func.now())).one()
    account.state, account.deactivated_at, account.deactivated_by = "deactivated", now, by
    gate.flush()
    spend_links(gate, account.id)
    gate.execute(VOID_INVITATIONS, {"account_id": account.id})
    return end_sessions(gate, account.id), revoke_all(gate, account, by=by)
