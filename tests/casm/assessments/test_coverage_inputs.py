"""From rows to transmitters: what is taken, what is assumed in words, what is unknown by name."""

import pytest
from sqlalchemy import update

from casm.assessments.coverage_inputs import necessary_bandwidth_hz, read_station_inputs
from casm.assessments.subscriber_inputs import figures_of, profile_key, read_profiles
from casm.db.tables import Channel, Fleet, RadioSystem, Station, StationFrequency
from geo.coverage.transmitter import BeamPattern, OmniPattern
from geo.propagation.itm import Polarization


@pytest.fixture
def ridge(database, administrator, county):
    """Read the Ridge station after changing rows: `ridge((Model, id, {...}), ...)`."""

    def read(*changes):
        with database.session(administrator) as session:
            for model, row_id, values in changes:
                statement = update(model).values(**values)
                session.execute(statement if row_id is None else statement.where(model.id == row_id))
            return {station.id: station for station in read_station_inputs(session)}[county.ridge]

    return read


def test_a_whole_record_becomes_a_transmitter(ridge):
    station = ridge()
    transmitter = station.transmitter
    assert (transmitter.lon_deg, transmitter.lat_deg) == (-84.25, 36.36)
    assert transmitter.freq_mhz == 154.19
    assert transmitter.eirp_dbm == pytest.approx(52.15)
    assert transmitter.pattern == OmniPattern()
    assert transmitter.polarization == Polarization.VERTICAL
    assert (station.criterion_mode, station.missing, station.notes) == ("analog_fm", (), ())
    assert station.exercise


def test_an_unstated_pattern_is_unknown_and_a_beam_is_said_to_be_taken(ridge, county):
    assert ridge((Station, county.ridge, {"antenna_pattern": None})).transmitter.pattern is None
    station = ridge((Station, county.ridge, {"azimuth_deg": 90.0, "beamwidth_deg": 60.0}))
    assert station.transmitter.pattern == BeamPattern(90.0, 60.0)
    assert station.notes == ("Ridge VHF: antenna pattern not on record, one beam of 60 degrees taken for it",)


def test_an_unstated_polarization_is_taken_as_vertical_in_words(ridge, county):
    assert ridge((Station, county.ridge, {"polarization": None})).notes == (
        "Ridge VHF: polarization not on record, taken as vertical",
    )


def test_power_from_the_chain_where_no_erp_is_on_record(ridge, county):
    """50 W through 1.5 dB of line into 5.15 dBi: 46.99 + 3.65 dBm."""
    station = ridge((Station, county.ridge, {"erp_w": None, "tx_output_w": 50.0}))
    assert station.transmitter.eirp_dbm == pytest.approx(50.64, abs=0.005)
    assert ridge((Station, county.ridge, {"line_loss_db": None})).transmitter.eirp_dbm is None


@pytest.mark.parametrize(
    ("technology", "criterion_mode"),
    [("p25_phase2", "p25_phase2"), ("p25_conventional", "p25_phase1"), ("edacs", "edacs"), ("opensky", None)],
)
def test_the_criterion_follows_the_technology(ridge, county, technology, criterion_mode):
    station = ridge(
        (Channel, county.channel, {"mode": None}), (RadioSystem, county.system, {"technology": technology})
    )
    assert station.criterion_mode == criterion_mode
    assert (station.transmitter is None) == (criterion_mode is None)
    assert bool(station.missing) == (criterion_mode is None)


def test_the_bandwidth_comes_from_the_channel_then_from_the_emission(ridge, county):
    wide = {"bandwidth_hz": 25_000}
    assert ridge((Channel, county.channel, wide)).criterion_mode == "analog_fm_wide"
    unstated = (Channel, county.channel, {"bandwidth_hz": None})
    sixteen = (StationFrequency, None, {"emission_designators": "16K0F3E, 20K0F3E"})
    assert ridge(unstated, sixteen).criterion_mode == "analog_fm_wide"
    station = ridge(unstated, (StationFrequency, None, {"emission_designators": None}))
    assert station.criterion_mode == "analog_fm"
    assert "judged as 12.5 kHz" in station.notes[0]


def test_emission_designators_begin_with_the_necessary_bandwidth():
    """47 CFR 2.202(b): 11K2 = 11.2 kHz, 6K25 = 6.25 kHz, 400H = 400 Hz, 10M0 = 10 MHz."""
    for designator, width_hz in (("11K2F3E", 11_200), ("6K25F1E", 6_250), ("400HA1A", 400), ("10M0D7W", 10e6)):
        assert necessary_bandwidth_hz(designator) == pytest.approx(width_hz)
    assert necessary_bandwidth_hz("F3E") is None
    assert necessary_bandwidth_hz("") is None


def test_a_microwave_station_serves_no_subscriber(ridge):
    assert not ridge((StationFrequency, None, {"station_tx_freq_hz": 6_004_500_000})).land_mobile


def test_a_receive_only_station_has_no_power_to_tell(ridge):
    station = ridge((StationFrequency, None, {"station_tx_freq_hz": None}))
    assert station.transmitter.freq_mhz == 153.83
    assert station.transmitter.eirp_dbm is None
    assert station.transmitter.missing_for_talk_in() == ()


def test_a_station_without_frequency_or_site_is_unknown_by_name(ridge, county):
    station = ridge(
        (StationFrequency, None, {"status": "retired", "retired_at": "2026-01-01"}),
        (Station, county.ridge, {"site_id": county.fleet}),
    )
    assert station.transmitter is None
    assert station.missing == ("position of Ridge VHF's site", "station_tx_freq_hz of Ridge VHF")


def test_profiles_stand_under_the_channel_and_its_system(database, administrator, county):
    with database.session(administrator) as session:
        book = read_profiles(session)
    for carrier in ((county.owner, county.channel), (county.owner, county.system)):
        (profile,) = book.by_carrier[carrier].values()
        assert profile.key == "portable_street_5W_-5dBi_-119dBm_1.5m"
        assert profile.input_ids == {county.fleet}
        assert profile.owner_ids == {county.owner}
        assert profile.subscriber.height_agl_m == 1.5


def test_a_fleet_s_figures_or_what_they_lack():
    whole = Fleet(form_factor="mobile", tx_output_w=50.0, antenna_gain_dbi=2.15, receiver_sensitivity_dbm=-119.0)
    figures = figures_of(whole)
    assert figures.key == profile_key(figures.profile) == "mobile_50W_2.15dBi_-119dBm_1.5m"
    assert "mobile (50 W, 2.15 dBi, -119 dBm)" in figures.profile.name
    assert figures_of(Fleet(tx_output_w=5.0)).lacks == ("form_factor", "antenna_gain_dbi", "receiver_sensitivity_dbm")
    aircraft = Fleet(form_factor="aircraft", tx_output_w=5.0, antenna_gain_dbi=0.0, receiver_sensitivity_dbm=-119.0)
    assert figures_of(aircraft).lacks == ("use for aircraft",)
