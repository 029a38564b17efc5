"""Rules on channels, against figures of the guide and of the rules' sources, written out here."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casm.intake.cell import Cell
from casm.intake.measures import frequency_hz
from casm.intake.squelch import parse_squelch
from casm.quality.doubt import ERROR, NOTE, WARNING
from casm.quality.rules.channel_name import check_channel_name
from casm.quality.rules.narrowband import check_narrowband, necessary_bandwidth_hz
from casm.quality.rules.national_squelch import check_national_squelch
from casm.quality.rules.p25_identity import check_identities, check_nac
from casm.quality.rules.possible import check_emission, check_land_mobile
from casm.quality.rules.sides import changed_over, check_sides, check_station_sides
from casm.quality.rules.squelch_kind import check_squelch_kind

TODAY = date(2026, 11, 22)
TONE_1567 = ("ctcss", Decimal("156.7"), None, None)
TONE_1365 = ("ctcss", Decimal("136.5"), None, None)
CSQ = ("csq", None, None, None)


def hz(mhz: str) -> int:
    return frequency_hz(Cell(mhz))


def test_the_guide_itself_raises_no_doubt(library, national):
    """152 channels, among them 8TAC's 14K0F3E, VMED28 on CSQ, VSAR16 on 127.3 and the federal ones."""
    assert len(library) == 152
    assert len(national.by_name) == len(national.by_pair) == 152
    for row in library:
        rx, tx = (
            [row[f"{side}_{part}"] for part in ("squelch_kind", "ctcss_hz", "dcs_code", "nac")] for side in ("rx", "tx")
        )
        said = [
            *check_channel_name(row["name"], row["rx_freq_hz"], row["tx_freq_hz"], national),
            *check_sides(row["rx_freq_hz"], row["tx_freq_hz"], national),
            *check_national_squelch(row["name"], row["rx_freq_hz"], row["tx_freq_hz"], tuple(rx), tuple(tx), national),
            *check_squelch_kind("rx", row["mode"], *rx), *check_squelch_kind("tx", row["mode"], *tx),
            *check_nac(rx[3], "subscriber rx"), *check_nac(tx[3], "subscriber tx"),
            *check_emission(row["emission_designator"], row["bandwidth_hz"], row["mode"]),
            *check_land_mobile((row["rx_freq_hz"], row["tx_freq_hz"])),
        ]  # fmt: skip
        assert said == [], row["name"]
        wide = check_narrowband((row["rx_freq_hz"], row["tx_freq_hz"]), [row["emission_designator"]], TODAY)
        assert wide == [], row["name"]


def test_vtac36_written_from_the_station_is_mended_to_the_subscribers_side(national):
    """A public file has VTAC36 from the station: it hears 159.4725 with 136.5 and sends 151.1375."""
    squelch = {"rx_squelch_kind": "ctcss", "rx_ctcss_hz": Decimal("136.5"), "rx_dcs_code": None, "rx_nac": None,
               "tx_squelch_kind": "ctcss", "tx_ctcss_hz": Decimal("156.7"), "tx_dcs_code": None,
               "tx_nac": None}  # fmt: skip
    assert check_channel_name("VTAC 36", hz("159.4725"), hz("151.1375"), national) == []
    (doubt,) = check_sides(hz("159.4725"), hz("151.1375"), national, squelch, name="VTAC 36")
    assert doubt.severity == ERROR
    assert "VTAC36" in doubt.sentence
    (mend,) = doubt.mends
    assert (mend.columns["rx_freq_hz"], mend.columns["tx_freq_hz"]) == (151_137_500, 159_472_500)
    assert mend.columns["tx_ctcss_hz"] == Decimal("136.5")
    assert mend.columns["rx_ctcss_hz"] == Decimal("156.7")
    assert check_sides(151_137_500, 159_472_500, national, squelch, name="VTAC 36") == []
    # Without its name the pair is VTAC33, which is in order.
    assert check_sides(159_472_500, 151_137_500, national, squelch) == []
    assert check_sides(159_472_500, 151_137_500, national, squelch, name="VTAC33") == []


def test_a_national_name_on_other_frequencies(national):
    (doubt,) = check_channel_name("vtac-11", hz("155.7525"), hz("155.7525"), national)
    assert doubt.severity == ERROR
    assert doubt.mends == ()
    assert "called VTAC11" in doubt.sentence
    assert "VCALL10" in doubt.sentence
    (doubt,) = check_channel_name("UTAC41", hz("453.4625"), None, national)
    assert doubt.severity == WARNING
    assert dict(doubt.mends[0].columns) == {"tx_freq_hz": 458_462_500}
    assert check_channel_name("UTAC41", hz("453.4625"), None, national, receive_only=True) == []
    (doubt,) = check_channel_name("MUTUAL AID 3", hz("154.4525"), hz("154.4525"), national)
    assert doubt.severity == NOTE
    assert dict(doubt.mends[0].columns) == {"name": "VTAC12"}
    assert check_channel_name("County VTAC12", hz("154.4525"), hz("154.4525"), national) == []
    assert check_channel_name("LAW 1", hz("154.265"), hz("159.4725"), national) == []


@pytest.mark.parametrize(
    ("rx", "tx", "reversed_"),
    [
        ("460.1", "465.1", False), ("465.1", "460.1", True), ("453.1", "458.1", False), ("458.1", "453.1", True),
        ("851.5", "806.5", False), ("806.5", "851.5", True), ("769.5", "799.5", False), ("799.5", "769.5", True),
        ("470.3125", "473.3125", False), ("473.3125", "470.3125", True), ("935.5", "896.5", False),
        ("154.1", "159.2", False), ("159.2", "154.1", False), ("460.1", "464.1", False), ("155.1", "155.1", False),
        ("473.3125", "476.3125", False), ("476.3125", "473.3125", False),
    ],
)  # fmt: skip
def test_the_sign_of_the_split_tells_the_side_where_the_band_has_one(rx, tx, reversed_, national):
    assert bool(check_sides(hz(rx), hz(tx), national)) is reversed_
    # What a subscriber receives on, its station transmits on.
    assert bool(check_station_sides(hz(rx), hz(tx))) is reversed_


def test_a_tone_from_the_wrong_side_of_a_national_channel(national):
    """A public script has 136.5 on the receive side of VTAC33 to 38."""
    (doubt,) = check_national_squelch("VTAC36", 151_137_500, 159_472_500, TONE_1365, TONE_1567, national)
    assert doubt.severity == WARNING
    columns = doubt.mends[0].columns
    assert columns["rx_squelch_kind"] == "csq"
    assert columns["rx_ctcss_hz"] is None
    assert columns["tx_ctcss_hz"] == Decimal("136.5")
    assert check_national_squelch("VTAC36", 151_137_500, 159_472_500, CSQ, TONE_1365, national) == []
    # A radio that opens on any carrier hears UTAC41 as well.
    assert (
        check_national_squelch(
            "VSAR16", 155_160_000, 155_160_000, CSQ, ("ctcss", Decimal("127.3"), None, None), national
        )
        == []
    )


@pytest.mark.parametrize(
    ("mode", "squelch", "severity", "mended"),
    [
        ("analog_fm", ("nac", None, None, 0x293), ERROR, None),
        ("analog_fm", ("nac", None, None, 0x61F), ERROR, Decimal("156.7")),
        ("p25_phase1", TONE_1567, ERROR, None),
        ("p25_phase1", ("dcs", None, "023", None), ERROR, None),
        ("mixed_fm_p25", TONE_1567, None, None),
        ("mixed_fm_p25", ("nac", None, None, 0x293), None, None),
        (None, TONE_1567, None, None),
        ("analog_fm", ("ctcss", Decimal("156.6"), None, None), WARNING, Decimal("156.7")),
        ("analog_fm", ("ctcss", Decimal("160.9"), None, None), WARNING, None),
        ("analog_fm", ("dcs", None, "612", None), None, None),
        ("analog_fm", ("dcs", None, "613N", None), WARNING, None),
        ("analog_fm", CSQ, None, None),
        ("p25_phase1", CSQ, None, None),
    ],
)
def test_a_nac_is_not_a_ctcss(mode, squelch, severity, mended):
    doubts = check_squelch_kind("tx", mode, *squelch)
    assert [doubt.severity for doubt in doubts] == ([severity] if severity else [])
    mends = [mend for doubt in doubts for mend in doubt.mends]
    assert [mend.columns["tx_ctcss_hz"] for mend in mends] == ([mended] if mended else [])
    for mend in mends:
        kept = (
            mend.columns["tx_squelch_kind"],
            mend.columns["tx_ctcss_hz"],
            mend.columns["tx_dcs_code"],
            mend.columns["tx_nac"],
        )
        assert check_squelch_kind("tx", mode, *kept) == []


@pytest.mark.parametrize(
    ("freq", "designator", "wide"),
    [
        ("154.265", "20K0F3E", True), ("154.265", "16K0F3E", True), ("154.265", "11K2F3E", False),
        ("154.265", "11K3F3E", False), ("154.265", "8K10F1E", False), ("453.2125", "16K0F3E", True),
        ("421.0", "16K0F3E", True), ("420.9", "16K0F3E", False), ("150", "20K0F3E", True), ("174", "20K0F3E", True),
        ("482.3", "20K0F3E", False), ("851.5125", "14K0F3E", False), ("853.0125", "20K0F3E", False),
        ("39.46", "16K0F3E", False), ("161.85", "16K0F3E", False), ("769.14375", "20K0D7W", False),
    ],
)  # fmt: skip
def test_narrowbanding_knows_its_bands(freq, designator, wide):
    assert bool(check_narrowband([hz(freq)], [designator], TODAY)) is wide
    assert check_narrowband([hz(freq)], [designator], date(2012, 12, 31)) == []


def test_a_wide_channel_without_an_emission():
    assert [one.severity for one in check_narrowband([154_265_000], [], TODAY, bandwidth_hz=25_000)] == [WARNING]
    assert check_narrowband([154_265_000], [], TODAY, bandwidth_hz=12_500) == []
    assert check_narrowband([854_265_000], [], TODAY, bandwidth_hz=25_000) == []


@pytest.mark.parametrize(
    ("designator", "bandwidth_hz"),
    [("11K2F3E", 11_200), ("14K0F3E", 14_000), ("8K10F1E", 8_100), ("1M25G7W", 1_250_000), ("400HA1A", 400),
     ("30M0D7W", 30_000_000), ("F3E", None), ("", None)],
)  # fmt: skip
def test_a_designator_tells_its_bandwidth(designator, bandwidth_hz):
    assert necessary_bandwidth_hz(designator) == bandwidth_hz


def test_reserved_identities():
    assert check_identities(wacn=0xBEE00, system_id=0x9C1, rfss_id=1, p25_site_id=0xFE) == []
    assert [doubt.about for doubt in check_identities(wacn=0, system_id=0xFFF)] == ["wacn", "system_id"]
    assert [doubt.about for doubt in check_identities(rfss_id=0, p25_site_id=0xFF)] == ["rfss_id", "p25_site_id"]
    assert [one.severity for one in check_nac(0xF7E, "subscriber tx")] == [ERROR]
    assert [one.severity for one in check_nac(0xF7F, "subscriber rx")] == [WARNING]
    assert check_nac(0xF7E, "subscriber rx") == check_nac(0xF7F, "station") == check_nac(0x293, "subscriber tx") == []


def test_emission_beside_mode_and_width():
    assert [d.about for d in check_emission("20K0F3E", 12_500, "analog_fm")] == ["bandwidth"]
    assert [d.about for d in check_emission("8K10F1E", 12_500, "analog_fm")] == ["mode"]
    assert [d.about for d in check_emission("11K2F3E", 12_500, "p25_phase1")] == ["mode"]
    assert check_emission("11K2F3E", 12_500, "mixed_fm_p25") == []
    assert [d.figures[0][1] for d in check_land_mobile([1_542_650_000, 154_265_000])] == ["1542.6500 MHz"]


SPELLED = st.sampled_from(["{mhz} MHz", "{mhz}", "{khz} kHz", "{hz} Hz", " {mhz}  mhz "])
FREQS = st.sampled_from([151_137_500, 154_265_000, 159_472_500, 453_212_500, 458_212_500, 806_512_500, 851_512_500])


@given(rx=FREQS, tx=FREQS, one=SPELLED, other=SPELLED)
def test_a_rule_says_the_same_however_the_figures_were_written(rx, tx, one, other, national):
    def read(freq_hz: int, pattern: str) -> int:
        exact = Decimal(freq_hz)
        return hz(pattern.format(mhz=exact / 1_000_000, khz=exact / 1000, hz=freq_hz))

    assert (read(rx, one), read(tx, other)) == (rx, tx)
    assert check_sides(read(rx, one), read(tx, other), national) == check_sides(rx, tx, national)


@given(
    tone=st.sampled_from(["156.7", "156.7 Hz", "PL 156.7", "tone 156.7"]),
    mode=st.sampled_from(["analog_fm", "p25_phase1"]),
)
def test_a_tone_is_the_same_tone_however_written(tone, mode):
    read = parse_squelch(Cell(tone))
    assert check_squelch_kind("rx", mode, read.kind, read.ctcss_hz) == check_squelch_kind(
        "rx", mode, "ctcss", Decimal("156.7")
    )


@given(rx=FREQS, tx=FREQS, tone=st.sampled_from([None, Decimal("136.5"), Decimal("156.7")]))
def test_changing_the_sides_over_twice_is_as_it_was(rx, tx, tone):
    columns = {"rx_freq_hz": rx, "tx_freq_hz": tx, "rx_ctcss_hz": tone, "tx_ctcss_hz": None}
    assert changed_over(changed_over(columns)) == columns


@given(rx=FREQS, tx=FREQS)
def test_what_the_mend_makes_is_not_doubted_again(rx, tx, national):
    for doubt in check_sides(rx, tx, national):
        columns = doubt.mends[0].columns
        assert check_sides(columns["rx_freq_hz"], columns["tx_freq_hz"], national) == []
