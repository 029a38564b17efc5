"""What an owner asks of whoever handles its rows: its own words, a least label, a ceiling, and what may be released."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Select, UniqueConstraint, Uuid, literal, select
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from casm.audit.record import record_event
from casm.db.columns import SENSITIVITY, Base, one_of
from casm.errors import CasmError
from casm.inventory.owner import Owner
from casm.sharing.tlp import TLP, TLP_OF_SENSITIVITY, highest_tlp, lowest_tlp

MOST_CHARACTERS = 240


class HandlingText(Base):
    """An owner's own rules of handling; what is NULL is as the owner above has it."""

    __tablename__ = "handling_text"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    owner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("owner.id"))
    text: Mapped[str | None] = mapped_column(comment="words printed beside the label")
    tlp_floor: Mapped[str | None] = mapped_column(comment="least label of any row")
    tlp_ceiling: Mapped[str | None] = mapped_column(comment="highest label that leaves in a file or by a link")
    release_up_to: Mapped[str | None] = mapped_column(comment="highest sensitivity generalised into public releases")
    set_by: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))

    __table_args__ = (
        UniqueConstraint("owner_id"),
        one_of("tlp_floor", TLP),
        one_of("tlp_ceiling", TLP),
        one_of("release_up_to", SENSITIVITY[:-1]),
        CheckConstraint(
            rf"length(btrim(text)) BETWEEN 1 AND {MOST_CHARACTERS} AND text !~ '[[:cntrl:]]'", name="text_is_a_line"
        ),
    )


@dataclass(frozen=True)
class Handling:
    """What holds for one owner's rows, its own rules and those of the owners above it taken together.

    text: the nearest owner's words, with that owner's name, or None. floor: the strictest floor on the way up.
    ceiling: the mildest ceiling. release_up_to: the least sensitivity among those stated, `public` where none is.
    """

    text: str | None = None
    text_of: str | None = None
    floor: str = TLP[0]
    ceiling: str = TLP[-1]
    release_up_to: str = SENSITIVITY[0]

    def tlp_of(self, sensitivity: str) -> str:
        """The label of a row of this sensitivity."""
        return highest_tlp((TLP_OF_SENSITIVITY[sensitivity], self.floor))

    def may_leave(self, sensitivity: str) -> bool:
        """Whether a row of this sensitivity goes into files and share links."""
        return TLP.index(self.tlp_of(sensitivity)) <= TLP.index(self.ceiling)

    def may_be_released(self, sensitivity: str) -> bool:
        """Whether a row of this sensitivity goes into a public release, once generalised."""
        allowed = SENSITIVITY.index(sensitivity) <= SENSITIVITY.index(self.release_up_to)
        return allowed and self.floor == TLP[0] and self.may_leave(sensitivity)


UNSTATED = Handling()


def handling_of_owners(session: Session, owner_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Handling]:
    """What holds for each of these owners; one that this session may not know of has no rules."""
    wanted = set(owner_ids)
    # Rules are few and owners may be many: without rules nothing is looked up.
    rules = {rule.owner_id: rule for rule in session.scalars(select(HandlingText))} if wanted else {}
    if not rules:
        return dict.fromkeys(wanted, UNSTATED)
    names = {owner.id: owner.name for owner in session.scalars(select(Owner).where(Owner.id.in_(rules)))}
    ways_up: dict[uuid.UUID, list[uuid.UUID]] = {owner_id: [] for owner_id in wanted}
    for owner_id, ancestor_id in session.execute(_ancestors(wanted)):
        ways_up[owner_id].append(ancestor_id)
    return {
        owner_id: _together([rules[step] for step in way if step in rules], names) for owner_id, way in ways_up.items()
    }


def _ancestors(owner_ids: set[uuid.UUID]) -> Select[tuple[uuid.UUID, uuid.UUID]]:
    """(owner, itself or an ancestor), the nearest first."""
    own = (
        select(Owner.id.label("start"), Owner.id, Owner.parent_id, literal(0).label("steps"))
        .where(Owner.id.in_(owner_ids))
        .cte("way_up", recursive=True)
    )
    above = aliased(Owner)
    way = own.union_all(
        select(own.c.start, above.id, above.parent_id, own.c.steps + 1).join(own, above.id == own.c.parent_id)
    )
    return select(way.c.start, way.c.id).order_by(way.c.start, way.c.steps)


def _together(rules: list[HandlingText], names: dict[uuid.UUID, str]) -> Handling:
    worded = next((rule for rule in rules if rule.text), None)
    return Handling(
        text=None if worded is None else worded.text,
        text_of=None if worded is None else names.get(worded.owner_id),
        floor=highest_tlp(rule.tlp_floor for rule in rules if rule.tlp_floor),
        ceiling=lowest_tlp(rule.tlp_ceiling for rule in rules if rule.tlp_ceiling),
        release_up_to=min(
            (rule.release_up_to for rule in rules if rule.release_up_to), key=SENSITIVITY.index, default=SENSITIVITY[0]
        ),
    )


def read_handling_text(session: Session, owner_id: uuid.UUID) -> HandlingText | None:
    """An owner's own rules, without those above it; None where it has none."""
    return session.scalar(select(HandlingText).where(HandlingText.owner_id == owner_id))


def set_handling_text(
    session: Session,
    owner_id: uuid.UUID,
    *,
    words: str | None = None,
    tlp_floor: str | None = None,
    tlp_ceiling: str | None = None,
    release_up_to: str | None = None,
) -> None:
    """State an owner's rules whole, in place of those it had; None is "as above".

    CasmError when a value is none of the terms, the words are no single line of at most MOST_CHARACTERS, or the
    floor lies above the ceiling. The database lets only whoever rules the owner do it.
    """
    words = (words or "").strip() or None
    if words is not None and (len(words) > MOST_CHARACTERS or not words.isprintable()):
        raise CasmError(f"The handling text is no line of at most {MOST_CHARACTERS} characters.", "shorten it")
    for field, value, known in (
        ("floor", tlp_floor, TLP), ("ceiling", tlp_ceiling, TLP), ("release", release_up_to, SENSITIVITY[:-1]),
    ):  # fmt: skip
        if value is not None and value not in known:
            raise CasmError(f"The {field} {value!r} is not known.", f"choose from {', '.join(known)}")
    if tlp_floor and tlp_ceiling and TLP.index(tlp_floor) > TLP.index(tlp_ceiling):
        raise CasmError("The floor lies above the ceiling, so that nothing could leave.", "lower the floor")
    stated = {
        "text": words, "tlp_floor": tlp_floor, "tlp_ceiling": tlp_ceiling, "release_up_to": release_up_to,
        "set_by": sql("casm_sec.actor()"), "set_at": sql("now()"),
    }  # fmt: skip
    row = insert(HandlingText).values(id=uuid.uuid4(), owner_id=owner_id, **stated)
    session.execute(row.on_conflict_do_update(index_elements=["owner_id"], set_=stated))
    record_event(
        session, action="set handling rules", owner_id=owner_id, subject_table="handling_text", subject_id=owner_id,
        details={key: stated[key] for key in ("text", "tlp_floor", "tlp_ceiling", "release_up_to")},
    )  # fmt: skip
