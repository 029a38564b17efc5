"""Coverage of every station and system a viewer may see: computed where inputs changed, kept where not."""

import uuid
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from casm.assessments import coverage_rows as rows
from casm.assessments.coverage_carriers import Carrier, carrier_names, carriers_of, profiles_by_station
from casm.assessments.coverage_inputs import StationInput, read_station_inputs
from casm.assessments.coverage_study import (
    LossStore,
    Study,
    coverage_for,
    coverage_hash,
    digest,
    loss_hash,
    untold,
)
from casm.assessments.result import Result
from casm.assessments.subscriber_inputs import ProfileInput, read_profiles
from casm.audit.reading import reading_apart, seen_of
from casm.audit.record import record_event
from casm.db.session import Database
from casm.exchange.marked_file import marked_file
from casm.exchange.marking import highest, mark
from casm.sharing.leaving import leaving
from casm.sharing.viewer import Viewer
from geo.coverage import clutter, tables
from geo.coverage.composite import Composite, SystemCoverage
from geo.coverage.contour import covered_area
from geo.coverage.link_budget import Budget, Unknown
from geo.coverage.raster import geotiff_bytes
from geo.coverage.reliability import AreaReliability, over_area
from geo.coverage.station_coverage import StationCoverage
from geo.errors import GeoError

Progress = Callable[[int, int, str], None]
COMBINED = "best balanced probability of any system or repeater, for the portables that use it, on the street"


@dataclass
class CoverageReport:
    """What a run did.

    microwave: stations left out because they serve no subscriber. unknown: a sentence for every station or
    direction that cannot be told.
    """

    computed: int = 0
    kept: int = 0
    removed: int = 0
    path_losses: int = 0
    stations: int = 0
    systems: int = 0
    microwave: int = 0
    unknown: list[str] = field(default_factory=list)


def run_coverage(
    database: Database,
    viewer: Viewer,
    study: Study,
    *,
    station_ids: set[uuid.UUID] | None = None,
    system_ids: set[uuid.UUID] | None = None,
    progress: Progress | None = None,
) -> CoverageReport:
    """Bring the viewer's coverage results up to date; what has the same inputs as before is not computed.

    station_ids, system_ids: only these stations, or only the stations of these systems or channels (None:
    all). Each station is stored whole before the next begins, so that a run cut short is taken up again.
    progress: (steps done, steps in all, what is being done).
    """
    with database.session(viewer) as session:
        found = read_station_inputs(session)
        book = read_profiles(session)
        names = carrier_names(session)
        on_record = {kind: rows.hashes_on_record(session, viewer, kind) for kind in (rows.STATION, rows.SYSTEM)}
    stations = [_told(study, station) for station in found if station.land_mobile]
    carriers = carriers_of(stations, book, names)
    if system_ids is not None:
        carriers = [carrier for carrier in carriers if carrier.key[1] in system_ids]
        members = {station.id for carrier in carriers for station in carrier.stations}
        stations = [station for station in stations if station.id in members]
    if station_ids is not None:
        carriers = []
        stations = [station for station in stations if station.id in station_ids]

    report = CoverageReport(
        stations=len(stations), systems=len(carriers), microwave=sum(not station.land_mobile for station in found)
    )
    losses = LossStore(study)
    losses.stored = rows.stored_losses(database, viewer, losses)
    profiles_of = profiles_by_station(stations, carriers, book)
    report.unknown = sorted(
        {sentence for station in stations for key in station.carriers for sentence in book.without[key]}
    )
    work = _Work(database, viewer, study, losses, report, progress, on_record)
    grouped = {station.id for carrier in carriers for station in carrier.stations}
    groups: list[tuple[Carrier | None, list[StationInput]]] = [(carrier, carrier.stations) for carrier in carriers]
    groups.append((None, [station for station in stations if station.id not in grouped]))
    plans = [work.plan(carrier, members, profiles_of) for carrier, members in groups]
    work.total = sum(plan.steps for plan in plans)
    for plan in plans:
        work.carry_out(plan)
    work.unknown_stations(stations)
    work.clear_away(stations, carriers, profiles_of, everything=station_ids is None and system_ids is None)
    report.path_losses = losses.computed
    return report


@dataclass
class _Plan:
    """What is to be done for one carrier (None: stations of none): station and profile pairs, then composites."""

    carrier: Carrier | None
    pairs: list[tuple[StationInput, ProfileInput, bool]]
    composites: list[ProfileInput]

    @property
    def steps(self) -> int:
        return len(self.pairs) + len(self.composites)


@dataclass
class _Work:
    """One run's way to the database: computes, stores, counts."""

    database: Database
    viewer: Viewer
    study: Study
    losses: LossStore
    report: CoverageReport
    progress: Progress | None
    on_record: dict[str, dict[str, str]]
    total: int = 0
    done: int = 0

    def step(self, what: str) -> None:
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total, what)

    def plan(
        self,
        carrier: Carrier | None,
        stations: list[StationInput],
        profiles_of: dict[uuid.UUID, dict[str, ProfileInput]],
    ) -> _Plan:
        """Leave out what is on record with the same inputs, but for the members of a composite that is not."""
        plan = _Plan(carrier, [], [])
        if carrier is not None:
            for profile in carrier.profiles.values():
                key = carrier.result_key(profile.key)
                if self.on_record[rows.SYSTEM].get(key) == carrier.inputs_sha256(self.study, profile):
                    self.report.kept += 1
                else:
                    plan.composites.append(profile)
        in_composite = {profile.key for profile in plan.composites}
        for station in stations:
            for profile in profiles_of[station.id].values():
                key = f"{station.id}|{profile.key}"
                stored = self.on_record[rows.STATION].get(key)
                fresh = stored == coverage_hash(self.study, station, profile.subscriber)
                if fresh and profile.key not in in_composite:
                    self.report.kept += 1
                else:
                    plan.pairs.append((station, profile, fresh))
        return plan

    def carry_out(self, plan: _Plan) -> None:
        """Compute and store a carrier's stations one by one, and from them its composites."""
        together = {profile.key: Composite(self.study.grid) for profile in plan.composites}
        for station, profile, fresh in plan.pairs:
            coverage = self.station(station, profile, fresh=fresh)
            if coverage is not None and profile.key in together:
                together[profile.key].add(coverage)
        if plan.carrier is None:
            return
        for profile in plan.composites:
            composite = together[profile.key]
            for station in plan.carrier.stations:
                if str(station.id) not in composite.station_ids:
                    composite.add_unknown(str(station.id))
            self.system(plan.carrier, profile, composite.result())

    def put(self, draft: rows.Draft) -> None:
        with self.database.session(self.viewer) as session:
            rows.store(session, self.viewer, self.study.grid, draft)
        self.report.computed += 1

    def station(self, station: StationInput, profile: ProfileInput, *, fresh: bool) -> StationCoverage | None:
        """Compute a station for a profile, store it unless on record already; None where it cannot be told."""
        try:
            coverage = coverage_for(self.losses, station, profile.subscriber)
        except GeoError as error:
            self.report.unknown.append(f"{station.name}, {profile.subscriber.name}: {error}")
            self.step(station.name)
            return None
        self.report.unknown.extend(str(unknown) for unknown in coverage.unknowns)
        if fresh:
            self.report.kept += 1
        else:
            self.put(self.station_draft(station, profile, coverage))
        self.step(station.name)
        return coverage

    def station_draft(self, station: StationInput, profile: ProfileInput, coverage: StationCoverage) -> rows.Draft:
        study = self.study
        losses = self.losses.get(station, profile.subscriber.height_agl_m)
        told, shown = _shown(coverage.balanced, coverage.talk_out)
        figures = over_area(shown, study.grid.cell_areas_km2(), target=study.target)
        return rows.Draft(
            kind=rows.STATION,
            result_key=f"{station.id}|{profile.key}",
            title=f"Coverage of {station.name} for {profile.subscriber.name}",
            inputs_sha256=coverage_hash(study, station, profile.subscriber),
            input_ids=station.input_ids | profile.input_ids,
            owner_ids=station.owner_ids | profile.owner_ids,
            caveats=(
                *_notes(study, station, profile),
                *(str(unknown) for unknown in coverage.unknowns),
                *(f"{text}: {share:.0%} of cells" for text, share in losses.caveat_shares.items()),
            ),
            summary={
                "state": "computed",
                "area_shows": told,
                "profile": profile.key,
                "criterion": tables.criterion(station.told_mode(), study.daq).title,
                "target": study.target,
                "figures": _figures(figures),
                "budgets": [_budget(coverage.talk_out_budget), _budget(coverage.talk_in_budget)],
                "clutter_loss_db": clutter.assumed_class(station.told().freq_mhz).loss_db,
                "caveat_shares": losses.caveat_shares,
                "loss_sha256": loss_hash(study, station, profile.subscriber.height_agl_m),
            },
            parameters=study.basis(),
            sensitivity=highest((station.sensitivity, profile.sensitivity)),
            exercise=station.exercise or profile.exercise,
            area=covered_area(study.grid, shown, study.target),
            layers={rows.PATH_LOSS: losses.path_loss_db, rows.BALANCED: coverage.balanced},
        )

    def system(self, carrier: Carrier, profile: ProfileInput, system: SystemCoverage) -> None:
        """Store the composite of a carrier for a profile."""
        study = self.study
        layers = {
            rows.TALK_OUT: system.talk_out.nan_where_unknown(study.target),
            rows.TALK_IN: system.talk_in.nan_where_unknown(study.target),
            rows.BALANCED: system.balanced.nan_where_unknown(study.target),
        }
        told, shown = _shown(layers[rows.BALANCED], layers[rows.TALK_OUT])
        figures = over_area(shown, study.grid.cell_areas_km2(), target=study.target)
        missing = [sentence for station in carrier.stations for sentence in station.missing]
        self.put(
            rows.Draft(
                kind=rows.SYSTEM,
                result_key=carrier.result_key(profile.key),
                title=f"Coverage of {carrier.name} for {profile.subscriber.name}",
                inputs_sha256=carrier.inputs_sha256(study, profile),
                input_ids=frozenset().union(
                    {carrier.key[1]}, profile.input_ids, *(station.input_ids for station in carrier.stations)
                ),
                owner_ids=frozenset().union(
                    {carrier.key[0]}, profile.owner_ids, *(station.owner_ids for station in carrier.stations)
                ),
                caveats=(
                    *(note for station in carrier.stations for note in _notes(study, station, profile)),
                    *(f"unknown: {sentence} not on record" for sentence in missing),
                    "best single station at each cell; neither simulcast nor interference is counted",
                ),
                summary={
                    "state": "computed",
                    "area_shows": told,
                    "profile": profile.key,
                    "target": study.target,
                    "figures": _figures(figures),
                    "stations": [station.name for station in carrier.stations],
                    "unknown_stations": [station.name for station in carrier.stations if station.missing],
                },
                parameters=study.basis(),
                sensitivity=highest((profile.sensitivity, *(station.sensitivity for station in carrier.stations))),
                exercise=profile.exercise or any(station.exercise for station in carrier.stations),
                area=covered_area(study.grid, shown, study.target),
                layers=layers,
            )
        )
        self.step(carrier.name)

    def unknown_stations(self, stations: list[StationInput]) -> None:
        """Put on record that a station's coverage is unknown, and for want of what."""
        for station in stations:
            if station.transmitter is not None:
                continue
            self.report.unknown.append(f"{station.name} unknown: {'; '.join(station.missing)} not on record")
            with self.database.session(self.viewer) as session:
                rows.store(
                    session,
                    self.viewer,
                    self.study.grid,
                    rows.Draft(
                        kind=rows.STATION,
                        result_key=f"{station.id}|unknown",
                        title=f"Coverage of {station.name}: unknown",
                        inputs_sha256=digest([str(station.id), *station.missing]),
                        input_ids=station.input_ids,
                        owner_ids=station.owner_ids,
                        caveats=tuple(f"unknown: {sentence} not on record" for sentence in station.missing),
                        summary={"state": "unknown", "missing": list(station.missing)},
                        parameters={},
                        sensitivity=station.sensitivity,
                        exercise=station.exercise,
                    ),
                )

    def clear_away(
        self,
        stations: list[StationInput],
        carriers: list[Carrier],
        profiles_of: dict[uuid.UUID, dict[str, ProfileInput]],
        *,
        everything: bool,
    ) -> None:
        """Remove results that no longer stand for anything: a profile gone, a station off the air."""
        keys = {f"{station_id}|{profile}" for station_id, profiles in profiles_of.items() for profile in profiles}
        keys |= {f"{station.id}|unknown" for station in stations if station.transmitter is None}
        seen = None if everything else {str(station.id) for station in stations}
        system_keys = {carrier.result_key(profile) for carrier in carriers for profile in carrier.profiles}
        systems_seen = None if everything else {str(carrier.key[1]) for carrier in carriers}
        with self.database.session(self.viewer) as session:
            self.report.removed = rows.remove_others(
                session, self.viewer, rows.STATION, keep=keys, subjects=seen
            ) + rows.remove_others(session, self.viewer, rows.SYSTEM, keep=system_keys, subjects=systems_seen)


def write_combined(database: Database, viewer: Viewer, study: Study, path: Path) -> int:
    """Write one GeoTIFF: at each cell the best of the viewer's stored system results for portables (COMBINED).

    Its tags bear the mark of the results. Three bands: balanced, talk-out, talk-in. A cell is NaN where no such
    result is known there. Returns how many results went in; with none, nothing is written.
    """
    names = (rows.BALANCED, rows.TALK_OUT, rows.TALK_IN)
    best: dict[str, np.ndarray] = {}
    used: list[Result] = []
    with database.session(viewer) as session, leaving(session), reading_apart() as reading:
        for key in sorted(rows.hashes_on_record(session, viewer, rows.SYSTEM)):
            if "portable" not in key.partition("|")[2]:
                continue
            layers = {
                name: values
                for name in names
                if (values := rows.layer_of(session, viewer, rows.SYSTEM, key, name)) is not None
                and values.shape == study.grid.shape
            }
            if len(layers) < len(names):
                continue
            used.append(rows.result_of(session, viewer, rows.SYSTEM, key))
            for name, values in layers.items():
                best[name] = np.fmax(best[name], values) if name in best else values
        marking = mark(session, used)
        if used:
            told = {"what": COMBINED, "format": "tif", "marking": marking.text, "row_count": len(used)}
            record_event(session, action="exported", owner_id=None, details=told, seen=seen_of(reading.counts))
    if used:
        tags = {"TITLE": COMBINED, "TARGET": f"{study.target:g}", **marking.as_tags()}
        with marked_file(path, marking) as stream:
            stream.write(geotiff_bytes(study.grid, best, tags))
    return len(used)


def _told(study: Study, station: StationInput) -> StationInput:
    """The station as it is, or as one of which nothing can be told, with the reason."""
    reason = None if station.transmitter is None else untold(study, station)
    return station if reason is None else replace(station, transmitter=None, missing=(*station.missing, reason))


def _shown(balanced: np.ndarray, talk_out: np.ndarray) -> tuple[str, np.ndarray]:
    """What the polygon shows: both ways, or talk-out alone where talk-in is known nowhere."""
    if np.isfinite(balanced).any():
        return "balanced", balanced
    return "talk-out only, talk-in unknown", talk_out


def _notes(study: Study, station: StationInput, profile: ProfileInput) -> tuple[str, ...]:
    notes: list[str | None] = [*study.notes(), *station.notes]
    if profile.note:
        notes.append(profile.note)
    if station.transmitter is not None and station.criterion_mode is not None:
        notes.append(clutter.assumption_note(station.transmitter.freq_mhz))
        notes.append(tables.unverified_note(tables.criterion(station.criterion_mode, study.daq)))
    notes.append(tables.unverified_note(profile.subscriber.use))
    notes.append(f"beyond {study.radius_km:g} km a station is taken as serving nobody")
    return tuple(note for note in notes if note)


def _figures(figures: AreaReliability) -> dict[str, Any]:
    return {
        "area_km2": round(figures.area_km2, 1),
        "known_share": figures.known_share,
        "service_area_reliability": figures.service_area_reliability,
        "bounded_area_share": figures.bounded_area_share,
    }


def _budget(budget: Budget | Unknown) -> dict[str, Any]:
    if isinstance(budget, Unknown):
        return {"direction": budget.direction, "state": "unknown", "missing": list(budget.missing)}
    return {
        "direction": budget.direction,
        "state": "known",
        "terms": [asdict(term) for term in budget.terms],
        "allowed_loss_db": budget.allowed_loss_db,
    }
