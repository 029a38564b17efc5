"""Links out of segments: once for a pair, parallel only where two run side by side."""

from dataclasses import replace

from casm.intake.fcc.bands import band_of
from casm.intake.fcc.link import Hop, links_of_pair

THERE = Hop(
    number=1, call_sign="XXM201", tx_place="a", rx_place="b", tx_site="Alpha", rx_site="Beta", tx_antenna_agl_m=40.0,
    rx_antenna_agl_m=30.0, tx_freqs_hz=(10_795_000_000,), receiver_call_sign="XXM202", polarization="vertical",
    rate_kbps=155_000.0, modulation="128QAM", diversity=False, path_length_m=1000.0,
)  # fmt: skip
BACK = replace(
    THERE, number=2, call_sign="XXM202", tx_place="b", rx_place="a", tx_site="Beta", rx_site="Alpha",
    tx_antenna_agl_m=30.0, rx_antenna_agl_m=40.0, tx_freqs_hz=(11_285_000_000,), receiver_call_sign=None,
)  # fmt: skip
SECOND_THERE = replace(THERE, number=3, tx_antenna_agl_m=45.0, polarization="horizontal", tx_freqs_hz=(10_955_000_000,))
SECOND_BACK = replace(BACK, number=4, rx_antenna_agl_m=45.0, polarization="horizontal", tx_freqs_hz=(11_445_000_000,))


def test_both_directions_are_one_link():
    (link,) = links_of_pair([THERE, BACK], {})
    assert (link.name, link.site_a, link.site_b) == ("Alpha – Beta", "Alpha", "Beta")
    assert link.values == {
        "name": "Alpha – Beta", "designation": "", "kind": "microwave", "call_sign_a": "XXM201",
        "call_sign_b": "XXM202", "a_to_b_freq_hz": 10_795_000_000, "b_to_a_freq_hz": 11_285_000_000,
        "polarization": "vertical", "capacity_mbps": 155.0, "modulation": "128QAM", "path_length_m": 1000.0,
    }  # fmt: skip


def test_the_order_of_filing_does_not_turn_the_link():
    assert [vars(link)["values"] for link in links_of_pair([BACK, THERE], {})] == [
        link.values for link in links_of_pair([THERE, BACK], {})
    ]


def test_one_direction_alone_names_the_other_end_as_filed_and_states_no_frequency_for_it():
    (link,) = links_of_pair([THERE], {})
    assert link.values["call_sign_b"] == "XXM202"
    assert "b_to_a_freq_hz" not in link.values


def test_one_pair_filed_with_other_heights_by_each_end_is_still_one_link():
    assert len(links_of_pair([THERE, replace(BACK, tx_antenna_agl_m=31.0)], {})) == 1


def test_parallel_links_are_told_apart_and_each_finds_its_return():
    one, other = links_of_pair([THERE, SECOND_THERE, BACK, SECOND_BACK], {})
    assert [hop.number for hop in one.hops] == [1, 2]
    assert [hop.number for hop in other.hops] == [3, 4]
    assert one.values["designation"] == "11 GHz, antennas at 40 m and 30 m"
    assert other.name == "Alpha – Beta (11 GHz, antennas at 45 m and 30 m)"
    assert other.values["a_to_b_freq_hz"] == 10_955_000_000
    assert other.values["polarization"] == "horizontal"


def test_either_direction_alone_gives_parallel_links_the_same_designations():
    there = {link.values["designation"] for link in links_of_pair([THERE, SECOND_THERE], {})}
    back = {link.values["designation"] for link in links_of_pair([BACK, SECOND_BACK], {})}
    assert there == back


def test_two_polarizations_over_the_same_antennas_are_one_link():
    cross = replace(THERE, number=5, polarization="horizontal", tx_freqs_hz=(10_835_000_000,))
    (link,) = links_of_pair([THERE, cross], {})
    assert link.values["polarization"] == "dual"
    assert "a_to_b_freq_hz" not in link.values


def test_two_bands_over_antennas_of_equal_height_are_parallel():
    lower = replace(THERE, number=6, tx_freqs_hz=(6_700_000_000,))
    assert [link.values["designation"] for link in links_of_pair([THERE, lower], {})] == [
        "11 GHz, antennas at 40 m and 30 m", "upper 6 GHz, antennas at 40 m and 30 m",
    ]  # fmt: skip


def test_a_link_in_the_inventory_keeps_its_name_and_its_designation():
    (link,) = links_of_pair([THERE], {"11 GHz, antennas at 40 m and 30 m": "North hop"})
    assert (link.name, link.values["designation"]) == ("North hop", "11 GHz, antennas at 40 m and 30 m")


def test_the_slower_direction_is_the_capacity():
    (link,) = links_of_pair([THERE, replace(BACK, rate_kbps=91_000.0, modulation="QPSK")], {})
    assert (link.values["capacity_mbps"], link.values["modulation"]) == (91.0, "QPSK")


def test_bands_pair_both_directions():
    assert band_of(10_795_000_000) == band_of(11_285_000_000) == "11 GHz"
    assert band_of(17_840_000_000) == band_of(19_400_000_000) == "18 GHz"
    assert band_of(72_000_000_000) == band_of(82_000_000_000) == "70 GHz"
    assert band_of(450_000_000) is None
