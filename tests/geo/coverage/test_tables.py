"""The editable figures: complete, sourced or flagged, and refused by file, line and column when broken."""

import itertools

import numpy as np
import pytest

from geo.coverage import clutter, tables
from geo.errors import GeoError, OutOfValidity


def test_every_figure_has_a_source():
    rows = [*tables.criteria(), *tables.subscriber_uses(), *tables.figures().values()]
    assert rows
    for row in rows:
        assert row.source
        assert (tables.unverified_note(row) is None) == row.verified


def test_a_recalled_figure_says_so_wherever_it_is_used():
    note = tables.unverified_note(tables.criterion("p25_phase1", 3.4))
    assert note.startswith("unverified figure: P25 Phase 1 (C4FM), DAQ 3.4")
    assert tables.unverified_note(tables.figures()["location_sigma_db"]) is None


def test_criteria_ask_more_for_better_audio():
    for mode in {row.mode for row in tables.criteria()}:
        rows = sorted((row for row in tables.criteria() if row.mode == mode), key=lambda row: row.daq)
        assert all(low.faded_cn_db < high.faded_cn_db for low, high in itertools.pairwise(rows))
        assert all(row.faded_cn_db > row.static_cn_db for row in rows)


def test_what_is_not_on_record_is_refused_with_what_there_is():
    with pytest.raises(GeoError, match="p25_phase1 at DAQ 3"):
        tables.criterion("opensky")
    with pytest.raises(GeoError, match="portable_street"):
        tables.subscriber_use("backpack")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a,A,m,abc,1,1,1,s,no", "line 2, daq"),
        ("a,A,m,3.4,1,,1,s,no", "line 2, static_cn_db"),
        ("a,A,m,3.4,1,1,1,s,perhaps", "line 2, verified"),
    ],
)
def test_a_broken_row_is_named(tmp_path, row, said):
    header = "key,title,mode,daq,noise_bandwidth_khz,static_cn_db,faded_cn_db,source,verified"
    path = tmp_path / "own_criteria.csv"
    path.write_text(f"{header}\n{row}\n")
    with pytest.raises(GeoError, match=said) as caught:
        tables.criteria(path)
    assert "own_criteria.csv" in str(caught.value)


def test_clutter_by_band_as_tsb88b_has_it():
    """Forest 3, 8, 9, 12, 25 dB and residential 3, 14, 15, 16, 20 dB over the five bands."""
    for freq_mhz, forest_db, residential_db in (
        (39.1, 3, 3), (155.0, 8, 14), (221.0, 9, 15), (453.0, 12, 16), (770.0, 25, 20), (855.0, 25, 20),
    ):  # fmt: skip
        by_code = clutter.classes(freq_mhz)
        assert (by_code[5].loss_db, by_code[7].loss_db) == (forest_db, residential_db)
        assert clutter.assumed_class(freq_mhz).loss_db == max(forest_db, residential_db)


def test_no_clutter_figure_is_made_up_between_bands():
    with pytest.raises(OutOfValidity, match="300 MHz"):
        clutter.classes(300.0)


def test_land_cover_takes_the_place_of_the_assumption():
    """NLCD 11 open water, 41 forest, 82 crops, 255 not a class: water 0, forest 8, crops 3, assumed 14 dB."""
    losses = clutter.loss_db(155.0, np.array([[11, 41], [82, 255]]))
    assert losses.tolist() == [[0.0, 8.0], [3.0, 14.0]]
    assert "residential assumed everywhere, 14 dB" in clutter.assumption_note(155.0)
