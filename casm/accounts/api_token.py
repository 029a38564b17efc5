"""API tokens: a program reads (or, if allowed, writes) for a person, never with more than that person's rights."""

import hmac
import re
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import String, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from casm.accounts.account import Account
from casm.accounts.gate_row import GateRow, count_changed, digest, draw_secret
from casm.accounts.origin import Origin, gatekeeper
from casm.audit.record import record_event
from casm.db.session import Database
from casm.errors import CasmError
from casm.sharing.asset_class import ASSET_CLASSES
from casm.sharing.viewer import FIELD_CLASSES, Viewer

# casm_<key id>_<secret>: the key id finds the row and may be shown, the secret is kept as a hash.
FORM = re.compile(r"casm_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
KEY_ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
KEY_ID_LENGTH = 12
LONGEST_DAYS = 365
MOST_TOKENS = 50
NAME_CHARACTERS = 100
NOTED_EVERY = timedelta(minutes=1)


class ApiToken(GateRow):
    """A token's scope and life; asset_classes None: all its account may see."""

    __tablename__ = "api_token"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    account_id: Mapped[uuid.UUID]
    key_id: Mapped[str]
    secret_sha256: Mapped[bytes]
    name: Mapped[str]
    asset_classes: Mapped[list[str] | None] = mapped_column(ARRAY(String))
    field_classes: Mapped[list[str]] = mapped_column(ARRAY(String))
    may_write: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    last_used_address: Mapped[str | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[uuid.UUID | None]


@dataclass(frozen=True)
class MadeToken:
    """A new token: the text is shown this once."""

    text: str = field(repr=False)
    token: ApiToken


def make_api_token(
    gate: Session,
    account: Account,
    *,
    name: str,
    days: int,
    asset_classes: Collection[str] | None = None,
    field_classes: Collection[str] = ("public",),
    may_write: bool = False,
) -> MadeToken:
    """Make a token of the account's that ends after so many days (1 to 365).

    asset_classes None: all. What it names beyond its account's rights gives nothing: the database takes the lesser of
    both at every statement. CasmError names the field that is wrong.
    """
    label = " ".join(name.split())
    if not 1 <= len(label) <= NAME_CHARACTERS or not label.isprintable():
        raise CasmError("Name: it is missing.", f"say in 1 to {NAME_CHARACTERS} characters what the token is for")
    if not 1 <= days <= LONGEST_DAYS:
        raise CasmError("Days: a token lives from 1 to 365 days.", "choose a number in between")
    if asset_classes is not None and (not asset_classes or set(asset_classes) - set(ASSET_CLASSES)):
        raise CasmError("Layers: choose at least one of those listed.", "or choose every one")
    if set(field_classes) - set(FIELD_CLASSES):
        raise CasmError("Details: choose among those listed.", "public details are always part of it")
    # One at a time for each account, so that the count holds.
    gate.execute(select(Account.id).where(Account.id == account.id).with_for_update())
    if len(list_api_tokens(gate, account.id)) >= MOST_TOKENS:
        raise CasmError(f"You have {MOST_TOKENS} tokens.", "revoke those no longer used")
    key_id = "".join(secrets.choice(KEY_ID_CHARACTERS) for _ in range(KEY_ID_LENGTH))
    secret = draw_secret()
    token = ApiToken(
        account_id=account.id,
        key_id=key_id,
        secret_sha256=digest(secret),
        name=label,
        asset_classes=None if asset_classes is None else [name for name in ASSET_CLASSES if name in asset_classes],
        field_classes=[name for name in FIELD_CLASSES if name in {"public", *field_classes}],
        may_write=may_write,
        created_at=func.now(),
        expires_at=func.now() + timedelta(days=days),
    )
    gate.add(token)
    gate.flush()
    gate.refresh(token)
    record_event(
        gate,
        action="made api token",
        owner_id=account.home_owner_id,
        subject_table="api_token",
        subject_id=token.id,
        details={
            "name": token.name,
            "key_id": key_id,
            "asset_classes": token.asset_classes,
            "field_classes": token.field_classes,
            "may_write": may_write,
            "expires_at": token.expires_at,
        },
    )
    return MadeToken(f"casm_{key_id}_{secret}", token)


def viewer_of_api_token(database: Database, text: str, origin: Origin) -> Viewer | None:
    """The viewer a token stands for, its use noted; None when it is none, is over, or its account is not active."""
    form = FORM.fullmatch(text)
    if form is None:
        return None
    with database.gate_session(gatekeeper(origin)) as gate:
        now = func.now()
        row = gate.execute(
            select(ApiToken, Account, func.coalesce(ApiToken.last_used_at < now - NOTED_EVERY, True))
            .join(Account, Account.id == ApiToken.account_id)
            .where(
                ApiToken.key_id == form[1],
                ApiToken.revoked_at.is_(None),
                ApiToken.expires_at > now,
                Account.state == "active",
            )
        ).one_or_none()
        if row is None or not hmac.compare_digest(row[0].secret_sha256, digest(form[2])):
            return None
        token, account, to_be_noted = row
        if to_be_noted:
            gate.execute(
                update(ApiToken)
                .where(ApiToken.id == token.id)
                .values(last_used_at=now, last_used_address=origin.address or None)
            )
        return Viewer.of_token(f"{account.actor} by token {token.key_id}", token.id, account.home_owner_id, origin.word)


def list_api_tokens(gate: Session, account_id: uuid.UUID, *, ended: bool = False) -> list[ApiToken]:
    """An account's tokens, newest first; ended: those revoked or expired as well."""
    statement = select(ApiToken).where(ApiToken.account_id == account_id)
    if not ended:
        statement = statement.where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > func.now())
    return list(gate.scalars(statement.order_by(ApiToken.created_at.desc(), ApiToken.id)))


def revoke_api_token(gate: Session, account: Account, token_id: uuid.UUID) -> None:
    """Revoke one of the account's own tokens; nothing happens when it is over, CasmError when it is not its own."""
    token = gate.scalar(
        select(ApiToken).where(ApiToken.id == token_id, ApiToken.account_id == account.id).with_for_update()
    )
    if token is None:
        raise CasmError("You have no such token.", "choose one from the list")
    if token.revoked_at is None:
        revoke(gate, account, [token.id], by=account.id)
        record_event(
            gate,
            action="revoked api token",
            owner_id=account.home_owner_id,
            subject_table="api_token",
            subject_id=token.id,
            details={"name": token.name, "key_id": token.key_id},
        )


def revoke_all(gate: Session, account: Account, *, by: uuid.UUID | None) -> int:
    """Revoke every token of an account; how many. The caller records why."""
    living = select(ApiToken.id).where(ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
    return revoke(gate, account, list(gate.scalars(living)), by=by)


def revoke(gate: Session, account: Account, token_ids: list[uuid.UUID], *, by: uuid.UUID | None) -> int:
    """End tokens now."""
    ended = (
        update(ApiToken)
        .where(ApiToken.account_id == account.id, ApiToken.id.in_(token_ids), ApiToken.revoked_at.is_(None))
        .values(revoked_at=func.now(), revoked_by=by)
    )
    return count_changed(gate, ended)
