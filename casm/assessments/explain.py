"""Why here: what stored results say of one place or one gap, in words, as the asker may see it."""

import json
from collections.abc import Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, literal_column, select
from sqlalchemy.orm import Session, defer

from casm.assessments.interop_rows import GAP, LEGS, PAIR, POSSIBLE, PROVEN
from casm.assessments.layers_at import Key, OpenSession, layers_at, list_layers
from casm.assessments.result import Result, ResultLayer
from casm.assessments.sentences import LEVEL_WORDS, joined
from casm.bounded import Bounded
from casm.errors import CasmError
from geo.interop.answer import Interval
from geo.interop.matrix import OUTSIDE

NO, UNKNOWN, YES = 0, 1, 2
STATE_WORDS = {NO: "no", UNKNOWN: "unknown", YES: "yes"}
# Who may see a result is asked of the database at each click; what it says, once read, stays the same.
SUMMARIES: Bounded[dict[str, Any]] = Bounded(32_000_000)
# The transaction that wrote the row as it is now.
WRITTEN_BY = literal_column("result.xmin::text", Text)
# Long columns that a click has no use for.
UNREAD = [defer(column) for column in (Result.summary, Result.input_ids, Result.parameters, Result.area)]
# A summary takes several times its text once it is read.
BYTES_A_CHARACTER = 8
# A result's id as text, the transaction that wrote the row and the time it was computed.
State = tuple[str, str, datetime]


@dataclass(frozen=True)
class ShownPair:
    """A pair's result that a session was shown, without what it says.

    state: tells each state of the row apart from every other, for ever. layers: name → what its raster is known by.
    """

    result_id: UUID
    result_key: str
    state: State
    layers: Mapping[str, Key]


@dataclass(frozen=True)
class PairHere:
    """What a pair's rasters say of one cell; what that means in words is the same for ever for an equal one."""

    pair: ShownPair
    proven_level: int
    possible_level: int
    leg_states: tuple[int, ...]

    @property
    def key(self) -> Hashable:
        """Names the answer, for whoever keeps what is made of it."""
        return self.pair.state, self.proven_level, self.possible_level, self.leg_states


def read_pairs(session: Session) -> list[tuple[Result, ShownPair]]:
    """The pairs that a session is shown, by title; of the results only short columns are loaded."""
    wanted = (Result.kind == PAIR, Result.status != "retired")
    rows = session.execute(select(Result, WRITTEN_BY).options(*UNREAD).where(*wanted).order_by(Result.title)).all()
    layers = list_layers(session, (*wanted, ResultLayer.name.in_((PROVEN, POSSIBLE, LEGS))))
    return [
        (row, ShownPair(row.id, row.result_key, (str(row.id), written_by, row.computed_at), layers.get(row.id, {})))
        for row, written_by in rows
    ]


def pairs_at(
    pairs: Sequence[ShownPair], longitude: float, latitude: float, open_session: OpenSession
) -> list[PairHere]:
    """Of these pairs those whose place holds a position (WGS84 degrees) and that have an answer there."""
    layers_of = layers_at({pair.result_id: pair.layers for pair in pairs}, longitude, latitude, open_session)
    here = []
    for pair in pairs:
        layers = layers_of.get(pair.result_id, {})
        proven, possible = layers.get(PROVEN), layers.get(POSSIBLE)
        if proven and possible and OUTSIDE not in (proven[0], possible[0]):
            here.append(PairHere(pair, proven[0], possible[0], tuple(layers.get(LEGS) or ())))
    return here


def explain_here(here: Sequence[PairHere], open_session: OpenSession) -> list[tuple[PairHere, dict[str, Any]]]:
    """Each with its interval, sentence, and each method with its state, the sides it fails or is open for, and reasons.

    One that the asker is no longer shown is left out.
    """
    summaries = read_summaries({one.pair.result_id: one.pair.state for one in here}, open_session)
    return [
        (
            one,
            explain_cell(summary, one.proven_level, one.possible_level, list(one.leg_states))
            | {"result_id": str(one.pair.result_id), "result_key": one.pair.result_key},
        )
        for one in here
        if (summary := summaries.get(one.pair.result_id)) is not None
    ]


def explain_point(session: Session, longitude: float, latitude: float) -> dict[str, Any]:
    """Who can talk to whom at a position (WGS84 degrees): every visible pair whose place holds it.

    Each pair: members, and as explain_here has it. Pairs that have no answer here are left out.
    """

    def same() -> AbstractContextManager[Session]:
        return nullcontext(session)

    here = pairs_at([pair for _row, pair in read_pairs(session)], longitude, latitude, same)
    pairs = [said for _pair, said in explain_here(here, same)]
    return {"longitude": longitude, "latitude": latitude, "pairs": pairs}


def read_summaries(
    wanted: Mapping[UUID, State], open_session: OpenSession
) -> dict[UUID, dict[str, Any]]:
    """Id → summary of results that the asker has been shown; not to be changed by whoever reads it.

    wanted: id → the id, the transaction that wrote the row and the time it was computed, which tell each state apart.
    """
    found = {result_id: SUMMARIES.get(key) for result_id, key in wanted.items()}
    missing = [result_id for result_id, summary in found.items() if summary is None]
    if missing:
        columns = (Result.id, WRITTEN_BY, Result.computed_at, cast(Result.summary, Text))
        with open_session() as session:
            for result_id, *rest, text in session.execute(select(*columns).where(Result.id.in_(missing))):
                key = (str(result_id), *rest)
                found[result_id] = SUMMARIES.put(key, json.loads(text), len(text) * BYTES_A_CHARACTER)
    return {result_id: summary for result_id, summary in found.items() if summary is not None}


def explain_cell(
    summary: dict[str, Any], proven_level: int, possible_level: int, leg_states: list[int]
) -> dict[str, Any]:
    """What a pair's stored summary says of a cell with these levels and these states of its methods' sides."""
    interval = Interval(proven_level, possible_level)
    methods = [_method_here(method, leg_states) for method in summary["methods"]]
    return {
        "members": summary["members"],
        "proven_level": interval.proven,
        "possible_level": interval.possible,
        "answer": str(interval),
        "over_the_whole_place": summary["answer"],
        "place": summary["place"]["text"],
        "sentence": _sentence_here(summary["members"], interval, methods),
        "methods": methods,
        "as_of": summary.get("as_of"),
    }


def explain_gap(session: Session, result_id: Any) -> dict[str, Any]:
    """Why a need is not met, or not proven, in a place. CasmError when the asker sees no such gap."""
    row = session.scalar(select(Result).where(Result.id == result_id, Result.kind == GAP, Result.status != "retired"))
    if row is None:
        raise CasmError("There is no such gap, or it is not shared with you.", "reload the map")
    summary = row.summary
    asked = f"level {summary['required_level']} ({LEVEL_WORDS[summary['required_level']]})"
    return {
        "result_id": str(row.id),
        "need": summary["need"],
        "members": summary["members"],
        "asked": f"{joined(summary['members'])} need {asked} within {summary['within_minutes']} minutes",
        "known": summary["known"],
        "state": summary["state"],
        "reason": summary["reason"],
        "sentence": summary["sentence"],
        "answer": summary["answer"],
        "reasons": [reason["text"] for reason in summary.get("reasons", ())],
        "nearest": None if not summary.get("nearest") else summary["nearest"]["sentence"],
        "area_km2": summary.get("area_km2"),
        "as_of": summary.get("as_of"),
        "caveats": list(row.caveats),
    }


def _method_here(method: dict[str, Any], legs: list[int]) -> dict[str, Any]:
    """A method in this cell: what place decides is read from its sides' states, the rest holds everywhere."""
    first = method["first_band"]
    state, away, doubtful = NO, [], []
    if first is not None and first + len(method["legs"]) <= len(legs):
        sides = legs[first : first + len(method["legs"])]
        state = min(*sides, YES if method["without_place"] == "yes" else UNKNOWN)
        away = [leg["agency"] for leg, side in zip(method["legs"], sides, strict=True) if side == NO]
        doubtful = [leg["agency"] for leg, side in zip(method["legs"], sides, strict=True) if side == UNKNOWN]
    name = joined(dict.fromkeys(record["name"] for record in method["resources"])) or "radios that are not on record"
    # Once place decides, failures are told as shares of the whole place, which say nothing of this cell.
    decided = first is not None
    texts = [r["text"] for r in method["reasons"] if state != YES and not (decided and r["state"] == "no")]
    if away:
        limited = any(reason["code"] == "AUTHORITY" for reason in method["reasons"])
        texts = [f"{name} does not reach {joined(away)} here{', or may not be used here' if limited else ''}"]
    elif state == UNKNOWN and not texts:
        texts = [f"whether {name} reaches {joined(doubtful)} here is not known"]
    return {
        "level": method["level"],
        "kind": method["kind"],
        "state": STATE_WORDS[state],
        "name": name,
        "reasons": texts,
        "radios": _radios(method) if state == YES else "",
        "sentence": _words(method["level"], f"{name}{_radios(method) if state == YES else ''}", state, texts),
    }


def _radios(method: dict[str, Any]) -> str:
    """With which radios a method holds over the place, for each side not all of whose fleets can do it."""
    few = [(leg["agency"], leg["only_fleets"]) for leg in method["legs"] if leg.get("only_fleets")]
    sides = [f"{agency} by {joined(fleets)} only" for agency, fleets in few]
    return f" ({'; '.join(sides)})" if sides else ""


def _words(level: int, name: str, state: int, texts: list[str]) -> str:
    why = "; ".join(texts[:3])
    if state == YES:
        return f"Level {level} by {name}."
    return f"{'Perhaps level' if state == UNKNOWN else 'Not level'} {level} by {name}: {why}."


def _sentence_here(members: list[str], interval: Interval, methods: list[dict[str, Any]]) -> str:
    """The cell's answer in one or two sentences."""
    who = joined(members)
    best = next((m for m in methods if m["state"] == "yes" and m["level"] == interval.proven), None)
    open_ones = [m for m in methods if m["state"] == "unknown" and m["level"] > interval.proven]
    if interval.proven:
        over = f" over {best['name']}{best['radios']}" if best else ""
        sentence = f"{who} can talk here{over}: level {interval.proven}, {LEVEL_WORDS[interval.proven]}."
    elif interval.possible:
        sentence = f"It is not shown that {who} can talk here."
    else:
        nearest = next((m for m in methods if m["reasons"]), None)
        why = "; ".join(nearest["reasons"][:3]) if nearest else "they share no means on record"
        return f"{members[0]} cannot reach {joined(members[1:])} here: {why}."
    if open_ones and interval.possible > interval.proven:
        first = open_ones[0]
        sentence += f" Perhaps level {interval.possible} by {first['name']}: {'; '.join(first['reasons'][:2])}."
    return sentence
