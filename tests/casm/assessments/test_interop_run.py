"""From rows to stored answers and explanations, with the wall in between; over real (made) ground."""

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from geoalchemy2.shape import from_shape
from shapely.geometry import MultiPolygon, Point, box
from sqlalchemy import select

from casm.assessments.explain import explain_gap, explain_point
from casm.assessments.gap_run import run_gaps
from casm.assessments.interop_inputs import read_inputs, with_coverage
from casm.assessments.interop_rows import BasisBook
from casm.assessments.interop_run import prepare, run_interop
from casm.assessments.result import Result, ResultLayer
from casm.db.tables import (
    Agency,
    Agreement,
    AgreementAsset,
    AgreementParty,
    Channel,
    Fleet,
    FleetEncryption,
    Licence,
    Need,
    NeedParty,
    Owner,
    RadioSystem,
    ResourceEncryption,
    Site,
    Station,
    StationFrequency,
    Talkgroup,
    Template,
    TemplateSlot,
)
from casm.errors import CasmError
from casm.sharing.viewer import NATION_OWNER_ID, Viewer

TODAY = date(2026, 11, 22)
FRESH = date(2026, 10, 1)
STALE = date(2025, 9, 22)
# Round the station, 2 by 2 km; and a place far off behind the ridge.
NEAR = box(-84.262, 36.351, -84.240, 36.369)


@dataclass
class Region:
    """Ids of what the tests point at: two counties of one state, two agencies in the first, one in the second."""

    state: uuid.UUID = field(default_factory=uuid.uuid4)
    one: uuid.UUID = field(default_factory=uuid.uuid4)
    two: uuid.UUID = field(default_factory=uuid.uuid4)
    sheriff: uuid.UUID = field(default_factory=uuid.uuid4)
    fire: uuid.UUID = field(default_factory=uuid.uuid4)
    stranger: uuid.UUID = field(default_factory=uuid.uuid4)
    channel: uuid.UUID = field(default_factory=uuid.uuid4)
    station: uuid.UUID = field(default_factory=uuid.uuid4)
    fire_load: uuid.UUID = field(default_factory=uuid.uuid4)
    fire_fleet: uuid.UUID = field(default_factory=uuid.uuid4)


ADMINISTRATOR = Viewer.local_administrator()


@pytest.fixture
def region(database) -> Region:
    """Both sides of county one on one repeater channel, everything fresh and licensed."""
    ids = Region()
    with database.session(ADMINISTRATOR) as session:
        for owner_id, parent_id, kind, code in (
            (ids.state, NATION_OWNER_ID, "state", "us.st"),
            (ids.one, ids.state, "county", "us.st.one"),
            (ids.two, ids.state, "county", "us.st.two"),
        ):
            session.add(Owner(id=owner_id, parent_id=parent_id, kind=kind, name=f"EXERCISE {code}", code=code))
            session.flush()
        common = {"owner_id": ids.one, "verified_on": FRESH}
        site = uuid.uuid4()
        session.add(Site(id=site, name="Ridge", position=from_shape(Point(-84.25, 36.36), srid=4326), **common))
        session.add(Licence(call_sign="XEX001", licence_status="active", expires_on=date(2030, 1, 1), **common))
        session.add(channel_row(ids.channel, "FIRE 1", common))
        session.flush()
        session.add(
            Station(
                id=ids.station, name="Ridge Fire", site_owner_id=ids.one, site_id=site, channel_owner_id=ids.one,
                channel_id=ids.channel, call_sign="XEX001", antenna_height_agl_m=60.0, antenna_pattern="omni",
                polarization="vertical", antenna_gain_dbi=8.15, line_loss_db=1.0, erp_w=300.0,
                receiver_sensitivity_dbm=-121.0, **common,
            )
        )  # fmt: skip
        session.flush()
        session.add(
            StationFrequency(station_id=ids.station, station_tx_freq_hz=154_190_000, station_rx_freq_hz=153_830_000,
                             emission_designators="11K2F3E", **common)
        )  # fmt: skip
        add_agency(session, ids.sheriff, "One Sheriff", "law", common, channel=(ids.one, ids.channel))
        add_agency(session, ids.fire, "One Fire", "fire", common, channel=(ids.one, ids.channel),
                   fleet=ids.fire_fleet, load=ids.fire_load)  # fmt: skip
    return ids


def channel_row(channel_id: uuid.UUID, name: str, common: dict, **more) -> Channel:
    terms = {
        "configuration": "repeater", "rx_freq_hz": 154_190_000, "tx_freq_hz": 153_830_000, "mode": "analog_fm",
        "rx_squelch_kind": "ctcss", "rx_ctcss_hz": 156.7, "tx_squelch_kind": "ctcss", "tx_ctcss_hz": 156.7,
        "bandwidth_hz": 12_500, "call_sign": "XEX001",
    } | more  # fmt: skip
    return Channel(id=channel_id, name=name, **terms, **common)


def add_agency(session, agency_id, name, discipline, common, *, channel=None, talkgroup=None, fleet=None, load=None,
               area=NEAR, **radio) -> None:  # fmt: skip
    fleet, load = fleet or uuid.uuid4(), load or uuid.uuid4()
    terms = {
        "form_factor": "mobile", "bands": ["VHF"], "modes": ["analog_fm"], "tdma_capable": False, "tx_output_w": 50.0,
        "antenna_gain_dbi": 2.15, "receiver_sensitivity_dbm": -119.0,
    } | radio  # fmt: skip
    shape = from_shape(MultiPolygon([area]), srid=4326)
    session.add(Agency(id=agency_id, name=name, discipline=discipline, service_area=shape, **common))
    session.flush()
    session.add(Fleet(id=fleet, name=f"{name} mobiles", agency_id=agency_id, **terms, **common))
    session.flush()
    session.add(Template(id=load, fleet_id=fleet, name=f"{name} load", **common))
    session.flush()
    refers = {}
    if channel is not None:
        refers = {"channel_owner_id": channel[0], "channel_id": channel[1]}
    if talkgroup is not None:
        refers = {"talkgroup_owner_id": talkgroup[0], "talkgroup_id": talkgroup[1]}
    session.add(TemplateSlot(template_id=load, position=1, **refers, **common))
    session.flush()


def run(database, viewer=ADMINISTRATOR, study=None, as_of=TODAY):
    inputs, _ = prepare(database, viewer, as_of=as_of, study=study)
    return run_interop(database, viewer, inputs), run_gaps(database, viewer, inputs)


def pair_of(database, viewer, one, other) -> Result | None:
    key = "|".join(sorted((str(one), str(other))))
    with database.session(viewer) as session:
        return session.scalar(select(Result).where(Result.kind == "interop_pair", Result.result_key == key))


def change(database, model, row_id, **values) -> None:
    with database.session(ADMINISTRATOR) as session:
        row = session.scalar(select(model).where(model.id == row_id))
        for name, value in values.items():
            setattr(row, name, value)


def test_a_repeater_that_covers_both_sides_is_level_3(database, region, study):
    run(database, study=study)
    result = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire)
    assert result.summary["answer"] == "3"
    assert result.summary["place"]["kind"] == "overlap"
    (method, *_) = result.summary["methods"]
    assert (method["level"], method["kind"], method["state"]) == (3, "shared_channel", "yes")
    assert [record["name"] for record in method["resources"]] == ["FIRE 1"]
    assert method["sentence"] == "One Fire and One Sheriff can talk over channel FIRE 1."
    assert set(result.audience) == {region.one}
    assert {region.channel, region.station, region.fire, region.sheriff, region.fire_load} <= set(result.input_ids)
    assert result.field_classes == ["public"]
    with database.session(ADMINISTRATOR) as session:
        names = session.scalars(select(ResultLayer.name).where(ResultLayer.result_id == result.id)).all()
    assert set(names) == {"proven_level", "possible_level", "leg_states"}


def test_without_terrain_coverage_is_unknown_and_named(database, region):
    run(database)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["answer"] == "0, perhaps 3"
    texts = [reason["text"] for reason in summary["methods"][0]["reasons"]]
    assert "no station of channel FIRE 1 with computed coverage is on record" in texts


def test_the_same_inputs_are_kept_and_a_change_is_not(database, region, study):
    first, _ = run(database, study=study)
    assert (first.computed, first.kept) == (1, 0)
    before = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire)
    second, _ = run(database, study=study)
    assert (second.computed, second.kept) == (0, 1)
    assert pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).version == before.version
    change(database, Fleet, region.fire_fleet, bands=["UHF"])
    third, _ = run(database, study=study)
    after = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire)
    assert (third.computed, third.kept) == (1, 0)
    assert (after.id, after.version) == (before.id, before.version + 1)
    assert after.summary["answer"] == "0"
    assert after.summary["methods"][0]["reasons"][0]["code"] == "BAND"


def test_a_slot_added_is_a_change_of_inputs(database, region):
    run(database)
    with database.session(ADMINISTRATOR) as session:
        session.add(
            TemplateSlot(owner_id=region.one, template_id=region.fire_load, position=2, channel_owner_id=region.one,
                         channel_id=region.channel, zone="2", receive_only=True, verified_on=FRESH)
        )  # fmt: skip
    report, _ = run(database)
    assert report.computed == 1


def test_a_stale_template_is_named_with_its_age(database, region, study):
    change(database, Template, region.fire_load, verified_on=STALE)
    run(database, study=study)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["answer"] == "0, perhaps 3"
    (reason,) = summary["methods"][0]["reasons"]
    assert (reason["code"], reason["condition"]) == ("STALE", "PROGRAMMING")
    assert reason["text"] == "template One Fire load was last verified 14 months ago"
    assert reason["record_ids"] == [str(region.fire_load)]


def test_a_second_template_in_some_radios_leaves_the_fleet_unsure(database, region, study):
    change(database, Template, region.fire_load, programmed_radio_count=48)
    with database.session(ADMINISTRATOR) as session:
        load = session.scalar(select(Template).where(Template.id == region.fire_load))
        other = uuid.uuid4()
        session.add(
            Template(id=other, owner_id=region.one, fleet_id=load.fleet_id, name="Training load",
                     programmed_radio_count=12, verified_on=FRESH)
        )  # fmt: skip
        session.flush()
        session.add(
            TemplateSlot(owner_id=region.one, template_id=other, position=1, channel_owner_id=region.one,
                         channel_id=region.channel, receive_only=True, verified_on=FRESH)
        )  # fmt: skip
    run(database, study=study)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["answer"] == "0, perhaps 3"
    (reason,) = summary["methods"][0]["reasons"]
    assert (reason["code"], reason["condition"]) == ("MISSING", "PROGRAMMING")
    assert reason["text"].startswith("12 radios of fleet One Fire mobiles carry template Training load")
    change(database, Template, other, programmed_radio_count=0)
    run(database, study=study)
    assert pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary["answer"] == "3"


def test_a_stale_station_proves_nothing_but_is_possible(database, region, study):
    change(database, Station, region.station, verified_on=STALE)
    run(database, study=study)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["answer"] == "0, perhaps 3"
    assert "station Ridge Fire was last verified 14 months ago" in [
        reason["text"] for reason in summary["methods"][0]["reasons"]
    ]


def test_a_declared_range_is_not_coverage(database, region, study):
    change(database, Station, region.station, declared_range_m=50_000.0, antenna_height_agl_m=None)
    run(database, study=study)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["answer"] == "0, perhaps 3"
    assert any("antenna_height_agl_m" in reason["text"] for reason in summary["methods"][0]["reasons"])


def test_a_planned_station_covers_nothing_and_a_planned_channel_is_no_use(database, region, study):
    change(database, Channel, region.channel, status="planned")
    run(database, study=study)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["proven_level"] == 0


def add_stranger(database, region, *, channel=None) -> None:
    """An agency of county two on county one's channel, under an agreement of county two's."""
    with database.session(ADMINISTRATOR) as session:
        common = {"owner_id": region.two, "verified_on": FRESH}
        add_agency(
            session, region.stranger, "Two Fire", "fire", common, channel=channel or (region.one, region.channel)
        )
        agreement = uuid.uuid4()
        session.add(Agreement(id=agreement, title="Fire aid", effective_on=FRESH, open_ended=True, **common))
        session.flush()
        session.add(
            AgreementParty(agreement_id=agreement, agency_owner_id=region.two, agency_id=region.stranger, **common)
        )
        session.add(AgreementAsset(agreement_id=agreement, asset_class="channel", asset_owner_id=region.one,
                                   asset_id=region.channel, **common))  # fmt: skip


def test_an_agreement_lets_another_county_in(database, region, study):
    add_stranger(database, region)
    run(database, study=study)
    result = pair_of(database, ADMINISTRATOR, region.fire, region.stranger)
    assert result.summary["answer"] == "3"
    assert set(result.audience) == {region.one, region.two}


def test_who_may_not_see_an_agency_never_hears_of_it(database, region, study):
    viewer = Viewer.of_owner("one", region.one, may_write=True, all_fields=True)
    run(database, viewer, study)
    alone = pair_of(database, viewer, region.sheriff, region.fire)
    add_stranger(database, region)
    report, _ = run(database, viewer, study)
    beside = pair_of(database, viewer, region.sheriff, region.fire)
    assert (report.agencies, report.computed, report.kept) == (2, 0, 1)
    assert beside.summary == alone.summary
    assert beside.inputs_sha256 == alone.inputs_sha256
    with database.session(viewer) as session:
        rows = [(row.title, row.summary, row.parameters, row.caveats) for row in session.scalars(select(Result))]
        everything = f"{rows} {explain_point(session, -84.25, 36.36)}"
    assert "Two Fire" not in everything
    assert str(region.stranger) not in everything


def test_results_on_hidden_rows_are_hidden_too(database, region, study):
    add_stranger(database, region)
    run(database, study=study)
    viewer = Viewer.of_owner("one", region.one)
    assert pair_of(database, viewer, region.fire, region.stranger) is None
    # Even what rests on the county's own rows: whether an answer is there would tell whether hidden rows went in.
    assert pair_of(database, viewer, region.sheriff, region.fire) is None


def test_a_slot_on_a_hidden_channel_is_unknown_and_not_an_error(database, region):
    hidden = uuid.uuid4()
    with database.session(ADMINISTRATOR) as session:
        session.add(channel_row(hidden, "SECRET 9", {"owner_id": region.two, "verified_on": FRESH}))
        session.flush()
        for agency, name in ((uuid.uuid4(), "One EMS"), (uuid.uuid4(), "One Police")):
            add_agency(session, agency, name, "ems", {"owner_id": region.one, "verified_on": FRESH},
                       channel=(region.two, hidden))  # fmt: skip
    viewer = Viewer.of_owner("one", region.one, may_write=True)
    report, _ = run(database, viewer)
    line = next(line for line in report.lines if {line.one, line.other} == {"One EMS", "One Police"})
    assert line.words == "0, perhaps 3"
    with database.session(viewer) as session:
        assert "SECRET" not in " ".join(str(row.summary) for row in session.scalars(select(Result)))


def encrypted(database, region) -> tuple[uuid.UUID, uuid.UUID]:
    """Two agencies on a strapped talkgroup with the right key, on a system without stations."""
    system, talkgroup, ems, police = (uuid.uuid4() for _ in range(4))
    with database.session(ADMINISTRATOR) as session:
        common = {"owner_id": region.one, "verified_on": FRESH}
        session.add(RadioSystem(id=system, name="P25", technology="p25_phase1", bands=["700"], **common))
        session.flush()
        session.add(Talkgroup(id=talkgroup, radio_system_id=system, talkgroup_number=7, alias="TAC", access="fdma",
                              **common))  # fmt: skip
        session.flush()
        session.add(ResourceEncryption(talkgroup_id=talkgroup, state="strapped", algorithm="aes_256",
                                       key_reference=101, **common))  # fmt: skip
        for agency, name in ((ems, "One EMS"), (police, "One Police")):
            fleet = uuid.uuid4()
            add_agency(session, agency, name, "ems", common, talkgroup=(region.one, talkgroup), fleet=fleet,
                       bands=["700"], modes=["p25_phase1"])  # fmt: skip
            session.add(FleetEncryption(fleet_id=fleet, algorithms=["aes_256"], key_references=["102"], **common))
    return ems, police


def test_what_rests_on_encryption_is_of_that_field_class(database, region):
    ems, police = encrypted(database, region)
    full = Viewer.of_owner("radio shop", region.one, may_write=True, all_fields=True)
    run(database, full)
    found = pair_of(database, full, ems, police)
    assert found.summary["answer"] == "0"
    assert found.summary["methods"][0]["reasons"][0]["code"] == "ENCRYPTION"
    assert set(found.field_classes) == {"public", "encryption"}
    assert pair_of(database, Viewer.of_owner("clerk", region.one), ems, police) is None


def test_who_may_not_see_encryption_gets_unknown_instead(database, region):
    ems, police = encrypted(database, region)
    clerk = Viewer.of_owner("clerk", region.one, may_write=True)
    run(database, clerk)
    found = pair_of(database, clerk, ems, police)
    assert found.summary["answer"] == "0, perhaps 5"
    assert "101" not in str(found.summary)
    assert found.field_classes == ["public"]


def add_need(database, region, level, place=NEAR, **more) -> uuid.UUID:
    need = uuid.uuid4()
    with database.session(ADMINISTRATOR) as session:
        common = {"owner_id": region.one, "verified_on": FRESH}
        shape = None if place is None else from_shape(MultiPolygon([place]), srid=4326)
        session.add(Need(id=need, name=f"Need of {level}", required_level=level, place=shape, **common, **more))
        session.flush()
        for agency in (region.sheriff, region.fire):
            session.add(NeedParty(need_id=need, agency_owner_id=region.one, agency_id=agency, **common))
    return need


def results(database, kind) -> list[Result]:
    with database.session(ADMINISTRATOR) as session:
        return list(session.scalars(select(Result).where(Result.kind == kind).order_by(Result.result_key)))


def test_needs_met_and_not_met(database, region, study):
    add_need(database, region, 3)
    add_need(database, region, 5)
    _, report = run(database, study=study)
    assert [(line.name, line.state) for line in report.lines] == [("Need of 3", "met"), ("Need of 5", "not met")]
    (gap,) = results(database, "gap")
    assert gap.summary["reason"] == "NO_METHOD"
    assert gap.summary["known"] is True


def test_a_gap_of_place_has_the_cells_that_fail(database, region, study):
    """A weak station leaves part of the place out: the gap is that part, and smaller than the place."""
    change(database, Station, region.station, erp_w=0.00005)
    need = add_need(database, region, 3)
    run(database, study=study)
    (gap,) = results(database, "gap")
    assert gap.result_key == f"{need}|COVERAGE|1"
    assert 0.0 < gap.summary["area_km2"] < 3.7
    with database.session(ADMINISTRATOR) as session:
        told = explain_gap(session, gap.id)
        with pytest.raises(CasmError, match="no such gap"):
            explain_gap(session, uuid.uuid4())
        (here,) = explain_point(session, -84.2605, 36.3675)["pairs"]
        (near,) = explain_point(session, -84.2502, 36.3602)["pairs"]
    assert told["known"] is True
    assert here["sentence"] == (
        "One Fire cannot reach One Sheriff here: FIRE 1 does not reach One Fire and One Sheriff here."
    )
    assert (near["answer"], near["over_the_whole_place"]) == ("3", "0")
    assert near["sentence"].startswith("One Fire and One Sheriff can talk here over FIRE 1")
    assert "the signal does not reach" in told["sentence"]
    assert told["asked"].endswith("need level 3 (a shared channel) within 60 minutes")


def test_a_gap_that_is_closed_is_removed(database, region, study):
    change(database, Fleet, region.fire_fleet, bands=["UHF"])
    add_need(database, region, 3)
    run(database, study=study)
    assert [gap.summary["reason"] for gap in results(database, "gap")] == ["BAND"]
    change(database, Fleet, region.fire_fleet, bands=["VHF"])
    _, report = run(database, study=study)
    assert results(database, "gap") == []
    assert report.removed == 1


def test_a_need_that_is_not_known_to_be_met_says_so(database, region, study):
    change(database, Template, region.fire_load, verified_on=STALE)
    add_need(database, region, 3)
    _, report = run(database, study=study)
    assert [line.state for line in report.lines] == ["not proven"]
    (gap,) = results(database, "gap")
    assert (gap.summary["reason"], gap.summary["known"]) == ("STALE", False)
    assert gap.title == "Not proven: Need of 3 (STALE)"


def test_a_proposed_need_is_no_gap(database, region, study):
    add_need(database, region, 5, origin="proposed")
    _, report = run(database, study=study)
    assert (report.lines, report.proposed) == ([], 1)
    assert results(database, "gap") == []


def test_a_need_of_an_agency_not_to_be_had_is_not_known(database, region, study):
    need = add_need(database, region, 3)
    with database.session(ADMINISTRATOR) as session:
        session.add(NeedParty(owner_id=region.one, need_id=need, agency_owner_id=region.two, agency_id=uuid.uuid4()))
    _, report = run(database, study=study)
    assert [line.state for line in report.lines] == ["not proven"]
    (gap,) = results(database, "gap")
    assert "unavailable" in gap.summary["sentence"]


def test_agencies_apart_have_no_shared_place(database, region, study):
    far = uuid.uuid4()
    with database.session(ADMINISTRATOR) as session:
        add_agency(session, far, "Far Fire", "fire", {"owner_id": region.one, "verified_on": FRESH},
                   channel=(region.one, region.channel), area=box(-83.0, 36.0, -82.9, 36.1))  # fmt: skip
    run(database, study=study)
    summary = pair_of(database, ADMINISTRATOR, far, region.fire).summary
    assert (summary["answer"], summary["proven_level"]) == ("no shared place", None)


def test_explaining_a_place_names_the_means_and_the_reasons(database, region, study):
    run(database, study=study)
    with database.session(ADMINISTRATOR) as session:
        (pair,) = explain_point(session, -84.25, 36.36)["pairs"]
        assert explain_point(session, -84.29, 36.33)["pairs"] == []
        assert explain_point(session, 10.0, 50.0)["pairs"] == []
    assert (pair["answer"], pair["over_the_whole_place"]) == ("3", "3")
    assert "can talk here over FIRE 1: level 3, a shared channel." in pair["sentence"]
    change(database, Template, region.fire_load, verified_on=STALE)
    run(database, study=study)
    with database.session(ADMINISTRATOR) as session:
        (pair,) = explain_point(session, -84.25, 36.36)["pairs"]
    assert pair["answer"] == "0, perhaps 3"
    assert "It is not shown that" in pair["sentence"]
    assert "last verified 14 months ago" in pair["sentence"]


def test_a_retired_channel_is_unavailable(database, region):
    change(database, Channel, region.channel, status="retired", retired_at=datetime.now(UTC))
    run(database)
    summary = pair_of(database, ADMINISTRATOR, region.sheriff, region.fire).summary
    assert summary["answer"] == "0, perhaps 3"
    texts = [reason["text"] for reason in summary["methods"][0]["reasons"]]
    assert "the record of a channel is unavailable" in texts


def test_reading_inputs_twice_gives_the_same_hash(database, region, study):
    with database.session(ADMINISTRATOR) as session:
        inputs = [with_coverage(read_inputs(session, as_of=TODAY), None) for _ in range(2)]
    hashes = {BasisBook(one).of([agency.record for agency in one.world.agencies], {}).inputs_sha256 for one in inputs}
    assert len(hashes) == 1
