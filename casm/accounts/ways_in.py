"""All the ways somebody can sign in, gathered for the pages that offer them."""

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.accounts.account import Account
from casm.accounts.external_identity import ExternalIdentity, list_identities
from casm.accounts.passkey import Passkey, list_passkeys
from casm.accounts.recovery_code import count_recovery_codes
from casm.accounts.totp import has_totp


@dataclass(frozen=True)
class WaysIn:
    """recovery_codes_left: how many are not spent."""

    password: bool
    totp: bool
    passkeys: list[Passkey]
    recovery_codes_left: int
    identities: list[ExternalIdentity]

    @property
    def second_factor(self) -> bool:
        """Whether anything beside the password is asked for."""
        return self.totp or bool(self.passkeys)


def ways_in(gate: Session, account_id: uuid.UUID) -> WaysIn:
    """What an account can sign in with."""
    return WaysIn(
        password=gate.scalar(select(Account.password_hash.is_not(None)).where(Account.id == account_id)) or False,
        totp=has_totp(gate, account_id),
        passkeys=list_passkeys(gate, account_id),
        recovery_codes_left=count_recovery_codes(gate, account_id),
        identities=list_identities(gate, account_id),
    )
