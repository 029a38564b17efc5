"""Stated needs answered: met, not proven, or not met, with the places where and the reason why."""

from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from geoalchemy2.shape import to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select
from sqlalchemy.orm import Session

from casm.assessments import interop_rows
from casm.assessments.interop_inputs import InteropInputs
from casm.assessments.interop_run import (
    Progress,
    answer_summary,
    basis_terms,
    by_name,
    caveats_of,
    layers_of,
    method_summary,
    reason_summary,
)
from casm.assessments.interop_terms import IN_SERVICE, in_service, record_of
from casm.assessments.sentences import gap_sentence
from casm.db.session import Database
from casm.inventory.jurisdiction import Jurisdiction
from casm.inventory.need import Need as NeedRow
from casm.inventory.need import NeedParty
from casm.sharing.viewer import Viewer
from geo import projection
from geo.gaps.gap import Gap, NeedOutcome, assess
from geo.gaps.need import Need
from geo.gaps.outline import as_multipolygon
from geo.gaps.rank import ranked
from geo.interop.answer import Verdict
from geo.interop.place import Place, cells_of, stated_place
from geo.interop.reason import Code, Record
from geo.interop.uses import Uses
from geo.interop.world import Criterion

STATE_WORDS = {Verdict.YES: "met", Verdict.UNKNOWN: "not proven", Verdict.NO: "not met"}


@dataclass(frozen=True)
class StatedNeed:
    """A need's row as read, its parties by id. jurisdiction: the row its place was taken from."""

    record: Record
    member_ids: tuple[str, ...]
    required_level: int
    criterion: Criterion
    place: BaseGeometry | None
    jurisdiction: Record | None
    proposed: bool


@dataclass(frozen=True)
class NeedLine:
    """A need as the command prints it."""

    name: str
    state: str
    required_level: int
    answer: str
    sentences: tuple[str, ...] = ()


@dataclass
class GapReport:
    """What a run did."""

    lines: list[NeedLine] = field(default_factory=list)
    proposed: int = 0
    computed: int = 0
    kept: int = 0
    removed: int = 0


def read_needs(session: Session) -> list[StatedNeed]:
    """Every visible need in service, by name."""
    parties: dict[Any, list[str]] = defaultdict(list)
    for party in in_service(session, NeedParty):
        parties[party.owner_id, party.need_id].append(str(party.agency_id))
    areas = {
        (row.owner_id, row.id): row
        for row in session.scalars(select(Jurisdiction).where(Jurisdiction.id.in_(select(NeedRow.jurisdiction_id))))
        if row.status in IN_SERVICE
    }
    found = []
    for row in in_service(session, NeedRow):
        jurisdiction = areas.get((row.jurisdiction_owner_id, row.jurisdiction_id))
        shape = row.place if row.place is not None else (jurisdiction.area if jurisdiction is not None else None)
        found.append(
            StatedNeed(
                record_of("need", row),
                tuple(sorted(set(parties[row.owner_id, row.id]))),
                row.required_level,
                Criterion(row.within_minutes, row.coverage_probability, row.area_share),
                None if shape is None else to_shape(shape),
                None if jurisdiction is None or row.place is not None else record_of("jurisdiction", jurisdiction),
                row.origin == "proposed",
            )
        )
    return sorted(found, key=lambda need: need.record.name)


def run_gaps(database: Database, viewer: Viewer, inputs: InteropInputs, progress: Progress | None = None) -> GapReport:
    """Bring the viewer's needs and gaps up to date. Proposed needs are counted and not judged."""
    report = GapReport()
    with database.session(viewer) as session:
        needs = read_needs(session)
    known = {agency.id for agency in inputs.world.agencies}
    book = interop_rows.BasisBook(inputs)
    uses_at: dict[float, Uses] = {}
    keys: dict[str, list[str]] = {interop_rows.GROUP: [], interop_rows.GAP: []}
    for done, need in enumerate(needs, start=1):
        if need.proposed:
            report.proposed += 1
            continue
        target = need.criterion.target_probability
        uses = uses_at.setdefault(target, Uses(inputs.world, target))
        if set(need.member_ids) <= known and len(need.member_ids) > 1:
            drafts, line = _judged(uses, inputs, book, need)
        else:
            drafts, line = _unavailable(inputs, book, need)
        report.lines.append(line)
        with database.session(viewer) as session:
            for draft in drafts:
                keys[draft.kind].append(draft.result_key)
                written = interop_rows.store(session, viewer, inputs.world.coverage.grid, draft)
                report.computed += written
                report.kept += not written
        if progress:
            progress(done, len(needs), need.record.name)
    with database.session(viewer) as session:
        for kind, kept in keys.items():
            report.removed += interop_rows.remove_others(session, viewer, kind, kept)
    return report


def _judged(
    uses: Uses, inputs: InteropInputs, book: interop_rows.BasisBook, stated: StatedNeed
) -> tuple[list[interop_rows.Draft], NeedLine]:
    """A need's own result and one for each of its gaps."""
    place = inputs.place_of(*stated.member_ids) if stated.place is None else stated_place(stated.place)
    members = by_name(uses, stated.member_ids)
    need = Need(stated.record, tuple(agency.id for agency in members), stated.required_level, stated.criterion, place)
    outcome = assess(uses, need)
    names = [agency.name for agency in members]
    gaps = ranked(outcome.gaps)
    numbers: Counter[Code] = Counter()
    drafts = [_need_draft(inputs, book, stated, outcome, names)]
    for gap in gaps:
        numbers[gap.code] += 1
        key = f"{stated.record.id}|{gap.code}|{numbers[gap.code]}"
        drafts.append(_gap_draft(inputs, book, stated, outcome, gap, names, key))
    answer = place.text if outcome.answer is None else str(outcome.answer.interval)
    sentences = tuple(gap_sentence(gap, names) for gap in gaps)
    return drafts, NeedLine(stated.record.name, STATE_WORDS[outcome.state], stated.required_level, answer, sentences)


def _evidence(stated: StatedNeed, outcome: NeedOutcome, members: list[Record]) -> set[Record]:
    found = outcome.answer.evidence if outcome.answer is not None else frozenset(members)
    return {*found, stated.record, *([stated.jurisdiction] if stated.jurisdiction else [])}


def _terms(inputs: InteropInputs, stated: StatedNeed, place: Place) -> dict[str, Any]:
    return basis_terms(inputs, place, stated.criterion) | {"required_level": stated.required_level}


def _members(inputs: InteropInputs, stated: StatedNeed) -> list[Record]:
    return [agency.record for agency in inputs.world.agencies if agency.id in stated.member_ids]


def _need_draft(
    inputs: InteropInputs, book: interop_rows.BasisBook, stated: StatedNeed, outcome: NeedOutcome, names: list[str]
) -> interop_rows.Draft:
    place, found = outcome.need.place, outcome.answer
    terms = _terms(inputs, stated, place)
    summary: dict[str, Any] = {
        "need": stated.record.name,
        "need_id": stated.record.id,
        "members": names,
        "required_level": stated.required_level,
        "within_minutes": stated.criterion.within_minutes,
        "state": STATE_WORDS[outcome.state],
        "proven_share": round(outcome.proven_share, 4),
        "possible_share": round(outcome.possible_share, 4),
        "place": {"kind": place.kind, "text": place.text},
    }
    layers: dict[str, dict[str, np.ndarray]] = {}
    caveats: tuple[str, ...] = ()
    if found is not None and place.area is not None:
        cells = cells_of(place.area, inputs.world.coverage.grid)
        summary |= answer_summary(inputs, names, place, cells, found, stated.criterion)
        layers, caveats = layers_of(found, cells), caveats_of(inputs, found)
    basis = book.of(_evidence(stated, outcome, _members(inputs, stated)), terms)
    title = f"Need: {stated.record.name}"
    return interop_rows.Draft(
        interop_rows.GROUP, stated.record.id, title, basis, summary, terms, caveats, place.area, layers
    )


def _gap_draft(
    inputs: InteropInputs,
    book: interop_rows.BasisBook,
    stated: StatedNeed,
    outcome: NeedOutcome,
    gap: Gap,
    names: list[str],
    key: str,
) -> interop_rows.Draft:
    terms = _terms(inputs, stated, outcome.need.place)
    found = outcome.answer
    summary = {
        "need": stated.record.name,
        "need_id": stated.record.id,
        "members": names,
        "required_level": stated.required_level,
        "within_minutes": stated.criterion.within_minutes,
        "reason": str(gap.code),
        "state": "not met" if gap.proven else "not proven",
        "known": gap.proven,
        "sentence": gap_sentence(gap, names),
        "area_km2": round(gap.area_km2, 2),
        "proven_level": gap.interval.proven,
        "possible_level": gap.interval.possible,
        "answer": str(gap.interval),
        "reasons": [reason_summary(reason) for reason in gap.reasons],
        "nearest": None if gap.nearest is None else method_summary(gap.nearest, None),
        "place": {"kind": outcome.need.place.kind, "text": outcome.need.place.text},
        "as_of": inputs.world.freshness.as_of,
        "criterion": asdict(stated.criterion),
    }
    basis = book.of(_evidence(stated, outcome, []), terms | {"gap": key})
    title = f"{'Gap' if gap.proven else 'Not proven'}: {stated.record.name} ({gap.code})"
    caveats = () if found is None else caveats_of(inputs, found)
    return interop_rows.Draft(interop_rows.GAP, key, title, basis, summary, terms, caveats, gap.area)


def _unavailable(
    inputs: InteropInputs, book: interop_rows.BasisBook, stated: StatedNeed
) -> tuple[list[interop_rows.Draft], NeedLine]:
    """A need of which a party is not to be had: neither a gap nor a pass."""
    place = Place("unknown", None, "no place") if stated.place is None else stated_place(stated.place)
    sentence = f"Whether {stated.record.name} is met is not known: an agency it names is unavailable."
    terms = _terms(inputs, stated, place)
    summary = {
        "need": stated.record.name,
        "need_id": stated.record.id,
        "members": [record.name for record in _members(inputs, stated)],
        "required_level": stated.required_level,
        "within_minutes": stated.criterion.within_minutes,
        "reason": str(Code.MISSING),
        "state": STATE_WORDS[Verdict.UNKNOWN],
        "known": False,
        "sentence": sentence,
        "answer": "not known",
        "place": {"kind": place.kind, "text": place.text},
        "as_of": inputs.world.freshness.as_of,
    }
    basis = book.of([stated.record, *_members(inputs, stated)], terms)
    drafts = [
        interop_rows.Draft(
            interop_rows.GROUP, stated.record.id, f"Need: {stated.record.name}", basis, summary, terms, (), place.area
        )
    ]
    if place.area is not None:
        area = as_multipolygon(place.area)
        key = f"{stated.record.id}|{Code.MISSING}|1"
        title = f"Not proven: {stated.record.name} ({Code.MISSING})"
        more = {"area_km2": round(projection.area_km2(area), 2)}
        drafts.append(interop_rows.Draft(interop_rows.GAP, key, title, basis, summary | more, terms, (), area))
    line = NeedLine(stated.record.name, STATE_WORDS[Verdict.UNKNOWN], stated.required_level, "not known", (sentence,))
    return drafts, line
