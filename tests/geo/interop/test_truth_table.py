"""Every level and every reason, one thing at a time, with answers worked out by hand from the definition."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_worlds import CSQ, GRID, STALE, TODAY, TONE, Region, codes, pair, where

from geo.interop.answer import Interval
from geo.interop.resource import Squelch

NAN = np.full(GRID.shape, np.nan)
LOW = np.full(GRID.shape, 0.94)
P25 = {"analog_fm", "p25_phase1", "p25_phase2"}
CASES: list = []


def case(proven: int, possible: int, level: int, *reasons: str) -> Callable:
    """Register a builder: the interval expected of it, and the reasons expected at a level."""

    def register(build: Callable[[], Region]) -> Callable[[], Region]:
        CASES.append(pytest.param(build, Interval(proven, possible), level, set(reasons), id=build.__name__))
        return build

    return register


def trunked(**changes) -> Region:
    """Both sides on talkgroup T1 of one covered P25 system. Changes go to the side, talkgroup or system named."""
    region = pair()
    region.system(**changes.get("system", {}))
    region.talkgroup("T1", **changes.get("talkgroup", {}))
    region.cover("P25", *changes.get("cover", ()))
    region.fleet("A", "T1", **changes.get("a", {}))
    region.fleet("B", *changes.get("b_holds", ("T1",)), **changes.get("b", {}))
    return region


def conventional(*, c1: dict | None = None, c2: dict | None = None, a=None, b=None, cover: bool = True) -> Region:
    """A on channel C1, B on channel C2 of another name, equal in every figure unless changed."""
    region = pair()
    region.channel("C1", **(c1 or {}))
    region.channel("C2", **(c2 or {}))
    if cover:
        region.cover("C1")
        region.cover("C2")
    region.fleet("A", "C1", **(a or {}))
    region.fleet("B", "C2", **(b or {}))
    return region


def bridged(**changes) -> Region:
    """A on VHF, B on UHF, and a gateway of A with a wired port on each."""
    region = pair()
    region.channel("V")
    region.channel("U", rx=453_000_000, tx=458_000_000)
    region.cover("V")
    region.cover("U")
    region.fleet("A", "V", bands={"VHF"})
    region.fleet("B", "U", bands={"UHF"})
    ports = changes.pop("ports", (("V", "wired"), ("U", "wired")))
    region.gateway("G", *ports, **{"agency": "A", **changes})
    return region


def lending(radio: dict | None = None, **changes) -> Region:
    """A on VHF, B on UHF, and a cache of VHF radios that the county lends."""
    region = bridged()
    region.gateways.clear()
    region.cache("K", region.radios("K portables", "V", bands={"VHF"}, **(radio or {})), **{"agency": "A", **changes})
    return region


# Level 5 and 4: shared talkgroups.


@case(5, 5, 5)
def one_p25_system():
    return trunked()


@case(4, 4, 4)
def one_proprietary_system():
    return trunked(system={"technology": "edacs", "standards": False}, a={"modes": {"edacs"}}, b={"modes": {"edacs"}})


@case(0, 5, 5, "MISSING:MODE")
def technology_not_stated():
    return trunked(system={"technology": None, "standards": None})


@case(0, 0, 5, "BAND", "PROGRAMMING")
def one_side_lacks_the_band():
    return trunked(b={"bands": {"VHF"}}, b_holds=("other",))


@case(0, 5, 5, "MISSING:BAND")
def bands_of_a_fleet_not_stated():
    return trunked(b={"bands": None})


@case(0, 5, 5, "MISSING:BAND")
def radios_with_one_of_two_bands_of_a_system():
    return trunked(system={"bands": {"700", "800"}})


@case(0, 0, 5, "MODE")
def analogue_radios_on_p25():
    return trunked(b={"modes": {"analog_fm"}})


@case(0, 0, 5, "MODE")
def phase_1_radios_on_a_tdma_talkgroup():
    return trunked(talkgroup={"access": "tdma"}, a={"tdma": True}, b={"tdma": False})


@case(5, 5, 5)
def phase_1_radios_on_a_dynamic_talkgroup():
    return trunked(talkgroup={"access": "dynamic"}, system={"technology": "p25_phase2"})


@case(0, 5, 5, "MISSING:MODE")
def tdma_of_a_phase_2_talkgroup_not_stated():
    return trunked(talkgroup={"access": None}, system={"technology": "p25_phase2"})


@case(5, 5, 5)
def tdma_seen_from_the_modes():
    radios = {"modes": P25, "tdma": None}
    return trunked(talkgroup={"access": "tdma"}, a=radios, b=radios)


@case(0, 0, 5, "PROGRAMMING")
def one_side_not_programmed():
    return trunked(b_holds=("other",))


@case(0, 0, 5, "PROGRAMMING")
def one_side_only_listens():
    return trunked(b_holds=(), b={"listens": ("T1",)})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def no_template_on_record():
    return trunked(b_holds=(), b={"template": False})


@case(0, 5, 5, "STALE:PROGRAMMING")
def a_stale_template_proves_nothing():
    return trunked(b={"template_verified": STALE})


@case(0, 5, 5, "STALE:PROGRAMMING")
def a_stale_template_disproves_nothing():
    return trunked(b_holds=("other",), b={"template_verified": STALE})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def a_template_never_verified():
    return trunked(b={"template_verified": None})


@case(0, 5, 5, "MISSING:BAND")
def a_fleet_marked_as_verified_after_the_day_asked_for():
    return trunked(b={"verified": date(2026, 11, 23)})


@case(0, 5, 5, "STALE:BAND")
def a_stale_fleet():
    return trunked(b={"verified": STALE})


# Several templates in one fleet: nobody knows which radio is in the hand.


@case(0, 5, 5, "MISSING:PROGRAMMING")
def some_radios_of_a_fleet_carry_a_template_without_it():
    return trunked(b={"radio_count": 60, "carried": 48, "also": (("jail load", ("other",), 12),)})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def a_template_without_it_in_radios_not_counted():
    return trunked(b={"also": (("jail load", ("other",)),)})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def some_radios_only_listen():
    return trunked(b={"also": (("jail load", ("other",), 12, ("T1",)),)})


@case(5, 5, 5)
def every_template_of_a_fleet_holds_it():
    return trunked(b={"radio_count": 60, "carried": 48, "also": (("jail load", ("other", "T1"), 12),)})


@case(5, 5, 5)
def a_template_in_no_radio_counts_for_nothing():
    return trunked(b={"also": (("old load", ("other",), 0),)})


@case(0, 5, 5, "STALE:PROGRAMMING")
def that_a_template_is_in_no_radio_is_stale():
    return trunked(b={"also": (("old load", ("other",), 0, (), STALE),)})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def a_template_whose_contents_are_not_stated_beside_one_that_holds_it():
    return trunked(b={"also": (("vendor load", ()),)})


@case(0, 0, 5, "PROGRAMMING")
def no_template_of_a_fleet_holds_it():
    return trunked(b_holds=("other",), b={"also": (("jail load", ("another",), 12),)})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def only_a_template_in_no_radio_holds_it():
    return trunked(b={"carried": 0})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def what_most_radios_of_a_fleet_carry_is_not_on_record():
    return trunked(b={"radio_count": 60, "carried": 12})


@case(0, 5, 5, "MISSING:PROGRAMMING")
def a_template_programmed_after_the_day_asked_for():
    return trunked(b={"programmed_on": date(2026, 11, 23)})


@case(0, 0, 5, "CAPACITY")
def a_fleet_without_a_radio():
    return trunked(b={"radio_count": 0})


@case(5, 5, 5)
def one_fleet_of_two_that_all_hold_it():
    region = trunked()
    region.fleet("B", "other", name="B mobiles")
    return region


@case(0, 5, 5, "MISSING:PROGRAMMING", "PROGRAMMING")
def a_guest_some_of_whose_radios_have_nothing_of_the_joined_system():
    region = joined()
    region.fleets["B"] = []
    region.fleet("B", "T1", "T2", profile="far", also=(("jail load", ("T1",), 12),))
    return region


@case(0, 1, 1, "MISSING:PROGRAMMING")
def a_cache_with_two_templates_in_its_radios():
    return lending({"also": (("spare load", ("other",), 4),)})


# Encryption.


@case(0, 0, 5, "ENCRYPTION")
def aes_against_adp():
    key = ("strapped", "aes_256", 102)
    return trunked(talkgroup={"encryption": key}, a={"keys": ({"aes_256"}, {102})}, b={"keys": ({"adp"}, {102})})


@case(0, 0, 5, "ENCRYPTION")
def same_algorithm_another_key():
    key = ("strapped", "aes_256", 102)
    return trunked(talkgroup={"encryption": key}, a={"keys": ({"aes_256"}, {102})}, b={"keys": ({"aes_256"}, {101})})


@case(5, 5, 5)
def same_algorithm_and_key():
    keys = {"keys": ({"aes_256"}, {102})}
    return trunked(talkgroup={"encryption": ("strapped", "aes_256", 102)}, a=keys, b=keys)


@case(5, 5, 5, "MISSING:ENCRYPTION")
def selectable_meets_in_clear():
    return trunked(talkgroup={"encryption": ("selectable", "aes_256", 102)}, a={"keys": ({"aes_256"}, {102})})


@case(0, 5, 5, "MISSING:ENCRYPTION")
def encryption_of_a_digital_talkgroup_not_stated():
    return trunked(talkgroup={"encryption": ()})


@case(0, 5, 5, "MISSING:ENCRYPTION")
def keys_of_a_fleet_not_stated():
    key = ("strapped", "aes_256", 102)
    return trunked(talkgroup={"encryption": key}, a={"keys": ({"aes_256"}, {102})})


@case(0, 5, 5, "MISSING:ENCRYPTION")
def key_of_the_talkgroup_not_stated():
    keys = {"keys": ({"aes_256"}, {102})}
    return trunked(talkgroup={"encryption": ("strapped", "aes_256", None)}, a=keys, b=keys)


# Authority.


def foreign(**agreement) -> Region:
    """B belongs to another owner than the system."""
    region = trunked()
    region.agencies[1] = replace(region.agencies[1], own_owner_ids=frozenset({"city"}))
    if agreement:
        region.agreement("MOU", {"B"}, agreement.pop("assets", {"P25"}), **agreement)
    return region


@case(0, 0, 5, "AUTHORITY")
def no_agreement_on_record():
    return foreign()


@case(5, 5, 5)
def an_agreement_in_force():
    return foreign(expires=date(2027, 1, 1))


@case(5, 5, 5)
def an_agreement_on_the_talkgroup_open_ended():
    return foreign(assets={"T1"}, expires=None, open_ended=True)


@case(5, 5, 5)
def an_agreement_on_its_last_day():
    return foreign(expires=TODAY)


@case(0, 0, 5, "AUTHORITY")
def an_agreement_expired():
    return foreign(expires=date(2026, 6, 30))


@case(0, 0, 5, "AUTHORITY")
def an_agreement_not_yet_in_force():
    return foreign(effective=date(2026, 12, 1))


@case(0, 5, 5, "MISSING:AUTHORITY")
def an_agreement_without_an_end():
    return foreign(expires=None)


@case(0, 5, 5, "STALE:AUTHORITY")
def a_stale_agreement():
    return foreign(verified=STALE)


@case(0, 5, 5, "STALE:AUTHORITY")
def a_stale_agreement_that_says_expired():
    return foreign(expires=date(2025, 6, 30), verified=STALE)


@case(0, 5, 5, "MISSING:AUTHORITY")
def the_licence_is_not_on_record():
    return trunked(system={"licensed": False})


@case(0, 0, 5, "AUTHORITY")
def the_licence_expired():
    region = trunked(system={"licensed": False})
    region.licence("WP25", expires_on=date(2026, 11, 21))
    return region


@case(0, 0, 5, "AUTHORITY")
def the_licence_was_cancelled():
    region = trunked(system={"licensed": False})
    region.licence("WP25", cancelled_on=date(2026, 1, 1))
    return region


@case(0, 0, 3, "AUTHORITY")
def a_channel_of_another_discipline():
    return conventional(c1={"disciplines": {"fire"}}, c2={"disciplines": {"fire"}})


@case(3, 3, 3)
def a_national_channel_under_any_licence_of_the_agency():
    region = conventional(c1={"national": True, "owner": "public", "licensed": False},
                          c2={"national": True, "owner": "public", "licensed": False})  # fmt: skip
    region.licence("WANY", owner="county")
    return region


@case(0, 3, 3, "MISSING:AUTHORITY")
def a_national_channel_without_a_licence_on_record():
    return conventional(c1={"national": True, "owner": "public", "licensed": False},
                        c2={"national": True, "owner": "public", "licensed": False})  # fmt: skip


@case(0, 0, 3, "AUTHORITY")
def a_channel_outside_its_area():
    region = conventional()
    region.areas["C1"] = np.zeros(GRID.shape, dtype=bool)
    return region


# Level 3: shared channels, by the figures.


@case(3, 3, 3)
def two_names_for_one_channel():
    return conventional()


@case(0, 0, 3, "PROGRAMMING")
def another_receive_frequency():
    return conventional(c2={"rx": 155_007_500})


@case(0, 0, 3, "PROGRAMMING")
def another_transmit_tone():
    return conventional(c2={"tx_squelch": Squelch("ctcss", "100.0")})


@case(0, 0, 3, "PROGRAMMING")
def a_nac_is_not_a_tone():
    return conventional(c2={"tx_squelch": Squelch("nac", "156.7")})


@case(0, 3, 3, "MISSING:COVERAGE")
def carrier_squelch_hears_any_tone():
    """One net, and two repeaters of which nobody says that they are one."""
    return conventional(c2={"rx_squelch": CSQ})


@case(0, 0, 3, "PROGRAMMING")
def wide_is_not_narrow():
    return conventional(c2={"bandwidth": "W"})


@case(0, 0, 3, "MODE")
def analogue_is_not_p25():
    clear = {"encryption": ("clear",)}
    return conventional(c1=clear, c2={"mode": "p25_phase1", **clear})


def both_on_mixed(a: set[str], b: set[str]) -> Region:
    """Both on one mixed FM and P25 channel, with radios of these modes."""
    mixed = {"mode": "mixed_fm_p25", "encryption": ("clear",)}
    return conventional(c1=mixed, c2=mixed, a={"modes": a}, b={"modes": b})


@case(3, 3, 3)
def radios_of_both_modes_on_a_mixed_channel():
    return both_on_mixed({"analog_fm", "p25_phase1"}, {"analog_fm", "p25_phase1"})


@case(0, 3, 3, "MISSING:MODE")
def an_analogue_and_a_digital_radio_on_a_mixed_channel():
    return both_on_mixed({"analog_fm"}, {"p25_phase1"})


@case(0, 0, 3, "MODE")
def no_radio_for_a_mixed_channel():
    return both_on_mixed({"analog_fm", "p25_phase1"}, {"dmr"})


@case(0, 0, 3, "NO_METHOD")
def a_channel_that_is_only_for_listening():
    listening = {"configuration": "receive_only"}
    return conventional(c1=listening, c2=listening)


@case(0, 3, 3, "MISSING:COVERAGE")
def a_repeater_channel_used_talk_around():
    return conventional(c1={"configuration": "simplex"}, c2={"configuration": "simplex"})


@case(0, 3, 3, "MISSING:COVERAGE")
def two_repeaters_on_one_channel_each_with_one_side():
    """Nothing says that what one repeater hears, the other sends."""
    region = conventional(cover=False)
    region.fleets["B"] = []
    region.fleet("B", "C2", profile="mobile")
    region.cover("C1")
    region.cover("C2", LOW)
    region.cover("C1", LOW, profile="mobile")
    region.cover("C2", profile="mobile")
    return region


@case(0, 3, 3, "MISSING:MODE", "MISSING:COVERAGE")
def mixed_may_be_set_to_analogue():
    clear = {"encryption": ("clear",)}
    return conventional(c1=clear, c2={"mode": "mixed_fm_p25", **clear})


@case(0, 0, 3, "ENCRYPTION")
def the_same_channel_clear_and_encrypted():
    return conventional(
        c1={"mode": "p25_phase1", "encryption": ("clear",)},
        c2={"mode": "p25_phase1", "encryption": ("strapped", "aes_256", 5)},
        b={"keys": ({"aes_256"}, {5})},
    )


@case(0, 3, 3, "MISSING:PROGRAMMING", "MISSING:COVERAGE")
def a_tone_not_stated():
    return conventional(c2={"tx_squelch": Squelch(None)})


@case(0, 3, 3, "MISSING:COVERAGE")
def a_repeater_channel_without_a_station():
    return conventional(cover=False)


@case(0, 3, 3, "MISSING:COVERAGE")
def a_direct_channel_is_possible_only():
    direct = {"rx": 151_137_500, "tx": 151_137_500, "configuration": "simplex"}
    region = conventional(c1=direct, c2=direct, cover=False)
    region.direct("C1", 3.4)
    return region


@case(0, 0, 3, "PROGRAMMING")
def a_direct_channel_whose_tone_opens_nobody():
    direct = {"rx": 151_137_500, "tx": 151_137_500, "configuration": "simplex"}
    return conventional(
        c1={**direct, "tx_squelch": CSQ, "rx_squelch": CSQ}, c2={**direct, "tx_squelch": CSQ, "rx_squelch": TONE}
    )


@case(0, 3, 3, "MISSING:PROGRAMMING")
def a_frequency_not_stated():
    return conventional(c2={"rx": None})


@case(0, 3, 3, "MISSING:PROGRAMMING", "MISSING:COVERAGE")
def no_fleet_on_record():
    region = conventional()
    region.fleets["B"] = []
    return region


# Coverage.


@case(0, 0, 5, "COVERAGE")
def talk_out_too_weak():
    return trunked(cover=(LOW, where(otherwise=0.99)))


@case(0, 0, 5, "COVERAGE")
def talk_in_too_weak():
    return trunked(cover=(where(otherwise=0.99), LOW))


@case(0, 5, 5, "MISSING:COVERAGE")
def no_terrain_no_answer():
    return trunked(cover=(NAN,))


@case(0, 0, 5, "COVERAGE")
def one_direction_fails_whatever_the_other():
    return trunked(cover=(NAN, LOW))


@case(0, 5, 5, "MISSING:COVERAGE")
def figures_of_the_radios_not_stated():
    return trunked(b={"profile": None})


@case(0, 0, 5, "COVERAGE")
def half_of_the_place_is_not_enough():
    half = np.full(GRID.shape, 0.99)
    half[:, :2] = 0.1
    return trunked(cover=(half,))


@case(0, 0, 3, "COVERAGE")
def each_side_covered_elsewhere():
    """Each side has its half by a radio of its own: together nowhere."""
    region = pair()
    region.channel("C1")
    west, east = np.full(GRID.shape, 0.1), np.full(GRID.shape, 0.1)
    west[:, :2], east[:, 2:] = 0.99, 0.99
    region.cover("C1", west, profile="portable")
    region.cover("C1", east, profile="mobile")
    region.fleet("A", "C1")
    region.fleet("B", "C1", profile="mobile")
    return region


# ISSI.


def joined(*, in_force: bool | None = True, carried: set[str] | None = frozenset({"T1"}), **home) -> Region:
    """A on system P25 and B on system Q25, which are joined; B's radios hold A's talkgroup, and one of their own."""
    region = pair()
    region.system("P25", **home)
    region.system("Q25")
    region.join("P25", "Q25", in_force=in_force, carried=carried)
    region.talkgroup("T1", "P25")
    region.talkgroup("T2", "Q25")
    region.cover("P25", LOW, profile="far")
    region.cover("P25")
    region.cover("Q25", profile="far")
    region.cover("Q25")
    region.fleet("A", "T1")
    region.fleet("B", "T1", "T2", profile="far")
    return region


@case(5, 5, 5, "PROGRAMMING")
def joined_by_issi():
    return joined()


@case(0, 0, 5, "COVERAGE", "PROGRAMMING")
def the_join_is_down():
    return joined(in_force=False)


@case(0, 5, 5, "MISSING:NO_METHOD", "PROGRAMMING")
def whether_the_join_is_up_is_not_stated():
    return joined(in_force=None)


@case(0, 5, 5, "MISSING:NO_METHOD", "PROGRAMMING")
def whether_the_talkgroup_is_carried_over_the_join_is_not_stated():
    return joined(carried=None)


@case(0, 0, 5, "COVERAGE", "PROGRAMMING")
def a_talkgroup_that_is_not_carried_over_the_join():
    return joined(carried={"T2"})


@case(0, 0, 5, "COVERAGE", "PROGRAMMING")
def a_guest_whose_radios_only_listen_on_the_joined_system():
    region = joined()
    region.fleets["B"] = []
    region.fleet("B", "T1", profile="far", listens=("T2",))
    return region


@case(0, 0, 5, "COVERAGE", "PROGRAMMING")
def a_guest_without_anything_of_the_joined_system():
    region = joined()
    region.fleets["B"] = []
    region.fleet("B", "T1", profile="far")
    region.fleet("A", "T2", name="A spares")
    return region


# Level 2: gateways.


@case(2, 2, 2)
def a_console_patch():
    return bridged()


@case(0, 0, 2, "TIME")
def a_gateway_too_slow():
    return bridged(minutes=61)


@case(2, 2, 2)
def a_gateway_just_in_time():
    return bridged(minutes=60)


@case(0, 2, 2, "MISSING:TIME")
def minutes_of_a_gateway_not_stated():
    return bridged(minutes=None)


@case(0, 0, 2, "CAPACITY")
def every_patch_in_use():
    return bridged(patches=2, in_use=2)


@case(0, 2, 2, "MISSING:CAPACITY")
def patches_in_use_not_stated():
    return bridged(in_use=None)


@case(0, 0, 2, "NO_METHOD")
def a_gateway_that_does_not_touch_one_side():
    return bridged(ports=(("V", "wired"), ("V", "wired")))


@case(0, 2, 2, "MISSING:NO_METHOD")
def what_is_on_a_port_not_stated():
    return bridged(ports=(("V", "wired"), (None, "wired")))


@case(0, 2, 2, "MISSING:COVERAGE")
def wired_or_radio_not_stated():
    return bridged(ports=(("V", None), ("U", "wired")))


@case(2, 2, 2)
def a_radio_port_that_hears_its_channel():
    return bridged(ports=(("V", "radio"), ("U", "wired")))


@case(0, 2, 2, "MISSING:COVERAGE")
def a_radio_port_out_of_a_portables_reach():
    region = bridged(ports=(("V", "radio"), ("U", "wired")))
    region.fleets["A"] = []
    region.fleet("A", "V", profile="mobile")
    region.cover("V", profile="mobile")
    region.cover("V", LOW)
    return region


@case(0, 2, 2, "MISSING:COVERAGE")
def position_of_a_gateway_not_stated():
    return bridged(ports=(("V", "radio"), ("U", "wired")), position=None)


@case(0, 0, 2, "AUTHORITY")
def a_gateway_of_somebody_else():
    region = bridged(owner="state", agency="C")
    region.agency("C", owner="state")
    region.agreement("C may use V and U", {"C"}, {"V", "U"})
    return region


@case(2, 2, 2)
def a_gateway_by_agreement():
    region = a_gateway_of_somebody_else()
    region.agreement("B may ask for G", {"B"}, {"G"})
    return region


@case(0, 2, 2, "MISSING:AUTHORITY")
def whose_gateway_it_is_not_stated():
    return bridged(agency=None)


@case(0, 2, 2, "STALE:TIME")
def a_stale_gateway():
    return bridged(verified=STALE)


@case(0, 2, 2, "MISSING:COVERAGE")
def a_radio_port_with_one_direction_not_known():
    region = bridged(ports=(("V", "radio"), ("U", "wired")))
    region.fleets["A"] = []
    region.fleet("A", "V", profile="mobile")
    region.cover("V", profile="mobile")
    region.cover("V", back=NAN)
    return region


def one_port_for_both() -> Region:
    """Both are heard on one port, and not by each other: the repeater's tone opens the radios of one only."""
    region = pair()
    region.channel("C1", rx_squelch=TONE)
    region.channel("C2", rx_squelch=Squelch("ctcss", "100.0"))
    region.channel("P", rx_squelch=CSQ)
    for name in ("C1", "C2", "P"):
        region.cover(name)
    region.fleet("A", "C1")
    region.fleet("B", "C2")
    return region


@case(0, 0, 2, "NO_METHOD")
def one_port_is_no_patch():
    region = one_port_for_both()
    region.channel("U", rx=453_000_000, tx=458_000_000)
    region.gateway("G", ("P", "wired"), ("U", "wired"), agency="A")
    return region


@case(0, 0, 2, "NO_METHOD")
def two_ports_on_one_channel_are_no_patch():
    region = one_port_for_both()
    region.gateway("G", ("P", "wired"), ("P", "wired"), agency="A")
    return region


# Level 1: caches.


@case(1, 1, 1)
def radios_lent():
    return lending()


@case(0, 0, 1, "CAPACITY")
def no_radio_left():
    return lending(count=0)


@case(0, 1, 1, "MISSING:CAPACITY")
def radios_left_not_stated():
    return lending(count=None)


@case(0, 0, 1, "TIME")
def a_cache_too_far():
    return lending(minutes=90)


@case(0, 0, 1, "AUTHORITY")
def a_cache_of_somebody_else():
    region = lending(owner="state", agency="C")
    region.agency("C", owner="state")
    return region


@case(0, 1, 1, "MISSING:PROGRAMMING")
def programming_of_the_cache_not_stated():
    return lending({"template": False})


@case(1, 1, 1, "CAPACITY")
def one_radio_is_enough_for_one_side():
    return lending(count=1)


def two_sorts_of_cached_radios(left: int, **v) -> Region:
    """A cache of five VHF radios and five of another load, of which some are left; nobody says of which sort."""
    region = lending({"radio_count": 5, **v}, count=left)
    cache = region.caches[0]
    other = region.radios("K others", "other", bands={"VHF"}, radio_count=5)
    region.caches[0] = replace(cache, fleets=(*cache.fleets, other))
    return region


@case(1, 1, 1, "MISSING:CAPACITY")
def enough_cached_radios_left_whichever_are_out():
    return two_sorts_of_cached_radios(6)


@case(0, 1, 1, "MISSING:CAPACITY")
def which_cached_radios_are_left_not_stated():
    return two_sorts_of_cached_radios(5)


@case(0, 1, 1, "MISSING:CAPACITY")
def both_sides_want_the_one_radio_of_its_sort():
    region = two_sorts_of_cached_radios(6, radio_count=1)
    region.fleets["A"] = []
    region.fleet("A", "other")
    return region


@case(0, 0, 1)
def a_radio_lent_to_another_discipline():
    region = lending()
    region.agencies[0] = replace(region.agencies[0], discipline="fire")
    region.channels[0] = replace(region.channels[0], eligible_disciplines=frozenset({"fire"}))
    return region


@case(0, 0, 3, "BAND", "PROGRAMMING")
def nothing_at_all():
    region = bridged()
    region.gateways.clear()
    return region


@case(0, 5, 5, "MISSING:PROGRAMMING")
def no_radio_of_anybody_on_record():
    return pair()


@pytest.mark.parametrize(("build", "interval", "level", "reasons"), CASES)
def test_interval_and_reasons(build, interval: Interval, level: int, reasons: set[str]) -> None:
    found = build().ask("A", "B")
    assert found.interval == interval
    assert codes(found, level) == reasons


@pytest.mark.parametrize(("build", "interval", "level", "reasons"), CASES)
def test_the_other_way_round(build, interval: Interval, level: int, reasons: set[str]) -> None:
    assert build().ask("B", "A").interval == interval


def test_every_reason_of_the_definition_has_a_case() -> None:
    named = {reason.partition(":")[0] for parameters in CASES for reason in parameters.values[3]}
    assert named == {
        "NO_METHOD", "BAND", "MODE", "PROGRAMMING", "ENCRYPTION", "AUTHORITY", "COVERAGE", "TIME", "CAPACITY",
        "MISSING", "STALE",
    }  # fmt: skip


def test_two_agencies_with_nothing_in_common_are_told_so() -> None:
    region = pair()
    region.fleet("A", "X")
    region.fleet("B", "Y")
    found = region.ask("A", "B")
    assert found.interval == Interval(0, 0)
    assert [str(reason.code) for reason in found.reasons] == ["NO_METHOD"]
    assert found.methods == ()
