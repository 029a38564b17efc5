"""Tell those whom something concerns, in the transaction in which it happens: no notice of what was rolled back."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_TELL = text(
    "SELECT casm_sec.notify(:kind, :owner_id, :asset_class, CAST(:field_classes AS text[]), :subject_table, "
    ":subject_id, CAST(:details AS jsonb), :audience, :who, :once)"
)


@dataclass(frozen=True)
class About:
    """What a notice is about. asset_class, field_classes: the right to which decides whether it may be read; without a
    class it is about no record. subject_table, subject_id: what it leads to.
    """

    owner_id: uuid.UUID
    asset_class: str | None = None
    field_classes: tuple[str, ...] = ("public",)
    subject_table: str | None = None
    subject_id: uuid.UUID | None = None


def notify(
    session: Session,
    kind: str,
    about: About,
    *,
    to_account: uuid.UUID | None = None,
    to_verifier: str | None = None,
    to_receivers_of: uuid.UUID | None = None,
    to_deciders: bool = False,
    to_managers: bool = False,
    details: Mapping[str, Any] | None = None,
    once: bool = False,
) -> None:
    """Tell one account; whoever verified a record (a name or address); who receives what is shown to an owner; who
    decides about such records; or the owner's administrative managers. Never who is telling.

    kind: one of casm.notices.kinds. details: numbers and days; never the words of a record, which are looked up when
    the notice is read, by what its reader may see then. once: not again to whom the very same was told before.
    ValueError unless there is just one audience.
    """
    audiences: Iterable[tuple[str, object]] = (
        ("account", to_account), ("verifier", to_verifier), ("receivers", to_receivers_of),
        ("deciders", to_deciders or None), ("managers", to_managers or None),
    )  # fmt: skip
    wanted = [(name, who) for name, who in audiences if who is not None]
    if len(wanted) != 1:
        raise ValueError("a notice has one audience")
    ((audience, who),) = wanted
    # Rows that are still to be written must be there before their notice.
    session.flush()
    session.connection().execute(
        _TELL,
        {
            "kind": kind, "owner_id": about.owner_id, "asset_class": about.asset_class,
            "field_classes": list(about.field_classes), "subject_table": about.subject_table,
            "subject_id": about.subject_id, "details": json.dumps(dict(details or {})), "audience": audience,
            "who": str(who), "once": once,
        },
    )  # fmt: skip
