"""Microwave links and their licensed paths: the shortest path of a band."""

from collections.abc import Iterator
from datetime import date

from casm.quality.look_at.said import Said
from casm.quality.rules.path_length import check_path_length
from casm.quality.shelf import Row, Shelf


def look_at_links(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of links; one with licensed paths is looked at path by path."""
    microwave = [row for row in rows if row.kind == "microwave"]
    paths = shelf.by("microwave_path", "backhaul_link_id", {row.id for row in microwave})
    for row in microwave:
        freqs_hz = sorted({one for one in (row.a_to_b_freq_hz, row.b_to_a_freq_hz) if one is not None})
        if freqs_hz and not paths.get(row.id):
            for doubt in check_path_length(freqs_hz[0], row.path_length_m, None):
                yield row, Said("path_length", doubt)


def look_at_paths(rows: list[Row], shelf: Shelf, as_of: date) -> Iterator[tuple[Row, Said]]:
    """What the rules say of licensed paths: each frequency of the transmitting station with its EIRP."""
    freqs = shelf.by("station_frequency", "station_id", {row.tx_station_id for row in rows})
    for row in rows:
        # A passive repeater's segments are legs of one path.
        if row.passive_repeater:
            continue
        for freq in freqs.get(row.tx_station_id, ()):
            eirp_dbm = None if freq.eirp_dbm is None else float(freq.eirp_dbm)
            doubts = check_path_length(freq.station_tx_freq_hz, row.path_length_m, eirp_dbm)
            for doubt in doubts[:1]:
                yield row, Said("path_length", doubt, (("station_frequency", freq),))
            if doubts:
                break
