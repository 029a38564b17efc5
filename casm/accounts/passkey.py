"""Passkeys (WebAuthn): registered by a signed-in person, then a second factor, or a sign-in of their own."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import webauthn
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.types import String
from webauthn.helpers import base64url_to_bytes, exceptions
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from casm.accounts.account import Account
from casm.accounts.gate_row import GateRow
from casm.accounts.session import Holder
from casm.audit.record import record_event
from casm.errors import CasmError

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 20
NAME_CHARACTERS = 100
TRANSPORTS = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb")


class Passkey(GateRow):
    """A device's public key; sign_count tells of a copied device where the device counts at all."""

    __tablename__ = "passkey"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    name: Mapped[str]
    credential_id: Mapped[bytes]
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    transports: Mapped[list[str]] = mapped_column(ARRAY(String))
    backed_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(GateRow):
    """A question put to a device, answered once within five minutes."""

    __tablename__ = "passkey_challenge"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    purpose: Mapped[str]
    account_id: Mapped[uuid.UUID | None]
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]


@dataclass(frozen=True)
class RelyingParty:
    """What the browser says this site is: id is its host name, origin its scheme, host and port."""

    id: str
    origin: str
    name: str = "CASM"


@dataclass(frozen=True)
class PasskeyRequest:
    """For navigator.credentials: options as JSON (binary values in base64url), and the id to send with the answer."""

    challenge_id: uuid.UUID
    options: str


class PasskeyRefused(CasmError):
    """The device's answer does not prove what was asked."""


def begin_registration(gate: Session, party: RelyingParty, holder: Holder) -> PasskeyRequest:
    """Ask for a new passkey of the holder's."""
    holder.check_confirmed()
    account = holder.account
    kept = list_passkeys(gate, account.id)
    if len(kept) >= MOST_PASSKEYS:
        raise CasmError(f"You have {MOST_PASSKEYS} passkeys.", "remove one you no longer use")
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in kept],
    )
    return keep_challenge(gate, "registration", account.id, options.challenge, webauthn.options_to_json(options))


def finish_registration(
    gate: Session, party: RelyingParty, holder: Holder, challenge_id: uuid.UUID, answer: str, name: str
) -> Passkey:
    """Keep the passkey a browser made; PasskeyRefused when it is none for us. finish_set_up comes next."""
    holder.check_confirmed()
    account = holder.account
    challenge = take_challenge(gate, "registration", challenge_id, account.id)
    given = parsed(answer)
    try:
        verified = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise refused() from error
    if gate.scalar(select(Passkey.id).where(Passkey.credential_id == verified.credential_id)):
        raise refused()
    key = Passkey(
        account_id=account.id,
        name=passkey_name(name),
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=transports_of(given),
        backed_up=verified.credential_backed_up,
    )
    gate.add(key)
    gate.flush()
    record_change(gate, account, "added passkey", key)
    return key


def begin_assertion(gate: Session, party: RelyingParty, *, account_id: uuid.UUID | None = None) -> PasskeyRequest:
    """Ask for proof: of one account's passkey as a second factor, or of anybody's as a sign-in of its own."""
    keys = list_passkeys(gate, account_id) if account_id else []
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys],
        user_verification=(
            UserVerificationRequirement.PREFERRED if account_id else UserVerificationRequirement.REQUIRED
        ),
    )
    purpose = "second_factor" if account_id else "sign_in"
    return keep_challenge(gate, purpose, account_id, options.challenge, webauthn.options_to_json(options))


def finish_assertion(
    gate: Session,
    party: RelyingParty,
    challenge_id: uuid.UUID,
    answer: str,
    *,
    account_id: uuid.UUID | None = None,
) -> Passkey:
    """The passkey that proved itself, its counter stepped; PasskeyRefused when none did.

    account_id None: a sign-in of its own, which asks that the device checked its user (so that it is two factors).
    """
    challenge = take_challenge(gate, "second_factor" if account_id else "sign_in", challenge_id, account_id)
    given = parsed(answer)
    try:
        credential_id = base64url_to_bytes(given["rawId"])
    except (KeyError, TypeError, ValueError) as error:
        raise refused() from error
    key = gate.scalar(select(Passkey).where(Passkey.credential_id == credential_id).with_for_update())
    if key is None or (account_id is not None and key.account_id != account_id):
        raise refused()
    try:
        verified = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=account_id is None,
        )
    except (exceptions.WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise refused() from error
    key.sign_count, key.backed_up = verified.new_sign_count, verified.credential_backed_up
    key.last_used_at = gate.scalars(select(func.now())).one()
    gate.flush()
    return key


def list_passkeys(gate: Session, account_id: uuid.UUID) -> list[Passkey]:
    """An account's passkeys, oldest first."""
    return list(
        gate.scalars(select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at, Passkey.id))
    )


def delete_passkey(gate: Session, account: Account, passkey_id: uuid.UUID) -> bool:
    """Give a passkey up; False when it is not the account's. Whether that may be is second_factor's to say."""
    key = gate.scalar(select(Passkey).where(Passkey.id == passkey_id, Passkey.account_id == account.id))
    if key is None:
        return False
    gate.delete(key)
    gate.flush()
    record_change(gate, account, "removed passkey", key)
    return True


def keep_challenge(
    gate: Session, purpose: str, account_id: uuid.UUID | None, challenge: bytes, options: str
) -> PasskeyRequest:
    """Remember a question, and forget those nobody answered."""
    gate.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < func.now()))
    kept = PasskeyChallenge(
        purpose=purpose, account_id=account_id, challenge=challenge, expires_at=func.now() + CHALLENGE_LIFE
    )
    gate.add(kept)
    gate.flush()
    return PasskeyRequest(kept.id, options)


def take_challenge(gate: Session, purpose: str, challenge_id: uuid.UUID, account_id: uuid.UUID | None) -> bytes:
    """The question's challenge, which is spent by asking; PasskeyRefused when it is not to be answered (any more)."""
    taken = gate.scalar(
        delete(PasskeyChallenge)
        .where(
            PasskeyChallenge.id == challenge_id,
            PasskeyChallenge.purpose == purpose,
            PasskeyChallenge.account_id.is_not_distinct_from(account_id),
            PasskeyChallenge.expires_at > func.now(),
        )
        .returning(PasskeyChallenge.challenge)
    )
    if taken is None:
        raise refused()
    return taken


def parsed(answer: str) -> dict:
    """The browser's answer, as an object; PasskeyRefused when it is none."""
    try:
        given = json.loads(answer)
    except ValueError as error:
        raise refused() from error
    if not isinstance(given, dict):
        raise refused()
    return given


def transports_of(given: Mapping) -> list[str]:
    """How the device can be reached, as far as the browser tells."""
    response = given.get("response")
    told = response.get("transports") if isinstance(response, dict) else None
    return [name for name in TRANSPORTS if isinstance(told, list) and name in told]


def passkey_name(text: str) -> str:
    """What a person calls a passkey; "Passkey" when it says nothing."""
    return "".join(filter(str.isprintable, " ".join(text.split())))[:NAME_CHARACTERS] or "Passkey"


def refused() -> PasskeyRefused:
    """One wording for whatever did not fit."""
    return PasskeyRefused("This passkey was not accepted.", "try again, or use another way to sign in")


def record_change(gate: Session, account: Account, action: str, key: Passkey) -> None:
    """Record a change to this factor."""
    record_event(
        gate,
        action=action,
        owner_id=account.home_owner_id,
        subject_table="account",
        subject_id=account.id,
        details={"passkey": key.name},
    )
