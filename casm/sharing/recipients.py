"""To whom something can be shown: jurisdictions and agencies by name, persons by their exact e-mail address."""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from casm.errors import CasmError

EMAIL = re.compile(r"[^@\s|]+@[^@\s|]+\.[^@\s|]+")
LONGEST_EMAIL = 254


@dataclass(frozen=True)
class DirectoryEntry:
    """A jurisdiction or agency that can be chosen."""

    id: UUID
    kind: str
    name: str
    code: str


@dataclass(frozen=True)
class Recipient:
    """An owner, or a person by the address that was written; one of the two."""

    name: str
    owner_id: UUID | None = None
    account_id: UUID | None = None
    email: str | None = None


def read_directory(session: Session) -> list[DirectoryEntry]:
    """States, counties and the like, and of the others those the asker knows anyway; in the order of their codes.

    Empty for who manages nothing and so has nothing to give.
    """
    rows = session.execute(text("SELECT id, kind, name, code FROM casm_sec.owner_directory()"))
    return [DirectoryEntry(*row) for row in rows]


def owner_recipient(session: Session, written: str) -> Recipient:
    """The one owner of this code or name; CasmError when the directory has none or several."""
    wanted = written.strip().casefold()
    if not wanted:
        raise CasmError("No jurisdiction or agency is chosen.", "choose one from the list")
    entries = read_directory(session)
    found = [entry for entry in entries if entry.code.casefold() == wanted]
    found = found or [entry for entry in entries if entry.name.casefold() == wanted]
    if not found:
        raise CasmError(
            f"The list has no jurisdiction or agency {written.strip()[:80]!r}.",
            "choose one from the list, by its name or its code, as us.tn.scott",
        )
    if len(found) > 1:
        raise CasmError(
            f"There are {len(found)} of the name {written.strip()[:80]!r}.",
            f"write the code of the one you mean, as {found[0].code}",
        )
    return Recipient(found[0].name, owner_id=found[0].id)


def person_recipient(session: Session, email: str) -> Recipient:
    """The person with this address, whoever that is; nothing tells whether there is an account.

    CasmError only when the address cannot be one.
    """
    address = email.strip().lower()
    if len(address) > LONGEST_EMAIL or not EMAIL.fullmatch(address):
        raise CasmError(f"{email.strip()[:80]!r} is no e-mail address.", "write it as name@agency.gov")
    account_id = session.scalar(text("SELECT casm_sec.account_of_email(:address)"), {"address": address})
    if account_id is None:
        raise CasmError("You manage nothing that could be shared.", "ask an administrative manager")
    return Recipient(address, account_id=account_id, email=address)
