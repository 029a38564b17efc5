"""Who can talk to whom: every pair of agencies a viewer may see, stored where something changed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

import numpy as np

from casm.assessments import coverage_rows, interop_rows
from casm.assessments.coverage_study import LossStore, Study
from casm.assessments.interop_coverage import port_caveat
from casm.assessments.interop_inputs import InteropInputs, read_inputs, with_coverage
from casm.assessments.sentences import answer_sentence, method_sentence
from casm.db.session import Database
from casm.sharing.viewer import Viewer
from geo.interop.answer import Interval, Verdict
from geo.interop.authority import Agency
from geo.interop.cells import Ternary, unpack
from geo.interop.matrix import OUTSIDE, Answer, all_pairs, answer
from geo.interop.methods import GATEWAY
from geo.interop.place import Place, PlaceCells, cells_of
from geo.interop.reason import Reason, Record
from geo.interop.report import MethodReport
from geo.interop.uses import Uses
from geo.interop.world import Criterion

Progress = Callable[[int, int, str], None]

CAVEATS = (
    "both sides are taken to stand in the same cell",
    "each side's best single station serves it; neither simulcast nor interference is counted",
    "a direct channel is possible only, since how far apart the parties are is not on record",
    "swapping own radios is not counted: no record says which can be spared",
)


@dataclass(frozen=True)
class PairLine:
    """A pair as the matrix prints it."""

    one: str
    other: str
    interval: Interval | None
    words: str
    place: str


@dataclass
class InteropReport:
    """What a run did, and the matrix it found."""

    agencies: int = 0
    lines: list[PairLine] = field(default_factory=list)
    computed: int = 0
    kept: int = 0
    removed: int = 0
    path_losses: int = 0


def prepare(
    database: Database,
    viewer: Viewer,
    *,
    as_of: date,
    study: Study | None = None,
    due_months: Mapping[str, int | None] | None = None,
    progress: Progress | None = None,
) -> tuple[InteropInputs, int]:
    """The viewer's inputs with coverage, and how many path losses had to be computed for it."""
    with database.session(viewer) as session:
        inputs = read_inputs(session, as_of=as_of, due_months=due_months)
    if study is None:
        return with_coverage(inputs, None), 0
    losses = LossStore(study)
    losses.stored = coverage_rows.stored_losses(database, viewer, losses)
    return with_coverage(inputs, losses, progress), losses.computed


def run_interop(
    database: Database,
    viewer: Viewer,
    inputs: InteropInputs,
    criterion: Criterion | None = None,
    progress: Progress | None = None,
) -> InteropReport:
    """Bring the viewer's pair results up to date; each pair is stored whole before the next begins."""
    criterion = criterion or Criterion()
    uses = Uses(inputs.world, criterion.target_probability)
    book = interop_rows.BasisBook(inputs)
    pairs = all_pairs([agency.id for agency in inputs.world.agencies])
    pairs.sort(key=lambda pair: [agency.name for agency in by_name(uses, pair)])
    report = InteropReport(agencies=len(inputs.world.agencies))
    keys = []
    for done, pair in enumerate(pairs, start=1):
        draft, line = pair_draft(uses, inputs, book, pair, criterion)
        keys.append(draft.result_key)
        with database.session(viewer) as session:
            written = interop_rows.store(session, viewer, inputs.world.coverage.grid, draft)
        report.computed += written
        report.kept += not written
        report.lines.append(line)
        if progress:
            progress(done, len(pairs), f"{line.one} and {line.other}")
    with database.session(viewer) as session:
        report.removed = interop_rows.remove_others(session, viewer, interop_rows.PAIR, keys)
    return report


def pair_draft(
    uses: Uses, inputs: InteropInputs, book: interop_rows.BasisBook, pair: tuple[str, str], criterion: Criterion
) -> tuple[interop_rows.Draft, PairLine]:
    """A pair's result, and its line of the matrix."""
    place = inputs.place_of(*pair)
    agencies = by_name(uses, pair)
    names = [agency.name for agency in agencies]
    title = f"Interoperability of {names[0]} and {names[1]}"
    terms = basis_terms(inputs, place, criterion)
    if place.area is None:
        basis = book.of([agency.record for agency in agencies], [place.kind, terms])
        summary = no_place_summary(inputs, names, place, criterion)
        draft = interop_rows.Draft(interop_rows.PAIR, "|".join(pair), title, basis, summary, terms)
        return draft, PairLine(names[0], names[1], None, summary["answer"], place.text)
    cells = cells_of(place.area, inputs.world.coverage.grid)
    found = answer(uses, [agency.id for agency in agencies], cells, criterion)
    draft = interop_rows.Draft(
        interop_rows.PAIR,
        "|".join(pair),
        title,
        book.of(found.evidence, terms),
        answer_summary(inputs, names, place, cells, found, criterion),
        terms,
        caveats_of(inputs, found),
        place.area,
        layers_of(found, cells),
    )
    return draft, PairLine(names[0], names[1], found.interval, str(found.interval), place.text)


def by_name(uses: Uses, agency_ids: Iterable[str]) -> list[Agency]:
    """Agencies in the order of their names, so that words do not change with the ids a database drew."""
    return sorted((uses.agencies[one] for one in agency_ids), key=lambda agency: (agency.name, agency.id))


def basis_terms(inputs: InteropInputs, place: Place, criterion: Criterion) -> dict[str, Any]:
    """Everything but rows that an answer depends on."""
    freshness = inputs.world.freshness
    return {
        "as_of": freshness.as_of,
        "due_months": {"default": freshness.default_due_months, **freshness.due_months},
        "criterion": asdict(criterion),
        "place": place.kind,
        "place_sha256": None if place.area is None else hashlib.sha256(place.area.wkb).hexdigest(),
        "grid": asdict(inputs.world.coverage.grid),
    }


def caveats_of(inputs: InteropInputs, found: Answer) -> tuple[str, ...]:
    """What an answer must say of itself."""
    through = {record.id for method in found.considered if method.kind == GATEWAY for record in method.via}
    ports = [port for gateway in inputs.world.gateways if gateway.record.id in through for port in gateway.ports]
    radio = (port_caveat(),) if any(port.connection == "radio" for port in ports) else ()
    return (*CAVEATS, *radio, *inputs.coverage_notes)


def no_place_summary(inputs: InteropInputs, names: list[str], place: Place, criterion: Criterion) -> dict[str, Any]:
    """The summary of a pair without a place to be judged in."""
    words = "no shared place" if place.kind == "none" else "not known: no service area on record"
    return {
        "members": names,
        "place": {"kind": place.kind, "text": place.text},
        "proven_level": None,
        "possible_level": None,
        "answer": words,
        "sentence": f"{names[0]} and {names[1]}: {place.text}.",
        "level_shares": {},
        "methods": [],
        "as_of": inputs.world.freshness.as_of,
        "criterion": asdict(criterion),
    }


def answer_summary(
    inputs: InteropInputs, names: list[str], place: Place, cells: PlaceCells, found: Answer, criterion: Criterion
) -> dict[str, Any]:
    """The summary of an answer: interval, shares, methods with their reasons, all in words too."""
    return {
        "members": names,
        "place": {
            "kind": place.kind,
            "text": place.text,
            "area_km2": round(cells.total_km2, 2),
            "without_data_km2": round(cells.outside_km2, 2),
        },
        "proven_level": found.interval.proven,
        "possible_level": found.interval.possible,
        "answer": str(found.interval),
        "sentence": answer_sentence(names, found.interval, found.methods, found.reasons, f"in {place.text}"),
        "level_shares": {
            str(level): {"proven": round(proven, 4), "possible": round(possible, 4)}
            for level, (proven, possible) in found.shares.items()
        },
        "methods": [method_summary(method, band) for method, band in zip(found.methods, leg_bands(found), strict=True)],
        "methods_left_out": found.methods_left_out,
        "reasons": [reason_summary(reason) for reason in found.reasons],
        "as_of": inputs.world.freshness.as_of,
        "criterion": asdict(criterion),
    }


def method_summary(method: MethodReport, first_band: int | None) -> dict[str, Any]:
    """A method as results store it; first_band: where its legs begin among the bands of leg_states (from 0)."""
    return {
        "level": method.level,
        "kind": method.kind,
        "state": method.state.word,
        "sentence": method_sentence(method),
        "resources": [_record(record) for record in method.via],
        "legs": [
            {
                "agency": leg.agency_name,
                "agency_id": leg.agency_id,
                "fleet": leg.fleet,
                "only_fleets": list(leg.only_fleets),
                "template": leg.template,
                "lender": leg.lender,
                "resource": None if leg.resource is None else _record(leg.resource),
                "carrier": None if leg.carrier is None else _record(leg.carrier),
                "proven_share": round(leg.proven_share, 4),
                "possible_share": round(leg.possible_share, 4),
            }
            for leg in method.legs
        ],
        "minutes": method.minutes,
        "proven_share": round(method.proven_share, 4),
        "possible_share": round(method.possible_share, 4),
        "joint_probability": None
        if method.joint is None
        else {
            "product": round(method.joint.product, 4),
            "lower": round(method.joint.lower, 4),
            "upper": round(method.joint.upper, 4),
        },
        "without_place": method.without_place.word,
        "reasons": [reason_summary(reason) for reason in method.reasons],
        "first_band": first_band,
    }


def reason_summary(reason: Reason) -> dict[str, Any]:
    """A reason as results store it."""
    return {
        "code": str(reason.code),
        "condition": str(reason.condition),
        "state": reason.verdict.word,
        "text": reason.text,
        "record_ids": list(reason.record_ids),
    }


def _record(record: Record) -> dict[str, str]:
    return {"class": record.record_class, "id": record.id, "name": record.name}


def leg_bands(found: Answer) -> list[int | None]:
    """For each method shown, its first band among the leg states; None for one that fails whatever the place."""
    bands: list[int | None] = []
    at = 0
    for method in found.methods:
        if method.without_place is Verdict.NO:
            bands.append(None)
        else:
            bands.append(at)
            at += len(method.legs)
    return bands


def layers_of(found: Answer, cells: PlaceCells) -> dict[str, dict[str, np.ndarray]]:
    """Levels per cell, and for each method that place decides, where each side of it works."""
    by_report = {id(one): method for method, one in zip(found.considered, found.reports, strict=True)}
    legs: dict[str, np.ndarray] = {}
    for number, one in enumerate(found.methods):
        if one.without_place is Verdict.NO:
            continue
        for leg in by_report[id(one)].legs:
            legs[f"{number}: {leg.agency.name}"] = _states(leg.cells, cells)
    return {
        interop_rows.PROVEN: {interop_rows.PROVEN: found.proven_level},
        interop_rows.POSSIBLE: {interop_rows.POSSIBLE: found.possible_level},
        interop_rows.LEGS: legs,
    }


def _states(ternary: Ternary, cells: PlaceCells) -> np.ndarray:
    cols = cells.grid.cols
    states = unpack(ternary.possible, cols).astype(np.uint8) + unpack(ternary.proven, cols).astype(np.uint8)
    states[~unpack(cells.bits, cols)] = OUTSIDE
    return states
